# SPDX-License-Identifier: Apache-2.0
"""When a project's secret is to be rotated: pure functions.

A project has one secret and no overlap, so a rotation is never done without a reason that the declaration gives.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...errors import PlanError, join_words, quote
from ...http.auth import FINGERPRINT, fingerprint
from ..durations import duration_text

if TYPE_CHECKING:
    from .windows import Window

TOKENS_DIE = "every client token signed with the old secret stops working"


AHEAD = datetime.timedelta(days=1)
"""How far clocks may differ: what is recorded of a later time was not so."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RotationSpec:
    """What is declared of rotation.

    ``triggers``: a changed value rotates once. ``max_age``: a secret that is older is rotated. ``retired``: fingerprints that the live secret
    must not have. ``window``: when a rotation that can wait may be done. ``on_external``: what a trigger does when the live secret is not
    the recorded one. ``always``: rotate now, whatever there is; ``always_because``: why, in the words of who asked.
    """

    triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    max_age: datetime.timedelta | None = None
    retired: frozenset[str] = frozenset()
    window: Window | None = None
    on_external: str = "rotate"
    always: bool = False
    always_because: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class RotationRecord:
    """What is remembered of rotation.

    ``triggers``: as declared, or a fingerprint in place of each value (what is saved must not hold a value that was secret).
    ``secret``: the fingerprint of the secret as last seen. ``since``: when it was issued, or first seen. ``version`` counts from 1.
    ``pending``: the fingerprint of a secret whose rotation was begun and never seen to end. ``previous``: that of the secret before this one:
    gone for good, so whoever shows it lags behind. ``former``: the fingerprints of triggers that are no longer declared; another party that
    shares the ledger may go on declaring them.
    """

    triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    secret: str | None = None
    since: datetime.datetime | None = None
    version: int = 1
    pending: str | None = None
    previous: str | None = None
    former: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def known_triggers(self) -> Mapping[str, str]:
        """The last value of each trigger that was ever declared, as in ``triggers``."""
        return {**self.former, **self.triggers}

    def with_triggers(self, triggers: Mapping[str, str]) -> RotationRecord:
        """This record, with ``triggers`` declared."""
        former = {key: value for key, value in fingerprints(self.known_triggers).items() if key not in triggers}
        return dataclasses.replace(self, triggers=triggers, former=former)

    def after_seeing(self, live: str, now: datetime.datetime) -> RotationRecord:
        """This record, with a secret that was rotated since counted as one more version, first seen ``now``."""
        if live in (self.secret, self.previous):
            return self
        if self.secret is None:
            return dataclasses.replace(self, secret=live)
        return dataclasses.replace(self, secret=live, version=self.version + 1, since=now, pending=None, previous=self.secret)

    def not_ahead(self, now: datetime.datetime) -> RotationRecord:
        """This record, with a time that has not come yet as ``now``."""
        return dataclasses.replace(self, since=now) if self.since is not None and self.since > now + AHEAD else self

    def due_at(self, max_age: datetime.timedelta | None) -> datetime.datetime | None:
        """When the secret gets too old."""
        return None if max_age is None or self.since is None else self.since + max_age


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decision:
    """``reasons`` to rotate now (none: no rotation), ``warnings`` to give in any case.

    ``waiting``: reasons for a rotation that is due, but waits for its window, which ``opens`` then. ``at_once``: one of ``reasons`` gives no time
    for an overlap of two secrets.
    """

    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    opens: datetime.datetime | None = None
    at_once: bool = False


