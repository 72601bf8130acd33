# SPDX-License-Identifier: Apache-2.0
"""The emulated service: its state in one place, from the start to a reset."""

from __future__ import annotations

from . import accounts
from .clock import Clock
from .config import DEFAULT_ACCOUNT, Config, EmulatorError, prepare_folder
from .faults import Faults
from .history import History
from .journal import Journal
from .late import Late
from .operations import ANSWERED
from .projects import rows as projects
from .randomness import Randomness
from .scheduler import Scheduler
from .store import STATE_TABLES, Store
from .visitors import Visitors


class Service:
    """Store, clock, scheduler, journal, faults and randomness of one emulator.

    With a data file these come back at the next start: accounts, projects (also which ids were ever used), sessions with their
    connections and streams, what is due and what is not delivered yet, and the clock's offset. Journal and faults live in memory only.
    """

    def __init__(self, config: Config, url: str) -> None:
        """Open the store and put the start state in; ``url`` is where clients reach the emulator. Raises :class:`EmulatorError`."""
        self.url = url
        self.visitors = Visitors(config.host, config.allow_hosts)
        self.strict_exp = config.strict_exp
        self.render_stop_status = config.render_stop_status
        self.counts_pages = config.list_count == "page"
        self.webhook_timeout = config.webhook_timeout
        self.archive_dir = None if config.archive_dir is None else prepare_folder(config.archive_dir)
        self._seed = config.seed
        self._projects = config.projects
        self.store = Store(config.data)
        self.db = self.store.db
        try:
            self._accounts = config.accounts or tuple(accounts.listed(self.db, given_only=True)) or (DEFAULT_ACCOUNT,)
            self.clock = Clock(self.store.get_meta("clock_offset", 0.0))
            self._open()
        except (EmulatorError, ValueError) as error:
            self.store.close()
            raise EmulatorError(str(error)) from error
        self.journal = Journal(self.clock)
        self.faults = Faults(self._stream("faults"), ANSWERED)
        self.history = History(self.store, self.clock)
        self.late = Late(self.clock)
        self.scheduler = Scheduler(self.store, self.clock, self.history)

    def _open(self) -> None:
        with self.store.transaction():
            self._opened = int(self.store.get_meta("opened", 0)) + 1
            self.store.set_meta("opened", self._opened)
            self._put_accounts()
            self._put_projects()
        self.randomness = self._stream("values")

    def _stream(self, purpose: str) -> Randomness:
        return Randomness(self._seed, f"{purpose}/{self._opened}")

    def _put_accounts(self) -> None:
        """What is given at the start wins over what the data file remembers, and comes first."""
        added = [pair for pair in accounts.listed(self.db) if pair[0] not in dict(self._accounts)]
        self.db.execute("DELETE FROM accounts")
        for key, secret in self._accounts:
            accounts.add(self.db, key, secret, given=True)
        for key, secret in added:
            accounts.add(self.db, key, secret, given=False)

    def _put_projects(self) -> None:
        """Preloaded projects that the data file knows stay as they are there, so a restart does not undo a rotation or a delete."""
        for project in self._projects:
            if not projects.is_known(self.db, project.key):
                projects.insert(self.db, project.key, self.primary[0], project.secret, project.name, self.clock.milliseconds())

    @property
    def primary(self) -> tuple[str, str]:
        """The primary account: (key, secret)."""
        return self._accounts[0]

    def shift_clock(self, now: float) -> None:
        """Set the clock and remember it."""
        self.clock.set(now)
        self.store.set_meta("clock_offset", self.clock.offset)

    def faults_changed(self) -> None:
        """Faults were set or removed: some need to know what was before."""
        if self.faults.look_back():
            self.history.keep()
        else:
            self.history.forget()

    def reset(self) -> None:
        """Back to the start state: the given accounts and projects, the machine's time, no faults, an empty journal, no deliveries."""
        self.scheduler.cancel()
        self.faults.clear()
        self.faults_changed()
        with self.store.transaction():
            for table in STATE_TABLES:
                self.db.execute(f"DELETE FROM {table}")
            self.store.set_meta("opened", self._opened)
            self.clock.offset = 0.0
            self._put_accounts()
            self._put_projects()
        self.randomness = self._stream("values")
        self.faults.randomness = self._stream("faults")
        self.journal.clear()

    def close(self) -> None:
        """Close the store."""
        self.store.close()
