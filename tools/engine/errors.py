# SPDX-License-Identifier: Apache-2.0
"""What goes wrong when an engine is looked for or built."""

from __future__ import annotations


class NoEngine(Exception):
    """No Pulumi engine can be had here. The text is one line: why, and what would make one run."""