def decide(spec: RotationSpec, record: RotationRecord | None, live: str, now: datetime.datetime) -> Decision:
    """Whether the secret with the fingerprint ``live`` is to be rotated now. Raises :class:`PlanError` for ``on_external='fail'``.

    Without a record only ``retired`` and ``always`` can ask for it.
    """
    if spec.always:
        return Decision(reasons=(spec.always_because or "it is asked for with rotate: always",), at_once=True)
    if record is not None and record.secret is not None and live == record.previous:
        live = record.secret
    urgent, warnings = _urgent(spec, record, live)
    if record is not None and record.since is not None and record.not_ahead(now) is not record:
        since = record.since.isoformat(timespec="minutes")
        ahead = f"the secret is recorded as issued at {since}, which has not come yet: a clock was wrong, or the record was edited"
        warnings = (*warnings, f"{ahead}; its age counts from now" if spec.max_age else ahead)
    aged = _aged(spec, record, live, now)
    at_once = live in spec.retired or (record is not None and record.pending == live)
    if spec.window is None or spec.window.is_open(now):
        return Decision(reasons=(*urgent, *aged), warnings=warnings, at_once=at_once)
    waiting = (*urgent, *aged) if spec.window.applies_to == "all" else () if urgent else aged
    opens = None
    if waiting:
        opens = spec.window.next_opening(now)
        waits = f"a rotation is due ({'; '.join(waiting)}), but waits for the rotation_window: it opens {opens.isoformat(timespec='minutes')}"
        warnings = (*warnings, waits)
    return Decision(reasons=() if waiting else urgent, warnings=warnings, waiting=waiting, opens=opens, at_once=at_once and not waiting)


def _urgent(spec: RotationSpec, record: RotationRecord | None, live: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons that mean "what is live now must go", and warnings."""
    reasons = []
    warnings: tuple[str, ...] = ()
    if live in spec.retired:
        reasons.append("the live secret is one of retired_secrets")
    if record and record.pending == live:
        reasons.append("an earlier run began to rotate it and could not finish")
    changed = changed_triggers(spec, record)
    if changed:
        wanted, warnings = _external(spec, record, live, f"secret_triggers {join_words(quote(key) for key in changed)} changed")
        reasons.extend(wanted)
    return tuple(reasons), warnings


def _external(spec: RotationSpec, record: RotationRecord | None, live: str, reason: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a trigger asks for when the live secret may not be the recorded one: by default, that it goes too, for it could be the leaked one."""
    if record is None or record.pending or record.secret in (None, live):
        return (reason,), ()
    elsewhere = "the live secret is not the recorded one: it was rotated elsewhere, or by a run that was killed"
    if spec.on_external == "fail":
        raise PlanError(f"{reason}, but {elsewhere}; on_external_rotation is 'fail': say 'rotate' to rotate it once more or 'adopt' to keep it")
    if spec.on_external == "adopt":
        return (), (f"{elsewhere}; {reason}, and that rotation is taken for it (on_external_rotation: adopt)",)
    return (reason,), (f"{elsewhere}; the trigger rotates it once more",)


def _aged(spec: RotationSpec, record: RotationRecord | None, live: str, now: datetime.datetime) -> tuple[str, ...]:
    if record is None or record.secret not in (None, live):
        # Someone else has rotated it: its age counts from when it was first seen, which is now.
        return ()
    due = record.due_at(spec.max_age)
    if due is None or spec.max_age is None or now < due:
        return ()
    return (f"it is older than secret_max_age {duration_text(spec.max_age)}: due since {due.isoformat(timespec='minutes')}",)


def changed_triggers(spec: RotationSpec, record: RotationRecord | None) -> list[str]:
    """Triggers whose value was there before and is another one now: a first value and a removed one ask for nothing."""
    before = record.known_triggers if record else {}
    return [key for key, value in spec.triggers.items() if before.get(key, value) not in (value, fingerprint(value))]


def triggers_to_remember(spec: RotationSpec, record: RotationRecord | None, live: str) -> Mapping[str, str]:
    """The triggers after a run that did not rotate: a change that still has to rotate (it waits for the window) is not taken note of."""
    changed = changed_triggers(spec, record)
    if record is None or not changed:
        return spec.triggers
    if spec.on_external == "adopt" and record.secret not in (None, live):
        return spec.triggers
    return {**spec.triggers, **{key: record.known_triggers[key] for key in changed}}


def fingerprints(triggers: Mapping[str, str]) -> dict[str, str]:
    """The triggers as they are saved: each value as its fingerprint."""
    return {key: value if FINGERPRINT.fullmatch(value) else fingerprint(value) for key, value in triggers.items()}
