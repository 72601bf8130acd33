# SPDX-License-Identifier: Apache-2.0
"""The operation that this thread carries out: what every text about it has to know, wherever it is written."""

from __future__ import annotations

import contextlib
import contextvars
import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ._secret_inputs import SECRET, Hidden, hidden_values


@dataclasses.dataclass(frozen=True, kw_only=True)
class Operation:
    """``secret_inputs``: the names of those that the program marks secret. ``hidden``: the values that no text may show."""

    secret_inputs: tuple[str, ...] = ()
    hidden: Hidden = dataclasses.field(default_factory=Hidden)


NONE = Operation()

_current: contextvars.ContextVar[Operation] = contextvars.ContextVar("operation", default=NONE)


def current() -> Operation:
    """That of this thread; outside of any: one that hides nothing."""
    return _current.get()


@contextlib.contextmanager
def operation(*property_maps: Mapping[str, Any]) -> Iterator[None]:
    """One call of the engine, about a resource with these properties: as they were, as they are to be."""
    names = tuple(property_maps[-1].get(SECRET) or ())
    token = _current.set(Operation(secret_inputs=names, hidden=hidden_values(*property_maps)))
    try:
        yield
    finally:
        _current.reset(token)
