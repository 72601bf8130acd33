# SPDX-License-Identifier: Apache-2.0
"""One session of a PostgreSQL server, by psycopg 3.

What a run holds hangs on its session, so there is one, and it is never made anew: once it is broken, everything raises.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any

from ....errors import LedgerError, MissingLibrary, one_line, quote
from ..ledger import ledger_error
from .place import Place

try:
    import psycopg

    HAS_PSYCOPG = True
except ImportError:  # also where it is there, and neither its binary nor libpq is
    HAS_PSYCOPG = False

OLDEST = 12
"""The oldest server, by its major version, that has all that is asked for."""

KEPT_ALIVE = {"keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "20000"}
"""A network that is cut is noticed within half a minute, here and, by ``SETTINGS``, on the server."""

SETTINGS = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "15s",
    "lock_timeout": "20s",
    "statement_timeout": "60s",
    "client_min_messages": "warning",
    "default_transaction_isolation": "read committed",
}
"""Of the session, as far as the server knows them: it has to last as long as the run, and what waits for others has an end.

But a commit that waits for a synchronous standby: how long is the server's to say.
"""

POOLED = (
    "was reached through a pooler that gives each transaction another session, and what a run holds hangs on its session: "
    "give the address of the server itself, or use session pooling (pool_mode = session)"
)

_NOT_PREPARED = ("26000", "42P05")
"""What another session says of a statement that this one has prepared."""

_SET = """
SELECT count(set_config(s.name, v.value, false)) FROM pg_settings s JOIN unnest(%(names)s::text[], %(values)s::text[]) AS v (name, value) USING (name)
WHERE s.name <> 'synchronous_commit' OR s.setting = 'off'
"""
_FACTS = """
SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'), pg_is_in_recovery(),
       current_setting('transaction_read_only') = 'on', quote_ident(current_user)
