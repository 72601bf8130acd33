# SPDX-License-Identifier: Apache-2.0
"""Messages in preview and up: the engine's own log, whose address is the first argument of a provider's process."""

from __future__ import annotations

import functools
import sys
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ._operation import current

TIMEOUT = 5.0
"""Seconds; a message is worth no more."""

_said: set[tuple[str, str]] = set()
"""URN and text of each message of this process, which lives for one preview, up or refresh: nobody wants to read one twice."""


def info(message: str) -> None:
    """A line under ``Diagnostics``."""
    _say(engine_pb2.INFO, message)


def warning(message: str) -> None:
    """A line ``warning: ...``."""
    _say(engine_pb2.WARNING, message)


def error(message: str) -> None:
    """A line ``error: ...``; it does not make the operation fail by itself."""
    _say(engine_pb2.ERROR, message)


_attached: list[str] = []
"""The engine's addresses that a plugin of our own was told, the last one in use."""


def attach(address: str) -> None:
    """This process is a plugin of the engine at ``address`` (host and port)."""
    if address and [address] != _attached[-1:]:
        _attached.append(address)


def engine_address() -> str | None:
    """That of the engine which this process serves; ``None`` in a program."""
    if _attached:
        return _attached[-1]
    return sys.argv[1] if is_dynamic_process() and len(sys.argv) > 1 else None


def is_dynamic_process() -> bool:
    """Whether this process is the server that the engine starts for dynamic providers."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return spec is not None and spec.name == "pulumi.dynamic.__main__"


@functools.cache
def _engine(address: str) -> Any:
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))


def _say(severity: Any, message: str) -> None:
    address = engine_address()
    if address is None:
        return
    urn, text = current().urn, current().words(current().hidden.mask(message))
    if severity != engine_pb2.ERROR:
        if (urn, text) in _said:
            return
        _said.add((urn, text))
    try:
        _engine(address).Log(engine_pb2.LogRequest(severity=severity, message=text, urn=urn), timeout=TIMEOUT)
    except grpc.RpcError:
        # A message that does not arrive must not fail what it is about.
        return
