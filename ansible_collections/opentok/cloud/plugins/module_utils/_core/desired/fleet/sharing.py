# SPDX-License-Identifier: Apache-2.0
"""A run over many projects beside others that share its ledger.

Each project is done while this run alone is about it. What another run is about, or has done since this one looked, is put off until all else is
done; one more look then shows of most that there is nothing left to do. So runs that are started together share the work. Where many can be
looked at as fast as one, what others are about is passed over without being tried.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence

from ...errors import OpenTokError, PlanError
from ..ledger.ledger import Busy, Lease, OpenLedger, Subject
from ..project.kind import PROJECT
from ..run import Run
from ..scope import Scope
from .doing import Do
from .member import Member, refuse_same, see
from .report import Outcome

AHEAD = 40
"""So many are looked at together."""


class Sharing:
    """``book`` is the run's ledger, ``run`` one of its account. ``planned``: nothing may be done but what was planned. ``parallel``: so many are
    done at a time.
    """

    def __init__(self, scope: Scope, book: OpenLedger | None, run: Run, *, planned: bool, parallel: int) -> None:
        self._scope = scope
        self._book = book
        self._run = run
        self._planned = planned
        self._parallel = parallel

    @property
    def first(self) -> float:
        """Where to begin, see :class:`Doing`: runs that are started together must not all begin with the same."""
        return random.random() if self._book is not None and self._book.shared else 0.0

    def expect(self, members: Sequence[Member], *, anew: bool = False) -> None:
        """To be called before the account is listed: what another run notes afterwards is new to this one."""
        if self._book is not None:
            subjects = [self._subject(member) for member in members]
            self._book.expect([one.entry for one in subjects if one.entry], [one.called for one in subjects if one.called], anew=anew)

    def see(self, members: Sequence[Member]) -> None:
        """Gives each member what the listing and the ledger show of it."""
        see(members, self._scope.creation)
        for member in members:
            member.state = self._run.recall(self._book, member.spec, member.state)
            member.complete(self._scope)
        if self._book is not None:
            self._book.expect([subject.entry for member in members if (subject := self._subject(member)).entry])
            for member in members:
                member.state = self._run.complete(self._book, member.state)
        refuse_same(members)

    def now(self, members: Sequence[Member], do: Do) -> Do:
        """``do`` for those of ``members`` that no other run is about; the rest is put off."""
        book = self._book
        if book is None or not book.shared:
            return self._alone(do)
        return self._alone(do, _Ahead(book, [self._subject(member) for member in members if member.effort == "some"], self._parallel))

    def again(self, members: Sequence[Member], do: Do) -> Do:
        """``do`` for what was put off, after one more look: it is waited for."""
        if not self._planned:
            self.expect(members, anew=True)
            self._scope.look_anew()
            self.see(members)
            for member in members:
                member.planned(self._book)
        return self._alone(do)

    def _alone(self, do: Do, ahead: _Ahead | None = None) -> Do:
        book, last = self._book, ahead is None
        if book is None:
            return do

        def alone(member: Member) -> Outcome | None:
            if member.effort != "some":
                return do(member)
            subject = self._subject(member)
            try:
                if ahead is not None and ahead.passes(subject):
                    return None
                with book.lease(subject, wait=last) as lease:
                    return self._held(member, do, lease, last=last)
            except Busy as error:
                return member.failed(error) if last else None
            except OpenTokError as error:
                return member.failed(error)

        return alone

    def _held(self, member: Member, do: Do, lease: Lease, *, last: bool) -> Outcome | None:
        changed, clean = not lease.alone and lease.changed, lease.alone or lease.clean
        if self._planned:
            if changed or not (clean or self._as_planned(member)):
                self._leave(lease)
                raise PlanError("another run has done something about it since this one was planned: plan anew")
        elif changed or not clean:
            if not last:
                self._leave(lease)
                return None
            self._look(member)
        outcome = do(member)
        if outcome is None or outcome.failure is not None:
            lease.doubt()
        return outcome

    def _as_planned(self, member: Member) -> bool:
        """Whether it is as it was when it was planned, by a look of its own."""
        planned = member.state
        self._look(member)
        return member.state == planned

    @staticmethod
    def _leave(lease: Lease) -> None:
        """Nothing was done: what was in doubt still is."""
        if not lease.clean:
            lease.doubt()

    def _look(self, member: Member) -> None:
        """How it is now, by a look of its own."""
        self._scope.look_anew()
        member.state = self._run.complete(self._book, self._run.recall(self._book, member.spec, PROJECT.find(self._scope, member.spec)))

    def _subject(self, member: Member) -> Subject:
        subject = Subject.of(PROJECT, member.spec, self._scope.account_key)
        return subject if member.id is None else Subject(PROJECT.name, key=member.id, called=subject.called, account=subject.account)


class _Ahead:
    """Which of ``subjects`` other runs are about, by a look at some of them whenever ``every`` were tried. Thread-safe."""

    def __init__(self, book: OpenLedger, subjects: Sequence[Subject], every: int) -> None:
        self._book = book
        self._every = every
        pages = (subjects[begin : begin + AHEAD] for begin in range(0, len(subjects), AHEAD))
        self._page_of = {subject: page for page in pages for subject in page}
        self._page: Sequence[Subject] = ()
        self._claimed: set[Subject] = set()
        self._left = 0
        self._lock = threading.Lock()

    def passes(self, subject: Subject) -> bool:
        """Whether ``subject`` is to be put off. Raises ``LedgerError``."""
        with self._lock:
            page = self._page_of[subject]
            if page is not self._page or (subject not in self._claimed and self._left == 0):
                self._page, self._claimed = page, set(self._book.claimed(page))
                self._left = self._every
            if subject in self._claimed:
                return True
            self._left -= 1
            return False
