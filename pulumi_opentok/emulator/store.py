# SPDX-License-Identifier: Apache-2.0
"""The SQLite database that holds the emulator's state.

Every write is committed before its request is answered. In a data file that is enough to survive a ``kill -9``: with a write-ahead
log and ``synchronous=NORMAL`` a commit is with the operating system, only a power cut could lose it.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import sqlite3
from collections.abc import Iterator

from .config import EmulatorError

_APPLICATION_ID = 0x4F544B45  # "OTKE", tells our files from those of other programs
_SCHEMA_VERSION = 4
_PRIVATE = 0o600
"""The mode of the data file, for it holds secrets; what SQLite writes beside it takes it over."""

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE accounts (position INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, secret TEXT NOT NULL, given INTEGER NOT NULL);
CREATE TABLE projects (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, secret TEXT NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, environment_id INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX projects_of_account ON projects (account, deleted);
CREATE TABLE sessions (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, created_at INTEGER NOT NULL, media_mode TEXT NOT NULL,
    archive_mode TEXT NOT NULL, archive_name TEXT, archive_resolution TEXT, location TEXT, e2ee INTEGER NOT NULL,
    connected_at INTEGER, muted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE connections (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, session TEXT NOT NULL, created_at INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE TABLE streams (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, session TEXT NOT NULL, connection TEXT NOT NULL, name TEXT NOT NULL,
    video_type TEXT NOT NULL, created_at INTEGER NOT NULL, layout_classes TEXT NOT NULL DEFAULT '[]', muted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX connections_of_session ON connections (session);
CREATE INDEX streams_of_session ON streams (session);
CREATE INDEX streams_of_connection ON streams (connection);
CREATE TABLE sip_calls (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, session TEXT NOT NULL, connection TEXT NOT NULL,
    stream TEXT NOT NULL, created_at INTEGER NOT NULL, params TEXT NOT NULL, plan TEXT NOT NULL, state TEXT NOT NULL,
    since INTEGER NOT NULL, answered_at INTEGER, silent_since INTEGER, reason_code INTEGER, reason_message TEXT,
    dtmf TEXT NOT NULL DEFAULT '[]', due_at INTEGER
);
CREATE INDEX sip_calls_of_connection ON sip_calls (connection);
CREATE INDEX sip_calls_of_session ON sip_calls (session);
CREATE INDEX sip_calls_due ON sip_calls (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE sip_policies (position INTEGER PRIMARY KEY, pattern TEXT NOT NULL, rule TEXT NOT NULL);
CREATE TABLE callbacks (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL,
    url TEXT NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE webhooks (project TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, secret TEXT, PRIMARY KEY (project, kind)) WITHOUT ROWID;
CREATE INDEX callbacks_of_project ON callbacks (project, kind, event);
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, session TEXT NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL,
    url TEXT NOT NULL, secret TEXT, body TEXT NOT NULL, created_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    status INTEGER, error TEXT, next_at INTEGER
);
CREATE INDEX deliveries_due ON deliveries (next_at, url, session) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_of_queue ON deliveries (url, session) WHERE next_at IS NOT NULL;
CREATE TABLE broadcasts (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, session TEXT NOT NULL, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, stopped_at INTEGER, tag TEXT, params TEXT NOT NULL, streams TEXT NOT NULL, due_at INTEGER
);
CREATE INDEX broadcasts_of_project ON broadcasts (project);
CREATE INDEX broadcasts_of_session ON broadcasts (session);
CREATE INDEX broadcasts_due ON broadcasts (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE renders (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, session TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, reason TEXT, url TEXT NOT NULL, resolution TEXT NOT NULL,
    max_duration INTEGER NOT NULL, callback_url TEXT, connection TEXT NOT NULL, stream TEXT NOT NULL, due_at INTEGER
);
CREATE INDEX renders_of_project ON renders (project);
CREATE INDEX renders_due ON renders (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE captions (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, session TEXT NOT NULL, created_at INTEGER NOT NULL,
    language TEXT NOT NULL, callback_url TEXT, due_at INTEGER
);
CREATE INDEX captions_of_session ON captions (session);
CREATE INDEX captions_due ON captions (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE audio_connections (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, session TEXT NOT NULL, connection TEXT NOT NULL UNIQUE
);
CREATE TABLE archives (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, session TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, tag TEXT, automatic INTEGER NOT NULL, storage TEXT,
    params TEXT NOT NULL, streams TEXT NOT NULL, reason TEXT, recorded INTEGER NOT NULL DEFAULT 0, since INTEGER, paused_since INTEGER,
    empty_since INTEGER, stopped_at INTEGER, due_at INTEGER, tracks TEXT NOT NULL DEFAULT '[]', size INTEGER NOT NULL DEFAULT 0,
    sha256sum TEXT NOT NULL DEFAULT '', delivering INTEGER NOT NULL DEFAULT 0, problem TEXT
);
CREATE INDEX archives_of_project ON archives (project, status);
CREATE INDEX archives_of_session ON archives (session, status);
CREATE INDEX archives_due ON archives (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX archives_delivering ON archives (delivering) WHERE delivering = 1;
CREATE TABLE archive_storage (project TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
"""

