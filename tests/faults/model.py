# SPDX-License-Identifier: Apache-2.0
"""What must be, seen from outside: an independent memory of what was declared, done to the account and told, and the invariants.

It knows of no record, ledger or state. Whether a rotation is due it tells from the declarations, from what it saw executed at the server and
from what the runs said. What is special to a gateway that misbehaves is in `doubt.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any

from pulumi_opentok.core import fingerprint
from tests.faults.doubt import Doubt
from tests.faults.layers.base import Declaration, Layer, Outcome, Result
from tests.faults.opentok import executed, project_id

Row = Mapping[str, Any]
STATUS = {"VALID": "active", "ACTIVE": "active", "SUSPENDED": "suspended"}


class Due(Enum):
    """Whether a run has to rotate, may, or must not."""

    NO = 0
    MAY = 1
    MUST = 2


class Broken(AssertionError):
    """An invariant is broken."""


@dataclasses.dataclass
class Known:
    """What is known of the project that a name stands for. ``trigger``: whether a changed trigger has still to rotate it.

    ``recorded``: whether the layer has a record of it, with which a changed trigger counts. ``begun``: a run may have noted that it began
    to rotate. ``stale``: it was changed outside since the layer looked. ``unsaved``: the run that created it was killed before the layer had
    saved it, or said that it could not find out whether it did, and none has saved it since.
    """

    id: str
    trigger: Due = Due.NO
    recorded: Due = Due.NO
    begun: bool = False
    stale: bool = False
    unsaved: bool = False
    told: str = ""
    """The fingerprint that the layer has told last."""
    outdated: set[str] = dataclasses.field(default_factory=set)
    """Fingerprints that were dead when it told that."""


class Model:
    """The invariants over one schedule of one layer."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.declared: dict[str, Declaration] = {}
        self.known: dict[str, Known] = {}
        self.set_aside: dict[str, Row] = {}
        """Rows that were renamed outside and are nobody's any more, by id."""
        self.leaving: set[str] = set()
        """Ids of projects whose declaration was taken away by a move of Pulumi: to be deleted when a run gets there."""
        self.owed: set[str] = set()
        """Ids of projects whose replacement came to nothing, of which a run that failed said nothing yet."""
        self.replacing: dict[str, str] = {}
        """By name: the kind of replacement that the next run is asked for."""

    def ours(self, name: str, rows: Mapping[str, Row]) -> Row | None:
        """The project that the name stands for: of several of the name the one that it stood for before, else the oldest."""
        identity = self.layer.identity(name)
        if identity is not None:
            return rows.get(identity)
        title = self.layer.title(name)
        found = [row for row in rows.values() if row["name"] == title and row["id"] not in self.set_aside and row["id"] not in self.leaving]
        known = self.known.get(name)
        return next((row for row in found if known is not None and row["id"] == known.id), found[0] if found else None)

    def meet(self, rows: Mapping[str, Row]) -> None:
        """Forgets what is known of a project that is another one now."""
        for name in self.declared:
            row = self.ours(name, rows)
            if row is None:
                self.known.pop(name, None)
            elif name not in self.known or self.known[name].id != row["id"]:
                self.known[name] = Known(row["id"])

    def bump(self, name: str) -> None:
        """The trigger of the name was changed."""
        known = self.known.get(name)
        if known is not None and known.trigger is not Due.MUST:
            known.trigger = known.recorded

    def rotated_outside(self, name: str) -> None:
        """Someone else rotated it: to a layer that remembers what it began, a rotation of a run that was cut off looks just like that."""
        known = self.known[name]
        if known.begun and known.trigger is Due.MUST and self.layer.remembers_begun:
            known.trigger = Due.MAY

    def due(self, name: str, row: Row) -> Due:
        """Whether a run that looks now has to rotate."""
        known, declaration = self.known[name], self.declared[name]
        if not declaration.present:
            return Due.NO
        if fingerprint(row["secret"]) in {_fingerprint(item) for item in declaration.retired}:
            return Due.MUST
        return known.trigger

    def taken_away(self, name: str) -> None:
        """The declaration stands for another project from now on, and nothing for this one."""
        known = self.known.pop(name, None)
        if known is not None:
            self.leaving.add(known.id)

    def after(
        self, result: Result, before: Mapping[str, Row], rows: Mapping[str, Row], journal: list[dict[str, Any]], looked: bool, doubt: Doubt
    ) -> None:
        """Checks a run. ``looked``: the layer has looked at everything before it decided. ``doubt``: what it could not know."""
        self._no_foreign_writes(result, before, rows, journal, doubt)
        for name in self.declared:
            outcome = result.outcomes.get(name)
            row = before.get(self.known[name].id) if name in self.known else None
            if row is not None and name not in self.replacing:
                self._rotations(name, self._due_now(name, row, doubt), row, outcome, journal, looked, doubt)
            elif row is not None and self.known[name].trigger is Due.MUST:
                # An entry that takes the project over counts its trigger anew; that nothing was replaced is told.
                self.known[name].trigger = Due.MAY
            if outcome is not None and outcome.ok and (looked or outcome.changed):
                self._holds(name, outcome, rows, doubt)
        self._replaced(result)
        self._leave(rows)
        self.meet(rows)
        for name, outcome in result.outcomes.items():
            self._remember(name, outcome, looked, rows)
        for name, known in self.known.items():
            known.unsaved |= known.id not in before and _cut_off(result, name)
            if result.killed and name not in result.outcomes and self.layer.remembers_begun and known.recorded is Due.NO:
                known.recorded = Due.MAY  # it may have been noted before the kill
        self.leaving &= rows.keys()
        self.owed &= rows.keys()
        self._nothing_else(rows)
        self.replacing.clear()

    def _no_foreign_writes(
        self, result: Result, before: Mapping[str, Row], rows: Mapping[str, Row], journal: list[dict[str, Any]], doubt: Doubt
    ) -> None:
        """No project that is declared is deleted; nothing that is as declared is touched, so nothing that was told to be done is undone."""
        wanted = {known.id: self.declared[name] for name, known in self.known.items()}
        for entry in executed(journal, "project.delete"):
            project = project_id(entry)
            declaration = wanted.get(project)
            if project not in before or project in self.leaving or (declaration is not None and not declaration.present):
                continue
            if declaration is None or not self._may_be_replaced(declaration.name, project, rows, result):
                raise Broken(f"project {project} was deleted, which nobody asked for")
        for entry in executed(journal, "project.set_status"):
            row, declaration = before.get(project_id(entry)), wanted.get(project_id(entry))
            if row is None or (declaration is not None and declaration.status not in (None, STATUS[row["status"]])):
                continue
            # What it saw may have been another one: then it puts it as it is.
            if declaration is None or declaration.status is None or not doubt.lags:
                raise Broken(f"the status of project {project_id(entry)} was changed, which nobody asked for")

    def _may_be_replaced(self, name: str, project: str, rows: Mapping[str, Row], result: Result) -> bool:
        """Whether the deletion is part of the replacement that was asked for: with delete before create, or once there is a new one."""
        what = self.replacing.get(name)
        if what is None:
            return False
        new = self.ours(name, rows)
        return what == "replace, delete first" or result.killed or (new is not None and new["id"] != project)

    def _replaced(self, result: Result) -> None:
        """A replacement that is told to be done is another project; where the run failed before it could be told, the next one says so."""
        text = "\n".join(result.texts)
        self.owed -= {project for project in self.owed if project in text}
        whole = not result.failed and all(outcome.ok for outcome in result.outcomes.values())
        for name in self.replacing:
            outcome, known = result.outcomes.get(name), self.known.get(name)
            if outcome is None or not outcome.ok or known is None or outcome.shown is None or outcome.shown["id"] != known.id:
                continue
            if whole:
                raise Broken(f"{name} was told to be replaced, and is the same project")
            if known.id not in result.failed:
                self.owed.add(known.id)

    def _leave(self, rows: Mapping[str, Row]) -> None:
        """What has a replacement goes at the end of a run that succeeds: of one that failed, the next."""
        for name in self.replacing:
            known, new = self.known.get(name), self.ours(name, rows)
            if known is not None and known.id in rows and new is not None and new["id"] != known.id:
                self.leaving.add(known.id)

    def _due_now(self, name: str, row: Row, doubt: Doubt) -> Due:
        """:meth:`due`, where the run may have seen the project as it was."""
        due = self.due(name, row)
        if doubt.lags and self.declared[name].present and self.known[name].trigger is not Due.MUST:
            past = doubt.past.get(row["id"], row)
            retired = {_fingerprint(item) for item in self.declared[name].retired}
            known = self.known[name]
            # Of what it has told before it knows that it is dead.
            if due is Due.MUST or (fingerprint(past["secret"]) in retired - known.outdated):
                return Due.MAY
        return due

    def _rotations(
        self, name: str, due: Due, row: Row, outcome: Outcome | None, journal: list[dict[str, Any]], looked: bool, doubt: Doubt
    ) -> None:
        """At most one, only when it is due, and then surely if the run says that all is done."""
        known = self.known[name]
        done = sum(project_id(entry) == row["id"] for entry in executed(journal, "project.refresh_secret"))
        if done > (due is not Due.NO) * (1 + doubt.more_rotations(row["id"])):
            raise Broken(f"the secret of {name} was rotated {done} times in a run, due was: {due.name}")
        if due is Due.MUST and not done and outcome is not None and outcome.ok and (looked or not known.stale):
            raise Broken(f"the secret of {name} had to be rotated, and was not")
        finished = outcome is not None and (outcome.ok or outcome.kept)
        if done:
            # A process that was killed before its record was kept repeats the one step it was in.
            repeats = outcome is None and not self.layer.remembers_begun and known.trigger is Due.MUST
            known.trigger, known.begun = (Due.MUST, True) if repeats else (Due.NO, False)
        elif due is Due.MUST and (outcome is None or not outcome.ok):
            known.begun = True
        if outcome is None and due is Due.MUST and self.layer.remembers_begun and known.recorded is Due.NO:
            known.recorded = Due.MAY
        if finished and outcome is not None and outcome.ok:
            known.trigger, known.begun = Due.NO, False

    def _holds(self, name: str, outcome: Outcome, rows: Mapping[str, Row], doubt: Doubt) -> None:
        """What is told to be done is so, and the caller has the live secret."""
        declaration = self.declared[name]
        if not declaration.present:
            row = self.ours(name, rows)
            # A create that was cut off, and a list that does not show it yet: nothing knows of it.
            unseen = row is not None and doubt.lags and row["id"] not in doubt.past and self.known[name].unsaved
            if row is not None and not unseen and not self._out_of_reach(name):
                raise Broken(f"{name} was told to be gone and is there")
            return
        if outcome.shown is not None and outcome.shown["id"] not in rows and outcome.shown["id"] in doubt.past:
            return  # it was shown as it was before it was deleted
        if outcome.shown is None or outcome.shown["id"] not in rows:
            raise Broken(f"{name} was told to be there and is not: {outcome.shown and outcome.shown['id']}")
        row = rows[outcome.shown["id"]]
        past = doubt.past.get(row["id"], row) if doubt.lags else row
        shown, known = outcome.shown["secret_fingerprint"], self.known.get(name)
        if known is not None and known.id == row["id"] and shown in known.outdated and shown != fingerprint(row["secret"]):
            raise Broken(f"the caller was given a secret of {name} that this layer knows to be dead")
        for seen in (row, past):
            if shown == fingerprint(seen["secret"]) and outcome.shown.get("api_secret") in (None, seen["secret"]):
                break
        else:
            raise Broken(f"the caller has not the live secret of {name}")
        if declaration.status not in (None, STATUS[row["status"]], STATUS[past["status"]]):
            raise Broken(f"{name} was told to be {declaration.status} and is {row['status']}")

    def _out_of_reach(self, name: str) -> bool:
        """Whether nobody can delete it: its create was cut off, and what knows projects by its state alone has none of it."""
        return not self.layer.deletes_unsaved and self.known[name].unsaved and self.layer.identity(name) is None

    def _remember(self, name: str, outcome: Outcome, looked: bool, rows: Mapping[str, Row]) -> None:
        known = self.known.get(name)
        if known is not None and outcome.ok and outcome.shown is not None and known.id in rows:
            live, told = fingerprint(rows[known.id]["secret"]), outcome.shown["secret_fingerprint"]
            if told == live and known.told != told:
                known.outdated |= {known.told} - {"", told}
                known.outdated.discard(told)
                known.told = told
        if known is not None and self.declared[name].present and (outcome.ok or outcome.kept):
            known.recorded = Due.MUST
            known.unsaved = False
            known.stale = known.stale and not looked and not outcome.changed

    def _nothing_else(self, rows: Mapping[str, Row]) -> None:
        """No twin, no orphan."""
        for row in rows.values():
            if row["id"] not in self.set_aside and row["id"] not in self.leaving and row["id"] not in {known.id for known in self.known.values()}:
                raise Broken(f"project {row['id']} {row['name']!r} is an orphan or a twin")
        for project, row in self.set_aside.items():
            if rows.get(project) != row:
                raise Broken(f"project {project} is nobody's, and was touched")


def _cut_off(result: Result, name: str) -> bool:
    """Whether the run of this declaration was killed, or failed so that nothing of it is kept, though it may have created."""
    outcome = result.outcomes.get(name)
    return result.killed if outcome is None else not outcome.ok and not outcome.kept


def _fingerprint(item: str) -> str:
    return item if item.startswith("sha256:") else fingerprint(item)
