# SPDX-License-Identifier: Apache-2.0
"""``python -m pulumi_opentok.cli``."""

from __future__ import annotations

import sys

from .command import main

sys.exit(main())
