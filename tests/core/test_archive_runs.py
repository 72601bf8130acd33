# SPDX-License-Identifier: Apache-2.0
"""Archives against the emulator: recorded once whatever happens to an answer, an end elsewhere shown and not undone, never another's stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Connection, Credentials, NoResponse, PlanError
from pulumi_opentok.core.api.archives.calls import Archives
from pulumi_opentok.core.api.archives.objects import Archive
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.archive.kind import ARCHIVE
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.running import apply
from pulumi_opentok.core.errors import ApiError, OutcomeUnknown
from pulumi_opentok.emulator import Emulator
from tests.things.sessions import ACME, ACME_SECRET


class Room:
    """A session of Acme in which somebody publishes, and its archives as an application of its own sees them."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.session = self.client.sessions.create(media_mode="routed").session_id
        self.stream = emulator.publish(self.session)["streamId"]

    @property
    def recorded(self) -> str:
        return f"record session {self.session} (composed)"

    def run(self, *, check: bool = False, ledger: FileLedger | None = None, **inputs: Any) -> Report:
        run = Run(ARCHIVE, Scope(Connection.resolve(environ=self.emulator.env)), check=check, ledger=ledger)
        if inputs.get("state") == "absent":
            return run.absent({"session": self.session, **inputs, "state": None})
        return run.present({"session": self.session, **inputs})

    def start(self, **options: Any) -> str:
        return self.client.archives.start(self.session, ArchiveOptions(**options)).id

    def running(self) -> list[str]:
        return [one.id for one in self.client.archives.list().items if one.status in ARCHIVE.runs]

    def asked(self, *operations: str) -> list[str]:
        """The operations since the last look, of these."""
        found = [str(row["operation"]) for row in self.emulator.journal()]
        self.emulator.clear_journal()
        return [name for name in found if name.startswith("archive.") and (not operations or name in operations)]


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


def test_recorded_once_and_found_again(room: Room) -> None:
    planned = room.run(check=True)
    assert (planned.actions, room.running(), room.asked("archive.start")) == ((room.recorded,), [], [])
    made = shown(room.run())
    known = {name: value for name, value in shown(planned).items() if value is not None}
    assert known == {name: made[name] for name in known}
    assert {"id", "session_id", "status", "output_mode", "project"} <= set(known)
    assert room.running() == [made["archive_id"]]
    room.asked()
    again = room.run()
    assert (again.changed, again.warnings, shown(again)["archive_id"], room.asked()) == (False, (), made["archive_id"], ["archive.list"])


def test_stopped_and_never_there(room: Room) -> None:
    nothing = room.run(state="stopped")
    assert (nothing.changed, shown(nothing)["status"], shown(nothing)["id"], room.asked("archive.start")) == (False, None, room.session, [])
    archive = shown(room.run())["archive_id"]
    stops = f"stop archive {archive}: session {room.session} is recorded no longer; what was recorded is kept"
    planned, report = room.run(state="stopped", check=True), room.run(state="stopped")
    assert planned.actions == report.actions == (stops,)
    assert [action.disrupts for action in report.plan.actions] == [True]
    assert (shown(report)["status"], shown(report)["reason"], room.running()) == ("stopped", "user initiated", [])
    assert not room.run(state="stopped").changed


def test_absent_ends_it_as_it_is_declared(room: Room) -> None:
    kept = shown(room.run())["archive_id"]
    assert (room.run(state="absent", on_delete="keep").actions, room.running()) == ((), [kept])
    report = room.run(state="absent")
    assert (len(report.actions), report.shown, room.running()) == (1, None, [])
    left = room.run(state="absent", on_delete="delete")
    assert (left.actions, room.client.archives.get(kept).status != "deleted") == ((), True)
    assert "it is left as it is, for only a ledger knows whether it is the one that was declared" in left.warnings[0]


def test_with_a_ledger_what_has_ended_is_deleted(room: Room, ledger: FileLedger) -> None:
    earlier = room.start()
    room.client.archives.stop(earlier)
    kept = shown(room.run(ledger=ledger))["archive_id"]
    room.run(ledger=ledger, state="stopped")
    room.emulator.advance(5)
    deleted = room.run(ledger=ledger, state="absent", on_delete="delete")
    assert deleted.actions == (f"delete archive {kept}: its file is deleted too, unless it was uploaded to a storage of your own",)
    assert room.client.archives.get(kept).status == "deleted"
    assert not room.run(ledger=ledger, state="absent", on_delete="delete").changed
    assert room.client.archives.get(earlier).status == "available"


