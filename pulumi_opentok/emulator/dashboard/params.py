# SPDX-License-Identifier: Apache-2.0
"""What a visitor may ask of the page: pages of the long lists, only sessions with clients, a refresh."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ..texts import number_in

LISTS = ("requests", "projects", "sessions", "archives", "broadcasts", "renders", "calls", "receivers", "deliveries")
"""The lists that have pages; each is a query parameter with the number of its page, from 1."""
_HIGHEST_PAGE = 1_000_000
_LONGEST_REFRESH = 3600  # seconds
_LIVE = "live"
_REFRESH = "refresh"


@dataclasses.dataclass(frozen=True)
class Params:
    """The query of the page's address. ``live``: only sessions with clients. ``refresh``: seconds, None for never."""

    pages: Mapping[str, int]
    live: bool = False
    refresh: int | None = None

    def link(self, anchor: str = "", **changes: Any) -> str:
        """The page's address with changes: a list's name and page, ``live``, ``refresh``; 1, False and None are left out."""
        asked: dict[str, Any] = {**self.pages, _LIVE: int(self.live), _REFRESH: self.refresh, **changes}
        query = {name: int(value) for name, value in asked.items() if value and not (name in LISTS and value == 1)}
        return f"/_emulator/{'?' if query else ''}{urlencode(query)}{'#' if anchor else ''}{anchor}"


def parse(query: Mapping[str, str]) -> Params:
    """Read a query. Raises ValueError with a text that names the wrong parameter."""
    unknown = sorted(set(query) - {*LISTS, _LIVE, _REFRESH})
    if unknown:
        raise ValueError(f"unknown parameter: the page takes {', '.join((*LISTS, _LIVE, _REFRESH))}")
    pages = {name: _whole(query, name, 1, _HIGHEST_PAGE) for name in LISTS if name in query}
    live = _LIVE in query and bool(_whole(query, _LIVE, 0, 1))
    return Params(pages, live, _whole(query, _REFRESH, 1, _LONGEST_REFRESH) if _REFRESH in query else None)


def _whole(query: Mapping[str, str], name: str, low: int, high: int) -> int:
    value = number_in(query[name], high)
    if value is None or value < low:
        raise ValueError(f"{name} must be a whole number from {low} to {high}")
    return value
