# SPDX-License-Identifier: Apache-2.0
"""The base of the workers that deliver something over the network: a task for each queue, a few deliveries at a time, an orderly end."""

from __future__ import annotations

import abc
import asyncio
import functools
import logging
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from .service import Service

Queue = TypeVar("Queue", bound=Hashable)

_LOG = logging.getLogger(__name__)


class DeliveryWorker(abc.ABC, Generic[Queue]):
    """A :class:`~.scheduler.Worker`. What is in one queue is delivered in order, queues are worked off side by side.

    What is broken off stays due: nothing is kept here but the tasks.
    """

    def __init__(self, service: Service, at_once: int) -> None:
        """At most ``at_once`` deliveries hold one of the :attr:`slots` at a time; more wait."""
        self.service = service
        self.slots = asyncio.Semaphore(at_once)
        self._tasks: dict[Queue, asyncio.Task[None]] = {}

    @abc.abstractmethod
    def queues_due(self) -> Iterable[Queue]:
        """The queues in which something is due."""

    @abc.abstractmethod
    async def work_off(self, queue: Queue) -> None:
        """Attempt everything that is due in a queue."""

    def give_up(self, queue: Queue) -> None:
        """:meth:`work_off` failed by a mistake of ours; by default its queue stays due."""

    def next_moment(self) -> int | None:
        """When :meth:`collect` is to be called again, in milliseconds; None: whoever makes something due wakes the scheduler."""
        return None

    def collect(self) -> None:
        """Begin to deliver what is due."""
        for queue in self.queues_due():
            if queue not in self._tasks:
                self._tasks[queue] = task = asyncio.get_running_loop().create_task(self._run(queue))
                task.add_done_callback(functools.partial(self._end, queue))

    async def all_attempted(self) -> None:
        """Returns when everything that is due was attempted."""
        self.collect()
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            self.collect()

    def cancel(self) -> None:
        """Break off what is under way."""
        for task in self._tasks.values():
            task.cancel()

    async def close(self) -> None:
        """Break off what is under way and await its end."""
        self.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _run(self, queue: Queue) -> None:
        try:
            await self.work_off(queue)
        except Exception:  # noqa: BLE001
            _LOG.exception("%s: a delivery failed", type(self).__name__)  # without the queue: a URL may hold a password
            self.give_up(queue)

    def _end(self, queue: Queue, _: asyncio.Task[None]) -> None:
        """A task is over, also one that was cancelled before it began."""
        del self._tasks[queue]
        self.service.scheduler.wake()
