# SPDX-License-Identifier: Apache-2.0
"""One project of a run over many."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...api.account import Project
from ...errors import Interrupted, OpenTokError, PlanError, RunInterrupted, join_words, quote
from .. import interrupts
from ..ledger.ledger import OpenLedger
from ..project.kind import PROJECT
from ..project.rotation_plan import Decision, decide
from ..project.state import ProjectSpec, ProjectState
from ..run import Run
from ..scope import Scope
from .differences import STILL_THERE, differences
from .entries import Entry
from .hidden import hidden_label
from .planned import Planned
from .report import Difference, Due, Outcome

if TYPE_CHECKING:
    from ..creation import Creation

FRESH = 5.0
"""Seconds for which the listing is new enough to rotate a secret by; later the project is read once more, for the API has no conditional call."""


@dataclasses.dataclass(kw_only=True)
class Member:
    """One project of a run: what is declared, how it is run, what was seen of it. ``ends``: its life is to end.

    ``trouble``: why it cannot even be planned.
    """

    entry: Entry
    run: Run
    spec: ProjectSpec
    state: ProjectState = dataclasses.field(default_factory=ProjectState)
    ends: bool = False
    trouble: OpenTokError | None = None
    warnings: tuple[str, ...] = ()
    publishes: bool = False
    effort: str = "some"
    """``hopeless``: it cannot be planned, ``none``: nothing is sent or written down, ``some``: all else. Known when it was planned."""

    @property
    def id(self) -> str | None:
        """The project's id, ``None`` where none is known."""
        return self.state.project.id if self.state.project else self.spec.id

    @property
    def second(self) -> Project | None:
        """The other project that belongs to it, while one takes the place of the other."""
        return self.state.draining or self.state.newcomer

    @property
    def changes_end(self) -> bool:
        """Whether anything would be done at OpenTok to end it."""
        return PROJECT.plan_absent(self.spec, self.state).changes_api

    def complete(self, scope: Scope) -> None:
        """Reads the project by its id where the listing did not show all of it."""
        if self.state.project is None or self.state.project.whole:
            return
        try:
            self.state = dataclasses.replace(self.state, project=scope.whole(self.state.project))
        except OpenTokError as error:
            self.trouble = error

    def apply(self, scope: Scope, book: OpenLedger | None, looked: float) -> Outcome:
        """Makes it what is declared. ``looked``: when the listing was had, by the monotonic clock; of a plan infinite."""
        return self._apply_absent(scope, book, looked) if self.ends else self._apply_present(scope, book, looked)

    def _apply_present(self, scope: Scope, book: OpenLedger | None, looked: float) -> Outcome:
        due: Due | None = None
        differs: tuple[Difference, ...] = ()
        try:
            interrupts.check()
            if self.trouble is not None:
                raise self.trouble
            differs = differences(self.spec, self.state, self.run.recorded(book, self.state))
            due = self._due(book)
            if due is not None and self.state.project is not None and time.monotonic() - looked > FRESH:
                self.state = PROJECT.refresh(scope, self.state)
            report = self.run.apply_present(book, self.spec, self.state)
            report = dataclasses.replace(report, warnings=(*report.warnings, *self.warnings)) if self.warnings else report
            return Outcome(label=self.entry.label, report=report, due=due, differs=differs)
        except Interrupted:
            return self.failed(RunInterrupted("not done: the run was interrupted"), due, differs)
        except OpenTokError as error:
            return self.failed(error, due, differs)

    def _apply_absent(self, scope: Scope, book: OpenLedger | None, looked: float) -> Outcome:
        try:
            interrupts.check()
            if self.trouble is not None:
                raise self.trouble
            differs = (STILL_THERE,) if self.state.project is not None and self.changes_end else ()
            if differs and looked < math.inf and not self._still_the_same(scope):
                return Outcome(label=self.entry.label, report=self.run.found_gone(book, self.spec, self.state), id=self.id)
            return Outcome(label=self.entry.label, report=self.run.apply_absent(book, self.spec, self.state), differs=differs, id=self.id)
        except Interrupted:
            return self.failed(RunInterrupted("not ended: the run was interrupted"))
        except OpenTokError as error:
            return self.failed(error)

    def _still_the_same(self, scope: Scope) -> bool:
        """Whether what is to end is there: read by its id, for the listing may be minutes old by now, and lag.

        Raises :class:`PlanError` where it is not what was seen: renamed, it may be one that is to stay, activated, somebody uses it.
        """
        seen = self.state.project
        found = PROJECT.read(scope, seen.id) if seen is not None else self.state
        if seen is None or found.project is None:
            return False
        now, changes = found.project, []
        if now.name != seen.name:
            changes.append(f"its name was {quote(seen.shown_name)} and is {quote(now.shown_name)}")
        if now.status != seen.status:
            changes.append(f"its status was {quote(seen.status)} and is {quote(now.status)}")
        if changes:
            raise PlanError(f"not ended: {seen} is not what this run saw in the list ({join_words(changes)}): run again, which looks anew")
        self.state = dataclasses.replace(self.state, project=now)
        return True

    def failed(self, error: OpenTokError, due: Due | None = None, differs: tuple[Difference, ...] = ()) -> Outcome:
        """It could not be done."""
        name = self.spec.name and hidden_label(self.spec.name)
        return Outcome(label=self.entry.label, error=error, due=due, id=self.id, name=name, differs=differs)

    def planned(self, book: OpenLedger | None) -> Planned:
        """What is planned for it, with what it acts on. Notes the ``effort``."""
        texts = self._texts(book)
        return Planned(label=self.entry.label, id=self.id, texts=texts, acts_on=self._acts_on(book) if texts else None)

    def _acts_on(self, book: OpenLedger | None) -> dict[str, Any] | None:
        project = self.state.project
        if project is None:
            return None
        record = self.run.recorded(book, self.state)
        version = None if book is None or record is None else record.secret_version
        return {"name": project.shown_name, "status": project.status, "secret_fingerprint": project.secret_fingerprint, "secret_version": version}

    def _texts(self, book: OpenLedger | None) -> tuple[str, ...] | None:
        """The texts of it, ``None`` where nothing can be planned."""
        try:
            if self.trouble is not None:
                raise self.trouble
            if self.ends:
                texts, noted = PROJECT.plan_absent(self.spec, self.state).texts, True
            else:
                record = self.run.recorded(book, self.state)
                texts = PROJECT.plan(self.spec, self.state, record, self.run.now()).texts
                noted = (book is None or record is not None) and self._due(book) is None
                if noted and not texts and book is not None and book.shared:
                    noted = not self.run.notes(book, self.spec, self.state)
        except OpenTokError:
            self.effort = "hopeless"
            return None
        self.effort = "some" if texts or self.publishes or not noted else "none"
        return texts

    def _due(self, book: OpenLedger | None) -> Due | None:
        if self.state.project is None:
            return None
        record = self.run.recorded(book, self.state)
        if record is None and not self.spec.may_rotate:
            return None
        known = None if record is None else record.rotation
        decision = decide(self.spec.rotation_spec, known, self.state.project.secret_fingerprint, self.run.now())
        if self.spec.rotation == "blue_green" or (record is not None and record.handover is not None):
            # Here: it is rarely asked for, and Ansible compiles anew in every run what is imported.
            from ..project.handover_plan import due

            step = due(self.spec, self.state, record, decision, self.run.now())
            if not isinstance(step, bool):
                return Due(reasons=(step[0],), since=step[1])
            decision = decision if step else Decision()
        reasons = (*decision.reasons, *decision.waiting)
        if not reasons:
            return None
        aged = None if known is None else known.due_at(self.spec.secret_max_age)
        return Due(reasons=reasons, since=aged if aged is not None and aged <= self.run.now() else None, opens=decision.opens)


