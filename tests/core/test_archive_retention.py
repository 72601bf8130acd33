# SPDX-License-Identifier: Apache-2.0
"""Retention against the emulator and against servers that misbehave: what is old is deleted, and nothing that is younger, runs, or is another's."""

from __future__ import annotations

import datetime
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pulumi_opentok.core import Connection, Credentials, PlanError
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope, interrupts
from pulumi_opentok.core.desired.archive_retention import ARCHIVE_RETENTION
from pulumi_opentok.core.desired.parallel import PARALLEL
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.errors import ForeignAnswer, InvalidResponse, OpenTokError
from pulumi_opentok.emulator import Emulator
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, ROOM, session_id

HOUR = 3600
PAIR = {"api_key": ACME, "api_secret": ACME_SECRET}


def retain(url: str, *, check: bool = False, **inputs: Any) -> Report:
    return ARCHIVE_RETENTION.act(Scope(Connection.resolve({"api_url": url, **PAIR}, environ={}), warn=lambda _: None), inputs, check=check)


def shown(report: Report) -> dict[str, Any]:
    assert report.shown is not None
    return report.shown


class Recorded:
    """A session of Acme with two archives of twenty hours ago, one of now, and one that is recorded since twenty hours."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.session = self.room()
        now = emulator.now()
        emulator.set_clock(now - 20 * HOUR)
        self.old = self.archive("lesson 1")
        emulator.advance(HOUR)
        self.newer = self.archive("rehearsal")
        emulator.set_clock(now)
        self.young = self.archive("lesson 2")
        self.running = self.client.archives.start(self.session, ArchiveOptions(name="lesson 3")).id
        emulator.clear_journal()

    def room(self) -> str:
        session = self.client.sessions.create(media_mode="routed").session_id
        self.emulator.publish(session)
        return session

    def archive(self, name: str, session: str | None = None) -> str:
        made = self.client.archives.start(session or self.session, ArchiveOptions(name=name)).id
        self.client.archives.stop(made)
        self.emulator.settle()
        return made

    def retain(self, **inputs: Any) -> Report:
        return retain(self.emulator.url, **inputs)

    def left(self) -> list[str]:
        return [one.id for one in self.client.archives.list().items]

    def asked(self, operation: str) -> int:
        return sum(row["operation"] == operation for row in self.emulator.journal())


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield Recorded(emulator)


def test_what_is_older_is_deleted_once(recorded: Recorded) -> None:
    planned = recorded.retain(check=True, keep="12h")
    assert (len(recorded.left()), shown(planned)["deleted"]) == (4, [recorded.old, recorded.newer])
    done = recorded.retain(keep="12h")
    assert (done.actions, shown(done)) == (planned.actions, {**shown(planned), "older_than": shown(done)["older_than"]})
    assert done.actions[0].startswith(f"delete archive {recorded.old} 'lesson 1' of ")
    assert done.warnings[0].startswith(f"2 of 4 archives of project {ACME} are older than 12h: files in OpenTok's cloud go with them")
    assert (shown(done)["archives"], shown(done)["failed"], recorded.left()) == (4, [], [recorded.running, recorded.young])
    again = recorded.retain(keep="12h")
    assert (again.changed, shown(again)["deleted"], again.warnings) == (False, [], ())
    assert (recorded.asked("archive.list"), recorded.asked("archive.delete")) == (3 + 2, 2)


def test_a_name_and_a_session(recorded: Recorded) -> None:
    elsewhere = recorded.room()
    assert shown(recorded.retain(check=True, keep="12h", session=elsewhere))["archives"] == 0
    for name, ids in (("lesson *", [recorded.old]), ("REHEARSAL", []), ("*", [recorded.old, recorded.newer]), ("less.n 1", [])):
        assert shown(recorded.retain(check=True, keep="12h", session=recorded.session, name=name))["deleted"] == ids


@pytest.mark.parametrize(("bound", "allowed"), [(1, False), (2, True), ("2", True), (0, False), ("49%", False), ("50%", True)])
def test_too_many_and_none_is_deleted(recorded: Recorded, bound: Any, allowed: bool) -> None:
    if allowed:
        assert recorded.retain(keep="12h", max_delete=bound).changed
        return
    for check in (True, False):
        said = f"^2 of 4 archives of project {ACME} are older than 12h and would be deleted, at most {bound} may: nothing"
        with pytest.raises(PlanError, match=said):
            recorded.retain(check=check, keep="12h", max_delete=bound)
    assert (len(recorded.left()), recorded.retain(keep="20d", max_delete=0).changed) == (4, False)


def test_a_failure_stops_no_other(recorded: Recorded) -> None:
    recorded.emulator.fault("archive.delete", "status", status=409, times=1)
    done = recorded.retain(keep="12h")
    (failed,) = shown(done)["failed"]
    assert (len(done.actions), len(recorded.left()), failed["id"] in recorded.left()) == (1, 3, True)
    assert str(done.unfinished).startswith(f"1 of 2 archives were not deleted, all others were (archive {failed['id']}: archive.delete of archive ")
    assert shown(recorded.retain(keep="12h"))["deleted"] == [failed["id"]]


def test_a_lost_answer_is_no_failure(recorded: Recorded) -> None:
    recorded.emulator.fault("archive.delete", "drop_after", times=1)
    done = recorded.retain(keep="12h")
    assert (len(done.actions), done.unfinished, len(recorded.left())) == (2, None, 2)


@pytest.mark.parametrize("fault", ["truncate", "html"])
def test_a_list_that_cannot_be_believed(recorded: Recorded, fault: str) -> None:
    recorded.emulator.fault("archive.list", fault, times=2)
    with pytest.raises(OpenTokError):
        recorded.retain(keep="12h")
    recorded.emulator.clear_faults()
    assert (len(recorded.left()), recorded.asked("archive.delete")) == (4, 0)


def test_a_clock_that_is_ahead_makes_nothing_older(recorded: Recorded) -> None:
    """By ours they are twenty hours old, by the server's one."""
    recorded.emulator.set_clock(recorded.emulator.now() - 18.5 * HOUR)
    assert not recorded.retain(keep="12h").changed
    assert shown(recorded.retain(keep="1h"))["deleted"] == [recorded.old]


