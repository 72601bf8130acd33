# SPDX-License-Identifier: Apache-2.0
"""The projects of an account as they are, with what the ledger remembers of them, and one of them by its id or name."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...api.account import Project
from ...errors import OpenTokError, PlanError, join_words, quote
from ..durations import duration_text
from ..ledger.ledger import Ledger, OpenLedger
from ..notify import Hook
from ..project.kind import PROJECT
from ..project.state import ProjectRecord, ProjectState
from ..publish import Target
from ..run import Run
from ..scope import Scope
from ..times import to_text
from .entries import Declarations, Entry
from .hidden import hidden_label
from .report import Outcome

Publishing = Callable[[Entry], Sequence[Target]]
Notifying = Callable[[Entry], Sequence[Hook]]


class AccountProjects:
    """All projects of one account. ``publish`` gives the places of an entry's credentials, ``notify`` the hooks after a publication."""

    def __init__(self, scope: Scope, *, ledger: Ledger | None = None, publish: Publishing | None = None, notify: Notifying | None = None) -> None:
        self._scope = scope
        self._ledger = ledger
        self._publish = publish or (lambda entry: ())
        self._notify = notify or (lambda entry: ())

    def now(self) -> datetime.datetime:
        """The time of this run, see :meth:`Scope.now`."""
        return self._scope.now()

    def look(self) -> list[dict[str, Any]]:
        """The outputs of every project of the account, secrets in clear; with what the ledger remembers of it."""
        run = self._one(check=True)
        with run.book() as book:
            entries = book.of(PROJECT.name) if book is not None else {}
            return [self._shown(run, book, project, entries) for project in self._scope.creation.listing()]

    def look_at(self, id_or_name: str) -> dict[str, Any]:
        """The same of one project, see :meth:`pick`."""
        run = self._one(check=True)
        with run.book() as book:
            project = self._scope.whole(self.pick(id_or_name, book))
            return self._shown(run, book, project, book.of(PROJECT.name, called=project.name) if book is not None else {})

    def declarations(self) -> tuple[list[tuple[str, dict[str, Any]]], list[OpenTokError]]:
        """The id of each project with the inputs that declare it as it is, and an error for each of which the listing shows too little."""
        found: list[tuple[str, dict[str, Any]]] = []
        errors: list[OpenTokError] = []
        for listed in self._scope.creation.listing():
            try:
                project = self._scope.whole(listed)
            except OpenTokError as error:
                errors.append(error)
            else:
                found.append((project.id, PROJECT.declaration(ProjectState(project=project))))
        return found, errors

    def remembered(self) -> Declarations:
        """What the ledger remembers of the declarations of projects that are there."""
        run = self._one(check=True)
        with run.book() as book:
            self._some_of_this_account(book)
            known = ((project, run.recorded(book, ProjectState(project=project))) for project in self._scope.creation.listing())
            found = [(project, declared_then(record)) for project, record in known if record is not None]
        return Declarations(entries=tuple(Entry(label=label_of(project), inputs={**inputs, "id": project.id}) for project, inputs in found))

    def _some_of_this_account(self, book: OpenLedger | None) -> None:
        """Raises :class:`PlanError` where the ledger knows projects, but only of other accounts: of those this one cannot say anything."""
        account = self._scope.account_key
        owners = {str(entry.get("account_key") or account) for entry in book.of(PROJECT.name).values()} if book is not None else set()
        if owners and account is not None and account not in owners:
            what = f"the projects that the ledger knows belong to account {join_words(sorted(owners))}"
            raise PlanError(f"{what}, but the credentials are of account {account}: give the credentials of their own account")

    def pick(self, id_or_name: str, book: OpenLedger | None = None) -> Project:
        """The one project with this id or exactly this name; ``id=`` or ``name=`` before it says which. Raises :class:`PlanError`.

        Of two that the ledger knows to be one declaration it is the active one.
        """
        how, equals, rest = id_or_name.partition("=")
        if not equals or how not in ("id", "name"):
            how, rest = "", id_or_name
        found = [
            project for project in self._scope.creation.listing() if (how != "name" and project.id == rest) or (how != "id" and project.name == rest)
        ]
        if len(found) == 2 and book is not None:
            taken = _taken(book.of(PROJECT.name, called=rest))
            found = [project for project in found if project.id not in taken] or found
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
            project = self._scope.whole(self.pick(id_or_name, book))
            with checking.alone_with(book, project.id) as (lease, state):
                state = state or ProjectState(project=project)
                before = declared_then(checking.recorded(book, state))
                inputs = {**before, "id": project.id, "rotate": "always", "rotate_because": because}
                entry = Entry(label=label_of(project), inputs=inputs)
                run = self._one(check=False, publishers=self._publish(entry), hooks=self._notify(entry))
                report = run.apply_present(book, run.spec(inputs), state)
                if lease is not None and report.unfinished is not None:
                    lease.doubt()
                return Outcome(label=entry.label, report=report)

    def _one(self, *, check: bool, publishers: Sequence[Target] = (), hooks: Sequence[Hook] = ()) -> Run:
        return Run(PROJECT, self._scope, ledger=self._ledger, publishers=publishers, hooks=hooks, check=check)

    def _shown(self, run: Run, book: OpenLedger | None, project: Project, entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        state = ProjectState(project=project)
        record = PROJECT.refresh_record(state, run.recorded(book, state), run.now())
        shown = PROJECT.told(PROJECT.show(state, record), state)
        return shown if record is not None else {**shown, **_taken(entries).get(project.id, {})}


def _taken(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By the id of each project whose place another one has taken, as the ledger's ``entries`` know it, what its outputs say of that."""
    if not any("handover" in (entry.get("private") or ()) for entry in entries.values()):
        return {}
    from ..project.handover import of_entry  # here: it is rarely needed

    found = [(handover, str(entry.get("id"))) for entry in entries.values() if (handover := of_entry(entry)) is not None]
    return {
        handover.other: {"active_key": id_, "draining_key": handover.other, "drains_until": to_text(handover.drains_until)}
        for handover, id_ in found
        if handover.other is not None and handover.other != id_
    }


def declared_then(record: ProjectRecord | None) -> Mapping[str, Any]:
    """The inputs that lead to this record, as far as it has them."""
    if record is None:
        return {}
    max_age, handover = record.secret_max_age, record.handover
    durations = {} if handover is None else {"token_lifetime": duration_text(handover.token_lifetime), "soak": duration_text(handover.soak)}
    return {
        **durations,
        "name": record.name,
        "on_delete": record.on_delete,
        "secret_triggers": dict(record.secret_triggers) or None,
        "secret_max_age": None if max_age is None else duration_text(max_age),
    }


def label_of(project: Project) -> str:
    """What stands for it in texts."""
    return hidden_label(project.name or project.id, project.id) if not project.name_tells else project.id
