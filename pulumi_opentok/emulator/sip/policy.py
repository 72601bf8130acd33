# SPDX-License-Identifier: Apache-2.0
"""What the far end of a call does: rings and answers, is busy, declines, wants credentials. Rules of the control plane, by SIP URI."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from ..texts import is_text

LONGEST = 86_400  # seconds
_FIELDS = ("match", "outcome", "ring_after", "answer_after", "hangup_after", "reason_code", "username", "password")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a call turns out: whether it rings before, after how many seconds, the reason code if it is refused."""

    rings: bool
    after: float
    code: int | None = None


OUTCOMES = {
    "answer": Outcome(True, 3),
    "silent": Outcome(True, 3),  # answers and sends no media
    "busy": Outcome(False, 1, 486),
    "no_answer": Outcome(True, 30, 480),
    "decline": Outcome(True, 3, 603),
    "wrong_credentials": Outcome(False, 1, 403),
    "not_found": Outcome(False, 1, 404),
    "unreachable": Outcome(False, 1, 503),
}
MANUAL = "manual"
"""Nothing happens to the call but by control calls."""


def check(body: Mapping[str, Any]) -> dict[str, Any]:
    """The rule that a control call asks for, with defaults. Raises ValueError with a text that names the wrong field."""
    unknown = sorted(set(body) - set(_FIELDS))
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}; a rule has {', '.join(_FIELDS)}")
    outcome = body.get("outcome", "answer")
    if outcome not in (*OUTCOMES, MANUAL):
        raise ValueError(f"outcome must be one of {', '.join((*OUTCOMES, MANUAL))}")
    rule = {"match": body.get("match", "*"), "outcome": outcome}
    for name in ("match", "username", "password"):
        if not is_text(body.get(name, "*")) or body.get(name) == "":
            raise ValueError(f"{name} must be a string")
    if ("username" in body) != ("password" in body):
        raise ValueError("username and password must be given together")
    for name in ("ring_after", "answer_after", "hangup_after"):
        _check_seconds(body, name)
    if "reason_code" in body:
        check_code(body["reason_code"])
    return {**body, **rule}


def check_code(code: object) -> int:
    """A reason code: a SIP status from 400 to 699, or 700, 703, 704, 705, 706. Raises ValueError."""
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == 3:
        code = int(code)  # events have it as a text
    if not isinstance(code, int) or isinstance(code, bool) or not (400 <= code <= 700 or 703 <= code <= 706):
        raise ValueError("reason_code must be a SIP status from 400 to 699, or 700, 703, 704, 705, 706")
    return code


def shown(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without its password."""
    return {name: value for name, value in rule.items() if name != "password"}


def plan(rules: Iterable[Mapping[str, Any]], uri: str, auth: tuple[str, str] | None, now: int) -> dict[str, Any]:
    """What will happen to a call dialled ``now`` (milliseconds): when it rings, when what comes of it; empty: nothing by itself."""
    rule = next((rule for rule in rules if _matches(rule["match"], uri)), {"outcome": "answer"})
    if "password" in rule and auth != (rule["username"], rule["password"]):
        return _plan({"reason_code": 403 if auth else 407}, OUTCOMES["wrong_credentials"], now)
    if rule["outcome"] == MANUAL:
        return {}
    return _plan(rule, OUTCOMES[rule["outcome"]], now)


def _plan(rule: Mapping[str, Any], outcome: Outcome, now: int) -> dict[str, Any]:
    after = rule.get("answer_after", outcome.after)
    ring_after = rule.get("ring_after", 1)
    talks = rule.get("hangup_after")
    code = rule.get("reason_code")
    return {
        "ring": now + int(ring_after * 1000) if outcome.rings and ring_after <= after else None,
        "outcome": now + int(after * 1000),
        "code": None if outcome.code is None else int(code or outcome.code),
        "silent": rule.get("outcome") == "silent",
        "talks": None if talks is None else int(talks * 1000),
    }


def _matches(pattern: str, uri: str) -> bool:
    """With or without the URI's parameters."""
    return any(fnmatch.fnmatchcase(text.lower(), pattern.lower()) for text in (uri, uri.partition(";")[0]))


def _check_seconds(body: Mapping[str, Any], name: str) -> None:
    value = body.get(name, 0)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= LONGEST:
        raise ValueError(f"{name} must be a number of seconds from 0 to {LONGEST}")
