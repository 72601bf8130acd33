# SPDX-License-Identifier: Apache-2.0
"""A native provider that does nothing: the floor of what the engine and the SDK take by themselves."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from bench.noop import OUTPUTS
from pulumi_opentok._native.values import sent

PACKAGE = "bench"
THREADS = 64
"""As many as ours has."""

ROOT = Path(__file__).resolve().parents[1]


class NoopProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Takes what is declared as it is; the outputs of a resource stand in the file that :data:`OUTPUTS` names."""

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="1.0.0")

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:
        same = request.old_inputs == request.news
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME)

    def Create(self, request: Any, context: Any) -> Any:
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        found = _outputs_by_name(os.environ[OUTPUTS])[request.urn.rpartition("::")[2]]
        return provider_pb2.CreateResponse(id=found["id"], properties=sent({**found["plain"], **found["secret"]}, found["secret"]))


@contextlib.contextmanager
def on_path(folder: Path) -> Iterator[None]:
    """Both plugins, ours and the one that does nothing, are put into ``folder`` and found there."""
    for package, module in (("opentok", "pulumi_opentok._native"), (PACKAGE, __name__)):
        path = folder / f"pulumi-resource-{package}"
        path.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m {module} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{folder}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


@functools.cache
def _outputs_by_name(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Serves until the engine ends it."""
    server = grpc.server(futures.ThreadPoolExecutor(THREADS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(NoopProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
