# SPDX-License-Identifier: Apache-2.0
"""Many projects in one run.

    report = Fleet(scope, ledger=Ledger(path)).apply(read_declarations(document))

One request lists the account, each declaration is planned by itself, and only the writes that are needed are sent, several at a time. What a
single declaration goes through is :class:`Run`; no failure of one stops another.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...api.account import Project
from ...errors import InvalidInput, PlanError, Problem, join_words, quote
from ..durations import duration_text
from ..ledger.ledger import Ledger, OpenLedger
from ..parallel import PARALLEL, workers
from ..project.kind import PROJECT
from ..project.state import ProjectRecord, ProjectState
from ..publish import Publisher
from ..run import Run
from ..scope import Scope
from .entries import Declarations, Entry, check_distinct
from .member import Member, see
from .report import FleetReport, Outcome

Publishing = Callable[[Entry], Sequence[Publisher]]
Progress = Callable[[int, int, Outcome], None]


class Fleet:
    """All projects of one account. ``publish`` gives the places of an entry's credentials, ``progress`` hears of each one that is done."""

    def __init__(
        self,
        scope: Scope,
        *,
        ledger: Ledger | None = None,
        publish: Publishing | None = None,
        parallel: int = PARALLEL,
        progress: Progress | None = None,
    ) -> None:
        self._scope = scope
        self._ledger = ledger
        self._publish = publish or (lambda entry: ())
        self._parallel = parallel
        self._progress = progress or (lambda done, total, outcome: None)

    def plan(self, declared: Declarations, *, purge_at_most: int | None = None) -> FleetReport:
        """What :meth:`apply` would do; changes nothing."""
        return self._run(declared, purge_at_most, check=True)

    def apply(self, declared: Declarations, *, purge_at_most: int | None = None, expected: FleetReport | None = None) -> FleetReport:
        """Makes each project what is declared of it.

        ``purge_at_most``: projects that are not declared end as they were once declared to end (``on_delete``); more than that many, and
        nothing at all is done. It comes last, and only when nothing failed. ``expected``: what :meth:`plan` said, if nothing else may be done.

        Raises what concerns the whole run (:class:`InvalidInput` for any wrong declaration, a list that cannot be had, the ledger); what
        concerns one project is in its outcome.
        """
        return self._run(declared, purge_at_most, check=False, expected=expected)

    def now(self) -> datetime.datetime:
        """The time of this run, see :meth:`Scope.now`."""
        return self._scope.now()

    def look(self) -> list[dict[str, Any]]:
        """The outputs of every project of the account, secrets in clear; with what the ledger remembers of it."""
        run = self._one(check=True)
        with run.book() as book:
            return [self._shown(run, book, project) for project in self._scope.creation.listing()]

    def look_at(self, id_or_name: str) -> dict[str, Any]:
        """The same of one project, see :meth:`pick`."""
        run = self._one(check=True)
        with run.book() as book:
            return self._shown(run, book, self._scope.whole(self.pick(id_or_name)))

    def remembered(self) -> Declarations:
        """What the ledger remembers of the declarations of projects that are there."""
        run = self._one(check=True)
        with run.book() as book:
            self._some_of_this_account(book)
            known = ((project, run.recorded(book, ProjectState(project=project))) for project in self._scope.creation.listing())
            found = [(project, _declared_then(record)) for project, record in known if record is not None]
        return Declarations(entries=tuple(Entry(label=_label(project), inputs={**inputs, "id": project.id}) for project, inputs in found))

    def _some_of_this_account(self, book: OpenLedger | None) -> None:
        """Raises :class:`PlanError` where the ledger knows projects, but only of other accounts: of those this one cannot say anything."""
        account = self._scope.account_key
        owners = {str(entry.get("account_key") or account) for entry in book.of(PROJECT.name).values()} if book is not None else set()
        if owners and account is not None and account not in owners:
            what = f"the projects that the ledger knows belong to account {join_words(sorted(owners))}"
            raise PlanError(f"{what}, but the credentials are of account {account}: give the credentials of their own account")

    def pick(self, id_or_name: str) -> Project:
        """The one project with this id or exactly this name; ``id=`` or ``name=`` before it says which. Raises :class:`PlanError`."""
        how, equals, rest = id_or_name.partition("=")
        if not equals or how not in ("id", "name"):
            how, rest = "", id_or_name
        found = [
            project
            for project in self._scope.creation.listing()
            if (how != "name" and project.id == rest) or (how != "id" and project.name == rest)
        ]
        if len(found) == 1:
            return found[0]
        account = f"account {self._scope.account_key}"
        if not found:
            raise PlanError(f"no project of {account} has the id or the exact name {quote(rest)}")
        ids = join_words(str(project) for project in found)
        raise PlanError(f"{len(found)} projects of {account} could be meant by {quote(rest)}: {ids}; say which with id=... or name=...")

    def rotate(self, id_or_name: str, *, because: str | None = None) -> Outcome:
        """Rotates the secret of one project now, whatever is declared of it; what the ledger remembers of its declaration stays."""
        checking = self._one(check=False)
        with checking.book() as book:
            project = self._scope.whole(self.pick(id_or_name))
            state = ProjectState(project=project)
            before = _declared_then(checking.recorded(book, state))
            inputs = {**before, "id": project.id, "rotate": "always", "rotate_because": because}
            entry = Entry(label=_label(project), inputs=inputs)
            run = self._one(check=False, entry=entry)
            return Outcome(label=entry.label, report=run.apply_present(book, run.spec(inputs), state))

    def _run(self, declared: Declarations, purge_at_most: int | None, *, check: bool, expected: FleetReport | None = None) -> FleetReport:
        members = self._members(declared.entries, check)
        whole = self._one(check=check)
        with whole.book() as book:
            looked = math.inf if check else time.monotonic()
            listing = self._scope.creation.listing()
            see(members, self._scope.creation)
            for member in members:
                member.state = whole.recall(book, member.spec, member.state)
                member.complete(self._scope)
            ending = [] if purge_at_most is None else self._undeclared(whole, book, members, listing, declared.on_delete)
            if purge_at_most is not None and len(ending) > purge_at_most:
                raise PlanError(_too_many(self._scope.account_key, ending, purge_at_most))
            plans = tuple(member.texts(book) for member in (*members, *ending))
            if expected is not None and expected.plans != plans:
                raise PlanError("the account or the ledger has changed since it was planned: nothing was done; look at the new plan and run again")
            outcomes = self._each(members, lambda member: member.apply_present(self._scope, book, looked))
            if not check:
                outcomes = self._looked_after(outcomes)
            if ending and any(outcome.failure for outcome in outcomes):
                kept = PlanError("not ended: that is done only when nothing else has failed")
                purged = [member.failed(kept) for member in ending]
            else:
                purged = self._each(ending, lambda member: member.apply_absent(book))
            return FleetReport(outcomes=tuple(outcomes), purged=tuple(purged), plans=plans)

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

    def _members(self, entries: Sequence[Entry], check: bool) -> list[Member]:
        """A member for each entry, all checked. Raises :class:`InvalidInput` with every problem of every one."""
        members: list[Member] = []
        problems: list[Problem] = []
        for entry in entries:
            try:
                run = self._one(check=check, entry=entry)
                inputs = {name: value for name, value in entry.inputs.items() if name != "key"}
                members.append(Member(entry=entry, run=run, spec=run.spec({**inputs, "take_by_name": True})))
            except InvalidInput as error:
                problems.extend(Problem(f"{entry.label}: {problem.field}", problem.message) for problem in error.problems)
        if problems:
            raise InvalidInput(problems)
        check_distinct((member.entry, member.spec) for member in members)
        return members

    def _undeclared(self, run: Run, book: OpenLedger | None, members: Sequence[Member], listing: Sequence[Project], on_delete: str) -> list[Member]:
        """The projects that no entry means and that would be ended, as the ledger remembers it of them, else as ``on_delete`` says."""
        ids = {member.spec.id for member in members} | {member.state.project.id for member in members if member.state.project}
        names = {member.spec.name for member in members if member.spec.id is None}
        found = []
        for project in listing:
            # A name that is declared but not unique is an error of its entry, and no reason to end them all.
            if project.id and project.id not in ids and project.name not in names:
                state = ProjectState(project=project)
                record = run.recorded(book, state)
                inputs = {"id": project.id, "on_delete": record.on_delete if record else on_delete}
                entry = Entry(label=_label(project), inputs=inputs)
                found.append(Member(entry=entry, run=run, spec=run.spec(inputs), state=state, purged=True))
        return [member for member in found if member.ends]

    def _one(self, *, check: bool, entry: Entry | None = None) -> Run:
        publishers = self._publish(entry) if entry else ()
        return Run(PROJECT, self._scope, ledger=self._ledger, publishers=publishers, check=check)

    def _each(self, members: Sequence[Member], do: Callable[[Member], Outcome]) -> list[Outcome]:
        """What became of each, in their order."""
        with workers(self._parallel) as pool:
            futures = {pool.submit(do, member): number for number, member in enumerate(members)}
            found: dict[int, Outcome] = {}
            for future in concurrent.futures.as_completed(futures):
                outcome = future.result()
                found[futures[future]] = outcome
                self._progress(len(found), len(members), outcome)
        return [found[number] for number in range(len(members))]

    def _shown(self, run: Run, book: OpenLedger | None, project: Project) -> dict[str, Any]:
        state = ProjectState(project=project)
        record = PROJECT.refresh_record(state, run.recorded(book, state), run.now())
        return PROJECT.show(state, record)


def _too_many(account_key: str | None, gone: Sequence[Member], at_most: int) -> str:
    some = [str(member.state.project) for member in gone[:5]]
    more = [f"{len(gone) - 5} more"] if len(gone) > 5 else []
    many = f"{len(gone)} projects of account {account_key} are not declared and would go" if len(gone) > 1 else "1 project would go"
    return f"{many} ({join_words([*some, *more])}), at most {at_most} may: nothing was changed; declare them, or allow that many"


def _declared_then(record: ProjectRecord | None) -> Mapping[str, Any]:
    """The inputs that lead to this record, as far as it has them."""
    if record is None:
        return {}
    max_age = record.secret_max_age
    return {
        "name": record.name,
        "on_delete": record.on_delete,
        "secret_triggers": dict(record.secret_triggers) or None,
        "secret_max_age": None if max_age is None else duration_text(max_age),
    }


def _label(project: Project) -> str:
    return project.name or project.id
