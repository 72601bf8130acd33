# SPDX-License-Identifier: Apache-2.0
"""What a kind of desired state is: the seam between the core and both layers.

The one Pulumi provider (``pulumi_opentok/_dynamic.py``) and the one Ansible runner (``module_utils/_module.py``) drive any kind through
this and know nothing else of it. To add a kind, write a module like ``session.py`` and declare it in both layers.

How a declaration travels: ``parse`` -> ``find`` or ``read`` (or ``restore`` from saved outputs) -> ``plan`` -> ``apply`` -> ``record`` ->
``show``. Only ``find``, ``read``, ``refresh`` and ``apply`` send requests, and where runs meet or a server lags ``recall``, ``settle`` and
``look_after``; all else is pure.
"""

from __future__ import annotations

import abc
import datetime
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from ..errors import OpenTokError, PlanError
from ..http.connection import Connection
from .inputs import INTERNAL, STATELESS, Input, names
from .plan import Applied, Plan
from .scope import Scope, SharedLists

SpecT = TypeVar("SpecT")
StateT = TypeVar("StateT")
RecordT = TypeVar("RecordT")


class Described:
    """What has inputs and outputs that a layer shows: a :class:`Kind`, or something that is done (``procedure.py``)."""

    name: ClassVar[str]
    """``project``; the word for it in texts, results and type names."""

    table: ClassVar[tuple[Input, ...]]
    """Its inputs, a row each. What follows from it has the name of the trait:"""

    inputs: ClassVar[tuple[str, ...]]
    """What a declaration in a layer with a state may give."""

    reports_live_value: ClassVar[tuple[str, ...]]
    reconciled: ClassVar[tuple[str, ...]]
    force_new: ClassVar[tuple[str, ...]]
    hidden_inputs: ClassVar[tuple[str, ...]]
    secret_inputs: ClassVar[tuple[str, ...]]
    """Those that may hold a secret."""
    encrypted_inputs: ClassVar[tuple[str, ...]]
    """Those of which a part is a secret."""
    names_other: ClassVar[tuple[str, ...]]
    only_present: ClassVar[tuple[str, ...]]
    needs_record: ClassVar[tuple[str, ...]]
    generated: ClassVar[Mapping[str, str]]
    followed: ClassVar[Mapping[str, str]]
    renamed: ClassVar[Mapping[str, str]]

    instead_of_record: ClassVar[str] = ""
    """What to declare where there is no record: ends the sentence that refuses one of ``needs_record``."""

    outputs: ClassVar[tuple[str, ...]]
    """What ``show`` returns besides the inputs: always all keys, ``None`` where unknown."""

    added_outputs: ClassVar[tuple[str, ...]] = ()
    """Outputs that states of before have not, and that a refresh alone does not add to them."""

    secret_outputs: ClassVar[tuple[str, ...]] = ()
    """Outputs (and inputs that are echoed among them) that are secret."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "table" not in vars(cls):
            return
        shared = [row for row in cls.table if row.layers not in (STATELESS, INTERNAL)]
        cls.inputs = tuple(row.name for row in shared)
        cls.reports_live_value = names(cls.table, "reports_live_value")
        cls.reconciled = names(cls.table, "reconciled")
        cls.force_new = names(cls.table, "force_new")
        cls.hidden_inputs = tuple(row.generated for row in cls.table if row.generated)
        cls.secret_inputs = tuple(row.name for row in cls.table if not row.quoted)
        cls.encrypted_inputs = tuple(row.name for row in shared if any(part.secret for part in row.suboptions))
        cls.names_other = names(cls.table, "names_other")
        cls.only_present = names(cls.table, "only_present")
        cls.needs_record = names(cls.table, "needs_record")
        cls.generated = {row.name: row.generated for row in cls.table if row.generated}
        cls.followed = {row.name: row.followed for row in cls.table if row.followed}
        cls.renamed = {row.formerly: row.name for row in cls.table if row.formerly}

    def derived(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs that follow from the others: part of a result, but neither saved nor planned nor compared. Here: none."""
        return {}


