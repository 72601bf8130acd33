# SPDX-License-Identifier: Apache-2.0
"""Where the file of an ended archive goes: the emulator's own folder (``--archive-dir``) and the bucket that the project has set.

Each archive is worked on in a thread of its own, a few at a time, so that a slow endpoint holds up neither requests nor the shutdown. What is not
finished then begins anew at the next start with the data file: the same bytes go to the same place.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import pathlib
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..storage import s3
from . import files, lifecycle, rows, targets

if TYPE_CHECKING:
    from ..service import Service

_AT_ONCE = 4
_LOG = logging.getLogger(__name__)

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
                self._tasks[row["id"]] = task = asyncio.get_running_loop().create_task(self._work(dict(row)))
                task.add_done_callback(functools.partial(self._end, row["id"]))

    def next_moment(self) -> int | None:
        """Whoever ends an archive wakes the agenda."""
        return None

    async def all_attempted(self) -> None:
        """Returns when every archive's file was delivered, or could not be."""
        self.collect()
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            self.collect()

    def forget(self) -> None:
        """Care no more about what is under way."""
        for task in self._tasks.values():
            task.cancel()

    async def close(self) -> None:
        """Care no more about what is under way; it stays to be delivered."""
        self.forget()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _work(self, row: Row) -> None:
        service = self._service
        try:
            async with self._places:
                outcome = await _in_thread(lambda: deliver(service.archive_dir, row))
            with service.store.transaction():
                lifecycle.delivered(service, row["id"], outcome)
        except Exception:  # noqa: BLE001
            # Our mistake. It must not be made again without end.
            _LOG.exception("archive %s stays as it is", row["id"])
            rows.update(service.db, row["id"], {"delivering": 0})

    def _end(self, archive_id: str, _: asyncio.Task[None]) -> None:
        """A task is over, also one that was cancelled before it began."""
        del self._tasks[archive_id]
        self._service.agenda.wake()


def deliver(folder: str | None, row: Row) -> targets.Outcome:
    """Bring the file of an archive to where it belongs. Blocks."""
    where, content, problems = files.path(row), files.content(row), []
    try:
        if folder is not None:
            _write(pathlib.Path(folder, where), content)
    except OSError as error:
        problems.append(f"cannot write {where} into the archive folder: {error.strerror or type(error).__name__}")
    bucket, uploaded = targets.bucket_of(row), None
    if bucket is not None:
        try:
            s3.put(bucket, where, content, files.media_type(where))
            uploaded = True
        except s3.UploadError as error:
            problems.append(str(error))
            uploaded = False
    return targets.Outcome(uploaded, "; ".join(problems) or None)


def _write(path: pathlib.Path, content: bytes) -> None:
    """Whole or not at all: whoever watches the folder sees no half of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)


async def _in_thread(work: Callable[[], targets.Outcome]) -> targets.Outcome:
    """The result of ``work``. The thread is a daemon: asyncio's own threads are awaited at exit, an endpoint that hangs must not be."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    results: list[targets.Outcome] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001
            # Our mistake; but the archive must come to an end.
            results.append(targets.Outcome(False, f"internal error: {type(error).__name__}"))
        with contextlib.suppress(RuntimeError):  # the loop is closed: the emulator has stopped meanwhile
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=run, name="opentok-archive-delivery", daemon=True).start()
    await ended.wait()
    return results[0]
