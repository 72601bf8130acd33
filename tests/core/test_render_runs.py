# SPDX-License-Identifier: Apache-2.0
"""Pages in a session against the emulator: rendered once whatever happens to an answer, an end elsewhere shown and not undone, no two of a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest

from pulumi_opentok.core import Connection, Credentials, PlanError
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.renders import Renders
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.render import RENDER
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.running import apply
from pulumi_opentok.core.errors import OutcomeUnknown
from pulumi_opentok.emulator import Emulator
from tests.things.renders import OTHER_URL, SECRET_PART, URL
from tests.things.sessions import ACME, ACME_SECRET


class Room:
    """A session of Acme, and its renders as an application of its own sees them."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.session = self.client.sessions.create(media_mode="routed").session_id

    @property
    def rendered(self) -> str:
        return f"render a page into session {self.session} (1280x720)"

    def run(self, *, check: bool = False, ledger: FileLedger | None = None, **inputs: Any) -> Report:
        run = Run(RENDER, Scope(Connection.resolve(environ=self.emulator.env)), check=check, ledger=ledger)
        given = {"session": self.session, "url": URL, **inputs}
        return run.absent({**given, "state": None}) if inputs.get("state") == "absent" else run.present(given)

    def start(self, url: str = URL, **options: Any) -> str:
        return self.client.renders.start(self.session, self.client.tokens.generate(self.session), url, **options).id

    def running(self) -> list[str]:
        return [one.id for one in self.client.renders.iterate() if one.status in RENDER.runs]

    def asked(self, operation: str) -> int:
        return sum(row["operation"] == operation for row in self.emulator.journal())


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(apply, "UNIT", 0.001)
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield Room(emulator)


@pytest.fixture
def ledger(tmp_path: Path) -> FileLedger:
    return FileLedger(str(tmp_path / "ledger.json"))


def shown(report: Report) -> dict[str, Any]:
    assert report.shown is not None
    return report.shown


def test_rendered_once_and_found_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens: list[str] = []
    start = Renders.start

    def heard(self: Renders, session: str, token: str, *rest: Any, **options: Any) -> Any:
        tokens.append(token)
        return start(self, session, token, *rest, **options)

    monkeypatch.setattr(Renders, "start", heard)
    planned = room.run(check=True)
    assert (planned.actions, room.running()) == ((room.rendered,), [])
    made = shown(room.run())
    known = {name: value for name, value in shown(planned).items() if value is not None and name != "url"}
    assert known == {name: made[name] for name in known}
    assert (room.running(), made["url"], made["status"]) == ([made["render_id"]], URL, "starting")
    claims = jwt.decode(tokens[0], ACME_SECRET, algorithms=["HS256"])
    assert (claims["session_id"], claims["role"], claims["connection_data"]) == (room.session, "publisher", "render=true")
    again = room.run()
    assert (again.changed, again.warnings, shown(again)["render_id"], len(tokens)) == (False, (), made["render_id"], 1)


def test_its_life(room: Room) -> None:
    assert not room.run(state="stopped").changed
    first = shown(room.run())["render_id"]
    beside = shown(room.run(url=OTHER_URL))["render_id"]
    assert len(room.running()) == 2
    room.emulator.advance(5)
    assert shown(room.run())["status"] == "started"
    stops = f"stop render {first}: session {room.session} shows its page no longer"
    planned, report = room.run(state="stopped", check=True), room.run(state="stopped")
    assert planned.actions == report.actions == (stops,)
    assert (shown(report)["status"], shown(report)["reason"], room.running()) == ("stopped", "Stop Requested", [beside])
    assert (room.run(url=OTHER_URL, state="absent", on_delete="keep").actions, room.running()) == ((), [beside])
    assert (len(room.run(url=OTHER_URL, state="absent").actions), room.running()) == (1, [])


LOST = ["drop_after", "truncate", "garble", "html", "after", "twice"]


@pytest.mark.parametrize("kind", LOST)
def test_an_answer_that_was_lost_is_looked_for(room: Room, kind: str) -> None:
    room.emulator.fault("render.start", kind)
    report = room.run()
    if kind == "twice":
        # OpenTok itself has begun two: that is said, and not hidden.
        assert "run in session" in str(report.unfinished) or len(room.running()) == 1
    else:
        assert (report.actions, room.running()) == ((room.rendered,), [shown(report)["render_id"]])
        assert f"; the list shows that it runs: render {shown(report)['render_id']}" in report.warnings[0]
        assert not room.run().changed
    assert room.asked("render.start") == 1
    assert SECRET_PART not in str((report.actions, report.warnings, report.unfinished, report.plan.before, report.plan.after))


