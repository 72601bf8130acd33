# SPDX-License-Identifier: Apache-2.0
"""The native provider: the plugin, a process each run, and around it the engine's order of calls, as ``pulumi.py`` models it.

A partial failure is the answer that the engine gets of it: the resource is kept, the run has failed, and the next one updates it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from pulumi_opentok._native.server import serve
from tests.faults import processes
from tests.faults.layers.pulumi import ForkedServer, PulumiLayer, settle
from tests.faults.layers.stack import Stack
from tests.protocol.native_server import NativeServer, as_in_python

TYPE = "opentok:index:Project"


class ForkedPlugin(ForkedServer, NativeServer):
    """A plugin that starts in milliseconds."""

    _engine = None

    def _work(self) -> Callable[..., None]:
        return serve_plugin

    def _call(self, method: Callable[..., Any], request: Any) -> Any:
        answer = super()._call(method, request)
        self.unfinished = isinstance(answer, provider_pb2.ErrorResourceInitFailed)
        return answer


def serve_plugin(connection: processes.Connection, env: Mapping[str, str], engine: str, errors: str) -> None:
    """The plugin, in a process of its own."""
    settle(connection, env, errors)
    serve(engine)


class NativeLayer(PulumiLayer):
    """Drives the plugin as ``pulumi up`` does."""

    def _stack(self) -> Stack:
        self._log.spelt = as_in_python
        return Stack(TYPE, named=False)

    def _server(self, timeout: float) -> ForkedServer:
        server = ForkedPlugin(self.env(timeout), self._log.address)
        server.said = self._log.said
        return server
