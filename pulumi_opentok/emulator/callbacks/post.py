# SPDX-License-Identifier: Apache-2.0
"""The delivery of events over HTTP: attempts, their repetition by the emulator's clock, signatures.

Source of the back-off: api.support.vonage.com/6646236108700. A jump of the clock makes one attempt of a delivery, however many would
have been due in between.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..projects import rows as projects
from . import rows, signature

if TYPE_CHECKING:
    import httpx

    from ..service import Service

_LOG = logging.getLogger(__name__)

FIRST_WAIT = 5_000  # milliseconds, doubled after each attempt
LONGEST_WAIT = 15 * 60_000
GIVES_UP = 24 * 3600_000
_AT_ONCE = 50  # attempts; more wait


class Post:
    """Delivers what is due: one task for each lane that has something to deliver."""

    def __init__(self, service: Service, when_done: Callable[[], None]) -> None:
        self._service = service
        self._when_done = when_done
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._tasks: dict[rows.Lane, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    def collect(self) -> None:
        """Begin to deliver what is due."""
        for lane in rows.lanes_due(self._service.db, self._service.clock.milliseconds()):
            if lane not in self._tasks:
                self._tasks[lane] = task = asyncio.get_running_loop().create_task(self._work(lane))
                task.add_done_callback(functools.partial(self._end, lane))

    def next_moment(self) -> int | None:
        """When :meth:`collect` is to be called again, in milliseconds; what is due now is under way."""
        return rows.next_moment(self._service.db, self._service.clock.milliseconds())

    async def all_attempted(self) -> None:
        """Returns when everything that is due was attempted."""
        self.collect()
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            self.collect()

    def forget(self) -> None:
        """Break off what is under way."""
        for task in self._tasks.values():
            task.cancel()

    async def close(self) -> None:
        """Break off what is under way and close connections; what was not delivered stays due."""
        self.forget()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    async def _work(self, lane: rows.Lane) -> None:
        service = self._service
        while (row := rows.first_due(service.db, lane, service.clock.milliseconds())) is not None:
            if projects.find(service.db, row["project"]) is None:
                rows.drop(service.db, row["seq"])
            else:
                await self._attempt(row)

    def _end(self, lane: rows.Lane, task: asyncio.Task[None]) -> None:
        """A task is over, also one that was cancelled before it began."""
        del self._tasks[lane]
        if not task.cancelled() and task.exception() is not None:
            _LOG.error("a delivery broke", exc_info=task.exception())
        self._when_done()

    async def _attempt(self, row: sqlite3.Row) -> None:
        async with self._places:
            status, error = await self._send(row)
        now = self._service.clock.milliseconds()
        next_at = None
        if error is not None and now < row["created_at"] + GIVES_UP:
            next_at = now + min(FIRST_WAIT << min(row["attempts"], 16), LONGEST_WAIT)
        rows.end_attempt(self._service.db, row["seq"], status, error, next_at)

    async def _send(self, row: sqlite3.Row) -> tuple[int | None, str | None]:
        """The status of the answer if there was one, and what was wrong, None if nothing was."""
        seconds = self._service.webhook_timeout
        try:
            status = await asyncio.wait_for(self._status(row), seconds)
        except TimeoutError:
            return None, f"no answer within {seconds:g} s"
        except ModuleNotFoundError:
            return None, "httpx is missing: pip install 'pulumi-opentok[emulator]'"
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with somebody's URL, it is tried again later. The error's own text may hold the URL.
            return None, f"no answer: {type(error).__name__}"
        return status, None if 200 <= status < 300 else f"answered {status}"

    async def _status(self, row: sqlite3.Row) -> int:
        """Post it; the body of the answer is not read, however long it is."""
        import httpx  # here: most runs deliver nothing and need not load it

        if self._transport is None:
            # A transport, not a client: no redirects, no cookies, no proxies, and no log of URLs, which may hold a password.
            self._transport = httpx.AsyncHTTPTransport()
        body = row["body"].encode("utf-8")
        headers = {"Content-Type": "application/json", "User-Agent": "opentok-emulator"}
        request = httpx.Request("POST", row["url"], headers=headers, content=body)
        if row["secret"] is not None:
            request.headers["Authorization"] = signature.header(row["secret"], row["project"], body, self._service.clock.now())
        elif request.url.userinfo:
            request = next(httpx.BasicAuth(request.url.username, request.url.password).auth_flow(request))
        answer = await self._transport.handle_async_request(request)
        await answer.aclose()
        return answer.status_code
