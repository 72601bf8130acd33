# SPDX-License-Identifier: Apache-2.0
"""What a kind says of what runs in a session: how it is started, listed and told from others, and the texts about it."""

from __future__ import annotations

import abc
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from ...errors import join_words, quote
from ...http.auth import Signer
from ..inputs import InputReader
from ..kind import DeclaredKind
from ..plan import Action
from ..scope import Scope
from .state import STATES, FoundT, RunSpec, RunState

SpecT = TypeVar("SpecT", bound=RunSpec)


class RunningTraits(DeclaredKind[SpecT, RunState[FoundT]], Generic[SpecT, FoundT]):
    """What one kind of that sort says of itself; the rest is :class:`RunningKind`."""

    exclusive = True
    remembers = True
    states = (*STATES, "absent")
    ends_before_replaced = True

    runs: ClassVar[tuple[str, ...]]
    """The statuses of one that runs."""

    gone: ClassVar[str]
    """The status of one that the API no longer shows."""

    keyless: ClassVar[bool] = False
    """Whether the list does not show the key of one."""

    key_inputs: ClassVar[tuple[str, ...]]
    """What tells it from others of the session."""

    immutable: ClassVar[tuple[str, ...]]
    """Fields of the spec and of what is found alike: another value asks for another one."""

    compared: ClassVar[tuple[str, ...]]
    """Those that the API shows of one, whoever has started it."""

    started: ClassVar[Mapping[str, Any]]
    """What is shown of one that was just started and nothing is declared of, if it is known."""

    @abc.abstractmethod
    def client(self, scope: Scope, signer: Signer) -> Any:
        """Of the API: ``get`` and ``stop`` take an id."""

    @abc.abstractmethod
    def listed(self, scope: Scope, signer: Signer, session: str) -> Iterable[FoundT]:
        """All that the API shows of a session, or of its project."""

    @abc.abstractmethod
    def start(self, scope: Scope, signer: Signer, spec: SpecT) -> FoundT:
        """Starts one, once."""

    @abc.abstractmethod
    def key(self, spec: SpecT) -> str | None:
        """See :func:`key_of`."""

    @abc.abstractmethod
    def key_of(self, found: FoundT) -> str | None:
        """The key of one that is listed."""

    @abc.abstractmethod
    def starting(self, spec: SpecT) -> str:
        """For texts: ``record session 2_MX… (composed)``."""

    @abc.abstractmethod
    def stopping(self, found: FoundT) -> str:
        """Who is affected: ``stop archive b40e…: session 2_MX… is recorded no longer``."""

    @abc.abstractmethod
    def ended(self, found: FoundT) -> str:
        """``archive b40e… of session 2_MX… has ended (available, user initiated)``."""

    def nobody(self, spec: SpecT) -> str:
        """Why nothing can be started where the API knows no such session: it begins when the first client connects."""
        return f"nobody is or was connected to session {spec.session}: let a client connect, then run again"

    def taken(self, spec: SpecT, beside: Collection[FoundT]) -> str:
        """Why nothing can be started beside what runs there. Here: the API's own words say it."""
        return f"{self.these(one.id for one in beside)} in session {spec.session} already"

    def these(self, ids: Iterable[str], does: tuple[str, str] = ("runs", "run")) -> str:
        """``archive a records`` or ``archives a and b record``."""
        ones = list(ids)
        return f"{self.name}{'s' if len(ones) > 1 else ''} {join_words(ones)} {does[len(ones) > 1]}"

    def unstoppable(self, found: FoundT) -> str:
        """Why the API refuses to stop it."""
        return f"{self.name} {found.id} cannot be stopped"

    def blocked(self, spec: SpecT, beside: Collection[FoundT]) -> bool:
        """Whether the API starts none while these run."""
        return False

    def unseen(self, spec: SpecT) -> str:
        """What to do about a start that got no answer and that the list does not show."""
        return "run again, which looks first"

    def rewritten(self, spec: SpecT, made: FoundT) -> bool:
        """Whether the API wrote one that was just started down otherwise than it was sent, so that nothing would find it again."""
        return self.key_of(made) != self.key(spec)

    def unique(self, spec: SpecT) -> bool:
        """Whether the API itself starts no second one of the same, and the list would not show it."""
        return False

    def new(self, spec: SpecT, before: RunState[FoundT], there: RunState[FoundT]) -> list[FoundT]:
        """What runs ``there`` under its key and did not ``before``, the oldest first."""
        running = [one for one in (there.found, *there.twins) if one is not None and one.status in self.runs]
        return [one for one in running if one.id not in before.seen]

    def adjustments(self, spec: SpecT, found: FoundT | None, record: SpecT | None) -> tuple[Action, ...]:
        """What is changed in place of one that runs, or of one that was just started (``None``)."""
        return ()

    def adjust(self, scope: Scope, signer: Signer, found: FoundT, action: Action) -> FoundT:
        """Does one of those."""
        return found

    def end(self, spec: SpecT, found: FoundT) -> tuple[Action, ...]:
        """What its end does, as ``on_delete`` says."""
        if found.status not in self.runs or spec.on_delete == "keep":
            return ()
        return (self._stop(found),)

    def expected(self, spec: SpecT, found: FoundT) -> bool:
        """Whether it has ended as its declaration says it ends, which is no drift."""
        return False

    @abc.abstractmethod
    def read_spec(self, reader: InputReader) -> SpecT:
        """The checked spec; ``reader`` hears what is wrong."""

    @abc.abstractmethod
    def said(self, spec: SpecT) -> dict[str, Any]:
        """The inputs of a spec (JSON types only), fingerprints for secrets: what a ledger keeps, for ``restore_spec``."""

    def planned(self, spec: SpecT) -> dict[str, Any]:
        """Those that may be shown."""
        return self.said(spec)

    @abc.abstractmethod
    def show_found(self, found: FoundT) -> dict[str, Any]:
        """The outputs of one that is found, but for ``id`` and the account's key."""

    @abc.abstractmethod
    def restore_found(self, saved: Mapping[str, Any]) -> FoundT | None:
        """The reverse, as far as it is saved."""

    def changed(self, spec: SpecT, record: SpecT) -> list[str]:
        """What is declared otherwise than it was, and asks for another one."""
        return [name for name in self.immutable if getattr(spec, name) != getattr(record, name)]

    def differs(self, spec: SpecT, found: FoundT) -> list[str]:
        """How one that no run remembers is otherwise than declared, as far as the API shows it."""
        pairs = {name: (getattr(found, name, None), getattr(spec, name)) for name in self.compared}
        wrong = {name: pair for name, pair in pairs.items() if None not in pair and pair[0] != pair[1]}
        return [f"its {name} is {quote(is_)}, declared is {quote(declared)}" for name, (is_, declared) in wrong.items()]

    def _stop(self, found: FoundT) -> Action:
        return Action(do="stop", text=self.stopping(found), args={"id": found.id}, disrupts=True)

    def restore_spec(self, inputs: Mapping[str, Any]) -> SpecT:
        """The spec of inputs as they were saved. A ledger keeps no secret."""
        return self.parse(inputs, unknown=[name for name in self.secret_inputs if inputs.get(name) is None])
