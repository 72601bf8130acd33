# SPDX-License-Identifier: Apache-2.0
"""Pages of a list: ``?offset=&count=`` in, ``{count, items}`` out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from .errors import bad_request
from .messages import Call, Reply, json_reply
from .texts import number_in

DEFAULT_COUNT = 50
LARGEST_COUNT = 1000
_LARGEST_OFFSET = 2**31


def page_of(call: Call, default: int = DEFAULT_COUNT) -> tuple[int, int]:
    """The offset and the count that a call asks for; ``default`` is the count of one that asks for none. Raises ApiError (400)."""
    return _number(call, "offset", 0, _LARGEST_OFFSET), _number(call, "count", default, LARGEST_COUNT)


def page_reply(call: Call, rows: list[sqlite3.Row], total: int, as_json: Callable[[sqlite3.Row], dict[str, Any]], **more: str) -> Reply:
    """One page; ``count`` is how many there are on this one, or on all (``--list-count total``). ``more`` stands beside it."""
    count = len(rows) if call.service.counts_pages else total
    return json_reply({"count": count, **more, "items": [as_json(row) for row in rows]})


def _number(call: Call, name: str, default: int, largest: int) -> int:
    value = number_in(call.query.get(name) or str(default), largest)  # the Postman collection sends an empty one
    if value is None:
        raise bad_request(f"{name} must be a number from 0 to {largest}")
    return value
