# SPDX-License-Identifier: Apache-2.0
"""Where a run acts and what it already knows of it. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ..account import Account
from ..connection import Connection
from ..transport import Transport, Warn

if TYPE_CHECKING:
    from .creation import Creation


class Scope:
    """One account (or project) during one run. Thread-safe; share one, so that connections, JWTs and the list of projects are shared too.

    Nothing is checked before it is needed: a missing account pair is an error of the first call that needs it.
    """

    def __init__(self, connection: Connection, *, warn: Warn | None = None) -> None:
        self.connection = connection
        self.taken_over: set[str] = set()
        """Identities of what this run found and took over instead of creating it."""
        self._warn = warn
        self._lock = threading.Lock()
        self._transport: Transport | None = None
        self._account: Account | None = None
        self._creation: Creation | None = None

    @property
    def account_key(self) -> str | None:
        """The key of the account that the credentials belong to, ``None`` when none are given."""
        return self.connection.account_key

    @property
    def transport(self) -> Transport:
        with self._lock:
            if self._transport is None:
                self._transport = Transport(self.connection.api_url, timeout=self.connection.timeout, warn=self._warn)
            return self._transport

    @property
    def account(self) -> Account:
        """Raises :class:`CredentialsError` without the account pair."""
        transport, credentials = self.transport, self.connection.account_credentials()
        with self._lock:
            if self._account is None:
                self._account = Account(credentials, transport=transport)
            return self._account

    @property
    def creation(self) -> Creation:
        """Exactly-once creation of projects, with the one list of the account that all creates of this run share."""
        account = self.account
        with self._lock:
            if self._creation is None:
                from .creation import Creation

                self._creation = Creation(account.projects)
            return self._creation
