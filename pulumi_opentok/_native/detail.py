# SPDX-License-Identifier: Apache-2.0
"""The detailed diff: which properties change, by their paths, and which of them ask for another object."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from .. import _package
from .._driving import Comparison
from .values import UNKNOWN

_Kind = provider_pb2.PropertyDiff
_REPLACING = {_Kind.ADD: _Kind.ADD_REPLACE, _Kind.UPDATE: _Kind.UPDATE_REPLACE, _Kind.DELETE: _Kind.DELETE_REPLACE}


def detail(token: str, found: Comparison, secret: Collection[str]) -> dict[str, provider_pb2.PropertyDiff]:
    """By path. Only inputs: an output among them would be shown as deleted. ``secret``: by the names of the kind, those whose keys may be secret,
    too, so that no path leads into them."""
    before = _package.to_wire(token, found.before, outputs=False)
    wanted = _package.to_wire(token, {**found.wanted, **dict.fromkeys(found.unknown, UNKNOWN)}, outputs=False)
    replaces = {_package.path_to_wire(token, name) for name in found.replaces}
    hidden = {_package.path_to_wire(token, name) for name in secret}
    known = _package.properties(token, outputs=False)
    made: dict[str, provider_pb2.PropertyDiff] = {}
    for name in known:
        changes = list(_changes(name, before.get(name), wanted.get(name), inwards=name not in hidden))
        if name in replaces and not changes:
            changes = [(name, _Kind.UPDATE)]
        for path, kind in changes:
            made[path] = _Kind(kind=_REPLACING[kind] if name in replaces else kind, inputDiff=True)
    return made


def _changes(path: str, was: Any, becomes: Any, *, inwards: bool = True) -> Iterator[tuple[str, Any]]:
    if was == becomes:
        return
    if inwards and isinstance(was, Mapping) and isinstance(becomes, Mapping):
        for key in sorted({*was, *becomes}):
            yield from _changes(f"{path}.{key}" if key.isidentifier() else f'{path}["{_escaped(key)}"]', was.get(key), becomes.get(key))
    elif inwards and isinstance(was, list) and isinstance(becomes, list) and len(was) == len(becomes):
        for index, (one, other) in enumerate(zip(was, becomes, strict=True)):
            yield from _changes(f"{path}[{index}]", one, other)
    else:
        yield path, _Kind.ADD if was is None else _Kind.DELETE if becomes is None else _Kind.UPDATE


def _escaped(key: str) -> str:
    return key.replace("\\", "\\\\").replace('"', '\\"')
