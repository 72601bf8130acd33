# SPDX-License-Identifier: Apache-2.0
"""Lists that come in pages, newest first. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

from .errors import Problem, UnreadableAnswer
from .limits import number_problems
from .operations import Operation

DEFAULT_COUNT = 50
MAX_COUNT = 1000
"""Objects in one page. Source: references of ``GET /broadcast`` and ``/render``."""
PAGE = 250
"""Objects that an iterator asks for at a time."""
_LARGEST_OFFSET = 2**31


class Identified(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """The id."""


T = TypeVar("T", bound=Identified)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Some objects, newest first. ``total``: how many there are on all pages, as the server counts them."""

    total: int
    items: tuple[T, ...]


def page_problems(offset: int, count: int) -> list[Problem]:
    """What is wrong with the bounds of a page."""
    return [
        *number_problems("offset", offset, 0, _LARGEST_OFFSET, "objects"),
        *number_problems("count", count, 1, MAX_COUNT, "objects"),
    ]


def read_page(answer: Any, operation: Operation, about: str, read: Callable[[Any], T]) -> Page[T]:
    """The page ``{count, items}``. Raises :class:`UnreadableAnswer`."""
    if isinstance(answer, Mapping):
        total, rows = answer.get("count"), answer.get("items")
        if isinstance(total, int) and isinstance(rows, list):
            return Page(total=total, items=tuple(read(row) for row in rows))
    raise UnreadableAnswer(f"{operation.name} of {about}: the answer holds no count and items", operation=operation.name)


def iterate(fetch: Callable[[int, int], Page[T]], page_size: int) -> Iterator[T]:
    """All objects; ``fetch`` gets offset and count when a page is needed, and only one page is held.

    What begins or ends meanwhile makes none of the others come twice or be left out.
    """
    offset, last_total = 0, 0
    seen: collections.deque[str] = collections.deque(maxlen=2 * page_size)
    while True:
        page = fetch(offset, page_size)
        size, total = len(page.items), page.total
        if offset and total < last_total:
            # Objects before this page are gone, so others have moved up to before it.
            offset, last_total = max(0, offset - (last_total - total)), total
            continue
        known = set(seen)
        fresh = collections.deque(item for item in page.items if item.id not in known)
        del page
        while fresh:
            item = fresh.popleft()
            seen.append(item.id)
            yield item
        offset, last_total = offset + size, total
        if size < page_size:
            return
