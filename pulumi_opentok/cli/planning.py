# SPDX-License-Identifier: Apache-2.0
"""What ``plan`` and ``apply`` do alike."""

from __future__ import annotations

from ..core.desired.fleet.entries import Declarations
from ..core.desired.fleet.report import FleetReport
from .account import Account
from .errors import errors_in


def planned(account: Account, declared: Declarations) -> FleetReport:
    """What would be done. Changes nothing."""
    with errors_in(account.given.file):
        return account.fleet(many=len(declared.entries) != 1).plan(declared, purge_at_most=account.given.purge_at_most)
