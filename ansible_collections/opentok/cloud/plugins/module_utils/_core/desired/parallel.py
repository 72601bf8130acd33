# SPDX-License-Identifier: Apache-2.0
"""Many things at a time."""

from __future__ import annotations

import concurrent.futures
import contextlib
import itertools
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
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


def in_order(items: Sequence[T], do: Callable[[T], R], number: int = PARALLEL, heard: Callable[[T, R], None] = lambda item, result: None) -> None:
    """Does each item, and tells ``heard`` in this thread, as it is done: with ``number`` 1 one by one in this thread, which costs least.

    After an exception nothing new is begun; what is begun is waited for.
    """
    if number == 1 or len(items) < 2:
        for item in items:
            heard(item, do(item))
        return
    left, taking = iter(items), threading.Lock()
    done: queue.SimpleQueue[tuple[T, concurrent.futures.Future[R]]] = queue.SimpleQueue()
    stopped = threading.Event()

    def work() -> None:
        while not stopped.is_set():
            with taking:
                item = next(left, _NONE)
            if isinstance(item, _None):
                return
            result: concurrent.futures.Future[R] = concurrent.futures.Future()
            try:
                result.set_result(do(item))
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                result.set_exception(error)
            done.put((item, result))

    with workers(number) as pool:
        try:
            for _worker in range(min(number, len(items))):
                pool.submit(work)
            for _waited_for in items:
                item, result = done.get()
                heard(item, result.result())
        finally:
            stopped.set()


class _None:
    """There is no item any more."""


_NONE = _None()
