# SPDX-License-Identifier: Apache-2.0
"""What is remembered of a blue/green rotation: a second project of the name takes the place of the first, step by step.

Each step is one state of the record: *begun* (``known``), *handed over* (``other``: its credentials are to be published), *draining*
(``published_at``), *suspended* (``suspended_at``). When the draining project is deleted, nothing is remembered any more.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ..durations import duration_text, parse_duration
from ..times import from_text, to_text

if TYPE_CHECKING:
    from ..plan import Applied
    from .rotation_plan import RotationRecord
    from .state import ProjectRecord, ProjectSpec, ProjectState

TOKEN_LIFETIME = datetime.timedelta(hours=24)
SOAK = datetime.timedelta(days=7)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Handover:
    """``known``: the ids of the name before the second project was created, as long as it is not known to be there.

    ``other``: the id of the project that drains, ``status`` and ``secret`` (a fingerprint) as last seen, ``since``: when that secret was issued.
    ``published_at``: when the credentials of the active one were everywhere. ``rolled_back``: the draining one is the newer. ``turn``: how often
    another one became the active one, which tells the entry that counts from the one that a stopped run has left.
    """

    known: tuple[str, ...] | None = None
    other: str | None = None
    status: str = "active"
    secret: str | None = None
    since: datetime.datetime | None = None
    published_at: datetime.datetime | None = None
    suspended_at: datetime.datetime | None = None
    rolled_back: bool = False
    turn: int = 0
    token_lifetime: datetime.timedelta = TOKEN_LIFETIME
    soak: datetime.timedelta = SOAK

    @property
    def drains_until(self) -> datetime.datetime | None:
        """When the last token of the draining project has ended."""
        return None if self.published_at is None else self.published_at + self.token_lifetime

    @property
    def deleted_from(self) -> datetime.datetime | None:
        """When the draining project, suspended by then, is deleted."""
        return None if self.suspended_at is None else self.suspended_at + self.soak

    def of_spec(self, spec: ProjectSpec) -> Handover:
        """With the durations that are declared now; tokens that were issued under a longer lifetime still live."""
        return dataclasses.replace(self, token_lifetime=max(self.token_lifetime, spec.token_lifetime), soak=spec.soak)

    def seen(self, state: ProjectState) -> Handover:
        """With what was just seen of the draining project."""
        there = state.draining
        if there is None or there.id != self.other:
            return self
        return dataclasses.replace(self, status=there.status, secret=there.secret_fingerprint or self.secret)


def to_dict(handover: Handover) -> dict[str, Any]:
    """JSON types, for :func:`of_dict`."""
    found = {
        "known": None if handover.known is None else list(handover.known),
        "other": handover.other,
        "status": handover.status if handover.other else None,
        "secret": handover.secret,
        "since": to_text(handover.since),
        "published_at": to_text(handover.published_at),
        "suspended_at": to_text(handover.suspended_at),
        "rolled_back": handover.rolled_back or None,
        "turn": handover.turn or None,
        "token_lifetime": duration_text(handover.token_lifetime),
        "soak": duration_text(handover.soak),
    }
    return {name: value for name, value in found.items() if value is not None}


def of_dict(saved: Any) -> Handover | None:
    """What :func:`to_dict` gave. Raises ``ValueError`` or ``KeyError`` for what is not of that shape."""
    if saved is None:
        return None
    if not isinstance(saved, Mapping):
        raise ValueError("handover")
    texts = {name: saved.get(name) for name in ("other", "secret", "since", "published_at", "suspended_at")}
    known = saved.get("known")
    wrong = any(value is not None and not isinstance(value, str) for value in texts.values())
    if wrong or not isinstance(known, (list, tuple, type(None))) or (known is None) == (texts["other"] is None):
        raise ValueError("handover")
    try:
        lifetime, soak = (parse_duration(saved[name], name) for name in ("token_lifetime", "soak"))
    except InvalidInput:
        raise ValueError("handover") from None
    return Handover(
        known=None if known is None else tuple(map(str, known)),
        other=texts["other"],
        status=str(saved.get("status") or "active"),
        secret=texts["secret"],
        since=from_text(texts["since"]),
        published_at=from_text(texts["published_at"]),
        suspended_at=from_text(texts["suspended_at"]),
        rolled_back=bool(saved.get("rolled_back")),
        turn=int(saved.get("turn") or 0),
        token_lifetime=lifetime,
        soak=soak,
    )


def of_entry(entry: Mapping[str, Any]) -> Handover | None:
    """The handover that an entry of a ledger remembers; ``None`` also for one that cannot be understood, which is told when it is restored."""
    private = entry.get("private")
    try:
        return of_dict(private.get("handover")) if isinstance(private, Mapping) else None
    except (ValueError, KeyError):
        return None


def _begins(spec: ProjectSpec, handover: Handover, before: Handover | None = None) -> Handover:
    """``handover`` with the durations that are declared, and none shorter than in the one ``before``."""
    lifetime = max(spec.token_lifetime, before.token_lifetime) if before else spec.token_lifetime
    return dataclasses.replace(handover, token_lifetime=lifetime, soak=spec.soak)


def begun(spec: ProjectSpec, record: ProjectRecord, known: tuple[str, ...]) -> Handover:
    """What to remember before the second project is created."""
    handover = record.handover
    return handover.of_spec(spec) if handover is not None and handover.known is not None else _begins(spec, Handover(known=known))


def after(spec: ProjectSpec, applied: Applied[ProjectState], before: ProjectRecord, now: datetime.datetime) -> Handover | None:
    """What to remember after ``applied``."""
    state, old, there = applied.state, before.handover, applied.state.draining
    project = state.project
    done = {action.do for action in applied.done}
    # With `status: suspended`, the one that gives its place away is suspended in the same run.
    suspended = now if done & {"suspend_draining", "note_suspended"} else None
    if done & {"hand_over", "roll_back"} and there is not None:
        turn, back = (old.turn if old else 0) + 1, "roll_back" in done
        given = Handover(other=there.id, status=there.status, secret=there.secret_fingerprint, since=before.secret_rotated_at, turn=turn)
        return _begins(spec, dataclasses.replace(given, rolled_back=back, suspended_at=suspended), old)
    if old is None or project is None:
        return None if state.known is None or project is None else _begins(spec, Handover(known=state.known))
    if old.other == project.id or state.draining_gone or done & {"delete_draining", "forget_draining"}:
        return None
    if "set_aside" in done:
        if there is None:
            return None
        aside = Handover(other=there.id, status=there.status, secret=there.secret_fingerprint, suspended_at=suspended, rolled_back=True)
        return _begins(spec, aside, old)
    kept = old.of_spec(spec).seen(state)
    return dataclasses.replace(kept, suspended_at=suspended) if suspended else kept


def changed_elsewhere(state: ProjectState, handover: Handover) -> list[tuple[str, str | None, str | None]]:
    """What of the two projects is not as the last run left it: what it is called, how it was, how it is."""
    project, draining = state.project, state.draining
    if project is not None and handover.other == project.id:
        return [("active_key", state.known_as, project.id)]
    if state.draining_gone:
        return [("draining_key", handover.other, None)]
    left = "active" if handover.suspended_at is None else "suspended"
    return [("draining_status", left, draining.status)] if draining is not None and draining.status != left else []


def after_end(record: ProjectRecord, applied: Applied[ProjectState], now: datetime.datetime) -> ProjectRecord | None:
    """What to go on remembering of two projects of one name that are ended and there: nothing else tells whose they are."""
    state, handover = applied.state, record.handover
    if handover is None or (state.draining is None and state.newcomer is None):
        return None
    handover = handover.seen(state)
    if handover.other is not None and any(action.do == "suspend_draining" for action in applied.done):
        handover = dataclasses.replace(handover, suspended_at=now)
    return dataclasses.replace(record, handover=handover)


def rotation_after(
    spec: ProjectSpec, applied: Applied[ProjectState], before: ProjectRecord, seen: RotationRecord, now: datetime.datetime
) -> RotationRecord:
    """What to remember of the secret where another project has become the active one: the one of before is not dead."""
    done = {action.do for action in applied.done}
    if "hand_over" in done:
        return dataclasses.replace(seen.with_triggers(spec.secret_triggers), since=now, pending=None, previous=None)
    if "roll_back" in done and before.handover is not None:
        return dataclasses.replace(seen, since=before.handover.since or now, pending=None, previous=None)
    return seen
