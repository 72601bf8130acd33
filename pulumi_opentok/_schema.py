# SPDX-License-Identifier: Apache-2.0
"""The version of the form in which outputs stand in a state file, and what was written in an earlier one as it is written today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._package import from_wire, token_of
from ._properties import PRIVATE
from .core import PlanError
from .core.desired import Kind

SCHEMA = "__schema"
"""Among the outputs: their version. Absent from those that were written before it was introduced, which are version 0. Part of the state format."""

SNAKE = 1
"""What the dynamic provider writes: names as in Python."""

CAMEL = 2
"""What the native provider writes: the same by their names in the package's schema. Both providers read all versions, for good."""

_RENAMED = {"__unsaid": PRIVATE}
"""Of every kind, as :attr:`Kind.renamed` of one."""


def as_today(kind: Kind[Any, Any, Any], what: str, outs: Mapping[str, Any]) -> dict[str, Any]:
    """These outputs by the kind's names of today. ``what``: ``project 46123456``.

    Raises :class:`PlanError` for outputs of a later version, of which nothing can be told.
    """
    version = form_of(outs)
    if version not in range(CAMEL + 1):
        shown = int(version) if isinstance(version, float) and version.is_integer() else version
        later = f"its state was written by a later pulumi-opentok (state version {shown}; this one knows versions up to {CAMEL})"
        raise PlanError(f"{what}: {later}: nothing was read or changed; upgrade pulumi-opentok")
    if version == CAMEL:
        return {**from_wire(token_of(kind.name), outs, outputs=True), SCHEMA: SNAKE}
    renamed = {} if version else {**_RENAMED, **kind.renamed}
    # One that stands there under the name of today was written later.
    return {**{today: outs[former] for former, today in renamed.items() if former in outs}, **_without(outs, renamed)}


def form_of(outs: Mapping[str, Any]) -> Any:
    """The version of these outputs."""
    return outs.get(SCHEMA, 0)


def kept(outs: Mapping[str, Any], form: int) -> dict[str, Any]:
    """The version for what is read of these outputs: a refresh that finds nothing new shows no change, so a provider of this ``form`` keeps
    an earlier one."""
    if form == CAMEL or form_of(outs) == CAMEL:
        return {SCHEMA: form}
    return {SCHEMA: outs[SCHEMA]} if SCHEMA in outs else {}


def _without(outs: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in outs.items() if name not in names}