def test_one_that_is_not_seen_is_not_sent_again(room: Room) -> None:
    room.emulator.fault("render.start", "drop_before")
    with pytest.raises(OutcomeUnknown, match="it was sent once and got no usable answer, and the list does not show it; run again") as unknown:
        room.run()
    assert (room.asked("render.start"), SECRET_PART in str(unknown.value)) == (1, False)
    assert (room.run().actions, len(room.running())) == ((room.rendered,), 1)


def test_runs_at_the_same_moment_leave_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTok begins all of them; each run stops its own, if that is younger."""
    together = threading.Barrier(3)
    start = Renders.start

    def at_once(self: Renders, *args: Any, **options: Any) -> Any:
        together.wait(30)
        made = start(self, *args, **options)
        together.wait(30)
        return made

    monkeypatch.setattr(Renders, "start", at_once)
    with ThreadPoolExecutor(3) as pool:
        reports = [pool.submit(room.run) for _ in range(3)]
    assert [shown(report.result())["render_id"] for report in reports] == room.running() * 3


def test_the_end_of_one_is_shown_and_not_undone(room: Room) -> None:
    first = shown(room.run())["render_id"]
    room.emulator.fail_render(first, f"Could not load URL {URL}")
    report = room.run()
    said = f"session {room.session} does not show the page: render {first} has failed, 'Could not load URL the page'"
    assert (report.actions, room.running(), report.warnings) == ((), [], (f"{said}: nothing is started again, unless restart is true",))
    assert shown(report)["reason"] == "Could not load URL the page"
    again = room.run(restart=True)
    assert (again.actions, room.running()) == ((f"{room.rendered}, again: {said}",), [shown(again)["render_id"]])
    assert not room.run(restart=True).changed


def test_the_longest_duration_is_an_end_too(room: Room) -> None:
    room.run(max_duration=60)
    room.emulator.advance(3600)
    assert "has ended (status stopped), 'Max duration exceeded'" in room.run(max_duration=60).warnings[0]


def test_a_url_in_another_spelling_is_the_same(room: Room) -> None:
    first = room.start("https://PAGES.example.com:443/board?key=" + SECRET_PART)
    report = room.run()
    assert (report.changed, shown(report)["render_id"], shown(report)["url"]) == (False, first, URL)


def test_what_runs_otherwise_than_declared_is_not_stopped(room: Room) -> None:
    other = room.start(resolution="640x480")
    with pytest.raises(PlanError, match=f"render {other} runs .* is not as declared: its resolution is '640x480', declared is '1280x720'"):
        room.run()
    assert room.running() == [other]


def test_with_a_ledger_a_change_stops_one_and_starts_another(room: Room, ledger: FileLedger) -> None:
    first = shown(room.run(ledger=ledger))["render_id"]
    assert not room.run(ledger=ledger).changed
    changed = {"name": "board", "max_duration": 600}
    planned, report = room.run(ledger=ledger, check=True, **changed), room.run(ledger=ledger, **changed)
    stops = f"stop render {first}: session {room.session} shows its page no longer"
    why = "it cannot be changed (max_duration and name), so another one is started"
    assert planned.actions == report.actions == (f"{stops}; {why}", f"render a page into session {room.session} as 'board' (1280x720)")
    assert room.running() == [shown(report)["render_id"]]
    assert not room.run(ledger=ledger, **changed).changed
    room.run(ledger=ledger, **changed, state="stopped")
    assert room.run(ledger=ledger, **changed).changed, "declared anew, so no restart is needed"
    assert SECRET_PART not in Path(ledger.path).read_text()


def test_with_a_ledger_what_is_shown_in_place_of_ours(room: Room, tmp_path: Path) -> None:
    """As with an archive: test_archive_runs.py."""
    ledger = FileLedger(str(tmp_path / "ledger.json"))
    first = room.run(ledger=ledger).shown or {}
    room.client.renders.stop(first["render_id"])
    other = room.start(resolution="640x480")
    for resolution in ("1280x720", "1920x1080"):
        with pytest.raises(PlanError, match=f"render {other} runs .* is not as declared: .* or have it stopped by whoever has started it"):
            room.run(ledger=ledger, resolution=resolution)
    assert f"render {other} runs in session" in room.run(ledger=ledger, state="stopped").warnings[0]
    assert (room.run(ledger=ledger, resolution="640x480").shown or {})["render_id"] == other
    assert (room.run(ledger=ledger, resolution="640x480").changed, room.running()) == (False, [other])
