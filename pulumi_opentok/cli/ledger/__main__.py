# SPDX-License-Identifier: Apache-2.0
"""``python -m pulumi_opentok.cli.ledger``."""

from __future__ import annotations

import sys

from .main import main

sys.exit(main())