def test_an_interrupted_run_begins_no_more(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "received", lambda: 15)
    done = recorded.retain(keep="12h")
    assert (done.actions, shown(done)["failed"], len(recorded.left())) == ((), [], 4)


class ArchiveServer:
    """Archives of Acme, a thousand a page. ``rows`` are theirs, ``date`` what each answer is dated with, ``on_delete`` is called before each."""

    def __init__(self, rows: list[dict[str, Any]], date: str | None = None, on_delete: Callable[[], None] = lambda: None) -> None:
        self.rows, self.date, self.on_delete = rows, date, on_delete
        self.lists = 0
        self.deleted: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                """Says nothing."""

            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string(timestamp) if server.date is None else server.date

            def do_GET(self) -> None:
                server.lists += 1
                query = dict(part.split("=") for part in self.path.partition("?")[2].split("&"))
                start, count = int(query["offset"]), int(query["count"])
                self.answer(200, {"count": len(server.rows), "items": server.rows[start : start + count]})

            def do_DELETE(self) -> None:
                server.on_delete()
                server.deleted.append(self.path.rpartition("/")[2])
                self.answer(204)

            def answer(self, status: int, content: Any = None) -> None:
                data = b"" if content is None else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> ArchiveServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def row(number: int, **fields: Any) -> dict[str, Any]:
    """An archive of forty days ago."""
    began = (time.time() - 40 * 24 * HOUR) * 1000
    same = {"sessionId": ROOM, "projectId": int(ACME), "status": "uploaded", "createdAt": began, "size": 10, "name": None}
    return {"id": f"{number:08x}-0000-4000-8000-000000000000", **same, **fields}


def test_pages_of_a_thousand_are_read_once() -> None:
    with ArchiveServer([row(number) for number in range(2500)]) as server:
        report = retain(server.url, keep="30d", check=True)
    assert (len(report.actions), shown(report)["bytes"], server.lists, server.deleted) == (2500, 25000, 3, [])


def test_they_are_deleted_at_a_time_and_not_too_many() -> None:
    at_a_time, lock, most = threading.Barrier(PARALLEL), threading.Lock(), [0, 0]

    def together() -> None:
        with lock:
            most[0] += 1
            most[1] = max(most)
        at_a_time.wait(30)
        with lock:
            most[0] -= 1

    with ArchiveServer([row(number) for number in range(3 * PARALLEL)], on_delete=together) as server:
        assert len(retain(server.url, keep="30d").actions) == len(set(server.deleted)) == 3 * PARALLEL
    assert most == [0, PARALLEL]


RECENT = {"createdAt": time.time() * 1000}
KEPT: dict[str, dict[str, Any]] = {
    "younger": RECENT,
    "younger, in seconds": {"createdAt": time.time()},
    "in the future": {"createdAt": (time.time() + 400 * 24 * HOUR) * 1000},
    "without a time": {"createdAt": None},
    "of 1970": {"createdAt": 0},
    "nonsense": {"createdAt": "long ago"},
    **{status: {"status": status} for status in ("started", "paused", "stopped", "expired", "failed", "deleted", "a new one")},
}


@pytest.mark.parametrize("title", KEPT)
def test_what_stays(title: str) -> None:
    with ArchiveServer([row(1, **KEPT[title]), row(2)]) as server:
        report = retain(server.url, keep="30d")
    assert server.deleted == [row(2)["id"]]
    assert ("have no time that can be read" in str(report.warnings)) is (title in ("in the future", "without a time", "of 1970", "nonsense"))


@pytest.mark.parametrize(
    ("fields", "date", "error", "said"),
    [
        ({"projectId": int(GLOBEX)}, None, ForeignAnswer, GLOBEX),
        ({"projectId": None, "sessionId": session_id(GLOBEX)}, None, ForeignAnswer, f"is not of a session of project {ACME}: nothing was deleted"),
        ({"projectId": None, "sessionId": "no-session"}, None, ForeignAnswer, "is not of a session of project"),
        ({"id": "../46000002"}, None, InvalidResponse, "archive.list"),
        ({}, "", PlanError, "came without a date, so their age cannot be told: nothing was deleted"),
        ({}, "yesterday", PlanError, "came without a date, so their age cannot be told: nothing was deleted"),
    ],
)
def test_what_leaves_all_as_they_were(fields: dict[str, Any], date: str | None, error: type[Exception], said: str) -> None:
    with ArchiveServer([row(1), row(2, **fields)], date) as server:
        with pytest.raises(error, match=said):
            retain(server.url, keep="30d")
        assert server.deleted == []


@pytest.mark.parametrize("days", [-300, 300])
def test_whichever_clock_is_behind(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's date, from a fault or from someone between, makes nothing older; ours neither."""
    other = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    with ArchiveServer([row(1, **RECENT)], other.strftime("%a, %d %b %Y %H:%M:%S GMT")) as server:
        assert not retain(server.url, keep="30d").changed
    real = time.time
    with ArchiveServer([row(1, **RECENT)], datetime.datetime.now(datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")) as server:
        monkeypatch.setattr(time, "time", lambda: real() + days * 24 * HOUR)
        assert not retain(server.url, keep="30d").changed
