# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people write in YAML as the data of a token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def as_data(value: Any) -> Any:
    """A map as JSON in few bytes; anything else as it is, for it to be judged."""
    if not isinstance(value, Mapping):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
