# SPDX-License-Identifier: Apache-2.0
"""Tells people what a plan means beyond the engine's own diff: what stops working for whom, and why."""

from __future__ import annotations

import dataclasses

from . import _engine_log
from .core.desired import Plan

TO_DO = "to do: "
"""The engine compares in a preview and in an up, and does not say which it is. These words are true in both."""


def announce(plan: Plan, *, made_anew: bool = False, refreshing: bool = False) -> None:
    """Logs the warnings of ``plan``, its reasons for a replacement, and its actions.

    ``made_anew``: the engine itself shows that something is created, so only actions that stop something working are logged.
    ``refreshing``: none of it will be done, even if ``ignore_changes`` leaves a drift as it is, so only what is odd is logged.
    """
    if refreshing:
        plan = dataclasses.replace(plan, warnings=() if plan.replaces else plan.warnings, replaces=(), actions=())
    for text in plan.warnings:
        _engine_log.warning(text)
    if plan.replaces:
        for text in plan.reasons:
            _engine_log.warning(text)
    for action in plan.actions:
        if action.disrupts:
            _engine_log.warning(f"{TO_DO}{action.text}")
        elif (action.touches_api or action.issues_secret) and not made_anew:
            _engine_log.info(f"{TO_DO}{action.text}")