def see(members: Sequence[Member], creation: Creation) -> None:
    """Gives each member what the listing shows of it."""
    listing = creation.listing()
    by_id = {project.id: project for project in listing}
    by_name: dict[str, list[Project]] = {}
    for project in listing:
        by_name.setdefault(project.name, []).append(project)
    for member in members:
        wanted = member.spec.id
        if wanted is None:
            namesakes = tuple(by_name.get(member.spec.name or "", ()))
            member.state = ProjectState.of_name(member.spec, namesakes) if namesakes else ProjectState.without_namesake(member.spec, creation)
        else:
            member.state = ProjectState(project=by_id.get(wanted), missing_id=None if wanted in by_id else wanted)


def refuse_same(members: Sequence[Member]) -> None:
    """Makes it a trouble of each where several mean one project: the active one, or the other one while a project takes the place of another."""
    meant: dict[str, list[Member]] = {}
    named: dict[str, Project] = {}
    for member in members:
        for project in (member.state.project, member.second):
            if project is not None:
                named[project.id] = project
                meant.setdefault(project.id, []).append(member)
    for id_, several in meant.items():
        if len(several) > 1:
            what = f"{join_words(member.entry.label for member in several)} mean the same one, {named[id_]}"
            for member in several:
                member.trouble = member.trouble or PlanError(f"{what}: each entry needs a project of its own")


def warn_of_alike(members: Sequence[Member]) -> None:
    """A warning for each project that is to be created beside another declared one whose name could be taken for its own."""
    new = [member for member in members if not member.ends and member.state.project is None and member.spec.name and member.spec.id is None]
    if not new:
        return
    from ..names import alike, difference

    by_name: dict[str, set[str]] = {}
    for declared in {member.spec.name for member in members if member.spec.name and not member.ends}:
        by_name.setdefault(alike(declared), set()).add(declared)
    for member in new:
        name = member.spec.name or ""
        for other in sorted(by_name[alike(name)] - {name}):
            what = f"{quote(name)} and {quote(other)} are both declared, and differ only {difference(name, other)}"
            member.warnings += (f"{what}: are two projects meant?",)
