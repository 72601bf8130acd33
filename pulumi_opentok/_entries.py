# SPDX-License-Identifier: Apache-2.0
"""Which entry of the state holds which object, as one run of the engine sees it.

Two entries can stand for one object: a renamed resource takes over the object of its predecessor, which is deleted at the end of that run
or a later one. The engine tells a provider nothing of the other entry when it deletes one. But every run compares (``diff``) or creates
what the program declares before it deletes anything, and each entry carries its own mark in its outputs. So a delete always knows whether
another declared entry holds the same object.
"""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from . import _engine_log
from ._run_file import RunFile
from .core import PlanError

ENTRY = "__entry"
"""In the outputs: ``mark``, which no other entry has, and ``provider``, the name of its explicit Provider. Part of the state format."""


DELETE_FIRST = "set delete_before_replace=True in the resource's options (and remove existing_id from its arguments), then replace it again"


@dataclasses.dataclass(frozen=True)
class Holder:
    """An entry that holds an object.

    ``urn``: of its resource, empty where it is not known. ``took``: this run took the object over for it. ``leaves``: this run replaces it,
    or has deleted the entry alone. ``refreshed``: only a refresh has shown it, so the program may declare it no more.
    """

    mark: str | None
    urn: str
    took: bool = False
    leaves: bool = False
    refreshed: bool = False


@dataclasses.dataclass(frozen=True)
class Named:
    """A declaration of the resource ``urn`` that itself names the object. ``made``: the run creates it."""

    urn: str
    id: str
    made: bool


