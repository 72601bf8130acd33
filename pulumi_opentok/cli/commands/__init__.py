# SPDX-License-Identifier: Apache-2.0
"""The subcommands, in the order of ``--help``."""

from __future__ import annotations

from .apply import APPLY
from .drift import DRIFT
from .due import DUE
from .guard import GUARD
from .imports import IMPORT
from .look import LIST, SHOW
from .plan import PLAN
from .report import REPORT
from .rotate import ROTATE
from .switch import ACTIVATE, SUSPEND

SUBCOMMANDS = (LIST, SHOW, PLAN, APPLY, ROTATE, DUE, SUSPEND, ACTIVATE, DRIFT, REPORT, GUARD, IMPORT)
