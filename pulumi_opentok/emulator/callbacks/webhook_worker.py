# SPDX-License-Identifier: Apache-2.0
"""The delivery of events over HTTP: attempts, their repetition by the emulator's clock, signatures.

Source of the back-off: api.support.vonage.com/6646236108700. A jump of the clock makes one attempt of a delivery, however many would
have been due in between.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..delivery_worker import DeliveryWorker
from ..projects import rows as projects
from ..service import Service
from . import rows, signature

if TYPE_CHECKING:
    import httpx

FIRST_WAIT = 5_000  # milliseconds, doubled after each attempt
LONGEST_WAIT = 15 * 60_000
GIVES_UP = 24 * 3600_000
_AT_ONCE = 50  # attempts; more wait


class WebhookWorker(DeliveryWorker[rows.Queue]):
    """Delivers events: a queue for each URL and session."""

    def __init__(self, service: Service) -> None:
        super().__init__(service, _AT_ONCE)
        self._transport: httpx.AsyncHTTPTransport | None = None

    def queues_due(self) -> Iterable[rows.Queue]:
        """The URLs and sessions that have something to deliver."""
        return rows.queues_due(self.service.db, self.service.clock.milliseconds())

    def next_moment(self) -> int | None:
        """When the next attempt is due; what is due now is under way."""
        return rows.next_moment(self.service.db, self.service.clock.milliseconds())

    async def close(self) -> None:
        """Break off what is under way and close connections."""
        await super().close()
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    async def work_off(self, queue: rows.Queue) -> None:
        """Attempt what is due, first attempts before repeated ones; what a deleted project was to be told is dropped."""
        service = self.service
        while (row := rows.first_due(service.db, queue, service.clock.milliseconds())) is not None:
            if projects.find(service.db, row["project"]) is None:
                rows.drop(service.db, row["seq"])
            else:
                await self._attempt(row)

    async def _attempt(self, row: sqlite3.Row) -> None:
        async with self.slots:
            status, error = await self._send(row)
        now = self.service.clock.milliseconds()
        next_at = None
        if error is not None and now < row["created_at"] + GIVES_UP:
            next_at = now + min(FIRST_WAIT << min(row["attempts"], 16), LONGEST_WAIT)
        rows.end_attempt(self.service.db, row["seq"], status, error, next_at)

    async def _send(self, row: sqlite3.Row) -> tuple[int | None, str | None]:
        """The status of the answer if there was one, and what was wrong, None if nothing was."""
        seconds = self.service.webhook_timeout
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
            request.headers["Authorization"] = signature.header(row["secret"], row["project"], body, self.service.clock.now())
        elif request.url.userinfo:
            request = next(httpx.BasicAuth(request.url.username, request.url.password).auth_flow(request))
        answer = await self._transport.handle_async_request(request)
        await answer.aclose()
        return answer.status_code
