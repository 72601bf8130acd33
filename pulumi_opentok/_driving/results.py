# SPDX-License-Identifier: Apache-2.0
"""What goes into an operation and what comes of it, whatever the protocol."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping
from typing import Any

from .._scopes import scope_of
from .._settings import connect, ledger_of
from ..core import PlanError
from ..core.desired import Plan, Scope
from ..core.desired.ledger.ledger import Ledger


@dataclasses.dataclass(frozen=True)
class Credentials:
    """What a provider was configured with: ``settings`` by the names of ``STACK_CONFIG``; ``explicit``: the name of the `Provider`, if that has
    an account key of its own."""

    settings: Mapping[str, Any]
    explicit: str | None = None

    def scope(self) -> Scope:
        """Raises :class:`InvalidInput`."""
        # Judged at the first call that needs it: an error of `Configure` would be repeated for each resource and never be retried.
        return self._scope

    @functools.cached_property
    def _scope(self) -> Scope:
        return scope_of(connect(self.settings))

    @functools.cached_property
    def ledger(self) -> Ledger | None:
        """The ledger that is shared with others, ``None`` for none. Raises :class:`InvalidInput`, and :class:`MissingLibrary`."""
        return ledger_of(self.settings)

    def nowhere(self, what: str) -> PlanError:
        """The error of a look-up that finds nothing. ``what``: ``project 46123456``."""
        return PlanError(f"there is no {what} in account {self.scope().account_key}: check the id, and whose credentials you use")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    """What is wrong with a declaration. ``property``: the input that the engine may quote; empty: none."""

    property: str
    reason: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Comparison:
    """``wanted`` and ``before``: the inputs as they are declared and as they were. ``unknown``: the names of those not known yet.

    ``replaces``: the inputs that ask for another object. ``rewrites``: the saved outputs have to be written anew, whatever has changed.
    ``delete_first``: if the engine replaces it, the old one has to make room.
    """

    plan: Plan
    wanted: Mapping[str, Any]
    before: Mapping[str, Any]
    unknown: Collection[str]
    replaces: tuple[str, ...]
    rewrites: bool
    delete_first: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is there after an operation, as the engine saves it. ``unfinished``: what is not done, and why, a line each."""

    id: str
    outs: dict[str, Any]
    inputs: dict[str, Any] = dataclasses.field(default_factory=dict)
    unfinished: tuple[str, ...] = ()
