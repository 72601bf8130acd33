# SPDX-License-Identifier: Apache-2.0
"""The account API with nothing behind it: it lists projects and creates them, as fast as Python can, however many there are.

For figures of tens of thousands of projects, of which the emulator, which checks and keeps what it is asked, would be the larger part.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from typing import Any, ClassVar

from bench.emulator_process import ROOT

KEY, SECRET = "100001", "a" * 40
FIRST = 46_000_001


def row(number: int, name: str) -> bytes:
    """A project as the API shows it."""
    shown = {"id": str(FIRST + number), "secret": f"{number:040x}", "status": "ACTIVE", "name": name, "createdAt": 1_700_000_000_000 + number}
    more = {"environmentName": "default", "environmentDescription": "Standard Environment"}
    return json.dumps({**shown, **more}).encode()


class _Server(asyncio.Protocol):
    """One connection. HTTP/1.1 as the core's client speaks it, and no more."""

    rows: ClassVar[list[bytes]] = []
    asked: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._waiting = b""

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head = self._waiting[:end]
            size = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
            if len(self._waiting) < end + 4 + size:
                return
            body, self._waiting = self._waiting[end + 4 : end + 4 + size], self._waiting[end + 4 + size :]
            method, path, _rest = head.split(b" ", 2)
            content = self._answer(method, path, body)
            said = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
            self._transport.write(said + content)

    def _answer(self, method: bytes, path: bytes, body: bytes) -> bytes:
        if path == b"/asked":
            return json.dumps(self.asked).encode()
        if path.startswith(b"/fill/"):
            self.asked.clear()
            self.rows[:] = [row(number, f"tenant-{number:06d}") for number in range(int(path[6:]))]
            return b"{}"
        self.asked["project.create" if method == b"POST" else "project.list"] += 1
        if method == b"POST":
            self.rows.append(row(len(self.rows), json.loads(body)["name"]))
            return self.rows[-1]
        return b"[" + b",".join(self.rows) + b"]"


class AccountServer:
    """Such a server in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "bench.account_server"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self.env = {"OPENTOK_API_URL": self.url, "OPENTOK_ACCOUNT_KEY": KEY, "OPENTOK_ACCOUNT_SECRET": SECRET}

    def __enter__(self) -> AccountServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def fill(self, number: int) -> None:
        """So many projects, named ``tenant-000000`` and so on, and no request counted."""
        self._get(f"/fill/{number}")

    def asked(self) -> dict[str, int]:
        """How many requests of each operation there were since."""
        found: dict[str, int] = json.loads(self._get("/asked"))
        return found

    def _get(self, path: str) -> bytes:
        import urllib.request

        with urllib.request.urlopen(self.url + path) as answer:
            content: bytes = answer.read()
        return content


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
