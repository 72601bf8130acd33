# SPDX-License-Identifier: Apache-2.0
"""When a secret is rotated, as a table: spec, record, live secret and time -> reasons and warnings. Also what the mutation check runs."""

from __future__ import annotations

import dataclasses
import datetime
from types import ModuleType
from typing import Any

from pulumi_opentok.core.desired.project.windows import parse_window
from pulumi_opentok.core.errors import PlanError
from pulumi_opentok.core.http.auth import fingerprint

A, B, C = (fingerprint(secret) for secret in ("secret a", "secret b", "secret c"))
NOW = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.timezone.utc)
"""A Monday."""
DAY = datetime.timedelta(days=1)
OPEN = parse_window({"days": ["mon"], "start": "11:00", "end": "13:00"}, "rotation_window")
SHUT = parse_window({"days": ["tue"], "start": "02:00", "end": "05:00"}, "rotation_window")
SHUT_FOR_ALL = dataclasses.replace(SHUT, applies_to="all")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: ``reasons`` and ``warnings`` are words that each text must hold, in order; ``error`` words of a PlanError."""

    name: str
    spec: dict[str, Any]
    record: dict[str, Any] | None = None
    live: str = A
    now: datetime.datetime = NOW
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str | None = None


def record(**fields: Any) -> dict[str, Any]:
    """What is remembered: the live secret ``A``, ten days old."""
    return {"secret": A, "since": NOW - 10 * DAY, **fields}


V1, V2 = {"v": "1"}, {"v": "2"}
RETIRED_A = {"retired": frozenset({A})}

ROWS = (
    Row(name="nothing declared", spec={}, record=record()),
    Row(name="nothing declared, nothing remembered", spec={}),
    # Triggers.
    Row(name="trigger unchanged", spec={"triggers": V1}, record=record(triggers=V1)),
    Row(name="trigger changed", spec={"triggers": V2}, record=record(triggers=V1), reasons=("secret_triggers 'v' changed",)),
    Row(name="trigger remembered as a fingerprint", spec={"triggers": V1}, record=record(triggers={"v": fingerprint("1")})),
    Row(name="changed against a fingerprint", spec={"triggers": V2}, record=record(triggers={"v": fingerprint("1")}), reasons=("'v' changed",)),
    Row(name="first value", spec={"triggers": V1}, record=record()),
    Row(name="first value of another key", spec={"triggers": {"v": "1", "w": "1"}}, record=record(triggers=V1)),
    Row(name="removed", spec={"triggers": {}}, record=record(triggers=V1)),
    Row(name="one of two changed", spec={"triggers": {"v": "1", "w": "2"}}, record=record(triggers={"v": "1", "w": "1"}), reasons=("'w' changed",)),
    Row(name="without a record nothing has changed", spec={"triggers": V1}),
    # Rotated elsewhere.
    Row(
        name="changed, and rotated elsewhere",
        spec={"triggers": V2},
        record=record(triggers=V1),
        live=B,
        reasons=("'v' changed",),
        warnings=("rotated elsewhere",),
    ),
    Row(
        name="the same, adopted",
        spec={"triggers": V2, "on_external": "adopt"},
        record=record(triggers=V1),
        live=B,
        warnings=("on_external_rotation: adopt",),
    ),
    Row(
        name="the same, an error",
        spec={"triggers": V2, "on_external": "fail"},
        record=record(triggers=V1),
        live=B,
        error="on_external_rotation is 'fail'",
    ),
    Row(
        name="adopt and fail mean nothing for the recorded secret",
        spec={"triggers": V2, "on_external": "fail"},
        record=record(triggers=V1),
        reasons=("'v' changed",),
    ),
    Row(name="rotated elsewhere, nothing changed", spec={"triggers": V1}, record=record(triggers=V1), live=B),
    Row(name="no secret remembered", spec={"triggers": V2}, record=record(triggers=V1, secret=None), live=B, reasons=("'v' changed",)),
    # Retired secrets.
    Row(name="live secret is retired", spec=RETIRED_A, reasons=("retired_secrets",)),
    Row(name="another one is retired", spec={"retired": frozenset({B})}),
    Row(name="the recorded one is retired, the live one not", spec=RETIRED_A, record=record(), live=B),
    Row(
        name="retired and triggered",
        spec={**RETIRED_A, "triggers": V2},
        record=record(triggers=V1),
        reasons=("retired_secrets", "'v' changed"),
    ),
    # Age.
    Row(name="younger than max age", spec={"max_age": 11 * DAY}, record=record()),
    Row(name="as old as max age", spec={"max_age": 10 * DAY}, record=record(), reasons=("older than secret_max_age 10d",)),
    Row(name="older than max age", spec={"max_age": 5 * DAY}, record=record(), reasons=("due since 2026-11-18T12:00+00:00",)),
    Row(name="age counts anew for a secret first seen now", spec={"max_age": 5 * DAY}, record=record(), live=B),
    Row(name="age of nothing remembered", spec={"max_age": 5 * DAY}),
    Row(name="age where no secret is remembered", spec={"max_age": 5 * DAY}, record=record(secret=None), reasons=("secret_max_age",)),
    Row(name="age of a secret without a date", spec={"max_age": 5 * DAY}, record=record(since=None)),
    # A rotation that was begun.
    Row(name="begun and not done", spec={}, record=record(pending=A), reasons=("could not finish",)),
    Row(name="begun and done", spec={}, record=record(pending=A), live=B),
    Row(
        name="begun and done, and a trigger changed since",
        spec={"triggers": V2, "on_external": "fail"},
        record=record(pending=A, triggers=V1),
        live=B,
        reasons=("'v' changed",),
    ),
    # The window.
    Row(name="due by age in the window", spec={"max_age": 5 * DAY, "window": OPEN}, record=record(), reasons=("secret_max_age",)),
    Row(
        name="due by age outside",
        spec={"max_age": 5 * DAY, "window": SHUT},
        record=record(),
        warnings=("it opens 2026-11-24T02:00+00:00",),
    ),
    Row(name="nothing due outside", spec={"max_age": 11 * DAY, "window": SHUT}, record=record()),
    Row(name="a trigger does not wait", spec={"triggers": V2, "window": SHUT}, record=record(triggers=V1), reasons=("'v' changed",)),
    Row(name="a retired secret does not wait", spec={**RETIRED_A, "window": SHUT}, record=record(), reasons=("retired_secrets",)),
    Row(
        name="what cannot wait takes the age along",
        spec={**RETIRED_A, "max_age": 5 * DAY, "window": SHUT},
        record=record(),
        reasons=("retired_secrets",),
    ),
    Row(
        name="a trigger told to wait",
        spec={"triggers": V2, "window": SHUT_FOR_ALL},
        record=record(triggers=V1),
        warnings=("'v' changed), but waits for the rotation_window",),
    ),
    Row(
        name="all told to wait",
        spec={**RETIRED_A, "max_age": 5 * DAY, "window": SHUT_FOR_ALL},
        record=record(),
        warnings=("retired_secrets; it is older",),
    ),
    # On demand.
    Row(name="always", spec={"always": True}, reasons=("rotate: always",)),
    Row(name="always, and why", spec={"always": True, "always_because": "it leaked"}, reasons=("it leaked",)),
    Row(name="always, whatever the window", spec={"always": True, "window": SHUT_FOR_ALL}, record=record(), reasons=("rotate: always",)),
)


def mismatch(planner: ModuleType, row: Row) -> str | None:
    """What ``planner`` (the module, or a mutant of it) says otherwise than the row; ``None`` where they agree."""
    spec = planner.RotationSpec(**row.spec)
    remembered = planner.RotationRecord(**row.record) if row.record is not None else None
    try:
        decision = planner.decide(spec, remembered, row.live, row.now)
    except PlanError as error:
        return None if row.error is not None and row.error in str(error) else f"error {error}"
    if row.error is not None:
        return f"no error, but {decision}"
    for wanted, said in ((row.reasons, decision.reasons), (row.warnings, decision.warnings)):
        if len(wanted) != len(said) or not all(words in text for words, text in zip(wanted, said, strict=True)):
            return f"{said} instead of {wanted}"
    return None
