# SPDX-License-Identifier: Apache-2.0
"""Many things at a time."""

from __future__ import annotations

import concurrent.futures
import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

PARALLEL = 8
"""How many are worked on at a time, unless it is said otherwise."""

MOST = 16
"""At most so many are: the number of connections that the core's pool keeps."""


@contextlib.contextmanager
def workers(number: int = PARALLEL) -> Iterator[concurrent.futures.ThreadPoolExecutor]:
    """Workers that are not left in the middle of a write, and begin nothing new, when the run is interrupted."""
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=number, thread_name_prefix="opentok")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def each(items: Iterable[T], do: Callable[[T], R], number: int = PARALLEL) -> Iterator[tuple[T, R]]:
    """What ``do`` gives for each item, as it is done. The workers are handed only as many as they can take: the rest need no room."""
    left = iter(items)
    with workers(number) as pool:
        waiting = {pool.submit(do, item): item for item in itertools.islice(left, 2 * number)}
        while waiting:
            done = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED).done
            for future in done:
                yield waiting.pop(future), future.result()
            waiting.update((pool.submit(do, item), item) for item in itertools.islice(left, len(done)))
