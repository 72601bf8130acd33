# SPDX-License-Identifier: Apache-2.0
"""Lists that come in pages, newest first."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from ..checks import number_problems, raise_if_any
from ..errors import InvalidResponse, Problem
from ..operations import Operation

DEFAULT_COUNT = 50
MAX_COUNT = 1000
"""Objects in one page. Source: references of ``GET /broadcast`` and ``/render``."""
PAGE = 250
"""Objects that an iterator asks for at a time."""
_MAX_OFFSET = 2**31


class Identified(Protocol):
    """An object with an id."""

    @property
    def id(self) -> str:
        """The id."""


T = TypeVar("T", bound=Identified)
R = TypeVar("R")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Some objects, newest first. ``total``: how many there are on all pages, as the server counts them."""

    total: int
    items: tuple[T, ...]


def page_problems(offset: int, count: int) -> list[Problem]:
    """What is wrong with the bounds of a page."""
    return [
        *number_problems("offset", offset, 0, _MAX_OFFSET, "objects"),
        *number_problems("count", count, 1, MAX_COUNT, "objects"),
    ]


def read_page(answer: Any, operation: Operation, about: str, read: Callable[[Any], T]) -> Page[T]:
    """The page ``{count, items}``. Raises :class:`InvalidResponse`."""
    if isinstance(answer, Mapping):
        total, rows = answer.get("count"), answer.get("items")
        if isinstance(total, int) and isinstance(rows, list):
            return Page(total=total, items=tuple(read(row) for row in rows))
    raise InvalidResponse(f"{operation.name} of {about}: the answer has no count and items", operation=operation.name)


def iterate(fetch: Callable[[int, int], Page[T]], page_size: int) -> Iterator[T]:
    """All objects; ``fetch`` gets offset and count when a page is needed, and only one page is held. See :func:`walk`."""

    def rows(offset: int, count: int) -> tuple[int, Sequence[T]]:
        page = fetch(offset, count)
        return page.total, page.items

    return walk(rows, page_size, lambda item: item.id)


def walk(fetch: Callable[[int, int], tuple[int, Sequence[R]]], page_size: int, identify: Callable[[R], object]) -> Iterator[R]:
    """All rows of all pages; ``fetch`` gives the server's ``count`` and the rows from an offset on.

    Objects that begin or end meanwhile neither repeat any others nor, as far as the answers show, omit them. The walk ends at a short or
    empty page, and at one with nothing new. ``count`` is the number on all pages, or only on this one: documents and servers
    disagree.
    """
    raise_if_any(page_problems(0, page_size))
    seen: set[int] = set()
    place = _Place(page_size)
    while True:
        total, rows = fetch(place.offset, place.count)
        fresh = collections.deque(row for row in rows if hash(identify(row)) not in seen)
        size, brought = len(rows), len(fresh)
        first = hash(identify(rows[0])) if rows else None
        del rows
        if place.moved_up(total, size, first_is_known=first in seen):
            continue
        while fresh:
            row = fresh.popleft()
            # Only a hash of each is kept: of a long list the ids alone would take more room than a page.
            seen.add(hash(identify(row)))
            yield row
        if place.was_last(total, size, brought, first):
            return


class _Place:
    """Where the walk is."""

    def __init__(self, page_size: int) -> None:
        self.offset = 0
        self.count = page_size
        self._page_size = page_size
        self._counted: bool | None = None
        """Whether ``count`` covers all pages; ``None``: not known yet."""
        self._last_total = 0
        self._until = 0
        """Up to here there may be nothing new: the walk has been there before, or as many objects have begun meanwhile."""
        self._back = page_size
        self._first: int | None = None
        self._repeated = 0
        self._pages = 0
        self._in_vain = 0
        """Pages since the last one with something new; a server whose counts make no sense must not keep us forever."""

    def moved_up(self, total: int, size: int, *, first_is_known: bool) -> bool:
        """Whether rows before this page are gone, so that others have moved up in front of it: the walk then goes back to find them."""
        end = self.offset + size
        if size and total < end:
            self._counted = False
        elif total > size and self._counted is None:
            self._counted = True
        if not self.offset or self._gave_up():
            return False
        if self._counted:
            back = self._last_total - total
            self._until = max(self._until, self.offset) - back if back < 0 else self._until
        else:
            back = 0 if first_is_known else self._back
            self._back *= 2
        if back <= 0:
            return False
        self._until = max(self._until, end)
        self.offset, self._last_total = max(0, self.offset - back), total
        self._in_vain += 1
        return True

    def was_last(self, total: int, size: int, brought: int, first: int | None) -> bool:
        """Goes on to the next page, if there is one."""
        # The same page again: as much as a page has begun meanwhile, or the server takes no offset.
        self._repeated = self._repeated + 1 if first == self._first else 0
        self._first = first
        end = self.offset + size
        self._pages += brought > 0
        self._in_vain = 0 if brought else self._in_vain + 1
        short = size < self.count and not (self._counted and total > end)
        stuck = end > self._until and (self._repeated > (self._pages > 1) or (bool(self._counted) and total <= end))
        if not size or short or (not brought and (stuck or self._gave_up())):
            return True
        self._last_total, self._back = total, self._page_size
        # Where nothing counts them all, the last row is asked for again: if it is not the first one now, rows have moved.
        overlap = 0 if self._counted else 1
        self.offset, self.count = end - overlap, min(self._page_size + overlap, MAX_COUNT)
        return False

    def _gave_up(self) -> bool:
        return self._in_vain > 8 + 3 * self._pages