STATE_TABLES = (
    "meta", "accounts", "projects", "sessions", "connections", "streams",
    "sip_calls", "sip_policies", "callbacks", "webhooks", "deliveries", "broadcasts", "renders", "captions", "audio_connections",
    "archives",
    "archive_storage",
)


class Store:
    """One SQLite connection; used by one thread at a time (the event loop)."""

    def __init__(self, path: str | None) -> None:
        """Open ``path``, or memory for None. Raises :class:`EmulatorError` if the file is not ours, in use or not accessible."""
        self.path = path
        if path is not None:
            with contextlib.suppress(OSError):  # it is there already, or connect() says what is wrong in SQLite's words
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE))
        try:
            self.db = sqlite3.connect(
                ":memory:" if path is None else str(pathlib.Path(path)), isolation_level=None, check_same_thread=False, timeout=1
            )
            self.db.row_factory = sqlite3.Row
            self._prepare()
        except sqlite3.Error as error:
            raise EmulatorError(_open_error(path, error)) from error

    def _prepare(self) -> None:
        # One process at a time: a second one on the same file must fail at its start, not mix its state into ours.
        self.db.execute("PRAGMA locking_mode=EXCLUSIVE")
        tables = self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        owner = self.db.execute("PRAGMA application_id").fetchone()[0]
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if tables and owner != _APPLICATION_ID:
            raise EmulatorError(f"{self.path} is a database of another program; give --data another file")
        if tables and version != _SCHEMA_VERSION:
            raise EmulatorError(f"{self.path} was written by another version of the emulator; give --data another file")
        for suffix in ("", "-wal") if self.path is not None else ():
            with contextlib.suppress(OSError):  # somebody else's, but ours to write: its owner decides who reads it
                os.chmod(f"{self.path}{suffix}", _PRIVATE)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        if not tables:
            self.db.executescript(
                f"BEGIN EXCLUSIVE; {_SCHEMA} PRAGMA application_id={_APPLICATION_ID}; PRAGMA user_version={_SCHEMA_VERSION}; COMMIT;"
            )
        else:
            # Takes the exclusive lock now, not at the first write.
            with self.transaction():
                self.set_meta("opened", self.get_meta("opened", 0))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: committed at the end of the block, undone if it raises."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def get_meta(self, name: str, default: float) -> float:
        """A number kept under ``name``."""
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return default if row is None else row["value"]

    def set_meta(self, name: str, value: float) -> None:
        """Keep a number under ``name``."""
        self.db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value))

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it."""
        self.db.close()


def _open_error(path: str | None, error: sqlite3.Error) -> str:
    if "locked" in str(error):
        return f"the data file {path} is in use by another process"
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error):
        return f"{path} is not a data file of the emulator; give --data another file"
    return f"cannot open the data file {path}: {error}"
