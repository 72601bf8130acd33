# SPDX-License-Identifier: Apache-2.0
"""Desired state: a kind each, from validated spec to plan to result. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

from .kind import Kind
from .plan import NOT_YET_KNOWN, Action, Applied, Plan
from .project import PROJECT
from .scope import Scope

__all__ = ["NOT_YET_KNOWN", "PROJECT", "Action", "Applied", "Kind", "Plan", "Scope"]
