# SPDX-License-Identifier: Apache-2.0
"""The process: prints the port that it serves, finishes what is begun when it is told to end, and never outlives its engine."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import sys
from collections.abc import Callable
from concurrent import futures
from typing import Any, NoReturn

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from .._engine_log import attach
from .._ledgers import close_all
from .provider import OpenTokProvider

THREADS = 64
"""Calls at the same time. Each waits for OpenTok most of its time, and the engine asks as many as ``--parallel`` allows."""

MESSAGE = 400 * 1024 * 1024
"""Bytes of the longest message, as in Pulumi's own SDKs."""

LOOK = 0.5
"""Seconds between two looks whether the engine is still there."""

MISSES = 20
"""Looks at an engine that does not serve before it counts as gone: one that ends closes its own server first and its plugins within five seconds,
and reports a plugin that was quicker as one that "exited prematurely"."""

SETTLE = 0.25
"""Seconds in which a thread has ended whose answer was read already."""

GRACE = 600.0
"""Seconds for what is under way, which is as much as one request may take."""


def serve(engine: str | None) -> None:
    """Until the engine ends it, or has ended. ``engine``: its address; ``None``: it attaches itself, as a debugger's plugin."""
    parent = os.getppid()
    # An Event would do, but for a signal that comes while this thread holds its lock.
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: told.put(number))
    if engine:
        # Without this one, an engine that was killed while Python started would not be missed.
        if not _serves(engine):
            _refuse(f"nothing serves at {engine}: Pulumi's engine starts this program with its own address, host:port")
        attach(engine)
    options = [("grpc.max_receive_message_length", MESSAGE), ("grpc.max_send_message_length", MESSAGE), ("grpc.so_reuseport", 0)]
    calls = _Calls(THREADS)
    server = grpc.server(calls, options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(OpenTokProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    _tell(port)
    there = _until_told(told, engine, parent)
    if there and engine and futures.wait([*calls.under_way], timeout=SETTLE).not_done:
        # By Ctrl+C or a service manager, to all processes: the engine itself waits for answers before it closes a plugin. It cancels now, and
        # would report a plugin that does not hear of it as one that "exited prematurely".
        there = _until_told(told, engine, parent, calls)
    # What is begun is finished: the engine, or a later run, needs to know what came of it. The engine itself waits for five seconds.
    server.stop(GRACE if there else None).wait()
    calls.shutdown(wait=True, cancel_futures=True)
    close_all()
    os._exit(0)


class _Calls(futures.ThreadPoolExecutor):
    """Answers calls; ``under_way``: those that have no answer yet."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.under_way: set[futures.Future[Any]] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **keywords: Any) -> futures.Future[Any]:
        future = super().submit(fn, *args, **keywords)
        self.under_way.add(future)
        future.add_done_callback(self.under_way.discard)
        return future


def _until_told(told: queue.SimpleQueue[int], engine: str | None, parent: int, calls: _Calls | None = None) -> bool:
    """Until it is told to end; whether the engine is still there, which else is as good as being told.

    ``calls``: once they are answered and no more come, it waits no longer than the engine itself would.
    """
    missed = idle = 0
    while not _told(told):
        if engine and os.getppid() != parent:
            return False
        # A wrapper between the two would live on, and on Windows nothing tells that a parent has ended.
        missed = missed + 1 if engine and not _serves(engine) else 0
        if missed > MISSES:
            return False
        idle = idle + 1 if calls is not None and not calls.under_way else 0
        if idle > MISSES:
            return True
    return True


def _told(told: queue.SimpleQueue[int]) -> bool:
    """Whether it is told to end, after a while."""
    with contextlib.suppress(queue.Empty):
        told.get(timeout=LOOK)
        return True
    return False


def _serves(address: str) -> bool:
    """Whether anybody listens there."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=LOOK).close()
    except (ConnectionRefusedError, ValueError, socket.gaierror):
        return False
    except OSError:
        return True  # busy, or short of something: no sign that it has ended
    return True


def _tell(port: int) -> None:
    try:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
    except (AttributeError, OSError):  # without one, sys.stdout is None
        _refuse("nobody reads the port that it serves: its standard output is closed")


def _refuse(why: str) -> NoReturn:
    with contextlib.suppress(OSError):
        os.write(2, f"pulumi-resource-opentok: {why}\n".encode())
    os._exit(1)
