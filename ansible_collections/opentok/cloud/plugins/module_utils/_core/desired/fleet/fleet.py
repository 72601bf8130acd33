# SPDX-License-Identifier: Apache-2.0
"""Many projects in one run.

    report = Fleet(scope, ledger=ledger_at(path)).apply(read_declarations(document))

One request lists the account, each declaration is planned by itself, and only the writes that are needed are sent, several at a time. What a
single declaration goes through is :class:`Run`; no failure of one stops another, unless that is wanted.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Sequence

from ...api.account import Project
from ...errors import InvalidInput, PlanError, Problem, join_words
from .. import interrupts
from ..inputs import Input, whole_number
from ..ledger.ledger import Ledger, OpenLedger
from ..parallel import MOST, PARALLEL
from ..project.kind import PROJECT
from ..project.state import ProjectRecord, ProjectState
from ..publish import Target
from ..run import Run
from ..scope import Scope
from .account import AccountProjects, Notifying, Publishing, label_of
from .distinct import check_distinct, check_places
from .doing import Doing, Progress
from .entries import Declarations, Entry
from .hidden import check_no_secret_shown
from .kept import kept
from .member import Member, warn_of_alike
from .planned import FleetPlan, StalePlan
from .report import FleetReport, Outcome
from .sharing import Sharing
from .undeclared import TABLE, Undeclared, UndeclaredProject

IGNORED = Undeclared()

OPTIONS = (
    *TABLE,
    Input("max_parallel", whole_number(1, MOST, "projects at a time"), default=PARALLEL, type="int"),
    Input("continue_on_error", default=True, type="bool", bounds=True),
)
"""The options of a run over many projects, for layers: those of :class:`Undeclared`, and how :class:`Fleet` runs."""


class Fleet(AccountProjects):
    """All projects of one account, made what is declared of them.

    ``publish`` gives the places of an entry's credentials, ``notify`` the hooks after a publication, ``progress`` hears of each one that is done.
    At most ``max_parallel`` projects are worked on at a time. Without ``continue_on_error`` nothing new is begun after the first failure: what
    was begun is finished, and the outcome of the rest is :class:`NotBegun`.
    """

    def __init__(
        self,
        scope: Scope,
        *,
        ledger: Ledger | None = None,
        publish: Publishing | None = None,
        notify: Notifying | None = None,
        max_parallel: int = PARALLEL,
        continue_on_error: bool = True,
        progress: Progress | None = None,
    ) -> None:
        super().__init__(scope, ledger=ledger, publish=publish, notify=notify)
        self._max_parallel = max_parallel
        self._continues = continue_on_error
        self._progress = progress

    def plan(self, declared: Declarations, *, undeclared: Undeclared = IGNORED) -> FleetReport:
        """What :meth:`apply` would do; changes nothing."""
        return self._run(declared, undeclared, check=True)

    def apply(self, declared: Declarations, *, undeclared: Undeclared = IGNORED, expected_digest: str | None = None) -> FleetReport:
        """Makes each project what is declared of it.

        ``undeclared``: what is done about the projects that nobody declares. A purge comes last, and only when nothing failed.
        ``expected_digest``: that of the report of :meth:`plan`, if nothing else may be done than it said.

        Raises what concerns the whole run (:class:`InvalidInput` for any wrong declaration, :class:`StalePlan` for another plan than the expected
        one, :class:`PlanError` for a purge over its limit, a list that cannot be had, the ledger); what concerns one project is in its outcome.
        """
        return self._run(declared, undeclared, check=False, expected_digest=expected_digest)

    def _run(self, declared: Declarations, undeclared: Undeclared, *, check: bool, expected_digest: str | None = None) -> FleetReport:
        undeclared.check(sum(entry.state == "present" for entry in declared.entries))
        members = self._members(declared, check)
        whole = self._one(check=check)
        with whole.book() as book:
            sharing = Sharing(self._scope, book, whole, planned=expected_digest is not None, parallel=self._max_parallel)
            sharing.expect(members)
            looked = math.inf if check else time.monotonic()
            listing = self._scope.creation.listing()
            sharing.see(members)
            warn_of_alike(members)
            others = _others(members, listing) if undeclared.looks else []
            may_end = [(one, whole.recorded(book, ProjectState(project=one))) for one in others if undeclared.may_end(one)]
            stays = kept(may_end, members, self._scope.creation) if may_end else {}
            ending = self._ending(whole, book, may_end, stays, declared.on_delete)
            self._check_limit(undeclared, ending, len(listing))
            plan = self._plan_of(book, members, ending)
            if expected_digest is not None and plan.digest != expected_digest:
                raise StalePlan(plan)

            def do(member: Member) -> Outcome:
                return member.apply(self._scope, book, looked)

            def each(some: Sequence[Member]) -> list[Outcome]:
                if check:
                    return self._doing(check=True).each(some, do)
                return self._doing(check=False, first=sharing.first).each(some, sharing.now(some, do), lambda left: sharing.again(left, do))

            outcomes = each(members)
            if check:
                interrupts.check()  # what was not looked at is no plan
            else:
                outcomes = self._looked_after(outcomes)
            purged = self._purged(ending, outcomes, each)
            ended = {outcome.id for outcome in purged if outcome.changed and outcome.failure is None}
            ended |= {member.second.id for member in ending if member.second and member.id in ended}
            rows = tuple(UndeclaredProject.of(one, stays.get(one.id)) for one in others if one.id not in ended)
            return FleetReport(outcomes=tuple(outcomes), purged=tuple(purged), undeclared=rows, plan=plan)

    def _members(self, declared: Declarations, check: bool) -> list[Member]:
        """A member for each entry, all checked. Raises :class:`InvalidInput` with every problem of every one."""
        credentials = self._scope.connection.account_credentials()
        check_no_secret_shown(declared.entries, [credentials.secret])
        quiet = self._one(check=check)
        members: list[Member] = []
        problems: list[Problem] = []
        places: list[tuple[Target, str]] = []
        for entry in declared.entries:
            try:
                publishers, hooks = self._publish(entry), self._notify(entry)
                run = self._one(check=check, publishers=publishers, hooks=hooks) if publishers else quiet
                spec = run.spec({**entry.inputs, "take_by_name": True})
                members.append(Member(entry=entry, run=run, spec=spec, ends=entry.state == "absent", publishes=bool(publishers)))
                places += [(publisher, entry.label) for publisher in publishers]
            except InvalidInput as error:
                named = ((entry.written.get(problem.field, problem.field), problem.message) for problem in error.problems)
                problems.extend(Problem(f"{entry.label}: {field}", message) for field, message in named)
        if problems:
            raise InvalidInput(problems)
        check_distinct((member.entry, member.spec) for member in members)
        check_places(places)
        return members

    def _ending(
        self,
        run: Run,
        book: OpenLedger | None,
        others: Sequence[tuple[Project, ProjectRecord | None]],
        stays: dict[str, str],
        on_delete: str,
    ) -> list[Member]:
        """Those of ``others`` that end, as the ledger remembers it of them, else as ``on_delete`` says; with what belongs to them.

        What belongs to one that ``stays`` is added to those.
        """
        found = []
        states = {
            project.id: run.complete(book, ProjectState(project=project)) if record else ProjectState(project=project) for project, record in others
        }
        seconds = {second.id: id_ for id_, state in states.items() if (second := state.draining or state.newcomer)}
        stays.update({second: f"it belongs to project {id_}, which stays" for second, id_ in seconds.items() if id_ in stays})
        for project, record in others:
            if project.id in stays or project.id in seconds:
                continue
            state = states[project.id]
            inputs = {"id": project.id, "on_delete": record.on_delete if record else on_delete}
            entry = Entry(label=label_of(project), inputs=inputs, state="absent")
            found.append(Member(entry=entry, run=run, spec=run.spec(inputs), state=state, ends=True))
        return [member for member in found if member.changes_end]

    def _check_limit(self, undeclared: Undeclared, ending: Sequence[Member], total: int) -> None:
        """Raises :class:`PlanError` where more would end than may."""
        if undeclared.purge_limit is None or not undeclared.purges:
            return
        at_most = undeclared.purge_limit.of(total)
        gone = [project for member in ending for project in (member.state.project, member.second) if project]
        if len(gone) > at_most:
            limit = undeclared.purge_limit
            of_all = f" ({limit} of the {total} that the account has)" if limit.percent else ""
            raise PlanError(_too_many(self._scope.account_key, gone, f"{at_most}{of_all}"))

    def _plan_of(self, book: OpenLedger | None, members: Sequence[Member], ending: Sequence[Member]) -> FleetPlan:
        entries, purged = (tuple(one.planned(book) for one in some) for some in (members, ending))
        by_id = tuple(sorted(purged, key=lambda one: one.id or ""))
        return FleetPlan(account_key=self._scope.account_key, entries=entries, purged=by_id)

    def _purged(self, ending: Sequence[Member], outcomes: Sequence[Outcome], each: Callable[[Sequence[Member]], list[Outcome]]) -> list[Outcome]:
        if ending and any(outcome.failure for outcome in outcomes):
            kept = PlanError("not ended: that is done only when nothing else has failed")
            return [member.failed(kept) for member in ending]
        return each(ending)

    def _doing(self, *, check: bool, first: float = 0.0) -> Doing:
        return Doing(max_parallel=self._max_parallel, continue_on_error=self._continues or check, progress=self._progress, first=first)

    def _looked_after(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """With what one more list shows to be wrong with what was created."""
        found = PROJECT.look_after(self._scope)

        def with_found(outcome: Outcome) -> Outcome:
            report = outcome.report
            error = found.get((report.shown or {}).get("id") or "") if report else None
            if report is None or error is None:
                return outcome
            if report.unfinished is not None:
                return dataclasses.replace(outcome, report=dataclasses.replace(report, warnings=(*report.warnings, str(error))))
            return dataclasses.replace(outcome, report=dataclasses.replace(report, unfinished=error))

        return [with_found(outcome) for outcome in outcomes]


def _others(members: Sequence[Member], listing: Sequence[Project]) -> list[Project]:
    """The projects that no entry means."""
    ids = {member.spec.id for member in members} | {member.state.project.id for member in members if member.state.project}
    ids |= {member.second.id for member in members if member.second}
    # A name that is declared but not unique is an error of its entry: none of them is undeclared.
    names = {member.spec.name for member in members if member.spec.id is None}
    return [project for project in listing if project.id not in ids and project.name not in names]


def _too_many(account_key: str | None, gone: Sequence[Project], at_most: str) -> str:
    some = [str(project) for project in gone[:5]]
    more = [f"{len(gone) - 5} more"] if len(gone) > 5 else []
    many = f"{len(gone)} projects of account {account_key} are not declared and would go" if len(gone) > 1 else "1 project would go"
    return f"{many} ({join_words([*some, *more])}), at most {at_most} may: nothing was changed; declare them, or allow that many"
