# SPDX-License-Identifier: Apache-2.0
"""Desired state: a kind each, from validated spec to plan to result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .kind import Kind
from .plan import NOT_YET_KNOWN, Action, Applied, Plan
from .scope import Scope

if TYPE_CHECKING:
    from .project.kind import PROJECT

__all__ = ["NOT_YET_KNOWN", "PROJECT", "Action", "Applied", "Kind", "Plan", "Scope"]


def __getattr__(name: str) -> Any:
    """A kind is loaded where it is used: Ansible compiles anew in every run what a module loads."""
    if name == "PROJECT":
        from .project.kind import PROJECT

        return PROJECT
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
