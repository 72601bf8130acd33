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
    """By path. Only inputs: an output among them would be shown as deleted. ``secret``: the inputs of which no path may show a key."""
    before = _package.to_wire(token, found.before, outputs=False)
    wanted = _package.to_wire(token, {**found.wanted, **dict.fromkeys(found.unknown, UNKNOWN)}, outputs=False)
    replaces = {_package.path_to_wire(token, name) for name in found.replaces}
    closed = {_package.path_to_wire(token, name) for name in secret}
    known = _package.properties(token, outputs=False)
    made: dict[str, provider_pb2.PropertyDiff] = {}
    for name in known:
        changes = list(_changes(name, before.get(name), wanted.get(name), whole=name in closed))
        if name in replaces and not changes:
            changes = [(name, _Kind.UPDATE)]
        for path, kind in changes:
            made[path] = _Kind(kind=_REPLACING[kind] if name in replaces else kind, inputDiff=True)
    return made


def _changes(path: str, was: Any, becomes: Any, *, whole: bool = False) -> Iterator[tuple[str, Any]]:
    if was == becomes:
        return
    if isinstance(was, Mapping) and isinstance(becomes, Mapping) and not whole:
        for key in sorted({*was, *becomes}):
            yield from _changes(f"{path}.{key}" if key.isidentifier() else f'{path}["{_escaped(key)}"]', was.get(key), becomes.get(key))
    elif isinstance(was, list) and isinstance(becomes, list) and len(was) == len(becomes) and not whole:
        for index, (one, other) in enumerate(zip(was, becomes, strict=True)):
            yield from _changes(f"{path}[{index}]", one, other)
    else:
        yield path, _Kind.ADD if was is None else _Kind.DELETE if becomes is None else _Kind.UPDATE


def _escaped(key: str) -> str:
    return key.replace("\\", "\\\\").replace('"', '\\"')
