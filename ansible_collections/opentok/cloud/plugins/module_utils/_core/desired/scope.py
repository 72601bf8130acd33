# SPDX-License-Identifier: Apache-2.0
"""Where a run acts and what it already knows of it."""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from ..errors import Forbidden, NotFound, OpenTokError, PlanError, quote
from ..http.auth import Signer
from ..http.connection import Connection

if TYPE_CHECKING:
    from ..api.account import Account, Project
    from ..http.transport import Transport, Warn
    from .creation import Creation

T = TypeVar("T")


class SharedLists(Protocol):
    """Lists that many reads at the same time share, where a layer has such reads."""

    def asking_for(self, project_id: str) -> AbstractContextManager[None]:
        """While a read has to do with this project."""

    def get(self, what: str, load: Callable[[], T], *, of_many: bool = False) -> T | None:
        """The list that is ``what``; ``None``: there is none to go by. ``of_many``: only where many projects are asked for."""


class Scope:
    """One account (or project) during one run. Thread-safe; share one, so that connections, JWTs and the list of projects are shared too.

    Nothing is checked before it is needed: a missing account pair is an error of the first call that needs it.
    """

    def __init__(self, connection: Connection, *, warn: Warn | None = None) -> None:
        self.connection = connection
        self._warn = warn
        self._lock = threading.Lock()
        self._transport: Transport | None = None
        self._account: Account | None = None
        self._creation: Creation | None = None
        self._signers: dict[str, Signer] = {}
        self._reading: dict[str, threading.Lock] = {}
        self._guards: list[Callable[[], None]] = []

    @property
    def account_key(self) -> str | None:
        """The key of the account that the credentials belong to, ``None`` when none are given."""
        return self.connection.account_key

    @property
    def transport(self) -> Transport:
        with self._lock:
            if self._transport is None:
                # Here and below: a run that sends nothing need not load requests, which takes longer than all else.
                from ..http.transport import Transport

                where = self.connection
                self._transport = Transport(
                    where.api_url, timeout=where.timeout, allow_http=where.allow_http, warn=self._warn, called=where.called, guard=self._check
                )
            return self._transport

    @contextlib.contextmanager
    def guarded(self, guard: Callable[[], None]) -> Iterator[None]:
        """Meanwhile ``guard`` is called before each request that may change something, which is not sent if it raises."""
        self._guards.append(guard)
        try:
            yield
        finally:
            self._guards.remove(guard)

    def _check(self) -> None:
        for guard in tuple(self._guards):
            guard()

    def now(self) -> datetime.datetime:
        """The time in UTC by the server's clock, as far as its answers have shown it in this run; else by this machine's."""
        offset = 0.0 if self._transport is None else self._transport.clock.offset
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset)

    @property
    def account(self) -> Account:
        """Raises :class:`CredentialsError` without the account pair."""
        transport, credentials = self.transport, self.connection.account_credentials()
        with self._lock:
            if self._account is None:
                from ..api.account import Account

                self._account = Account(credentials, transport=transport)
            return self._account

    @property
    def creation(self) -> Creation:
        """Exactly-once creation of projects, with the one list of the account that all creates of this run share."""
        account = self.account
        with self._lock:
            if self._creation is None:
                from .creation import Creation

                self._creation = Creation(account.projects, warn=account.transport.warn)
            return self._creation

    def look_anew(self) -> None:
        """See :meth:`Creation.look_anew`; nothing where nothing was listed."""
        with self._lock:
            creation = self._creation
        if creation is not None:
            creation.look_anew()

    def twins(self) -> Mapping[str, OpenTokError]:
        """See :meth:`Creation.twins`; nothing where nothing was created."""
        with self._lock:
            creation = self._creation
        return {} if creation is None else creation.twins()

    def remember_secret(self, project: Project) -> None:
        """Remembers the secret that ``project`` has now, in memory only, so that what is signed by it needs no request to find it."""
        if not project.secret:
            return
        with self._lock:
            known = self._signers.get(project.id)
            if known is None or known.credentials != project.credentials:
                self._signers[project.id] = Signer(project.credentials)

    def whole(self, project: Project) -> Project:
        """``project`` of a list, read by its id where the list did not show all of it: nothing is planned or done by half a row."""
        if project.whole:
            return project
        if not project.id:
            what = f"the list of account {self.account_key} shows a project {quote(project.name)} without an id that can be one"
            raise PlanError(f"{what}: nothing can be done with it; look at it in the account portal")
        return self.account.projects.get(project.id)

    def listed(self, project_id: str, lists: SharedLists) -> Project | None:
        """The project as a list shows it that many reads share; its secret is remembered where none is. ``None``: it is to be read by its id."""
        if self.connection.account_key is None:
            return None
        rows = lists.get("projects", lambda: {project.id: project for project in self.account.projects.list()}, of_many=True)
        row = (rows or {}).get(project_id)
        if row is None or not row.whole:
            return None
        with self._lock:
            self._signers.setdefault(project_id, Signer(row.credentials))
        return row

    def signer(self, project_id: str) -> Signer:
        """Who signs for this project: by the account pair its current secret is read (once a run), else it is the project pair.

        Raises :class:`CredentialsError` without either, and :class:`PlanError` when the account has no such project.
        """
        if self.connection.account_key is None:
            pair = self.connection.pair_of(project_id)
            with self._lock:
                return self._signers.setdefault(project_id, Signer(pair))
        return self._refresh_signer(None, project_id)

    def signed(self, project_id: str, call: Callable[[Signer], T]) -> T:
        """``call`` with the signer of a project; once more when it is refused because the secret was rotated since it was read."""
        signer = self.signer(project_id)
        try:
            return call(signer)
        except Forbidden:
            if self.connection.account_key is None:
                raise
            renewed = self._refresh_signer(signer, project_id)
            if renewed is signer:
                raise
            return call(renewed)

    def status_of(self, project_id: str, account_key: str | None) -> str:
        """What account ``account_key`` says of its project: its status, or ``gone``. Empty where these credentials cannot ask it."""
        if account_key is None or account_key != self.account_key:
            return ""
        try:
            project = self.account.projects.get(project_id)
        except NotFound:
            return "gone"
        self.remember_secret(project)
        return project.status

    def no_such(self, project_id: str) -> PlanError:
        """The error about a project that is gone."""
        return PlanError(f"there is no project {project_id} in account {self.account_key}: check the id and whose credentials these are")

    def _refresh_signer(self, refused: Signer | None, project_id: str) -> Signer:
        """The signer that is known now. Read, by one thread for all that wait, where that is the ``refused`` one: it stays if nothing has changed."""
        with self._lock:
            reading = self._reading.setdefault(project_id, threading.Lock())
        with reading:
            if self._signers.get(project_id) is refused:
                self._read(project_id)
            return self._signers[project_id]

    def _read(self, project_id: str) -> None:
        try:
            self.remember_secret(self.account.projects.get(project_id))
        except NotFound:
            raise self.no_such(project_id) from None
