# SPDX-License-Identifier: Apache-2.0
"""What OpenTok joins to a session as a client: a SIP call, an audio connection. Its connection is looked for among those of the session.

A request that was not answered may have been carried out. With a ledger that is noted before it is sent, together with who was there, so that
the next run sends no second one while the first may still be what somebody in the session is.
"""

from __future__ import annotations

import abc
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from ..api.moderation import Moderation
from ..errors import InvalidInput, NotFound, OpenTokError, PlanError, Problem, join_words
from . import interrupts
from .inputs import InputReader
from .looking import may_still_come, not_settled
from .memory import Memory
from .plan import Action, Plan
from .procedure import InSession
from .run import Report
from .times import to_text

MOST_NAMED = 3


def which_one(reader: InputReader, *, present: bool, what: str) -> None:
    """Notes what is wrong with ``connection_id`` and ``name``, of which one says which ``what`` it is."""
    given = [field for field in ("connection_id", "name") if reader.given(field)]
    if len(given) > 1:
        reader.problem("name", f"contradicts connection_id: a name finds the {what} in the ledger, connection_id says which one it is")
    if not present and not given:
        reader.problem("connection_id", f"missing: declare which {what} to end, by it or by name and ledger")


def check_recorded(name: str | None, *, recorded: bool, instead: str) -> None:
    """Raises :class:`InvalidInput` for a ``name`` without the ledger that remembers it."""
    if name is not None and not recorded:
        raise InvalidInput(Problem("name", f"needs a record of the last run: give a ledger (a file or a URL), or {instead}"))


class JoinRun(abc.ABC):
    """One run. ``memory`` remembers what has a name; with ``check`` nothing is changed, only looked at."""

    kind: ClassVar[str]
    what: ClassVar[str]
    """The words for it before those for the session: ``a SIP call into``."""

    outputs: ClassVar[tuple[str, ...]]
    """What a report shows, always all of it, ``None`` where unknown; ``session_id``, ``connection_id`` and ``in_session`` are among them."""

    kept: ClassVar[tuple[str, ...]]
    """Those of which only the answer to the request tells."""

    def __init__(self, room: InSession, memory: Memory, *, connection_id: str | None, check: bool) -> None:
        self.room = room
        self._memory = memory
        self._check = check
        self._known = {**dict.fromkeys(self.outputs), "session_id": room.id, "connection_id": connection_id}
        self._begun: Mapping[str, Any] | None = None
        self._remember()

    @abc.abstractmethod
    def starting(self) -> Action:
        """The step, as it is said to people."""

    @abc.abstractmethod
    def ending(self, connection: str) -> Action:
        """The same of its end."""

    @abc.abstractmethod
    def sent(self) -> Mapping[str, Any]:
        """What is sent, without secrets: what a check is asked for."""

    @abc.abstractmethod
    def start(self, signer: Any) -> Mapping[str, Any]:
        """Sends the request; gives the outputs ``kept``."""

    def foretold(self) -> Mapping[str, Any]:
        """Outputs that are known before the request is sent. Here: none."""
        return {}

    def present(self) -> Report:
        """Starts it, unless its connection is in the session."""
        if self._in_session():
            return Report(plan=Plan(kind=self.kind, before=self._known, after=self._known), actions=(), shown=self._known)
        self._settle()
        after = {**dict.fromkeys(self.outputs), "session_id": self.room.id, "in_session": True, **self.foretold()}
        plan = Plan(kind=self.kind, actions=(self.starting(),), after={**after, **self.sent()})
        if self._check:
            return Report(plan=plan, actions=plan.texts, shown=after)
        interrupts.begin()
        shown = {**after, **self._send()}
        return Report(plan=plan, actions=plan.texts, shown=shown, unfinished=self._memory.note({name: shown[name] for name in self.kept}))

    def absent(self) -> Report:
        """Ends it, if its connection is still in the session."""
        if not self._in_session():
            self._settle()
            return Report(plan=Plan(kind=self.kind), actions=(), shown=None, unfinished=None if self._check else self._memory.note(None))
        connection = str(self._known["connection_id"])
        plan = Plan(kind=self.kind, actions=(self.ending(connection),), before=self._known)
        if self._check:
            return Report(plan=plan, actions=plan.texts, shown=None)
        interrupts.begin()
        try:
            self.room.signed(lambda signer: Moderation(self.room.scope.transport, signer).disconnect(self.room.id, connection))
        except NotFound:
            # It has ended since it was looked at.
            return Report(plan=plan, actions=(), shown=None, unfinished=self._memory.note(None))
        return Report(plan=plan, actions=plan.texts, shown=None, unfinished=self._memory.note(None))

    def _send(self) -> Mapping[str, Any]:
        """Sends the request after noting that it is sent: if the answer is lost, the next run knows of it."""
        if self._memory.lasts:
            there, now = sorted(self.room.connections()), to_text(self.room.scope.now())
            self._memory.begin({"begun_at": now, "there": there})
        try:
            return self.room.signed(self.start)
        except OpenTokError as error:
            if not error.outcome_unknown:
                self._memory.note(None)
            raise

    def _remember(self) -> None:
        """What is known of an earlier run."""
        entry = self._memory.entry()
        if entry is None:
            return
        if "begun_at" in entry:
            self._begun = self._memory.entry(begun_at=str, there=list)
            return
        self._memory.entry(connection_id=str)
        self._known.update({name: entry.get(name) for name in self.kept})

    def _in_session(self) -> bool:
        if self._known["connection_id"] is None:
            return False
        self._known["in_session"] = self._known["connection_id"] in self.room.connections()
        return bool(self._known["in_session"])

    def _settle(self) -> None:
        """Raises :class:`PlanError` where a request without an answer may have been carried out."""
        if self._begun is None:
            return
        joined = self.room.connections() - set(self._begun["there"])
        asked = f"an earlier run asked for {self.what} {self.room} and got no answer"
        if joined:
            raise PlanError(
                f"{asked}, and since then {_some(joined)} joined: whether one of them is it cannot be told, so nothing was done; "
                "disconnect it if it is, and run again, or choose another name"
            )
        if may_still_come(self._memory.moment(self._begun["begun_at"]), self.room.scope.now()):
            raise not_settled(asked)


def _some(connections: Collection[str]) -> str:
    ones = sorted(connections)
    more = [f"{len(ones) - MOST_NAMED} more"] if len(ones) > MOST_NAMED else []
    return f"{'connection' if len(ones) == 1 else 'connections'} {join_words([*ones[:MOST_NAMED], *more])}"
