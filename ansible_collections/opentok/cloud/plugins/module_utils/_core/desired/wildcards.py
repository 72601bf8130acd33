# SPDX-License-Identifier: Apache-2.0
"""Patterns in which * stands for any characters, and nothing else is special."""

from __future__ import annotations

import re


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of ``text`` is as ``pattern`` says."""
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), text, re.DOTALL) is not None
