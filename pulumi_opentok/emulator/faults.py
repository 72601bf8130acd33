# SPDX-License-Identifier: Apache-2.0
"""Faults: which requests go wrong, and how. What each kind does is in wire.py, misdeeds.py and late.py."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Mapping
from typing import Any

from pulumi_opentok.core import operations
from pulumi_opentok.core.operations import Operation

from .randomness import Randomness

KINDS = (
    "status", "after", "html", "delay", "trickle", "drop_before", "drop_after", "late", "truncate", "garble",
    "lag", "foreign", "unchanged", "rename", "twice",
)  # fmt: skip
WAYS = ("trim", "cut", "lower", "nfd")
"""How the kind ``rename`` alters a name."""
BODIES = ("json", "html")

_OF_PROJECTS = {
    "foreign": (operations.PROJECT_CREATE, operations.PROJECT_GET, operations.PROJECT_SET_STATUS, operations.PROJECT_REFRESH_SECRET),
    "unchanged": (operations.PROJECT_REFRESH_SECRET,),
    "rename": (operations.PROJECT_CREATE,),
}
_STATUSES = {"after": (100, 599), "html": (200, 599)}
"""The lowest and the highest status of a kind that is not ``status``."""


@dataclasses.dataclass
class Fault:
    """A rule for the requests of one operation ("*": of every one that the kind can befall).

    It lets ``after`` of them pass, then fires for ``times`` requests (None: without end), each with ``probability``. ``status``,
    ``retry_after`` (seconds, or None for no header) and ``body`` (one of BODIES) belong to the kinds that answer with a status, ``seconds`` to
    ``delay``, ``trickle``, ``late`` and ``lag``, ``changes`` to ``lag``, ``how`` (one of WAYS) to ``rename``, ``done`` to ``unchanged``.
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
    body: str = "json"
    changes: int = 0
    how: str = "trim"
    done: bool = False
    seen: int = 0
    fired: int = 0

    def as_json(self) -> dict[str, Any]:
        """The fault as the control plane shows it."""
        return dataclasses.asdict(self)


class Faults:
    """The faults that are set, in the order in which they were set."""

    def __init__(self, randomness: Randomness, answered: Collection[Operation]) -> None:
        self.randomness = randomness
        self._operations = {operation.name: operation for operation in answered}
        self._faults: dict[int, Fault] = {}
        self._numbers = itertools.count(1)

    def add(self, body: Mapping[str, Any]) -> Fault:
        """Set a fault. Raises ValueError with a text that names the wrong field."""
        fields = _checked(body, self._operations)
        fault = Fault(id=next(self._numbers), **fields)
        self._faults[fault.id] = fault
        return fault

    def draw(self, operation: Operation) -> Fault | None:
        """The fault for a request that just came: the oldest one that applies. Every matching fault counts the request."""
        chosen: Fault | None = None
        for fault in self._faults.values():
            if fault.operation in ("*", operation.name) and _befalls(fault.kind, operation):
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

    def look_back(self) -> bool:
        """Whether one of them needs to know what was before."""
        return any(fault.kind == "lag" for fault in self._faults.values())

    def remove(self, number: int) -> bool:
        """Remove one; False if there is none of that id."""
        return self._faults.pop(number, None) is not None

    def clear(self) -> None:
        """Remove all."""
        self._faults.clear()


def _befalls(kind: str, operation: Operation) -> bool:
    """Whether a kind of fault can happen to an operation."""
    return operation.method == "GET" if kind == "lag" else operation in _OF_PROJECTS.get(kind, (operation,))


def _checked(body: Mapping[str, Any], answered: Mapping[str, Operation]) -> dict[str, Any]:
    known = {field.name for field in dataclasses.fields(Fault)} - {"id", "seen", "fired"}
    unknown = sorted(set(body) - known)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}; a fault has {', '.join(sorted(known))}")
    fields = {"operation": "*", **body}
    if fields["operation"] not in ("*", *answered):
        raise ValueError(f'operation must be "*" or one of {", ".join(answered)}')
    kind = fields.get("kind")
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    befallen = [operation.name for operation in answered.values() if _befalls(kind, operation)]
    if fields["operation"] not in ("*", *befallen):
        raise ValueError(f'the operation of kind {kind} must be "*" or one of {", ".join(befallen)}')
    _check_whole(fields, "times", 1, 1_000_000, nullable=True)
    _check_whole(fields, "after", 0, 1_000_000)
    _check_whole(fields, "status", *_STATUSES.get(kind, (400, 599)))
    _check_whole(fields, "retry_after", 0, 86_400, nullable=True)
    _check_whole(fields, "changes", 0, 1_000)
    _check_number(fields, "probability", 0, 1)
    _check_number(fields, "seconds", 0, 3_600)
    _check_one_of(fields, "body", BODIES)
    _check_one_of(fields, "how", WAYS)
    _check_one_of(fields, "done", (False, True))
    return {**_defaults(kind, fields), **fields}


def _defaults(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a kind takes where it is not said, and other kinds do not."""
    if kind == "lag":
        return {"seconds": 0.0, "changes": 0 if "seconds" in fields else 1}
    return {"status": 200} if kind == "html" else {}


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


def _check_one_of(fields: Mapping[str, Any], name: str, values: tuple[Any, ...]) -> None:
    value = fields.get(name, values[0])
    if value not in values or type(value) is not type(values[0]):
        raise ValueError(f"{name} must be one of {', '.join(map(str, values)).lower()}")
