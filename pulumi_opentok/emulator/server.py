# SPDX-License-Identifier: Apache-2.0
"""An emulator in this process: a server in a thread."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .client import Control
from .config import HEADER_TIMEOUT, LIST_COUNTS, WEBHOOK_TIMEOUT, Config, EmulatorError, ProjectSeed

if TYPE_CHECKING:
    import uvicorn

    from .service import Service

_PATIENCE = 30  # seconds; starting takes a fraction of one


class Emulator(Control):
    """A local OpenTok service. Use it as a context manager, or call :meth:`start` and :meth:`stop`.

    ``port`` 0 picks a free one. ``data`` is the path of a file that keeps the state (None: memory). ``account`` or ``accounts`` are
    (key, secret) pairs, the first is the primary one; ``projects`` are (key, secret) or (key, secret, name): they exist from the start
    and belong to the primary account. ``seed`` makes secrets and the probability of faults repeatable. ``strict_exp`` refuses tokens that
    live longer than 300 seconds. ``render_stop_status`` is the success code for stopping a render, 200 or 204. ``webhook_timeout`` is
    how many seconds the receiver of a webhook has to answer. The file of every ended archive is written to the folder ``archive_dir``.
    ``allow_hosts`` are more names that clients may use for it, besides those of this machine and ``host``. ``header_timeout`` is how many
    seconds a client has to send the head of a request. ``list_count`` is what the ``count`` of a list counts: "page" or "total".
    Raises :class:`EmulatorError` if it cannot start.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        data: str | os.PathLike[str] | None = None,
        account: tuple[str, str] | None = None,
        accounts: Iterable[tuple[str, str]] | None = None,
        projects: Iterable[Sequence[str]] = (),
        seed: int | None = None,
        strict_exp: bool = False,
        render_stop_status: int = 200,
        webhook_timeout: float = WEBHOOK_TIMEOUT,
        archive_dir: str | os.PathLike[str] | None = None,
        allow_hosts: Iterable[str] = (),
        header_timeout: float = HEADER_TIMEOUT,
        list_count: str = LIST_COUNTS[0],
    ) -> None:
        super().__init__("")
        pairs = ([account] if account else []) + [(key, secret) for key, secret in accounts or ()]
        self._config = Config(
            accounts=tuple(pairs),
            projects=tuple(ProjectSeed(*project) for project in projects),
            data=None if data is None else os.fspath(data),
            seed=seed,
            strict_exp=strict_exp,
            render_stop_status=render_stop_status,
            webhook_timeout=webhook_timeout,
            archive_dir=None if archive_dir is None else os.fspath(archive_dir),
            host=host,
            allow_hosts=tuple(allow_hosts),
            header_timeout=header_timeout,
            list_count=list_count,
        )
        self._port = port
        self._service: Service | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.accounts: list[tuple[str, str]] = []
        self.projects: list[dict[str, str]] = []

    @property
    def account_key(self) -> str:
        """The key of the primary account."""
        return self.accounts[0][0]

    @property
    def account_secret(self) -> str:
        """The secret of the primary account."""
        return self.accounts[0][1]

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that point a client here, with the pair of the first preloaded project if there is one."""
        variables = {
            "OPENTOK_API_URL": self.url,
            "OPENTOK_ACCOUNT_KEY": self.account_key,
            "OPENTOK_ACCOUNT_SECRET": self.account_secret,
        }
        if self.projects:
            variables["OPENTOK_API_KEY"] = self.projects[0]["id"]
            variables["OPENTOK_API_SECRET"] = self.projects[0]["secret"]
        return variables

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and return once it listens. Does nothing if it already runs."""
        if self._thread is not None:
            return
        try:
            from . import app, threaded
            from .service import Service
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "jinja2"):
                raise
            raise EmulatorError("the emulator needs starlette, uvicorn and jinja2: pip install 'pulumi-opentok[emulator]'") from error
        listener = _listen(self._config.host, self._port)
        self.url = _url(self._config.host, listener.getsockname()[1])
        try:
            self._service = Service(self._config, self.url)
            self._describe(self._service)
            application, beside = app.build(self._service), self._service.scheduler.run
            self._server, self._thread = threaded.serve(application, listener, beside, header_timeout=self._config.header_timeout)
        except BaseException:
            listener.close()
            self._close()
            raise

    def _describe(self, service: Service) -> None:
        from . import accounts
        from .projects import rows

        self.accounts = accounts.listed(service.db)
        preloaded = [rows.find(service.db, project.key) for project in self._config.projects]
        self.projects = [{"id": row["id"], "secret": row["secret"], "name": row["name"]} for row in preloaded if row is not None]

    def stop(self) -> None:
        """Stop, without waiting for answers that a fault holds back. Does nothing if it does not run."""
        self.close()
        if self._server is not None and self._thread is not None:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(_PATIENCE)
        self._server = self._thread = None
        self._close()

    def _close(self) -> None:
        if self._service is not None:
            self._service.close()
            self._service = None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EmulatorError(f"cannot listen on {host} port {port}: {reason}") from error
    return listener


def _url(host: str, port: int) -> str:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