"""


def need_psycopg(where: str) -> None:
    """Raises :class:`MissingLibrary` where it is not installed."""
    if not HAS_PSYCOPG:
        raise MissingLibrary("psycopg[binary]", extra="postgresql", target=f"ledger {quote(where, 300)}")


def identifier(name: str) -> str:
    """A name as it stands in SQL."""
    return '"' + name.replace('"', '""') + '"'


class Connection:
    """Everything raises ``LedgerError``. Thread-safe: one statement at a time."""

    def __init__(self, place: Place) -> None:
        self.where = place.where
        self._place = place
        self._lock = threading.RLock()
        self._session: Any = None
        self._lost: str | None = None
        self._warnings: list[str] = []

    def open(self, *, write: bool) -> None:
        """Connects to a server that can be written to, or only read."""
        settings: dict[str, Any] = {"connect_timeout": "10", "application_name": "opentok-ledger", **KEPT_ALIVE, **self._place.settings}
        if write and "," in settings.get("host", ""):
            settings.setdefault("target_session_attrs", "read-write")
        try:
            self._session = psycopg.connect(**settings, client_encoding="UTF8", autocommit=True, prepare_threshold=5)
        except (psycopg.Error, ValueError, OSError) as error:
            raise self._unreachable(error) from None
        self._session.add_notice_handler(lambda notice: self._warnings.append(notice.message_primary or ""))
        values = {**SETTINGS, "synchronous_commit": "on"}
        self.rows(_SET, names=list(values), values=list(values.values()))
        self._judge(write=write)

    def close(self) -> None:
        """Never raises."""
        with self._lock, contextlib.suppress(Exception):
            if self._session is not None:
                self._session.close()
        self._lost = self._lost or "is closed"

    def rows(self, query: str, *, doing: str = "cannot be read", **values: Any) -> list[Any]:
        """Runs one statement. ``doing`` says what is the matter where it fails."""
        with self._one(doing) as session:
            cursor = session.execute(query, values)
            return list(cursor.fetchall()) if cursor.description else []

    def write(self, query: str, **values: Any) -> list[Any]:
        """As ``rows``, of what changes something. Raises :class:`Unsure` where nothing tells whether it was done."""
        with self._one("cannot be written", writes=True) as session:
            found = list(session.execute(query, values).fetchall())
            if self._warnings:
                # A standby that did not answer in time: it is written here, and not known to be anywhere else.
                raise Unsure(f"ledger {quote(self.where, 300)} {_UNSURE} for certain: {one_line(self._warnings[0], 300)}; run again")
            return found

    def script(self, query: str, **values: Any) -> list[Any]:
        """Runs several statements as one transaction, in one round trip. What the last one found."""
        with self._one("cannot be written", writes=True) as session:
            cursor = psycopg.ClientCursor(session)
            cursor.execute(query, values)
            while cursor.nextset():
                pass
            return list(cursor.fetchall()) if cursor.description else []

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """For what is rare and takes its time."""
        with self._lock:
            self.script("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = 0")
            try:
                yield
            except BaseException:
                with contextlib.suppress(LedgerError):
                    self.script("ROLLBACK")
                raise
            self.script("COMMIT")

    def lose(self, why: str) -> LedgerError:
        """The error of a session that is not this run's any more; from now on everything raises it."""
        self._lost = self._lost or why
        with contextlib.suppress(Exception):
            self._session.close()
        return ledger_error(self.where, self._lost)

    @contextlib.contextmanager
    def _one(self, doing: str, *, writes: bool = False) -> Iterator[Any]:
        with self._lock:
            if self._session is None or self._lost is not None:
                raise ledger_error(self.where, self._lost or "is not open")
            self._look_for_an_end()
            try:
                yield self._session
            except psycopg.Error as error:
                if error.sqlstate in _NOT_PREPARED:
                    raise self.lose(POOLED) from None
                if not self._session.closed:
                    raise ledger_error(self.where, f"{doing}: {_said(error)}") from None
                lost = self.lose(f"{_LOST}: {_said(error)}; {_NOTHING}")
                raise (Unsure(f"ledger {quote(self.where, 300)} {_UNSURE}: {_said(error)}; run again") if writes else lost) from None
            finally:
                if not self._session.closed and self._session.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                    self.lose(f"{_LOST}: it was interrupted; {_NOTHING}")

    def _look_for_an_end(self) -> None:
        """Without a round trip: what a server said when it ended the session lies there already, and nothing has been sent."""
        pgconn = self._session.pgconn
        self._warnings.clear()
        try:
            for _turn in range(2):  # what it said, and that there is nothing after it
                pgconn.consume_input()
                pgconn.is_busy()
        except psycopg.Error as error:
            said = one_line(self._warnings[-1], 500) if self._warnings else _said(error)
            raise self.lose(f"{_LOST}: {said}; {_NOTHING}") from None

    def _judge(self, *, write: bool) -> None:
        version, encoding, standby, read_only, role = self.rows(_FACTS)[0]
        if version < OLDEST:
            raise ledger_error(self.where, f"is PostgreSQL {version}: {OLDEST} or newer is needed")
        if encoding != "UTF8":
            create = "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
            raise ledger_error(self.where, f"is in a database of the encoding {encoding}, which has not every name: {create}")
        if write and standby:
            raise ledger_error(self.where, "is on a standby, which is read-only: give the primary, or all of its hosts (HOST1,HOST2)")
        if write and read_only:
            why = f"default_transaction_read_only is on, for the server, its database or the role {role}"
            raise ledger_error(self.where, f"is read-only: {why}")

    def _unreachable(self, error: Exception) -> LedgerError:
        said = _said(error)
        password = os.environ.get("PGPASSWORD")
        if password:
            said = said.replace(password, "***")
        asked = getattr(error, "pgconn", None)
        hint = ""
        if asked is not None and getattr(asked, "needs_password", False):
            hint = "; it is taken from PGPASSWORD, PGPASSFILE (~/.pgpass) or a service file"
        return ledger_error(self.where, f"cannot be reached: {said}{hint}")


class Unsure(LedgerError):
    """Nothing tells whether a write was done."""


_LOST = "is lost to this run, which held what it held by its connection"
_NOTHING = "nothing more was begun; run again"
_UNSURE = "gave no answer to a write, so it is not known whether it was done"


def _said(error: Exception) -> str:
    """The server's own text, without the details: those quote what was sent."""
    diag: Any = getattr(error, "diag", None)
    return one_line((getattr(diag, "message_primary", None) or str(error) or type(error).__name__).strip().rstrip("."), 500)
