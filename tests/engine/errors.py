# SPDX-License-Identifier: Apache-2.0
"""What goes wrong when an engine is looked for or built."""

from __future__ import annotations


class NoEngine(Exception):  # noqa: N818  (what it says is the state of this machine)
    """No Pulumi engine can be had here. The text is one line: why, and what would make one run."""
