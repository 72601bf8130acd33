# SPDX-License-Identifier: Apache-2.0
"""Faults: which requests go wrong, and how. What each kind does on the wire is in wire.py."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Mapping
from typing import Any

from .randomness import Randomness

KINDS = ("status", "delay", "drop_before", "drop_after", "truncate", "garble", "html")


@dataclasses.dataclass
class Fault:
    """A rule for the requests of one operation ("*": of every one).

    It lets ``after`` of them pass, then fires for ``times`` requests (None: without end), each with ``probability``. ``status`` and
    ``retry_after`` (seconds, or None for no header) belong to the kind ``status``, ``seconds`` to ``delay``.
    """

    id: int
    operation: str
    kind: str
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    status: int = 503
    seconds: float = 0.5
    retry_after: int | None = None
    seen: int = 0
    fired: int = 0

    def as_json(self) -> dict[str, Any]:
        """The fault as the control plane shows it."""
        return dataclasses.asdict(self)


class Faults:
    """The faults that are set, in the order in which they were set."""

    def __init__(self, randomness: Randomness, operations: Collection[str]) -> None:
        self.randomness = randomness
        self._operations = operations
        self._faults: dict[int, Fault] = {}
        self._numbers = itertools.count(1)

    def add(self, wish: Mapping[str, Any]) -> Fault:
        """Set a fault. Raises ValueError with a text that names the wrong field."""
        fields = _checked(wish, self._operations)
        fault = Fault(id=next(self._numbers), **fields)
        self._faults[fault.id] = fault
        return fault

    def draw(self, operation: str) -> Fault | None:
        """The fault for a request that just came: the oldest one that applies. Every matching fault counts the request."""
        chosen: Fault | None = None
        for fault in self._faults.values():
            if fault.operation in ("*", operation):
                fault.seen += 1
                if chosen is None and self._applies(fault):
                    fault.fired += 1
                    chosen = fault
        return chosen

    def _applies(self, fault: Fault) -> bool:
        if fault.seen <= fault.after or (fault.times is not None and fault.fired >= fault.times):
            return False
        return fault.probability >= 1 or self.randomness.fraction() < fault.probability

    def listed(self) -> list[dict[str, Any]]:
        """All faults, also those that have fired for the last time."""
        return [fault.as_json() for fault in self._faults.values()]

    def remove(self, number: int) -> bool:
        """Remove one; False if there is none of that id."""
        return self._faults.pop(number, None) is not None

    def clear(self) -> None:
        """Remove all."""
        self._faults.clear()


def _checked(wish: Mapping[str, Any], operations: Collection[str]) -> dict[str, Any]:
    known = {"operation", "kind", "times", "after", "probability", "status", "seconds", "retry_after"}
    unknown = sorted(set(wish) - known)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}; a fault has {', '.join(sorted(known))}")
    fields = dict(wish)
    fields.setdefault("operation", "*")
    if fields["operation"] not in ("*", *operations):
        raise ValueError(f'operation must be "*" or one of {", ".join(operations)}')
    if fields.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    _check_whole(fields, "times", 1, 1_000_000, nullable=True)
    _check_whole(fields, "after", 0, 1_000_000)
    _check_whole(fields, "status", 400, 599)
    _check_whole(fields, "retry_after", 0, 86_400, nullable=True)
    _check_number(fields, "probability", 0, 1)
    _check_number(fields, "seconds", 0, 3_600)
    return fields


def _check_whole(fields: Mapping[str, Any], name: str, low: int, high: int, *, nullable: bool = False) -> None:
    value = fields.get(name, low)
    if nullable and value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}{' or null' if nullable else ''}")


def _check_number(fields: Mapping[str, Any], name: str, low: float, high: float) -> None:
    value = fields.get(name, low)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low} to {high}")