class Entries:
    """The holders of the objects of one kind that this run has seen. ``kind`` is its name. Thread-safe."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._of_the_run: RunFile | None = None
        self._holders: dict[str, dict[str | None, Holder]] = {}
        self._named: dict[str, Named] = {}

    def declared(self, id_: str, olds: Mapping[str, Any], urn: str, *, leaves: bool, refreshing: bool = False) -> None:
        """The entry with the outputs ``olds`` is declared and holds the object. Warns if another one does too, and stays.

        ``refreshing``: it is compared because a refresh read it.
        """
        holder = Holder(mark_of(olds), urn, leaves=leaves, refreshed=refreshing)
        for other in self._hold(id_, holder):
            if not (leaves or refreshing or other.refreshed):
                _engine_log.warning(
                    f"{self._kind} {id_} is managed by two resources, {_named(holder)} and {_named(other)}: remove one of them from the"
                    f" program, which leaves the {self._kind} as it is"
                )

    def named(self, id_: str, urn: str, *, made: bool) -> str:
        """What is wrong with the declaration of ``urn`` that itself names the object, empty for nothing: another of this program names it too.

        ``made``: this run creates it, which cannot be done then. Known before anything is made, so a preview says it too: only what the
        program declares in this run counts, and under its one URN, however often it is checked and whatever it replaces.
        """
        if not urn:
            return ""
        with self._lock:
            self._take_in()
            self._say(Named(urn, id_, made))
            others = [other for other in self._named.values() if other.id == id_ and other.urn != urn and (made or other.made)]
        if not others:
            return ""
        both = f"{_named(Holder(None, others[0].urn))} and {_named(Holder(None, urn))}"
        return f"{self._kind} {id_} is declared by two resources of this program, {both}: remove one of them"

    def created(self, id_: str, outs: Mapping[str, Any], urn: str, *, took: bool) -> None:
        """The entry with the outputs ``outs`` is new. ``took``: its object was there before."""
        self._hold(id_, Holder(mark_of(outs), urn, took=took))

    @contextlib.contextmanager
    def claimed(self, id_: str | None, outs: Mapping[str, Any], urn: str) -> Iterator[None]:
        """The new entry with the outputs ``outs`` holds the object while it is made. ``None``: only what is made has an id.

        Of two at the same moment both are refused, see :meth:`refuse_held`.
        """
        if id_ is None:
            yield
            return
        self._hold(id_, Holder(mark_of(outs), urn))
        try:
            self.refuse_held(id_, urn)
            yield
        except BaseException:
            self._hold(id_, Holder(mark_of(outs), urn, leaves=True))
            raise

    @property
    def leaving(self) -> bool:
        """Whether this run replaces an object, whose name another resource may take over."""
        with self._lock:
            return any(holder.leaves for holders in self._holders.values() for holder in holders.values())

    def refuse_held(self, id_: str, urn: str) -> None:
        """Raises :class:`PlanError` if another resource of this program holds and keeps the object, so that ``urn`` cannot take it over.

        Its own entry is a pending replacement: the engine counts it as deleted since an earlier run, and creates it in its place.
        """
        for other in self._staying(id_):
            if not other.refreshed and (other.urn != urn or urn == ""):
                raise PlanError(f"{self._kind} {id_} is not taken over: resource {_named(other)} of this program already manages it")

    def held_by_another(self, id_: str, olds: Mapping[str, Any], urn: str) -> bool:
        """Whether an entry other than the one of ``urn`` with the outputs ``olds`` holds the object: then this one is only forgotten.

        Raises :class:`PlanError` if that entry was meant to replace it: then nothing was replaced.
        """
        mark = mark_of(olds)
        # It leaves before it looks: of two entries that are deleted at the same moment one has to see that no other stays.
        others = self._hold(id_, Holder(mark, urn, leaves=True)) if mark else [other for other in self._staying(id_) if other.mark]
        if not others:
            return False
        itself = next((other for other in others if other.urn == urn != ""), None)
        if itself is None:
            said = f"is not deleted, only its old entry in the state is: resource {_named(others[0])} has taken it over"
            _engine_log.warning(f"{self._kind} {id_} {said}")
        else:
            said = f"{self._kind} {id_} was not replaced: its replacement found it and took it over, so key and secret are the same as before"
            if itself.took:
                raise PlanError(f"{said}: {DELETE_FIRST}")
            # An earlier run has, and failed on its way: an error now would be repeated for ever.
            _engine_log.error(f"{said}; only its old entry in the state is deleted: {DELETE_FIRST}")
        return True

    def _hold(self, id_: str, holder: Holder) -> list[Holder]:
        """Notes ``holder``; the others that stay."""
        with self._lock:
            self._take_in()
            self._note(id_, holder)
            if self._of_the_run is not None:
                self._of_the_run.write([self._kind, id_, dataclasses.asdict(holder)])
                self._take_in()
            return [other for other in self._holders[id_].values() if other.mark != holder.mark and not other.leaves]

    def _say(self, named: Named) -> None:
        self._named[named.urn] = named
        if self._of_the_run is not None:
            self._of_the_run.write([self._kind, None, dataclasses.asdict(named)])
            self._take_in()

    def _note(self, id_: str, holder: Holder) -> None:
        holders = self._holders.setdefault(id_, {})
        if not (holder.refreshed and holder.mark in holders):
            holders[holder.mark] = holder

    def _staying(self, id_: str) -> list[Holder]:
        with self._lock:
            self._take_in()
            return [holder for holder in self._holders.get(id_, {}).values() if not holder.leaves]

    def _take_in(self) -> None:
        """What the run's other processes have seen."""
        if self._of_the_run is None:
            self._of_the_run = RunFile()
        for kind, id_, fields in self._of_the_run.new_lines():
            if kind == self._kind and id_ is None:
                named = Named(**fields)
                self._named[named.urn] = named
            elif kind == self._kind:
                self._note(id_, Holder(**fields))


def new_entry(provider: str | None, mark: str | None) -> dict[str, Any]:
    """What tells one entry of the state from all others: its output :data:`ENTRY`. ``mark`` ``None``: a new one."""
    return {ENTRY: {"mark": mark or secrets.token_hex(8), **({"provider": provider} if provider else {})}}


def mark_of(outs: Mapping[str, Any]) -> str | None:
    """The mark of the entry with these outputs; ``None`` for one of an older state."""
    return (outs.get(ENTRY) or {}).get("mark")


def provider_of(outs: Mapping[str, Any]) -> str | None:
    """The name of the explicit Provider that the entry was made with."""
    return (outs.get(ENTRY) or {}).get("provider")


def _named(holder: Holder) -> str:
    return f"'{holder.urn.rpartition('::')[2]}'" if holder.urn else "(name unknown)"
