# SPDX-License-Identifier: Apache-2.0
"""Something happens at a client's n-th request, from within the client: no clock decides what is hit.

A client that kills itself by SIGKILL just before a request is sent, or when its answer has come and nobody has seen it, dies at the two
places that differ for those who come after it.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import requests

from tests.faults.schedule import FREEZE, Moment

Do = Callable[[str], object]
"""Does something to OpenTok: ``restart``, ``die`` or ``come back``."""


class Requests:
    """How many requests the client has sent."""

    count = 0


@contextlib.contextmanager
def at(moment: Moment | None, do: Do, earlier: int = 0) -> Iterator[Requests]:
    """The moment comes when this process sends its request; ``earlier`` ones were sent by the run's other processes."""
    real = requests.Session.send
    seen = Requests()

    def send(session: requests.Session, request: Any, **options: Any) -> Any:
        if "/_emulator/" in request.url or "/v1/" in request.url:  # Vault's
            return real(session, request, **options)
        seen.count += 1
        now = moment.what if moment and moment.request == earlier + seen.count else ""
        _before(now, do)
        try:
            return real(session, request, **options)
        finally:
            _after(now, do)

    requests.Session.send = send  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        requests.Session.send = real  # type: ignore[method-assign]


def _before(now: str, do: Do) -> None:
    if now == "kill before":
        os.kill(os.getpid(), signal.SIGKILL)
    elif now == "restart":
        do("restart")
    elif now == "outage":
        do("die")


def _after(now: str, do: Do) -> None:
    if now == "kill after":
        os.kill(os.getpid(), signal.SIGKILL)
    elif now == "outage":
        do("come back")
    elif now == FREEZE:
        do("freeze")