def test_what_runs_is_stopped_and_then_deleted(room: Room) -> None:
    """Its file has to be made first, which is waited for."""
    archive = shown(room.run())["archive_id"]
    assert len(room.run(state="absent", on_delete="delete").actions) == 2
    assert room.client.archives.get(archive).status == "deleted"


LOST = ["drop_after", "truncate", "garble", "html", "after", "twice"]


@pytest.mark.parametrize("kind", LOST)
def test_an_answer_that_was_lost_is_looked_for(room: Room, kind: str) -> None:
    room.emulator.fault("archive.start", kind)
    report = room.run()
    assert (report.actions, room.running()) == ((room.recorded,), [shown(report)["archive_id"]])
    assert len(room.asked("archive.start")) == 1
    (warning,) = report.warnings
    assert f"; the list shows that it runs: archive {shown(report)['archive_id']}" in warning
    assert not room.run().changed


def test_what_comes_late_is_waited_for(room: Room) -> None:
    room.emulator.fault("archive.start", "drop_after")
    room.emulator.fault("archive.list", "lag", after=1, changes=1, seconds=3600)
    report = room.run()
    assert room.running() == [shown(report)["archive_id"]]
    assert len(room.asked("archive.start")) == 1


def test_one_that_is_not_seen_is_not_sent_again(room: Room) -> None:
    room.emulator.fault("archive.start", "drop_before")
    with pytest.raises(OutcomeUnknown, match="it was sent once and got no usable answer, and the list does not show it; run again"):
        room.run()
    assert room.asked() == ["archive.list", "archive.start", *["archive.list"] * 3]
    assert (room.run().actions, len(room.running())) == ((room.recorded,), 1)


def test_where_nothing_can_be_looked_at_nothing_is_sent_again(room: Room) -> None:
    room.emulator.fault("archive.start", "drop_after")
    room.emulator.fault("archive.list", "status", status=500, after=1, times=20)
    with pytest.raises(OutcomeUnknown, match=r"was lost .*and what runs cannot be listed to see whether it was started"):
        room.run()
    assert len(room.asked("archive.start")) == 1
    room.emulator.clear_faults()
    assert (room.run().changed, len(room.running())) == (False, 1)


def test_a_list_that_lags_behind_the_start_is_said(room: Room) -> None:
    room.emulator.fault("archive.list", "lag", after=1, changes=1, seconds=3600, times=20)
    report = room.run()
    assert (len(report.actions), report.unfinished) == (1, None)
    assert "the list does not show it yet, so it cannot be told whether it is the only one" in report.warnings[0]


def test_runs_at_the_same_moment_leave_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have looked before any starts. OpenTok itself refuses the others, and they find the one."""
    together = threading.Barrier(3)
    start = Archives.start

    def at_once(self: Archives, *args: Any) -> Any:
        together.wait(30)
        return start(self, *args)

    monkeypatch.setattr(Archives, "start", at_once)
    with ThreadPoolExecutor(3) as pool:
        reports = [pool.submit(room.run) for _ in range(3)]
    assert [shown(report.result())["archive_id"] for report in reports] == room.running() * 3


def test_two_of_one_name_that_were_started_at_once_leave_the_older(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes both: each run stops its own, if that is the younger one."""
    start = Archives.start
    others: list[str] = []

    def beside_another(self: Archives, session_id: str, options: ArchiveOptions | None = None) -> Archive:
        others.append(start(self, session_id, ArchiveOptions(name="talk", multi_archive_tag="theirs")).id)
        room.emulator.advance(5)
        return start(self, session_id, options)

    monkeypatch.setattr(Archives, "start", beside_another)
    report = room.run(name="talk", multi_archive_tag="ours")
    assert room.running() == others == [shown(report)["archive_id"]]
    assert f"archive {others[0]} stays" in report.warnings[0]


