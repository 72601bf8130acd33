# SPDX-License-Identifier: Apache-2.0
"""Where the file of an ended archive goes: the emulator's own folder (``--archive-dir``) and the bucket that the project has set.

Each archive is worked on in a thread of its own, a few at a time, so that a slow endpoint holds up neither requests nor the shutdown. What is not
finished then begins anew at the next start with the data file: the same bytes go to the same place.
"""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import tempfile
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..config import EmulatorError
from ..storage import s3
from . import files, lifecycle, rows

if TYPE_CHECKING:
    from ..service import Service

_AT_ONCE = 4

Row = Mapping[str, Any]


class Deliveries:
    """The work of the agenda that brings the files of archives to where they belong."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    def collect(self) -> None:
        """Begin with every archive whose file is to be delivered."""
        for row in rows.delivering(self._service.db):
            if row["id"] not in self._tasks:
                self._tasks[row["id"]] = asyncio.get_running_loop().create_task(self._work(dict(row)))

    async def idle(self) -> None:
        """Returns when nothing is under way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def forget(self) -> None:
        """Care no more about what is under way."""
        for task in self._tasks.values():
            task.cancel()

    async def close(self) -> None:
        """Care no more about what is under way; it stays to be delivered."""
        self.forget()
        await self.idle()

    async def _work(self, row: Row) -> None:
        service = self._service
        try:
            async with self._places:
                problem = await _in_thread(lambda: deliver(service.archive_dir, row))
            with service.store.transaction():
                lifecycle.delivered(service, row, problem)
        finally:
            del self._tasks[row["id"]]
            service.agenda.wake()


def deliver(folder: str | None, row: Row) -> str | None:
    """Bring the file of an archive to where it belongs. Blocks. What went wrong, in words without a secret, or None."""
    where, content = files.path(row), files.content(row)
    try:
        if folder is not None:
            _write(pathlib.Path(folder, where), content)
        if (bucket := bucket_of(row)) is not None:
            s3.put(bucket, where, content, files.media_type(where))
    except OSError as error:
        return f"cannot write {where} into the archive folder: {error.strerror or type(error).__name__}"
    except s3.UploadError as error:
        return str(error)
    return None


def bucket_of(row: Row) -> dict[str, str] | None:
    """The settings of the bucket that the file is to be put into; None if there is none, or no endpoint is named: we call no Amazon."""
    storage = json.loads(row["storage"]) if row["storage"] else {}
    config: dict[str, str] = storage.get("config", {})
    return config if storage.get("type") == "s3" and config.get("endpoint") else None


def target_of(row: Row) -> str | None:
    """Where the file is uploaded to, for people: no key, no secret."""
    bucket = bucket_of(row)
    if bucket is None:
        return None
    parts = urlsplit(bucket["endpoint"])
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{bucket['bucket']}/{files.path(row)}"


def prepare_folder(folder: str) -> str:
    """The absolute path of a folder that files can be written into; it is made if need be. Raises :class:`EmulatorError`."""
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise EmulatorError(f"cannot write into the archive folder {folder}: {reason}") from error
    return os.path.abspath(folder)


def _write(path: pathlib.Path, content: bytes) -> None:
    """Whole or not at all: whoever watches the folder sees no half of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)


async def _in_thread(work: Callable[[], str | None]) -> str | None:
    """The result of ``work``. The thread is a daemon: asyncio's own threads are awaited at exit, an endpoint that hangs must not be."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    results: list[str | None] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001: whatever it is, the archive must come to an end
            results.append(f"internal error: {type(error).__name__}")
        try:
            loop.call_soon_threadsafe(ended.set)
        except RuntimeError:
            return  # the loop is closed: the emulator has stopped meanwhile

    threading.Thread(target=run, name="opentok-archive-delivery", daemon=True).start()
    await ended.wait()
    return results[0]
