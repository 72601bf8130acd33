# SPDX-License-Identifier: Apache-2.0
"""What remembers for runs without a state of their own what they have done: fingerprints only.

A ledger is a file (``local``), which one run holds at a time, or lies in a store that many runs share (``shared``), where a run holds what it
is about.
"""

from __future__ import annotations

import abc
import dataclasses
import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar

from ...errors import LedgerError, OtherAccount, quote

if TYPE_CHECKING:
    from .mark import Mark

Entry = Mapping[str, Any]
Entries = dict[str, dict[str, Any]]
Changes = Mapping[str, "dict[str, Any] | None"]
"""New entries by their keys; ``None``: there is no such entry any more."""

PATIENCE = 60.0
"""Seconds that a run waits at most for another one, unless it is said otherwise."""

FORMAT = "opentok-ledger"
VERSION = 1
"""Of what is remembered: a ledger of a newer version is refused, wherever it is."""


@dataclasses.dataclass(frozen=True)
class Subject:
    """What a run is about: a thing of ``kind`` that a ledger knows under ``key``, or that is ``called`` so in ``account``, or both.

    With neither it is about all things of the kind in the account: nothing tells beforehand which one is meant.
    """

    kind: str
    key: str | None = None
    called: str | None = None
    account: str | None = None

    @classmethod
    def of(cls, kind: Any, spec: Any, account: str | None) -> Subject:
        """What ``spec``, of a :class:`Kind`, is about."""
        return cls(kind.name, key=kind.ledger_key(spec) or kind.named(spec), called=kind.called(spec), account=account)

    @property
    def entry(self) -> str | None:
        """The key of its entry, ``None`` where only a look tells it."""
        return None if self.key is None else f"{self.kind}/{self.key}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which runs hold it."""
        called = f"{self.account}/{self.kind}/called/{self.called}"
        some = (None if self.called is None else called, self.entry)
        return tuple(name for name in some if name is not None) or (f"{self.account}/{self.kind}",)


class Lease:
    """That this run alone is about a :class:`Subject`.

    ``alone``: no other run can have done anything since the ledger was opened. Otherwise ``changed`` says whether the ledger has something
    else of it by now, and ``clean`` whether whoever held it before has ended what was begun: where not, only OpenTok tells.
    """

    def __init__(self, *, alone: bool = False, changed: bool = False, clean: bool = True) -> None:
        self.alone = alone
        self.changed = changed
        self.clean = clean
        self.in_doubt = False

    def doubt(self) -> None:
        """What was begun may not be done: the next one that holds it must look."""
        self.in_doubt = True


class Busy(LedgerError):
    """Another run holds what this one is about. Nothing was done."""


class Conflict(LedgerError):
    """Another run has written an entry since this one read it. Nothing was overwritten."""


class NoMap(LedgerError):
    """An entry is no map, so nothing in it can be understood."""


Odd = Callable[[str], None]
"""Told the key of each entry that is no map, by who would look at the others all the same."""


class OpenLedger(abc.ABC):
    """The entries of a ledger while it is open. What ``set`` and ``forget`` were told is safe when they return. Thread-safe."""

    shared: ClassVar[bool] = False
    """Whether other runs may have it open at the same time."""

    mark: Mark | None = None
    """What stands in it if it moves or has moved."""

    def __init__(self, where: str) -> None:
        self.where = where

    @abc.abstractmethod
    def entry(self, key: str) -> Entry | None:
        """What is remembered under ``key``."""

    @abc.abstractmethod
    def of(self, kind: str, *, called: str | None = None) -> Mapping[str, Entry]:
        """What is remembered of all things of a kind, by what follows the kind in their keys; only those that are ``called`` so, or declared so."""

    @abc.abstractmethod
    def set(self, key: str, entry: Entry) -> None:
        """Remembers ``entry``; writes nothing when it is what is remembered already. Raises :class:`LedgerError`."""

    @abc.abstractmethod
    def forget(self, key: str) -> None:
        """Removes ``key``. Raises :class:`LedgerError`."""

    @abc.abstractmethod
    def lease(self, subject: Subject, *, wait: bool = True) -> AbstractContextManager[Lease]:
        """While this run alone is about ``subject``; what is remembered of it is then what it is now.

        Raises :class:`Busy`, without ``wait`` at once.
        """

    @abc.abstractmethod
    def everything(self) -> Mapping[str, Entry]:
        """All that is remembered, by its key."""

    @abc.abstractmethod
    def put_mark(self, mark: Mark | None) -> None:
        """Marks it: runs that open it from now on are refused. ``None``: takes the mark off. Raises :class:`LedgerError`."""

    def alone(self) -> None:  # noqa: B027 - a file is open once
        """Waits until no other run has it open for writing; to be called after :meth:`put_mark`. Raises :class:`Busy`."""

    def holders(self) -> Mapping[str, str]:
        """What runs hold now, and which run."""
        return {}

    def is_also(self, other: OpenLedger) -> bool:
        """Whether ``other``, which is open for writing as this one, is the same ledger, whatever both are called. A file has one name here."""
        return False

    def expect(self, keys: Collection[str], names: Collection[str] = (), *, anew: bool = False) -> None:  # noqa: B027 - a file has all of them
        """These entries, and those of what is called so, will be asked for: many are read as fast as one. ``anew``: also what is known already."""

    def claimed(self, subjects: Collection[Subject]) -> Collection[Subject]:
        """Those that another run holds, or that are remembered as something else than this run knows, by one look at all of them.

        A hint, which changes nothing of what this run knows: only a lease tells.
        """
        return ()

    def hold(self) -> None:  # noqa: B027 - a file's lock ends with its process
        """To be called before what cannot be undone.

        Raises :class:`LedgerError` where this run holds nothing any more, because others had to take it for dead.
        """

    def restore(self, key: str, entry: Entry | None) -> None:
        """What was remembered under ``key`` before is remembered again."""
        if entry is None:
            self.forget(key)
        else:
            self.set(key, entry)

    def not_of_another_account(self, key: str, account_key: str | None) -> None:
        """Raises :class:`OtherAccount` where ``key`` is remembered of another account: there it lives, whatever this one says of it."""
        owner = (self.entry(key) or {}).get("account_key")
        if isinstance(owner, str) and owner and account_key is not None and owner != account_key:
            what = f"{key.replace('/', ' ', 1)} belongs to account {owner}, as the ledger {quote(self.where, 300)} has it"
            theirs = f"but the credentials are of account {account_key}"
            raise OtherAccount(f"{what}, {theirs}: nothing was read or changed; give the credentials of its own account")

    def damaged(self, key: str) -> LedgerError:
        """The error of who cannot make sense of the entry ``key``."""
        return ledger_error(self.where, f"is damaged: entry {quote(key)} cannot be understood; restore it, or remove that entry")


