# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as diff mode shows it to people.

Ansible shows a dictionary as JSON with all but ASCII escaped, so before and after are texts here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ._core.errors import one_line

MAX_CHARS = 4000
"""Characters of one value."""


def readable_diff(actions: Sequence[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """The plan's lines first, then what changes, a line for each value that there is."""
    return [{"prepared": "".join(f"{line}\n" for line in actions)}, {"before": _text(before), "after": _text(after)}]


def _text(facts: Mapping[str, Any]) -> str:
    written = {name: one_line(json.dumps(value, ensure_ascii=False, sort_keys=True), MAX_CHARS) for name, value in facts.items() if value is not None}
    return "".join(f"{name}: {written[name]}\n" for name in sorted(written))
