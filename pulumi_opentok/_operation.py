# SPDX-License-Identifier: Apache-2.0
"""The operation that this thread carries out: what every text about it has to know, wherever it is written."""

from __future__ import annotations

import collections
import contextlib
import contextvars
import dataclasses
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ._secret_inputs import SECRET, Hidden, hidden_values


@dataclasses.dataclass(frozen=True, kw_only=True)
class Operation:
    """``urn``: of its resource, empty where it is not known. ``refreshing``: a refresh compares what it found, and will do nothing about it.

    ``secret_inputs``: the names of those that the program marks secret. ``hidden``: the values that no text may show. ``words``: puts the names of
    properties as programs write them.
    """

    urn: str = ""
    refreshing: bool = False
    secret_inputs: tuple[str, ...] = ()
    hidden: Hidden = dataclasses.field(default_factory=Hidden)
    words: Callable[[str], str] = str


NONE = Operation()

NEAR = 8
"""Frames between an operation and the server's method that called it; there are three."""

_just_read: collections.Counter[str] = collections.Counter()
"""URN -> how many entries of it (a resource and its pending replacement have one) were read and neither checked nor compared since."""

_lock = threading.Lock()

_current: contextvars.ContextVar[Operation] = contextvars.ContextVar("operation", default=NONE)


def current() -> Operation:
    """That of this thread; outside of any: one that hides nothing."""
    return _current.get()


@contextlib.contextmanager
def operation(*property_maps: Mapping[str, Any], request: Any = None, words: Callable[[str], str] = str) -> Iterator[None]:
    """One call of the engine, about a resource with these properties: as they were, as they are to be.

    ``request``: the engine's, where the caller has it. ``words``: see :class:`Operation`.
    """
    names = tuple(property_maps[-1].get(SECRET) or ())
    urn, refreshing = _resource(_request() if request is None else request)
    hidden = hidden_values(*property_maps)
    token = _current.set(Operation(urn=urn, refreshing=refreshing, secret_inputs=names, hidden=hidden, words=words))
    try:
        yield
    finally:
        _current.reset(token)


def _resource(request: Any) -> tuple[str, bool]:
    """The URN, and whether this is the comparison that follows a read: the engine shows by it what a refresh has found."""
    urn, what = getattr(request, "urn", ""), type(request).__name__
    if not urn:  # a function is about none
        return "", False
    with _lock:
        refreshing = what == "DiffRequest" and _just_read[urn] > 0
        if what == "ReadRequest":
            _just_read[urn] += 1
        elif refreshing:
            _just_read[urn] -= 1
        else:
            del _just_read[urn]
    return urn, refreshing


def _request() -> Any:
    """The engine's request that this thread answers.

    The SDK's server hands on no more of it than properties. It stands in a variable of the method that called us, by that name in every
    release from 3.235 on; where it does not, nothing but a place for messages is lost.
    """
    frame = sys._getframe(1)
    for _ in range(NEAR):
        if frame.f_back is None:
            return None
        frame = frame.f_back
        if getattr(frame.f_globals.get("__spec__"), "name", None) == "pulumi.dynamic.__main__":
            request = frame.f_locals.get("request")
            return request if isinstance(getattr(request, "urn", None), str) else None
    return None
