# SPDX-License-Identifier: Apache-2.0
"""The command ``opentok-projects``: the projects of an account, for people and for cron. Arguments and printing only; the core does the rest."""

from __future__ import annotations

from .command import main

__all__ = ["main"]
