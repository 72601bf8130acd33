# SPDX-License-Identifier: Apache-2.0
"""What the tables of bad input have in common."""

from __future__ import annotations

from typing import Any

Row = tuple[dict[str, Any], list[str], str]
"""What is declared beside what is right (`None`: it is not), the properties that are named, and how what is said of each begins."""

HIDDEN = "hunter2"
LONG = "x" * 10240
MISTAKEN_SECRET = "5ecre7" * 6 + "x0x1"
"""As long as OpenTok's are."""
NEVER_SHOWN = (HIDDEN, LONG, MISTAKEN_SECRET)
"""They stand in what may be a secret or is too long, and in no message."""
