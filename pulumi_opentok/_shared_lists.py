# SPDX-License-Identifier: Apache-2.0
"""Lists that the reads of one refresh share, in place of a request for each resource.

They only ever confirm what the state says: a resource that a list does not show, or shows otherwise, is read by itself. So no list can make
anything gone or changed, and one that lags can at most leave a change of others to the next refresh.
"""

from __future__ import annotations

import collections
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .core import OpenTokError
from .core.desired import Scope

T = TypeVar("T")

LIFE = 30.0
"""Seconds from the request on: what others change meanwhile, a refresh of this length would miss as well."""

MANY = 3
"""Projects that are asked for at the same moment: from so many on, the account is listed. The engine sends all reads of a refresh at once, and the
SDK's server answers four at a time. So a list costs at most two reads more than it has to, none where one or two projects are read, which may
be of an account of 30,000, and none where something waits for another."""


class SharedLists:
    """Those of one scope. Thread-safe. :meth:`end` is called before the process's first write: from then on there are none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._ended = False
        self._asked_for: collections.Counter[str] = collections.Counter()
        self._lists: dict[str, _List] = {}

    @contextlib.contextmanager
    def asking_for(self, project_id: str) -> Iterator[None]:
        """While a read has to do with this project."""
        with self._lock:
            self._asked_for[project_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asked_for[project_id] -= 1
                self._asked_for += collections.Counter()  # without zeros

    def get(self, what: str, load: Callable[[], T], *, of_many: bool = False) -> T | None:
        """The list that is ``what``, loaded by the first who needs it; ``of_many``: not before many projects are asked for.

        ``None``: there is none to go by, because it is not worth it, something was written, or it could not be loaded.
        """
        with self._lock:
            if self._ended:
                return None
            known = self._lists.get(what)
            if known is None or self._clock() - known.since > LIFE:
                if of_many and len(self._asked_for) < MANY:
                    return None
                known = self._lists[what] = _List(self._clock())
                loads = True
            else:
                loads = False
        if loads:
            known.load(load)
        known.loaded.wait()
        with self._lock:
            rows: T | None = None if self._ended else known.rows
        return rows

    def end(self) -> None:
        """Something is about to be written: no list of before may be used any more, nor one that is under way."""
        with self._lock:
            self._ended = True
            self._lists.clear()


class _List:
    """One that is loaded once; one that cannot be stays empty-handed until its time is over."""

    def __init__(self, since: float) -> None:
        self.since = since
        self.loaded = threading.Event()
        self.rows: Any = None

    def load(self, load: Callable[[], Any]) -> None:
        try:
            self.rows = load()
        except OpenTokError:
            self.rows = None
        finally:
            self.loaded.set()


_lock = threading.Lock()
_by_scope: dict[Scope, SharedLists] = {}
_written = False


def lists_of(scope: Scope) -> SharedLists:
    """Those of this scope in this process."""
    with _lock:
        if scope not in _by_scope:
            _by_scope[scope] = SharedLists()
            if _written:
                _by_scope[scope].end()
        return _by_scope[scope]


def end_all() -> None:
    """To be called before anything is written, by whatever credentials. A provider's process lives for one run."""
    global _written
    with _lock:
        _written = True
        for lists in _by_scope.values():
            lists.end()
