# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of the tests' own: one server for each worker, one database for each test. Import the fixtures into a conftest or a test module."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tools.postgresql import NoPostgresql, Postgresql, ensure_postgresql

SUPERUSER = "postgres"
_ENDS_WITH_US = ("setpriv", "--pdeathsig", "QUIT")
"""At once, should the tests be killed."""

_CONFIGURATION = """
listen_addresses = '{host}'
port = {port}
unix_socket_directories = '{folder}'
fsync = off
full_page_writes = off
shared_buffers = 32MB
max_connections = 100
autovacuum = off
dynamic_shared_memory_type = mmap
log_min_messages = warning
"""


@dataclass
class PostgresqlServer:
    """A cluster in ``folder``. Whoever connects from this machine is trusted, unless a test says otherwise in ``rules``."""

    installed: Postgresql
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"
    inside: Sequence[str] = ()
    """A command that runs another one where the server is."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str, *, user: str = SUPERUSER, host: str | None = None) -> str:
        return f"postgresql://{user}@{host or f'{self.host}:{self.port}'}/{database}"

    def start(self) -> None:
        """Returns when it accepts connections."""
        command = [*self.inside, *_as_other(), *_ENDS_WITH_US, str(self.installed.programs / "postgres"), "-D", str(self.data)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, cwd=self.folder)
        while True:
            try:
                self.sql("SELECT 1")
                return
            except psycopg.OperationalError:
                # The kernel's own wait: a server that cannot start is one that has ended.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.05)
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None

    def stop(self) -> None:
        """At once, as when the machine loses its power."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
            self.process = None

    def sql(self, *statements: str, database: str = "postgres", user: str = SUPERUSER) -> list[Any]:
        """What the last one found."""
        with psycopg.connect(self.url(database, user=user), autocommit=True) as session:
            for statement in statements:
                cursor = session.execute(statement.encode())
            return list(cursor.fetchall()) if cursor.description else []

    def database(self, options: str = "") -> str:
        """The name of a new one."""
        name = f"test_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} {options}")
        return name

    def role(self, options: str = "LOGIN") -> str:
        name = f"role_{next(self._numbers)}"
        self.sql(f"CREATE ROLE {name} {options}")
        return name

    def command(self, program: str, *arguments: str) -> Sequence[str]:
        """As who may run it: a server refuses root."""
        return [*self.inside, *_as_other(), str(self.installed.programs / program), *arguments]

    def run(self, program: str, *arguments: str, given: bytes = b"") -> bytes:
        """What one of the server's programs prints."""
        return subprocess.run(self.command(program, *arguments), input=given, cwd=self.folder, capture_output=True, check=True).stdout

    @contextlib.contextmanager
    def rules(self, *lines: str) -> Iterator[None]:
        """Other rules of who may connect how, before those that trust everyone."""
        file = self.data / "pg_hba.conf"
        before = file.read_text()
        try:
            file.write_text("\n".join([*lines, before]))
            self.sql("SELECT pg_reload_conf()")
            yield
        finally:
            file.write_text(before)
            if self.process is not None:
                self.process.send_signal(signal.SIGHUP)

    @contextlib.contextmanager
    def setting(self, name: str, value: str) -> Iterator[None]:
        """While the whole server has a setting, which needs no restart."""

        def wait_for(wanted: str) -> None:
            self.sql("SELECT pg_reload_conf()")
            while self.sql(f"SHOW {name}") != [(wanted,)]:
                pass

        ((before,),) = self.sql(f"SHOW {name}")
        self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        try:
            wait_for(value)
            yield
        finally:
            self.sql(f"ALTER SYSTEM RESET {name}")
            wait_for(before)

    @contextlib.contextmanager
    def standby(self) -> Iterator[PostgresqlServer]:
        """A hot standby, which has all that this one has now."""
        folder = _folder()
        other = PostgresqlServer(self.installed, folder, free_port())
        try:
            self.run("pg_basebackup", "--checkpoint=fast", "--write-recovery-conf", "--dbname", self.url("postgres"), "-D", str(other.data))
            with (other.data / "postgresql.conf").open("a") as file:
                file.write(_CONFIGURATION.format(host=other.host, port=other.port, folder=folder))
            other.start()
            yield other
        finally:
            other.stop()
            shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def pooler(self, mode: str) -> Iterator[Callable[[str], str]]:
        """PgBouncer in front of it, with ``pool_mode = mode``: the URL of a database through it."""
        folder, port = _folder(), free_port()
        lines = ("[databases]", f"* = host=127.0.0.1 port={self.port}", "[pgbouncer]", "listen_addr = 127.0.0.1", f"listen_port = {port}")
        users = folder / "users"
        users.write_text(f'"{SUPERUSER}" ""\n')
        more = ("unix_socket_dir =", "auth_type = trust", f"auth_file = {users}", f"pool_mode = {mode}")
        (folder / "ini").write_text("\n".join([*lines, *more, ""]))
        process = subprocess.Popen([*_as_other(), *_ENDS_WITH_US, str(self.installed.pooler), "-q", str(folder / "ini")], stderr=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
            yield lambda database: f"postgresql://{SUPERUSER}@127.0.0.1:{port}/{database}"
        finally:
            process.kill()
            process.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    """A new one for who the server runs as, in memory if there is much. Its path is short: that of a Unix socket may have 107 bytes."""
    memory = "/dev/shm"
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory if has_room else None))
    if os.geteuid() == 0:
        os.chown(folder, _other().pw_uid, _other().pw_gid)
    return folder


def _as_other() -> Sequence[str]:
    """How a command begins that refuses root."""
    return () if os.geteuid() != 0 else ("setpriv", f"--reuid={_other().pw_uid}", f"--regid={_other().pw_gid}", "--clear-groups")


def _other() -> pwd.struct_passwd:
    """A user of this machine that is not root."""
    for name in (SUPERUSER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("this machine has no user that is not root")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def started(installed: Postgresql, *, host: str = "127.0.0.1", inside: Sequence[str] = (), trusted: str = "") -> Iterator[PostgresqlServer]:
    """A new server, gone with all that it has at the end. ``trusted``: a network from which whoever connects is trusted, too."""
    folder = _folder()
    server = PostgresqlServer(installed, folder, free_port(), host=host, inside=inside)
    try:
        options = ["--no-sync", "--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C"]
        initdb = server.command("initdb", *options, "-D", str(server.data))
        done = subprocess.run(initdb, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr}")
        with (server.data / "postgresql.conf").open("a") as file:
            file.write(_CONFIGURATION.format(port=server.port, folder=folder, host=host))
        if trusted:
            with (server.data / "pg_hba.conf").open("a") as file:
                file.write(f"host all all {trusted} trust\n")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest) -> Iterator[PostgresqlServer]:
    """A server of this worker's own. Where none can be had, the test is skipped with the reason."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():  # installing takes its time: the progress has to be seen
            installed = ensure_postgresql()
    except NoPostgresql as error:
        pytest.skip(str(error))
    with started(installed) as server:
        yield server