def test_two_of_one_name_of_which_ours_is_older_are_said(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    start = Archives.start

    def before_another(self: Archives, session_id: str, options: ArchiveOptions | None = None) -> Archive:
        made = start(self, session_id, options)
        room.emulator.advance(5)
        start(self, session_id, ArchiveOptions(name="talk", multi_archive_tag="theirs"))
        return made

    monkeypatch.setattr(Archives, "start", before_another)
    report = room.run(name="talk", multi_archive_tag="ours")
    assert len(room.running()) == 2
    assert "under the same name: look at them, and stop all but one" in str(report.unfinished)
    assert "runs in session" in room.run(name="talk", multi_archive_tag="ours").warnings[0]


def test_the_end_of_one_is_shown_and_not_undone(room: Room) -> None:
    archive = shown(room.run())["archive_id"]
    room.client.archives.stop(archive)
    report = room.run()
    assert (report.actions, room.running(), shown(report)["status"]) == ((), [], "stopped")
    said = f"session {room.session} is not recorded: archive {archive} has ended (status stopped), 'user initiated'"
    assert report.warnings == (f"{said}: nothing is started again, unless restart is true",)
    again = room.run(restart=True)
    assert again.actions == (f"{room.recorded}, again: {said}",)
    assert room.running() == [shown(again)["archive_id"]] != [archive]
    assert not room.run(restart=True).changed


def test_one_that_failed_is_said_to_have_failed(room: Room) -> None:
    archive = shown(room.run())["archive_id"]
    room.emulator.fail_archive(archive, "system failure")
    assert f"archive {archive} has failed, 'system failure'" in room.run().warnings[0]


def test_nobody_has_connected_yet(room: Room) -> None:
    empty = room.client.sessions.create(media_mode="routed").session_id
    with pytest.raises(PlanError, match=f"nobody is connected to session {empty}, .*: let one connect and run again, or make the session with"):
        room.run(session=empty)


def test_what_records_already_is_said_before_anything_is_sent(room: Room) -> None:
    other = room.start(name="theirs")
    with pytest.raises(PlanError, match=f"archive {other} \\('theirs'\\) records session .* only with a multi_archive_tag: declare one"):
        room.run(name="ours")
    assert room.asked("archive.start") == ["archive.start"]
    assert room.run(name="ours", multi_archive_tag="ours").changed
    assert len(room.running()) == 2
    assert not room.run(name="ours", multi_archive_tag="ours").changed


def test_what_runs_otherwise_than_declared_is_not_stopped(room: Room) -> None:
    other = room.start()
    with pytest.raises(PlanError, match=f"archive {other} runs .* is not as declared: its resolution is '640x480', declared is '1280x720'"):
        room.run(resolution="1280x720")
    assert room.running() == [other]


def test_an_automatic_archive_is_taken_and_cannot_be_stopped(room: Room) -> None:
    room.session = room.client.sessions.create(media_mode="routed", archive_mode="always").session_id
    room.emulator.publish(room.session)
    assert not room.run().changed
    with pytest.raises(PlanError, match="cannot be stopped: perhaps the session records itself"):
        room.run(state="stopped")


def test_streams_are_changed_in_place(room: Room) -> None:
    second = room.emulator.publish(room.session)["streamId"]
    manual = {"stream_mode": "manual", "streams": [{"stream_id": room.stream}]}
    assert len(room.run(**manual).actions) == 2
    both = {**manual, "streams": [{"stream_id": second, "has_video": False}]}
    planned, report = room.run(check=True, **both), room.run(**both)
    (archive,) = room.running()
    adds, takes = f"add stream {second} to archive {archive}, its audio only", f"take stream {room.stream} out of archive {archive}"
    assert planned.actions == report.actions == (adds, takes)
    assert shown(planned)["streams"] == shown(report)["streams"] == [{"stream_id": second, "has_audio": True, "has_video": False}]
    assert not room.run(**both).changed
    with pytest.raises(PlanError, match=f"stream nobody cannot be added to archive {archive}: it is not in session"):
        room.run(stream_mode="manual", streams=[{"stream_id": "nobody"}, {"stream_id": second, "has_video": False}])


def test_a_stop_whose_answer_is_lost_is_looked_for(room: Room) -> None:
    room.run()
    room.emulator.fault("archive.stop", "drop_after")
    assert (len(room.run(state="stopped").actions), room.running()) == (1, [])
    room.run(restart=True)
    room.emulator.fault("archive.stop", "drop_before")
    with pytest.raises(NoResponse):
        room.run(state="stopped")
    assert len(room.running()) == 1


def test_with_a_ledger_a_change_stops_one_and_starts_another(room: Room, ledger: FileLedger) -> None:
    first = shown(room.run(ledger=ledger))["archive_id"]
    planned, report = room.run(ledger=ledger, resolution="1280x720", check=True), room.run(ledger=ledger, resolution="1280x720")
    stops = f"stop archive {first}: session {room.session} is recorded no longer; what was recorded is kept"
    why = "it cannot be changed (resolution), so another one is started"
    assert planned.actions == report.actions == (f"{stops}; {why}", f"record session {room.session} (composed, 1280x720)")
    assert room.running() == [shown(report)["archive_id"]]
    assert not room.run(ledger=ledger, resolution="1280x720").changed


def test_with_a_ledger_a_layout_is_changed_in_place(room: Room, ledger: FileLedger) -> None:
    archive = shown(room.run(ledger=ledger))["archive_id"]
    report = room.run(ledger=ledger, layout={"type": "pip"})
    assert report.actions == (f"change the layout of archive {archive} to pip",)
    assert room.running() == [archive]
    assert not room.run(ledger=ledger, layout={"type": "pip"}).changed


def test_with_a_ledger_what_was_begun_is_finished(room: Room, ledger: FileLedger) -> None:
    room.run(ledger=ledger)
    room.emulator.fault("archive.start", "status", status=400)
    report = room.run(ledger=ledger, resolution="1280x720")
    assert (len(report.actions), isinstance(report.unfinished, ApiError), room.running()) == (1, True, [])
    assert room.run(ledger=ledger, resolution="1280x720").actions == (f"record session {room.session} (composed, 1280x720)",)


def test_with_a_ledger_a_deleted_file_starts_nothing(room: Room, ledger: FileLedger) -> None:
    archive = shown(room.run(ledger=ledger))["archive_id"]
    room.client.archives.stop(archive)
    room.emulator.advance(5)
    room.client.archives.delete(archive)
    report = room.run(ledger=ledger)
    assert (report.actions, shown(report)["status"]) == ((), "deleted")
    assert room.run(ledger=ledger, state="stopped").actions == ()
    assert room.run(ledger=ledger).actions == (room.recorded,)


class Killed(BaseException):
    """As ``kill -9``: nothing is done after it."""


def kill_after(monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    """The next request of this name is carried out, and the run that sends it knows of nothing any more."""
    sent = getattr(Archives, operation)

    def killed(self: Archives, *args: Any) -> Any:
        monkeypatch.setattr(Archives, operation, sent)
        sent(self, *args)
        raise Killed

    monkeypatch.setattr(Archives, operation, killed)


HD, SD = "1280x720", "640x480"
OTHERS: list[tuple[str, str, str | None]] = [
    # what somebody else records after ours was stopped, what is declared then, what is said (None: it is taken over)
    (HD, SD, f"is not as declared: its resolution is '{HD}', declared is '{SD}'. declare it as it is, or have it stopped by whoever has started it"),
    (SD, HD, f"is not as declared: its resolution is '{SD}', declared is '{HD}'. declare it as it is, or have it stopped by"),
    (HD, HD, None),
    (SD, SD, None),
]


@pytest.mark.parametrize(("theirs", "declared", "says"), OTHERS)
def test_with_a_ledger_somebody_elses_is_judged_as_without_one(room: Room, ledger: FileLedger, theirs: str, declared: str, says: str | None) -> None:
    ours = shown(room.run(ledger=ledger, resolution=SD))["archive_id"]
    room.client.archives.stop(ours)
    other = room.start(resolution=theirs)
    for check in (True, False):
        if says:
            with pytest.raises(PlanError, match=f"archive {other} .*{says}"):
                room.run(ledger=ledger, resolution=declared, check=check)
        else:
            report = room.run(ledger=ledger, resolution=declared, check=check)
            assert (report.changed, shown(report)["archive_id"]) == (False, other)
            taken = f"archive {ours} has ended (status stopped), 'user initiated'; archive {other} runs in its place, so that is taken over"
            assert [text.partition("not recorded: ")[2] for text in report.warnings] == [taken]
    assert room.running() == [other]
    if says is None:
        assert room.run(ledger=ledger, resolution=declared).warnings == ()
        assert room.run(ledger=ledger, state="stopped").actions[0].startswith(f"stop archive {other}"), "it was taken over"


@pytest.mark.parametrize("end", ["stopped", "absent"])
def test_with_a_ledger_somebody_elses_is_left_and_said(room: Room, ledger: FileLedger, end: str) -> None:
    ours = shown(room.run(ledger=ledger))["archive_id"]
    room.client.archives.stop(ours)
    other = room.start()
    report = room.run(ledger=ledger, state=end)
    left = f"archive {other} runs in session {room.session} under the same name, and this declaration is about {ours}: it is left running"
    assert (report.actions, report.warnings, room.running()) == ((), (left,), [other])


def test_with_a_ledger_one_beside_ours_is_neither_stopped_nor_taken(room: Room, ledger: FileLedger) -> None:
    tagged = {"name": "talk", "multi_archive_tag": "ours"}
    room.run(ledger=ledger, **tagged)
    other = room.start(name="talk", multi_archive_tag="theirs")
    assert f"archive {other} runs in session {room.session} as well" in room.run(ledger=ledger, **tagged).warnings[0]
    assert len(room.run(ledger=ledger, **tagged, resolution=HD).actions) == 2
    assert len(room.run(ledger=ledger, **tagged, state="stopped").actions) == 1
    assert room.running() == [other]


@pytest.mark.parametrize("killed", ["stop", "start"])
def test_with_a_ledger_a_run_that_was_killed_is_understood(room: Room, ledger: FileLedger, monkeypatch: pytest.MonkeyPatch, killed: str) -> None:
    first = shown(room.run(ledger=ledger, resolution=SD))["archive_id"]
    kill_after(monkeypatch, killed)
    with pytest.raises(Killed):
        room.run(ledger=ledger, resolution=HD)
    there = room.running()
    room.asked()
    report = room.run(ledger=ledger, resolution=HD)
    assert (report.changed, room.asked("archive.stop")) == (killed == "stop", [])
    assert room.running() == [shown(report)["archive_id"]] == (there or room.running()) != [first]
    assert (room.run(ledger=ledger, resolution=HD).changed, room.run(ledger=ledger, resolution=HD).warnings) == (False, ())


def test_with_a_ledger_what_a_killed_run_has_started_may_be_stopped(room: Room, ledger: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    kill_after(monkeypatch, "start")
    with pytest.raises(Killed):
        room.run(ledger=ledger, resolution=HD)
    with pytest.raises(PlanError, match=r"is not as declared: .*, or stop it first \(state: stopped\)"):
        room.run(ledger=ledger, resolution=SD)
    assert (len(room.run(ledger=ledger, state="stopped").actions), room.running()) == (1, [])


def test_with_a_ledger_a_start_that_may_still_come_is_waited_for(room: Room, ledger: FileLedger) -> None:
    room.emulator.fault("archive.start", "late", seconds=20)
    with pytest.raises(OutcomeUnknown):
        room.run(ledger=ledger)
    for end in ("stopped", "absent"):
        with pytest.raises(PlanError, match="got no answer: it may still be carried out, so nothing was done; run again in 30 seconds"):
            room.run(ledger=ledger, state=end)
    room.emulator.advance(20)
    assert (len(room.run(ledger=ledger, state="stopped").actions), room.running()) == (1, [])
    assert room.run(ledger=ledger, state="absent").warnings == ()


def test_with_a_ledger_that_knows_none_what_has_ended_is_nobodys(room: Room, ledger: FileLedger) -> None:
    for _ in range(2):
        room.run(ledger=ledger)
        room.run(ledger=ledger, state="stopped")
    room.emulator.advance(5)
    room.run(ledger=ledger, state="absent", on_delete="delete")
    again = room.run(ledger=ledger, state="absent", on_delete="delete")
    assert (again.actions, again.warnings) == ((), ())
