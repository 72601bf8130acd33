# SPDX-License-Identifier: Apache-2.0
"""The event source in a process of its own, with rules that take an event at once: a line of JSON with its port, and at the end one with what came.

It ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

from tests.eda.source import LOGGER, SECRET, plugin


class Port(logging.Handler):
    """Prints what the source says when it listens."""

    def emit(self, record: logging.LogRecord) -> None:
        print(json.dumps({"port": int(record.getMessage().rpartition(":")[2])}), flush=True)


async def main() -> None:
    """Prints how many events came, and how many of them are different."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
    numbers: list[int] = []

    async def take() -> None:
        while True:
            numbers.append((await queue.get())["payload"]["timestamp"])

    LOGGER.addHandler(Port())
    LOGGER.setLevel(logging.INFO)
    tasks = [asyncio.create_task(take()), asyncio.create_task(plugin()["main"](queue, {"port": 0, "signature_secret": SECRET}))]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in reversed(tasks):
        task.cancel()
        await asyncio.wait([task])
    print(json.dumps({"events": len(numbers), "different": len(set(numbers))}))


if __name__ == "__main__":
    asyncio.run(main())
