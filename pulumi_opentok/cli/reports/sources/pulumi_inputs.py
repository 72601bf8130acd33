# SPDX-License-Identifier: Apache-2.0
"""Which inputs a step of Pulumi's engine changes, from what to what: the engine asks the provider only whether it is an update."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...._package import from_wire, package, path_from_wire
from ....core.errors import LIKE_A_SECRET, quote
from ....core.http.auth import fingerprint

_SECRETS = ("[secret]", "4dabf18193072939515e22adb298388d")
"""What stands for a secret, and the key by which the engine marks one in a mapping."""

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_ABSENT = object()
LONGEST = 100

REASONS = ("detailedDiff", "diffReasons", "replaceReasons")
"""Where a step names properties."""


def in_python(step: Mapping[str, Any]) -> Mapping[str, Any]:
    """The step of a native resource by the names of Python, as that of a dynamic one; any other as it is."""
    token = str(step["urn"]).split("::")[2].rsplit("$", 1)[-1]
    if token not in package()["resources"]:
        return step
    states = {name: step[name] for name in ("oldState", "newState") if step.get(name)}
    parts = {
        name: {part: from_wire(token, state[part], outputs=part == "outputs") for part in ("inputs", "outputs") if state.get(part)}
        for name, state in states.items()
    }
    paths = {name: [path_from_wire(token, path, outputs=True) for path in step[name]] for name in REASONS if step.get(name)}
    return {**step, **{name: {**state, **parts[name]} for name, state in states.items()}, **paths}


def changed(step: Mapping[str, Any]) -> dict[str, str]:
    """Path -> its old and new value, of every input that the step changes; also of those that only the engine names, for a secret shows none."""
    old, new = (_inputs(step, name) for name in ("oldState", "newState"))
    before, after = dict(_leaves(old)), dict(_leaves(new))
    found = {}
    for path in sorted({*before, *after}):
        there, wanted = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if there != wanted or type(there) is not type(wanted):
            found[path] = f"{_shown(there)} -> {_shown(wanted)}"
    told = set(map(_top, found))
    hidden = {path: "changed" for path in _named(step) if _top(path) not in told and any(_is_secret(one.get(_top(path))) for one in (old, new))}
    return {**found, **hidden}


def given(step: Mapping[str, Any]) -> dict[str, str]:
    """Path -> value, of every input of what is created."""
    return {path: _shown(value) for path, value in sorted(_leaves(_inputs(step, "newState")))}


def _inputs(step: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = (step.get(name) or {}).get("inputs") or {}
    return {str(key): value for key, value in found.items() if not str(key).startswith("__") and value is not None}


def _named(step: Mapping[str, Any]) -> Iterable[str]:
    return sorted({str(path) for name in REASONS for path in step.get(name) or ()})


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value and not any(mark in value for mark in _SECRETS):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif path or not isinstance(value, Mapping):
        yield path, value


def _is_secret(value: Any) -> bool:
    return any(mark in json.dumps(value) for mark in _SECRETS)


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    if value == _UNKNOWN:
        return "(known after it is done)"
    if _is_secret(value):
        return "[secret]"
    if isinstance(value, str):
        shown = fingerprint(value) if LIKE_A_SECRET.search(value) else quote(value, LONGEST)
        return shown if len(value) <= LONGEST else f"{shown} ({fingerprint(value)})"
    text = json.dumps(value, sort_keys=True)
    if LIKE_A_SECRET.search(text) or len(text) > LONGEST:
        return fingerprint(text)
    return text


def without(found: Mapping[str, str], said: Sequence[str], does: Sequence[str]) -> dict[str, str]:
    """Those of ``found`` that the provider's own words ``said`` do not tell already: the status, and the triggers that a rotation names."""
    left = dict(found)
    if "set_status" in does:
        left.pop("status", None)
    named = " ".join(text for text, what in zip(said, does, strict=True) if what == "rotate")
    for path in found:
        top, _dot, key = path.partition(".")
        if top == "secret_triggers" and (quote(key) if key else top) in named:
            del left[path]
    return left
