# SPDX-License-Identifier: Apache-2.0
"""The process: prints the port that it serves, finishes what is begun when it is told to end, and never outlives its engine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from .._engine_log import attach
from .provider import OpenTokProvider

THREADS = 64
"""Calls at the same time. Each waits for OpenTok most of its time, and the engine asks as many as ``--parallel`` allows."""

MESSAGE = 400 * 1024 * 1024
"""Bytes of the longest message, as in Pulumi's own SDKs."""

LOOK = 0.5
"""Seconds between two looks whether the engine is still there."""

GRACE = 600.0
"""Seconds for what is under way, which is as much as one request may take."""


def serve(engine: str | None) -> None:
    """Until the engine ends it, or has ended. ``engine``: its address; ``None``: it attaches itself, as a debugger's plugin."""
    parent = os.getppid()
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    if engine:
        attach(engine)
    options = [("grpc.max_receive_message_length", MESSAGE), ("grpc.max_send_message_length", MESSAGE), ("grpc.so_reuseport", 0)]
    server = grpc.server(futures.ThreadPoolExecutor(THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(OpenTokProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not told.wait(LOOK):
        if engine and os.getppid() != parent:
            break
    # What is begun is finished: the engine, or a later run, needs to know what came of it. The engine itself waits for five seconds.
    server.stop(GRACE).wait()
    sys.stdout.flush()
    os._exit(0)
