# SPDX-License-Identifier: Apache-2.0
"""The JSON of ``pulumi preview``: its steps, and under each resource what our provider said (``to do: ...``)."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ....core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, OTHER, Document, document, item
from . import wording
from .pulumi_inputs import in_python
from .pulumi_words import Said, words_of

CALLED = "`pulumi preview --json`"

COUNTED = ("create", "update", "delete", "replace")
"""Operations of which the engine counts each step."""

QUIET = ("same", "read", "refresh", "read-replacement")
ENGINE_FAILED = ("preview failed", "update failed")
_FAILED = re.compile(r"(?:Preview|Update) failed: (?:Exception: )?")
_TYPE = re.compile(r"(?:pulumi-python:dynamic/)?opentok:(?:[\w/]+:)?(\w+)")
_MARKS = re.compile(r"<\{%.*?%\}>")
_TO_DO = "to do: "


def is_one(found: Mapping[str, Any]) -> bool:
    """Whether it is one; a preview that failed early has only diagnostics."""
    return "changeSummary" in found or "steps" in found or ("diagnostics" in found and "duration" in found)


def document_of(found: Mapping[str, Any], now: datetime.datetime) -> Document:
    """The document that it comes to."""
    said = _said(found.get("diagnostics") or ())
    every = [in_python(step) for step in found.get("steps") or ()]
    steps = _steps(every)
    own = {urn: each for urn, each in said.items() if urn in steps or _is_resource(urn)}
    items = [_item(urn, steps.get(urn), own.get(urn, Said())) for urn in dict.fromkeys((*steps, *own))]
    if not any(each.errors for each in said.values()):
        _check_complete(found)
    errors = [text for urn, each in said.items() if urn not in own for text in each.errors]
    if any(each.errors for each in own.values()):
        # What a resource failed of says more than that the engine failed.
        errors = [text for text in errors if text not in ENGINE_FAILED]
    there = len(items) - sum(step["op"] == "delete" for step in steps.values())
    declared = max(_counted(found.get("changeSummary") or {}), there)
    return document(items, source="pulumi preview", looked_at=now, errors=errors, declared=declared, account_key=_account(every))


def _check_complete(found: Mapping[str, Any]) -> None:
    """Raises ``ValueError`` for a preview that was cut: the stack itself is always among its steps, and they are counted in it."""
    steps, counted = found.get("steps") or (), found.get("changeSummary") or {}
    ops = Counter(str(one["op"]) for one in steps)
    if not steps or any(counted.get(op, 0) != ops[op] for op in COUNTED):
        raise ValueError("its steps are not those that it counts")


def _said(diagnostics: Iterable[Mapping[str, Any]]) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for one in diagnostics:
        severity, text = str(one.get("severity")), _MARKS.sub("", str(one["message"])).strip()
        text = text.removeprefix(f"{severity}: ")
        said = found.setdefault(str(one.get("urn") or ""), Said())
        if severity == "error" or (severity == "info#err" and text.startswith("error: ")):  # a program that fails may say so on stderr only
            said.errors.append(_FAILED.sub("", text.removeprefix("error: "), count=1))
        elif text.startswith(_TO_DO):
            said.actions.append(text.removeprefix(_TO_DO))
            said.disruptive += [text.removeprefix(_TO_DO)] if severity == "warning" else []
        elif severity == "warning" and text not in said.warnings:
            said.warnings.append(text)
    return found


def _steps(steps: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """URN -> the one step that tells the most of it."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in steps:
        urn = str(one["urn"])
        if one["op"] in QUIET or not _is_resource(urn):
            continue
        if urn not in found or one["op"] == "replace":
            found[urn] = one
    return found


def _item(urn: str, step: Mapping[str, Any] | None, said: Said) -> Document:
    kind, name = kind_of(urn), urn.rsplit("::", 1)[-1]
    state = {} if step is None else step.get("oldState") or step.get("newState") or {}
    known = {**(state.get("inputs") or {}), **(state.get("outputs") or {})}
    if kind == "project":
        said.does = wording.does(said.actions)
    else:
        said.does = [OTHER] * len(said.actions)
    if step is not None:
        said = words_of(str(step["op"]), kind, name, step, said)
    error = "; ".join(said.errors) or None
    return item(
        name,
        kind=kind,
        result=COULD_NOT_LOOK if error else DRIFT if step is not None or said.actions else AS_DECLARED,
        id_=state.get("id"),
        name=known.get("name") if kind == "project" and isinstance(known.get("name"), str) else None,
        status=_plain(known.get("status")) if kind == "project" else None,
        secret_fingerprint=_plain(known.get("secret_fingerprint")),
        actions=said.actions,
        does=said.does,
        disruptive=said.disruptive,
        recorded=said.recorded,
        reasons=said.reasons,
        warnings=said.warnings,
        error=error,
        secret_rotated_at=known.get("secret_rotated_at"),
        secret_rotation_due_at=known.get("secret_rotation_due_at"),
    )


def _plain(value: Any) -> str | None:
    """A text; what the engine hides, or does not know yet, is none."""
    return value if isinstance(value, str) and value.isprintable() and len(value) < 100 else None


def kind_of(urn: str) -> str:
    """The kind of an OpenTok resource (``project``, ``sip_trunk``), else its type token."""
    token = urn.split("::")[2].rsplit("$", 1)[-1]
    ours = _TYPE.fullmatch(token)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", ours[1]).lower() if ours else token


def _is_resource(urn: str) -> bool:
    """Whether it is no part of the engine's own: not the stack, no provider."""
    parts = urn.split("::")
    return len(parts) == 4 and not parts[2].rsplit("$", 1)[-1].startswith(("pulumi:pulumi:", "pulumi:providers:"))


def _counted(summary: Mapping[str, int]) -> int:
    """How many resources the program declares, as far as the engine came: all that it counts, but for what is deleted and the stack itself."""
    return sum(count for op, count in summary.items() if op in ("same", "create", "update", "replace", "read", "import")) - 1


def _account(steps: Iterable[Mapping[str, Any]]) -> str | None:
    """That of what is there, also of what stays as it is; the first plan has nothing that is there."""
    states = (one.get("oldState") or {} for one in steps)
    found = {(state.get("outputs") or {}).get("account_key") for state in states} - {None}
    return found.pop() if len(found) == 1 else None
