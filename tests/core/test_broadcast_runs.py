# SPDX-License-Identifier: Apache-2.0
"""Broadcasts against the emulator: broadcast once whatever happens to an answer, with and without a tag; the end that was declared is no drift."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Connection, Credentials, InvalidInput, PlanError
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope, looking
from pulumi_opentok.core.desired.broadcast.kind import BROADCAST
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.running import apply
from pulumi_opentok.core.errors import OutcomeUnknown
from pulumi_opentok.emulator import Emulator
from tests.things.broadcasts import CHANNEL
from tests.things.rows import HIDDEN
from tests.things.sessions import ACME, ACME_SECRET


class Stage:
    """A session of Acme in which somebody publishes, and its broadcasts as an application of its own sees them."""

    def __init__(self, emulator: Emulator, ledger: FileLedger) -> None:
        self.emulator = emulator
        self.ledger = ledger
        self.client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.session = self.client.sessions.create(media_mode="routed").session_id
        emulator.publish(self.session)

    def run(self, *, check: bool = False, ledger: bool = True, **inputs: Any) -> Report:
        run = Run(BROADCAST, Scope(Connection.resolve(environ=self.emulator.env)), check=check, ledger=self.ledger if ledger else None)
        if inputs.get("state") == "absent":
            return run.absent({"session": self.session, "hls": {}, **inputs, "state": None})
        return run.present({"session": self.session, "hls": {}, **inputs})

    def running(self) -> list[str]:
        return [one.id for one in self.client.broadcasts.list().items]

    def starts(self) -> int:
        found = [row["operation"] for row in self.emulator.journal()]
        self.emulator.clear_journal()
        return found.count("broadcast.start")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    monkeypatch.setattr(apply, "UNIT", 0.001)
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield Stage(emulator, FileLedger(str(tmp_path / "ledger.json")))


def shown(report: Report) -> dict[str, Any]:
    assert report.shown is not None
    return report.shown


@pytest.mark.parametrize("ledger", [True, False])
def test_broadcast_once_and_found_again(stage: Stage, ledger: bool) -> None:
    planned, made = stage.run(check=True, ledger=ledger), stage.run(ledger=ledger)
    assert planned.actions == made.actions == (f"broadcast session {stage.session} (HLS)",)
    known = {name: value for name, value in shown(planned).items() if value is not None}
    assert known == {name: shown(made)[name] for name in known}
    assert stage.running() == [shown(made)["broadcast_id"]]
    assert not stage.run(ledger=ledger).changed
    stopped = stage.run(ledger=ledger, state="stopped", hls=None)
    assert stopped.actions == (f"stop broadcast {shown(made)['broadcast_id']} of session {stage.session}: its viewers are cut off",)
    assert ([action.disrupts for action in stopped.plan.actions], stage.running()) == ([True], [])
    assert not stage.run(ledger=ledger, state="stopped", hls=None).changed


@pytest.mark.parametrize("tag", [None, "a"])
@pytest.mark.parametrize("kind", ["drop_after", "garble", "after", "twice"])
def test_an_answer_that_was_lost_is_looked_for(stage: Stage, kind: str, tag: str | None) -> None:
    stage.emulator.fault("broadcast.start", kind)
    report = stage.run(multi_broadcast_tag=tag)
    assert (stage.running(), stage.starts()) == ([shown(report)["broadcast_id"]], 1)
    assert "the list shows that it runs" in report.warnings[0]
    assert not stage.run(multi_broadcast_tag=tag).changed


def test_one_that_is_not_seen_is_not_sent_again(stage: Stage) -> None:
    stage.emulator.fault("broadcast.start", "drop_before")
    with pytest.raises(OutcomeUnknown, match="it was sent once and got no usable answer, and the list does not show it; run again"):
        stage.run()
    assert stage.starts() == 1
    assert (stage.run().changed, len(stage.running())) == (True, 1)


def test_one_with_a_tag_is_known_by_the_ledger(stage: Stage) -> None:
    """The list shows no tag."""
    stage.run()
    second = shown(stage.run(multi_broadcast_tag="b"))["broadcast_id"]
    assert len(stage.running()) == 2
    assert not stage.run(multi_broadcast_tag="b").changed
    assert f"stop broadcast {second} " in stage.run(multi_broadcast_tag="b", state="stopped").actions[0]
    needs = r"multi_broadcast_tag: needs a record of the last run: give a ledger \(a file or a URL\), or leave the tag out"
    with pytest.raises(InvalidInput, match=needs):
        stage.run(multi_broadcast_tag="b", ledger=False)


def test_what_runs_under_the_tag_already_is_said(stage: Stage) -> None:
    other = stage.client.broadcasts.start(stage.session, BroadcastOptions(hls=Hls(), multi_broadcast_tag="b")).id
    with pytest.raises(PlanError, match=f"broadcast {other} runs in session .* already: stop it if .* or declare another multi_broadcast_tag"):
        stage.run(multi_broadcast_tag="b")
    assert stage.running() == [other]


def test_what_runs_otherwise_is_not_stopped(stage: Stage) -> None:
    other = stage.client.broadcasts.start(stage.session, BroadcastOptions(hls=Hls())).id
    says = f"broadcast {other} runs .* is not as declared: its resolution is '640x480', .*; it has an HLS output; its RTMP outputs are others"
    with pytest.raises(PlanError, match=says) as caught:
        stage.run(hls=None, rtmp=[CHANNEL], resolution="1280x720")
    assert HIDDEN not in str(caught.value)
    assert stage.running() == [other]


def test_an_end_elsewhere_is_shown_and_not_undone(stage: Stage) -> None:
    broadcast = shown(stage.run())["broadcast_id"]
    stage.client.broadcasts.stop(broadcast)
    report = stage.run()
    said = f"session {stage.session} is not broadcast: broadcast {broadcast} has ended"
    assert report.warnings == (f"{said}: nothing is started again, unless restart is true",)
    assert (report.actions, shown(report)["status"]) == ((), "stopped")
    assert stage.run(restart=True).actions == (f"broadcast session {stage.session} (HLS), again: {said}",)


def test_the_end_that_was_declared_is_none_to_be_warned_of(stage: Stage) -> None:
    stage.run(max_duration=60)
    stage.emulator.advance(61)
    report = stage.run(max_duration=60)
    assert (report.actions, report.warnings, shown(report)["status"], stage.running()) == ((), (), "stopped", [])
    assert stage.run(max_duration=60, restart=True).changed


def test_another_stream_name_cuts_off_and_is_nowhere_in_clear(stage: Stage, tmp_path: Path) -> None:
    first = stage.run(rtmp=[CHANNEL])
    assert not stage.run(rtmp=[CHANNEL]).changed
    other = [{**CHANNEL, "stream_name": f"{HIDDEN}-2"}]
    planned, report = stage.run(check=True, rtmp=other), stage.run(rtmp=other)
    assert planned.actions == report.actions
    assert "its viewers are cut off; it cannot be changed (rtmp), so another one is started" in report.actions[0]
    assert [one["server_url"] for one in shown(report)["rtmp"]] == ["rtmps://live.example.com/…"]
    texts = [str((one.actions, one.shown, one.warnings, one.plan)) for one in (first, planned, report)]
    assert [text for text in (*texts, (tmp_path / "ledger.json").read_text()) if HIDDEN in text] == []


def test_nobody_is_connected(stage: Stage) -> None:
    empty = stage.client.sessions.create(media_mode="routed").session_id
    with pytest.raises(PlanError, match=f"nobody is connected to session {empty}, and OpenTok broadcasts a session only with a client"):
        stage.run(session=empty)


@pytest.mark.parametrize("end", ["stopped", "absent"])
def test_a_start_with_a_tag_that_came_late_is_not_forgotten(stage: Stage, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """The list shows no tag, so what is new and belongs to no other entry may be it."""
    stage.run(multi_broadcast_tag="other")
    stage.emulator.fault("broadcast.start", "late", seconds=8)
    with pytest.raises(OutcomeUnknown, match=r"it may be on air all the same, .*: broadcast_info or get_broadcasts lists what runs"):
        stage.run(multi_broadcast_tag="b")
    with pytest.raises(PlanError, match="it may still be carried out, so nothing was done; run again in 30 seconds"):
        stage.run(multi_broadcast_tag="b", state=end)
    stage.emulator.advance(10)
    late = (set(stage.running()) - {shown(stage.run(multi_broadcast_tag="other"))["broadcast_id"]}).pop()
    for declared in ("running", end):
        for check in (True, False):
            with pytest.raises(PlanError, match=f"got no answer, and broadcast {late} runs there since: whether that is it cannot be told"):
                stage.run(multi_broadcast_tag="b", state=declared, check=check)
    assert len(stage.running()) == 2
    stage.client.broadcasts.stop(late)
    monkeypatch.setattr(looking, "SETTLED", datetime.timedelta(0))
    assert (stage.run(multi_broadcast_tag="b", state=end).warnings, len(stage.running())) == ((), 1)


def test_one_without_a_tag_is_not_taken_for_that_of_another_entry(stage: Stage) -> None:
    first, tagged = (shown(stage.run(multi_broadcast_tag=tag))["broadcast_id"] for tag in (None, "b"))
    stage.client.broadcasts.stop(first)
    ended = stage.run()
    assert (shown(ended)["broadcast_id"], shown(ended)["status"]) == (first, "stopped")
    assert (stage.run(state="absent").actions, stage.running()) == ((), [tagged])


def test_another_one_in_place_of_the_one_that_is_known(stage: Stage) -> None:
    first = shown(stage.run())["broadcast_id"]
    stage.client.broadcasts.stop(first)
    other = stage.client.broadcasts.start(stage.session, BroadcastOptions(hls=Hls(), resolution="1280x720")).id
    for declared in ({}, {"max_duration": 60}):
        with pytest.raises(PlanError, match=f"broadcast {other} runs .* is not as declared: .* or have it stopped by whoever has started it"):
            stage.run(resolution="640x480", **declared)
    assert shown(stage.run(resolution="1280x720"))["broadcast_id"] == other
    assert (stage.run(resolution="1280x720").changed, stage.running()) == (False, [other])
