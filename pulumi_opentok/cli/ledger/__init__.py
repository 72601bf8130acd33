# SPDX-License-Identifier: Apache-2.0
"""The command ``opentok-ledger``: looks into a ledger, and copies one to another place. Arguments and printing only; the core does the rest."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
