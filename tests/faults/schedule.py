# SPDX-License-Identifier: Apache-2.0
"""A schedule: what is done to two projects, and what goes wrong meanwhile. Plain data whose repr is its Python text.

Schedules are data and no state machine's rules: one repr is a whole regression test, a worker resumes by number alone, and what a step
finds when it comes never decides which step is next, so shrinking takes any of them out.
"""

from __future__ import annotations

import dataclasses

NAMES = ("acme", "beta")

LAYERS = ("core", "pulumi", "ansible")

DECLARED = ("create", "suspend", "activate", "trigger", "retire", "delete")
"""Changes of the declaration of a project. ``retire`` puts the live secret into ``retired_secrets``."""

OUTSIDE = ("outside status", "outside secret", "outside delete", "outside rename")
"""Changes behind everybody's back."""

MOMENTS = ("kill before", "kill after", "restart", "outage")
"""What happens at a request: the client is killed before it is sent or after its work is done; OpenTok is killed and comes back at once
(``restart``), or when the request has failed (``outage``)."""


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault of the emulator. ``retry_after`` and ``status`` belong to the kind ``status``."""

    operation: str
    kind: str
    times: int = 1
    after: int = 0
    status: int = 503
    retry_after: int | None = None


@dataclasses.dataclass(frozen=True)
class Moment:
    """``what`` happens at the run's ``request``-th request, from 1."""

    what: str
    request: int


@dataclasses.dataclass(frozen=True)
class Step:
    """``changes`` (project, what), then a run of all declarations with ``faults`` and, at one request, a ``moment``.

    ``refresh``: whether Pulumi looks before it compares (``pulumi up --refresh``). ``fresh``: OpenTok is restarted before the run.
    """

    changes: tuple[tuple[str, str], ...] = ()
    faults: tuple[Fault, ...] = ()
    moment: Moment | None = None
    refresh: bool = False
    fresh: bool = False


@dataclasses.dataclass(frozen=True)
class Schedule:
    """``layer`` runs all ``steps``."""

    layer: str
    steps: tuple[Step, ...]
