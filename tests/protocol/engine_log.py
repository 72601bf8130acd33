# SPDX-License-Identifier: Apache-2.0
"""The part of the engine that a provider talks to: its log."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class EngineLog(engine_pb2_grpc.EngineServicer):
    """A gRPC `Engine` that keeps what it is told as `(severity, message)`, severity in lower case."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.spelt: Callable[[str], str] = str
        """How each message is kept."""
        self.urns: list[str] = []
        """Of the resource under which each message stands; empty: under none."""
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def Log(self, request: Any, _context: Any) -> empty_pb2.Empty:  # noqa: N802 - the name of the RPC
        self.said.append((engine_pb2.LogSeverity.Name(request.severity).lower(), self.spelt(request.message)))
        self.urns.append(request.urn)
        return empty_pb2.Empty()

    def texts(self, severity: str) -> list[str]:
        """What was said at this severity since the last `clear`."""
        return [message for said, message in self.said if said == severity]

    def clear(self) -> None:
        self.said.clear()
        self.urns.clear()

    def stop(self) -> None:
        self._server.stop(None).wait()
