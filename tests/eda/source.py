# SPDX-License-Identifier: Apache-2.0
"""The event source as ansible-rulebook runs it: by its path, with a queue of one, in an event loop of its own (here in a thread)."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import runpy
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

FILE = Path(__file__).resolve().parents[2] / "ansible_collections/opentok/cloud/extensions/eda/plugins/event_source/webhook.py"
LOGGER = logging.getLogger("opentok.cloud.webhook")
SECRET = "a-signature-secret-of-48-characters-or-more-of-it"
PATIENCE = 30  # seconds; what never comes must fail a test, not hang it


def plugin() -> dict[str, Any]:
    """What the file defines."""
    return runpy.run_path(str(FILE))


class Source(logging.Handler):
    """Listens on a free port of 127.0.0.1; ``url`` ends with the path. ``events`` are what the rules took; while it is ``held`` they take none."""

    def __init__(self, *, held: bool = False, **options: Any) -> None:
        super().__init__(logging.INFO)
        self.events: list[dict[str, Any]] = []
        self.logged: list[str] = []
        self.url = ""
        self._options = {"port": 0, "timeout": PATIENCE, **({} if "verify_signature" in options else {"signature_secret": SECRET}), **options}
        self._listens: concurrent.futures.Future[str] = concurrent.futures.Future()
        self._ended: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._released = asyncio.Event()
        if not held:
            self._released.set()
        self._main: asyncio.Task[None] | None = None
        self._cancelled = False

    def __enter__(self) -> Source:
        LOGGER.addHandler(self)
        LOGGER.setLevel(logging.INFO)
        threading.Thread(target=self._run, daemon=True).start()
        self.url = self._listens.result(PATIENCE) + str(self._options.get("path", "/"))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.resume()
        self.cancel()
        LOGGER.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Each line of the log; the first one tells the port."""
        said = record.getMessage()
        self.logged.append(said)
        if said.startswith("listening on ") and not self._listens.done():
            self._listens.set_result(said.removeprefix("listening on "))

    def resume(self) -> None:
        """The rules take events from now on."""
        if self._loop is not None and not self._ended.done():
            self._loop.call_soon_threadsafe(self._released.set)

    def begin_to_cancel(self) -> None:
        """Cancels ``main``, as ansible-rulebook does when it ends. Once: a second cancellation would end the wait for the last answers."""
        if self._loop is not None and self._main is not None and not self._cancelled and not self._ended.done():
            self._cancelled = True
            self._loop.call_soon_threadsafe(self._main.cancel)

    def cancel(self) -> None:
        """The same, and waits until it has returned."""
        self.begin_to_cancel()
        self._ended.result(PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception as error:  # noqa: BLE001  (whoever waits for the port has to know)
            self._listens.set_exception(error)
        finally:
            self._ended.set_result(None)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
        consumer = asyncio.create_task(self._consume(queue))
        self._main = asyncio.create_task(plugin()["main"](queue, self._options))
        try:
            await self._main
        except asyncio.CancelledError:
            pass
        finally:
            consumer.cancel()
        while not queue.empty():
            self.events.append(queue.get_nowait())

    async def _consume(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        await self._released.wait()
        while True:
            self.events.append(await queue.get())
