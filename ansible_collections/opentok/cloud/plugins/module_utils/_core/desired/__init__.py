# SPDX-License-Identifier: Apache-2.0
"""Desired state: a kind each, from validated spec to plan to result. The kinds are in modules of their own, and nothing here loads one."""

from __future__ import annotations

from .kind import Kind
from .plan import NOT_YET_KNOWN, Action, Applied, Plan
from .scope import Scope

__all__ = ["NOT_YET_KNOWN", "Action", "Applied", "Kind", "Plan", "Scope"]
