# SPDX-License-Identifier: Apache-2.0
"""A schedule: what is done to two projects, and what goes wrong meanwhile. Plain data whose repr is its Python text.

A `Schedule` has one party, a `Pair` two at once on one account, a `Crowd` up to eight that share a ledger.

Schedules are data and no state machine's rules: one repr is a whole regression test, a worker resumes by number alone, and what a step
finds when it comes never decides which step is next, so shrinking takes any of them out.
"""

from __future__ import annotations

import dataclasses

NAMES = ("acme", "beta")

LAYERS = ("core", "pulumi", "native", "ansible")

PULUMI = ("pulumi", "native")
"""Those whose runs are Pulumi's: what is remembered is the stack, and nothing is published."""

DECLARED = ("create", "suspend", "activate", "trigger", "retire", "delete")
"""Changes of the declaration of a project. ``retire`` puts the live secret into ``retired_secrets``."""

OUTSIDE = ("outside status", "outside secret", "outside delete", "outside rename")
"""Changes behind everybody's back."""

MOVES = ("rename", "alias", "stack", "replace", "replace, delete first")
"""What Pulumi can be asked to do with a resource: another name of it without and with an alias of the old one, another name of the stack,
``--replace`` in this run, and the same with ``delete_before_replace``."""

MOMENTS = ("kill before", "kill after", "restart", "outage")
"""What happens at a request: the client is killed before it is sent or after its work is done; OpenTok is killed and comes back at once
(``restart``), or when the request has failed (``outage``)."""

FREEZE = "freeze after"
"""A moment of a `Crowd`: with the answer the client stands still, until the others have ended and take it for dead."""

LEDGERS = ("file", "postgresql", "s3", "vault", "kubernetes")
"""Where the ledger of a `Crowd` is."""


class _Brief:
    """A repr without what is as it is by default."""

    def __repr__(self) -> str:
        fields = [(field, getattr(self, field.name)) for field in dataclasses.fields(self)]  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(f'{field.name}={value!r}' for field, value in fields if value != field.default)})"


@dataclasses.dataclass(frozen=True, repr=False)
class Fault(_Brief):
    """A fault of the emulator. ``retry_after`` and ``status`` belong to the kind ``status``."""

    operation: str
    kind: str
    times: int = 1
    after: int = 0
    status: int = 503
    retry_after: int | None = None


@dataclasses.dataclass(frozen=True, repr=False)
class Rude(_Brief):
    """What the gateway does to requests of ``operation`` (``gateway.py``): it lets ``after`` of them pass, then does it ``times`` times.

    ``status`` belongs to the kinds ``after`` (the work is done, and that is the answer), ``html`` (it is not) and ``cut`` (206: a part of
    a list; else a ``Link`` to the rest); ``delay`` to ``late``: how many more requests pass before it is carried out.
    """

    operation: str
    kind: str
    times: int = 1
    after: int = 0
    status: int = 502
    delay: int = 1


@dataclasses.dataclass(frozen=True, repr=False)
class Moment(_Brief):
    """``what`` happens at the run's ``request``-th request, from 1."""

    what: str
    request: int


@dataclasses.dataclass(frozen=True, repr=False)
class Step(_Brief):
    """``changes`` (project, what), then a run of all declarations with ``faults``, a ``rude`` gateway and, at one request, a ``moment``.

    ``refresh``: whether Pulumi looks before it compares (``pulumi up --refresh``). ``fresh``: OpenTok is restarted before the run.
    ``target``: the run is of this project's resource only (``--target``). ``fails``: another resource of the program fails.
    ``unwritable``: nothing can be published in this run.
    """

    changes: tuple[tuple[str, str], ...] = ()
    faults: tuple[Fault, ...] = ()
    moment: Moment | None = None
    refresh: bool = False
    fresh: bool = False
    rude: tuple[Rude, ...] = ()
    target: str = ""
    fails: bool = False
    unwritable: bool = False


@dataclasses.dataclass(frozen=True, repr=False)
class Schedule(_Brief):
    """``layer`` runs all ``steps``. ``generated``: under Pulumi the projects have generated names, else declared ones and ``adopt``."""

    layer: str
    steps: tuple[Step, ...]
    generated: bool = True


@dataclasses.dataclass(frozen=True, repr=False)
class StoreFault(_Brief):
    """Of a ledger's store that speaks HTTP: after so many requests ``times`` of them are carried out without an answer (``lost``), or refused
    (``down``)."""

    kind: str
    after: int = 0
    times: int = 1


@dataclasses.dataclass(frozen=True, repr=False)
class Together(_Brief):
    """A step of a `Pair` or a `Crowd`: ``changes``, then all run at once. Their requests pass in ``order`` (numbers of parties), and what comes after
    it as it comes."""

    changes: tuple[tuple[str, str], ...] = ()
    order: tuple[int, ...] = ()
    rude: tuple[Rude, ...] = ()
    moment: Moment | None = None
    store: tuple[StoreFault, ...] = ()


@dataclasses.dataclass(frozen=True, repr=False)
class Pair(_Brief):
    """Two parties declare the same. ``common``: they share a ledger. The moments of a step are the first one's."""

    layers: tuple[str, str]
    common: bool
    steps: tuple[Together, ...]


@dataclasses.dataclass(frozen=True, repr=False)
class Crowd(_Brief):
    """So many ``parties``, all of the core, declare the same with one ``ledger``. The moments of a step are the first one's."""

    parties: int
    ledger: str
    steps: tuple[Together, ...]
