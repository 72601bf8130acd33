# SPDX-License-Identifier: Apache-2.0
"""uvicorn in a thread with an event loop of its own: uvloop if it is there."""

from __future__ import annotations

import asyncio
import functools
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from .config import EmulatorError
from .protocol import Protocol

_KEEP_ALIVE = 75  # seconds, as nginx does it
_PATIENCE = 30  # seconds
_GRACE = 2  # seconds, for tasks whose connection is gone


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, when_started: Callable[[], object]) -> None:
        super().__init__(config)
        self._when_started = when_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._when_started()


def serve(
    application: ASGIApp, listener: socket.socket, beside: Callable[[], Coroutine[Any, Any, None]], *, header_timeout: float
) -> tuple[uvicorn.Server, threading.Thread]:
    """Serve until ``should_exit``, and run ``beside`` in the same loop; returns when it listens. Raises :class:`EmulatorError`."""
    config = uvicorn.Config(
        application,
        http=functools.partial(Protocol, header_timeout=header_timeout),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_level="error",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
    )
    started = threading.Event()
    server = _Server(config, started.set)

    def run() -> None:
        loop = _new_loop()
        try:
            loop.run_until_complete(_serve(server, listener, beside))
        finally:
            loop.close()
            listener.close()
            started.set()

    thread = threading.Thread(target=run, name="opentok-emulator", daemon=True)
    thread.start()
    started.wait(_PATIENCE)
    if not server.started:
        raise EmulatorError("the server did not start")
    return server, thread


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _serve(server: uvicorn.Server, listener: socket.socket, beside: Callable[[], Coroutine[Any, Any, None]]) -> None:
    task = asyncio.create_task(beside())
    await server.serve(sockets=[listener])
    task.cancel()
    await _end_connections(server)


async def _end_connections(server: uvicorn.Server) -> None:
    """End what is still open: answers that a delay holds back, clients that keep their connection."""
    for connection in list(server.server_state.connections):
        if connection.transport is not None:
            connection.transport.abort()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    if tasks:
        await asyncio.wait(tasks, timeout=_GRACE)
