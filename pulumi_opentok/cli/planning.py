# SPDX-License-Identifier: Apache-2.0
"""What ``plan`` and ``apply`` do alike."""

from __future__ import annotations

import argparse

from ..core import InvalidInput
from ..core.desired.fleet.entries import Declarations
from ..core.desired.fleet.report import FleetReport
from ..core.desired.fleet.undeclared import Undeclared
from .account import Account
from .errors import UsageError, errors_in


def planned(account: Account, declared: Declarations) -> FleetReport:
    """What would be done. Changes nothing."""
    undeclared = undeclared_of(account.given)
    with errors_in(account.given.file):
        return account.fleet(many=len(declared.entries) != 1).plan(declared, undeclared=undeclared)


def undeclared_of(given: argparse.Namespace) -> Undeclared:
    """What the options say of the projects that are not declared. Raises :class:`UsageError`."""
    mode, limit, pattern = given.undeclared, given.purge_limit, given.purge_pattern
    if given.purge_at_most is not None:
        if mode is not None or limit is not None:
            raise UsageError("--purge-at-most N stands for --undeclared purge --purge-limit N: give one or the other")
        mode, limit = "purge", given.purge_at_most
    if mode in (None, "ignore") and (limit, pattern) != (None, None):
        raise UsageError(f"{'--purge-pattern' if limit is None else '--purge-limit'} needs --undeclared purge (or report)")
    try:
        return Undeclared.read({"undeclared": mode, "purge_limit": limit, "purge_pattern": pattern})
    except InvalidInput as error:
        flags = [f"--{problem.field.replace('_', '-')}: {problem.message}" for problem in error.problems]
        raise UsageError("; ".join(flags)) from None
