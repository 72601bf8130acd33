# SPDX-License-Identifier: Apache-2.0
"""Where the file of an ended archive goes: the emulator's own folder (``--archive-dir``) and the bucket that the project has set.

Each archive is worked on in a thread of its own, a few at a time, so that a slow endpoint holds up neither requests nor the shutdown. What is not
finished then begins anew at the next start with the data file: the same bytes go to the same place.
"""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..delivery_worker import DeliveryWorker
from ..service import Service
from ..storage import s3
from . import files, lifecycle, rows, targets

_AT_ONCE = 4

Row = Mapping[str, Any]


class UploadWorker(DeliveryWorker[str]):
    """Brings the files of archives to where they belong: a queue for each archive, by its id."""

    def __init__(self, service: Service) -> None:
        super().__init__(service, _AT_ONCE)

    def queues_due(self) -> Iterable[str]:
        """The archives whose file is to be delivered."""
        return [row["id"] for row in rows.delivering(self.service.db)]

    async def work_off(self, queue: str) -> None:
        """Deliver the file of an archive, or note why it could not be."""
        service, row = self.service, rows.find_any(self.service.db, queue)
        if row is None:
            return
        async with self.slots:
            outcome = await _in_thread(lambda: deliver(service.archive_dir, dict(row)))
        with service.store.transaction():
            lifecycle.delivered(service, queue, outcome)

    def give_up(self, queue: str) -> None:
        """The archive stays as it is: the mistake must not be made again without end."""
        rows.update(self.service.db, queue, {"delivering": 0})


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