class Kind(Described, abc.ABC, Generic[SpecT, StateT, RecordT]):
    """A kind of thing that can be declared: spec (what is wanted), state (what is there), record (what the last run left behind)."""

    exclusive: ClassVar[bool] = False
    """Its end is the end of something live that another declaration can take over, so two of them must not hold the same one."""

    named_by: ClassVar[tuple[str, ...]] = ()
    """Inputs that :meth:`named` is made of, where two declarations that agree in them mean the same one."""

    recorded: ClassVar[tuple[str, ...]] = ()
    """Outputs that every record of an existing one has: where a ledger has none, someone has edited it."""

    needed_to_end: ClassVar[tuple[str, ...] | None] = None
    """Inputs that say which one is to end, where a layer without a state of its own needs no others for that; ``None``: as ever."""

    deletes_nothing: ClassVar[bool] = False
    """Its end changes nothing anywhere, so nothing has to be looked at before."""

    states: ClassVar[tuple[str, ...]] = ("present", "absent")
    """What ``state`` says where it also ends things (Ansible), the usual one first, ``absent`` last. Where others than these two are among them, they
    are what the input ``state`` takes."""

    ends_before_replaced: ClassVar[bool] = False
    """One that replaces another cannot begin before that has ended."""

    remembers: ClassVar[bool] = False
    """A ledger may keep a record of it, though it is found without one. Always so where an input ``needs_record``."""

    after_lost_end: ClassVar[str] = ""
    """What to do if it is declared again after an end of which nothing was heard, in a layer that cannot note that; empty: a look at what is there
    tells."""

    issued_outputs: ClassVar[tuple[str, ...]] = ()
    """Outputs that nobody knows before an action that ``issues_secret`` is done."""

    @abc.abstractmethod
    def parse(self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()) -> SpecT:
        """The checked spec. ``unknown`` names inputs that are not known yet. Raises ``InvalidInput`` with every problem.

        ``account_key`` and ``api_key`` are the account's and the project's that the credentials belong to.
        """

    def authorise(self, connection: Connection) -> None:
        """Raises ``CredentialsError`` when these credentials cannot do what the kind needs. Here: it needs none."""

    def canonical(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Valid inputs as they are saved and compared, without what must not be saved."""
        return dict(inputs)

    @abc.abstractmethod
    def find(self, scope: Scope, spec: SpecT) -> StateT:
        """What is there that the spec could mean, without any record of an earlier run."""

    @abc.abstractmethod
    def read(self, scope: Scope, identity: str) -> StateT:
        """What is there under this identity (a Pulumi resource id). Says so in the state when it is gone.

        Raises ``PlanError`` where nothing can be known from an identity alone.
        """

    def refresh(self, scope: Scope, state: StateT) -> StateT:
        """What is there now of what was there as ``state`` the last time. Where OpenTok has no such object, that is ``state`` itself."""
        return self.read(scope, self.identity(state))

    def refresh_among_many(self, scope: Scope, state: StateT, lists: SharedLists) -> StateT:
        """As :meth:`refresh`, where others are refreshed at the same time: a list that they share may confirm ``state``, and nothing else.

        Here: it is read by itself.
        """
        return self.refresh(scope, state)

    def known_now(self, scope: Scope, state: StateT) -> StateT:
        """``state`` with what can be told of it now without any request. Here: nothing more."""
        return state

    def look_before_change(self, scope: Scope, spec: SpecT, state: StateT, plan: Plan) -> StateT:
        """``state`` as it was saved, looked at anew where ``plan`` may no longer be what leads from what is there. Here: as it was saved."""
        return state

    def ledger_key(self, spec: SpecT) -> str | None:
        """Under what a ledger knows the thing where neither its identity nor a look at OpenTok could find it; ``None``: its identity."""
        return None

    def recall(self, scope: Scope, spec: SpecT, state: StateT, entries: Mapping[str, Mapping[str, Any]]) -> StateT:
        """``state`` as it was just found, or what the ledger's ``entries`` show it to be where the look found less. Here: as it was found.

        Where the declaration is :meth:`called` by a name, the ``entries`` are those whose name or declared name it is.
        """
        return state

    def agreed(self, spec: SpecT, state: StateT, own: RecordT, shared: RecordT) -> RecordT:
        """What is remembered of an existing one, where a layer's state has its ``own`` record and a ledger that others write to the ``shared`` one.

        Here: its own.
        """
        return own

    def complete(self, scope: Scope, state: StateT, record: RecordT | None) -> StateT:
        """``state`` with what ``record`` knows to belong to it, where it was looked at without. Here: nothing."""
        return state

    def supposed(self, spec: SpecT, state: StateT) -> RecordT | None:
        """What is taken to be remembered of an existing one, as it was just found, where there is no ledger. Here: nothing."""
        return None

    def settle(self, scope: Scope, spec: SpecT | None, state: StateT, record: RecordT | None, known: StateT | None = None) -> StateT:
        """``state`` as it was just read; where it cannot be what is there now (a server lags), as it was ``known`` before, or read again.

        Raises ``PlanError`` when that does not help. Here: what was read is what is there.
        """
        return state

    def named(self, spec: SpecT) -> str | None:
        """The identity that the declaration itself gives; ``None``: only a look finds it."""
        return None

    def called(self, spec: SpecT) -> str | None:
        """The name by which a look finds it, where another account may have one of that name too."""
        return None

    @abc.abstractmethod
    def exists(self, state: StateT) -> bool:
        """Whether the state shows the thing itself."""

    @abc.abstractmethod
    def identity(self, state: StateT) -> str:
        """The identity of an existing one."""

    def known_as_itself(self, state: StateT) -> StateT:
        """``state`` after a run, under the identity that it has from now on. Here: the one that it had."""
        return state

    @abc.abstractmethod
    def plan(self, spec: SpecT, state: StateT, record: RecordT | None, now: datetime.datetime) -> Plan:
        """What leads from ``state`` to ``spec``. Raises ``PlanError`` when nothing does."""

    def plan_replacement(self, spec: SpecT, state: StateT, plan: Plan) -> Plan | None:
        """What a layer without replacements does for a ``plan`` that asks for one. ``None``: nothing, that is an error there."""
        return None

    def plan_unknown(self, spec: SpecT, unknown: Collection[str], *, present: bool) -> Plan | None:
        """In a check, what would lead to ``spec`` (or with ``present`` false end it) where ``unknown`` inputs, :attr:`names_other` or credentials,
        are what an earlier step would give: nothing can be looked at. ``None``: these do not matter, look and plan as ever.
        """
        return None

    @abc.abstractmethod
    def plan_absent(self, spec: SpecT, state: StateT) -> Plan:
        """What ends its life here, as its declaration wants it ended."""

    @abc.abstractmethod
    def apply(self, scope: Scope, plan: Plan, state: StateT) -> Applied[StateT]:
        """Does the plan's actions in order."""

    def look_after(self, scope: Scope) -> Mapping[str, OpenTokError]:
        """By identity, what one more look shows to be wrong with what was made since the last: another run has made the same, say.

        Called after ``apply``, whatever came of it; sends no request where nothing was made. Here: none ever.
        """
        return {}

    def record_before_apply(self, spec: SpecT, state: StateT, record: RecordT | None, plan: Plan) -> RecordT | None:
        """What to remember before ``apply``, so that a run that is killed on its way is understood; ``None``: nothing."""
        return None

    def formerly(self, record: RecordT) -> tuple[str, ...]:
        """Identities under which what ``record`` is about was known before."""
        return ()

    def needing_record(self, inputs: Mapping[str, Any]) -> list[str]:
        """Those of ``inputs`` that mean nothing without a record of the last run."""
        return [name for name in self.needs_record if inputs.get(name) is not None]

    def record_published(self, record: RecordT, now: datetime.datetime) -> RecordT | None:
        """What to remember once the credentials of ``record`` are in all places; ``None``: nothing new."""
        return None

    def record_unpublished(self, record: RecordT) -> RecordT | None:
        """What to go by where the credentials of ``record`` are not in all places any more, before a plan that ``needs_publication``; ``None``: the
        same."""
        return None

    def record_before_end(self, record: RecordT, plan: Plan) -> RecordT | None:
        """What to remember before ``plan`` ends it, so that an end of which nothing is heard is understood; ``None``: what was remembered until now.

        Here: a look at what is there tells.
        """
        return None

    def record_after_end(self, record: RecordT, applied: Applied[StateT], now: datetime.datetime) -> RecordT | None:
        """What to go on remembering of one that was ended and is there, where no look would find it again; ``None``: nothing. Here: nothing."""
        return None

    def credentials(self, shown: Mapping[str, Any]) -> dict[str, Any] | None:
        """The credential document of what ``show`` gave, for publication; ``None`` where the kind has none."""
        return None

    def repeats(self, spec: SpecT) -> bool:
        """Whether each run of ``spec`` does something again, whatever is there."""
        return False

    @abc.abstractmethod
    def record(self, spec: SpecT, applied: Applied[StateT], before: RecordT | None, now: datetime.datetime) -> RecordT:
        """What to remember after ``applied``; ``before`` is what was remembered until now."""

    def record_without_ledger(self, spec: SpecT) -> RecordT | None:
        """What is known of a declaration just carried out where no ledger keeps a record of it; ``None``: no more than what is there shows."""
        return None

    @abc.abstractmethod
    def refresh_record(self, state: StateT, record: RecordT | None, now: datetime.datetime) -> RecordT | None:
        """The record after reading ``state``: what was changed elsewhere is taken note of."""

    def record_to_dict(self, record: RecordT) -> dict[str, Any]:
        """What a ledger keeps of the declaration besides ``show`` and ``private_state`` (JSON types only), for ``restore``."""
        return {}

    def remembered(self, state: StateT, before: RecordT | None, after: RecordT) -> tuple[str, ...]:
        """What a ledger would have anew that is no action of a plan, a line each."""
        return ()

    def not_recorded(self, spec: SpecT, state: StateT) -> tuple[str, ...]:
        """Warnings where a ledger knows nothing of what is there, and ``spec`` declares what compares with it."""
        return ()

    def private_state(self, record: RecordT, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What of the record neither ``inputs`` nor ``show`` say (JSON types only), for ``restore``."""
        return {}

    @abc.abstractmethod
    def show(self, state: StateT, record: RecordT | None) -> dict[str, Any]:
        """The ``outputs`` (JSON types only), secrets in clear: the layers mark or drop ``secret_outputs``."""

    def told(self, shown: Mapping[str, Any], state: StateT | None) -> dict[str, Any]:
        """What :meth:`show` gave of ``state`` as people read it, where no later run goes by it: no secret but in ``secret_outputs``."""
        return dict(shown)

    def declaration(self, state: StateT) -> dict[str, Any]:
        """The inputs that declare an existing one as it is, which is what an import declares. Here: those that ``show`` gives too."""
        shown = self.show(state, None)
        return {name: shown[name] for name in self.inputs if shown.get(name) is not None}

    @abc.abstractmethod
    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[StateT, RecordT]:
        """State and record as of the last run, from its saved inputs and outputs.

        ``saved['declared']`` has the inputs of ``reports_live_value`` as they were declared, ``saved['private']`` what :meth:`private_state` gave.
        Raises ``ValueError``, ``TypeError``, ``AttributeError`` or ``KeyError`` for what is not of that shape (a ledger edited by hand).
        """


class DeclaredKind(Kind[SpecT, StateT, SpecT]):
    """A kind that remembers what was declared and nothing else: its record is the last run's spec."""

    def record(self, spec: SpecT, applied: Applied[StateT], before: SpecT | None, now: datetime.datetime) -> SpecT:
        return spec

    def record_without_ledger(self, spec: SpecT) -> SpecT | None:
        return spec

    def refresh_record(self, state: StateT, record: SpecT | None, now: datetime.datetime) -> SpecT | None:
        return record

    def nowhere(self, identity: str) -> PlanError:
        """The error of :meth:`read` for a kind of which OpenTok keeps nothing."""
        return PlanError(f"{self.name} {identity} cannot be looked up: OpenTok keeps none, only the declaration that made it knows it")