class Ledger(abc.ABC):
    """A ledger. ``where``: its place, for texts; never a secret. A run that finds what it is about held waits ``patience`` seconds at most, and
    ``warn`` says so."""

    files: tuple[str, ...] = ()
    """The real paths of the files that are its own."""

    def __init__(self, where: str, *, patience: float = PATIENCE, warn: Callable[[str], None] | None = None) -> None:
        self.where = where
        self.patience = patience
        self._warn = warn

    @abc.abstractmethod
    def locked(self, *, marked: bool = False) -> AbstractContextManager[OpenLedger]:
        """Opens it for a run that writes. Raises :class:`LedgerError` before anything else is done, unless ``marked`` also for one that moves."""

    @abc.abstractmethod
    def read_only(self, *, marked: bool = False, odd: Odd | None = None) -> AbstractContextManager[OpenLedger]:
        """Reads it as it is, without waiting for anyone. Raises :class:`LedgerError`, as :meth:`locked` does.

        Without ``odd`` an entry that is no map raises :class:`NoMap`; with it, whenever it is read, it is told and passed over.
        """

    def _waits(self, what: str, holder: str) -> None:
        if self._warn is not None:
            who = f" ({holder})" if holder else ""
            self._warn(f"{what} is held by another run{who}: waiting for its end, {self.patience:g} s at most")


def names_of(entry: Mapping[str, Any]) -> set[str]:
    """The name of what is remembered, and the one that it was declared by: by either it is found."""
    declared = entry.get("declared")
    both = (entry.get("name"), declared.get("name") if isinstance(declared, Mapping) else None)
    return {name for name in both if isinstance(name, str)}


def digest(name: str) -> str:
    """What a store indexes a name by: a name may have characters that stores do not take."""
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:32]


def ledger_error(where: str, what: str) -> LedgerError:
    """The ledger ``what``."""
    return LedgerError(f"ledger {quote(where, 300)} {what}")


def newer(version: int, known: int = VERSION) -> str:
    """What is wrong with a ledger of a ``version`` that is not ``known`` yet."""
    return f"was written by a newer opentok (version {version} of the format, this one knows {known}): update opentok here"


def not_a_map(where: str, key: str, odd: Odd | None) -> None:
    """Tells ``odd`` of an entry that is none, or raises :class:`NoMap`."""
    if odd is None:
        raise NoMap(f"ledger {quote(where, 300)} is damaged: entry {quote(key)} is not a map; restore it, or remove that entry")
    odd(key)


def moved_by_another(where: str) -> Conflict:
    """The error of who would mark a ledger that has another mark by now."""
    return Conflict(f"ledger {quote(where, 300)} is being moved by another run: nothing was done")


def written_since(where: str, key: str) -> Conflict:
    """The error of who would write ``key`` on top of what it has not read."""
    what = f"another run has written the entry {quote(key)} since this one read it: nothing was overwritten; run again"
    return Conflict(f"ledger {quote(where, 300)}: {what}")
