# SPDX-License-Identifier: Apache-2.0
"""Broadcasts over the protocol, where they are otherwise than archives: what is encrypted, the tag, the end that was declared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.broadcast import BroadcastProvider
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired.broadcast.kind import BROADCAST
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account, declare, up
from tests.protocol.wire import UNKNOWN, Secret, plain
from tests.things.broadcasts import CHANNEL, GOOD_BROADCASTS, LIVE
from tests.things.rows import HIDDEN
from tests.things.sessions import ACME, ACME_SECRET, ROOM


class Stage:
    """A session of Acme in which somebody publishes."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.session = self.client.sessions.create(media_mode="routed").session_id
        emulator.publish(self.session)
        self.declared = {"session": self.session, "hls": {}}

    def running(self) -> list[str]:
        return [one.id for one in self.client.broadcasts.list().items]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield Stage(emulator)


@pytest.fixture
def server(start_server: StartServer, stage: Stage) -> DynamicServer:
    return start_server(env=by_account(stage.emulator), provider=BroadcastProvider)


def seen(server: DynamicServer, saved: Saved) -> Saved:
    found = server.refresh(saved)
    assert found is not None
    return found


def test_what_is_right_passes(judge: DynamicServer) -> None:
    for inputs in GOOD_BROADCASTS:
        assert judge.of(BroadcastProvider).check({name: value for name, value in {**LIVE, **inputs}.items() if value is not None})[1] == {}, inputs


def test_its_life(server: DynamicServer, stage: Stage, engine_log: EngineLog) -> None:
    saved = declare(server, **stage.declared)
    assert (saved.id, [saved.outs["broadcast_id"]]) == (stage.session, stage.running())
    assert saved.outs["hls_url"].startswith("https://broadcast.example.com/")
    assert up(server, saved, stage.declared)[0] == "same"
    assert server.refresh(saved) == saved
    wider = {**stage.declared, "resolution": "1280x720", "layout": {"type": "pip"}}
    engine_log.clear()
    done, moved = up(server, saved, wider)
    assert (done, [moved.outs["broadcast_id"]]) == ("update", stage.running())
    assert any("its viewers are cut off; it cannot be changed (resolution)" in text for text in engine_log.texts("warning"))
    server.delete(moved)
    server.delete(moved)
    assert stage.running() == []


def test_an_end_elsewhere_and_the_one_that_was_declared(server: DynamicServer, stage: Stage, engine_log: EngineLog) -> None:
    inputs = {**stage.declared, "max_duration": 60}
    saved = declare(server, **inputs)
    stage.client.broadcasts.stop(saved.outs["broadcast_id"])
    assert up(server, seen(server, saved), inputs)[0] == "same"
    assert any("nothing is started again, unless restart is true" in text for text in engine_log.texts("warning"))
    done, again = up(server, seen(server, saved), {**inputs, "restart": True})
    assert (done, [again.outs["broadcast_id"]]) == ("update", stage.running())
    stage.emulator.advance(61)
    engine_log.clear()
    over = seen(server, again)
    assert (over.outs["status"], up(server, over, inputs)[0], engine_log.texts("warning")) == ("stopped", "update", [])
    assert stage.running() == []


def test_keys_are_encrypted_and_in_no_text(server: DynamicServer, stage: Stage, engine_log: EngineLog) -> None:
    """Also where the program marks nothing secret."""
    inputs = {**stage.declared, "rtmp": [CHANNEL]}
    checked, failures = server.check(inputs)
    assert (failures, checked["rtmp"]) == ({}, Secret([CHANNEL]))
    saved = server.create(checked)
    assert isinstance(saved.outs["rtmp"], Secret)
    assert [one["server_url"] for one in plain(saved.outs)["rtmp"]] == ["rtmps://live.example.com/…"]
    assert up(server, saved, checked)[0] == "same"
    other = {**inputs, "rtmp": [{**CHANNEL, "stream_name": f"{HIDDEN}-2"}]}
    done, moved = up(server, saved, other)
    assert (done, [moved.outs["broadcast_id"]]) == ("update", stage.running())
    stopped = declare(server.named("b"), session=stage.session, rtmp=[CHANNEL], multi_broadcast_tag="b", state="stopped")
    stage.emulator.fault("broadcast.start", "drop_before")
    with pytest.raises(OperationFailed) as failed:
        declare(server.named("c"), session=stage.session, rtmp=[CHANNEL], multi_broadcast_tag="c")
    in_clear = [json.dumps({name: value for name, value in one.outs.items() if not isinstance(value, Secret)}) for one in (saved, moved, stopped)]
    texts = [*in_clear, str(failed.value), *(text for level in ("info", "warning", "error") for text in engine_log.texts(level))]
    assert len(texts) > 5
    assert [text for text in texts if HIDDEN in text] == []


def test_two_of_one_session(server: DynamicServer, stage: Stage) -> None:
    first = declare(server, **stage.declared)
    second = declare(server.named("b"), **stage.declared, multi_broadcast_tag="b")
    assert stage.running() == [second.outs["broadcast_id"], first.outs["broadcast_id"]]
    server.delete(second)
    assert stage.running() == [first.outs["broadcast_id"]]
    assert server.diff(first, {**stage.declared, "multi_broadcast_tag": "c"}) == Difference(None, ("multi_broadcast_tag",), True)


def test_what_runs_already_is_taken_over(server: DynamicServer, stage: Stage) -> None:
    first = stage.client.broadcasts.start(stage.session, BroadcastOptions(hls=Hls())).id
    assert declare(server, **stage.declared).outs["broadcast_id"] == first
    with pytest.raises(OperationFailed, match="is not as declared: its RTMP outputs are others"):
        server.named("b").create({**stage.declared, "rtmp": [CHANNEL]})
    found = server.read(stage.session, {"session": None})
    assert (found.outs["broadcast_id"], found.outs["status"]) == (first, "started")


@pytest.mark.parametrize("name", BROADCAST.inputs)
def test_what_is_not_known_yet_is_not_judged(server: DynamicServer, name: str, stage: Stage) -> None:
    saved = declare(server, **stage.declared, state="stopped")
    stage.emulator.clear_journal()
    unknown = {**stage.declared, name: UNKNOWN}
    assert server.check(unknown, saved.inputs)[1] == {}
    assert server.diff(saved, unknown).replaces == ((name,) if name in BROADCAST.force_new else ())
    assert stage.emulator.journal() == []


def test_a_program_names_its_session_by_resource_or_id() -> None:
    recorder = Recorder()

    def program() -> None:
        room = opentok.Session("room", project=ACME, media_mode="routed")
        hls: Any = {}
        opentok.Broadcast("by-resource", session=room, hls=hls)
        opentok.Broadcast("by-id", opentok.BroadcastArgs(session=ROOM, rtmp=[opentok.RtmpArgs(**CHANNEL)]))
        opentok.Broadcast.get("looked-up", ROOM)

    run_program(program, recorder)
    made = {row.name: row.inputs.get("session") for row in recorder.resources}
    assert (made["by-id"], made["by-resource"] is not None) == (ROOM, True)


def test_a_creation_without_an_answer_says_that_it_may_be_on_air(server: DynamicServer, stage: Stage) -> None:
    """A failed creation leaves nothing in the state, and no list shows the tag."""
    stage.emulator.fault("broadcast.start", "late", seconds=8)
    with pytest.raises(OperationFailed, match=r"it may be on air all the same, .*: broadcast_info or get_broadcasts lists what runs; stop"):
        declare(server, session=stage.session, hls={}, multi_broadcast_tag="b")
    stage.emulator.advance(10)
    (late,) = stage.running()
    with pytest.raises(OperationFailed, match=f"broadcast {late} runs in session .* already: stop it if an earlier run has started it, or declare"):
        declare(server, session=stage.session, hls={}, multi_broadcast_tag="b")


def test_an_update_without_an_answer_is_remembered(server: DynamicServer, stage: Stage) -> None:
    tagged = {"session": stage.session, "hls": {}, "multi_broadcast_tag": "b"}
    saved = declare(server, **tagged)
    stage.emulator.fault("broadcast.start", "late", seconds=8)
    half = up(server, saved, {**tagged, "resolution": "1280x720"})[1]
    stage.emulator.advance(10)
    (late,) = stage.running()
    assert late != saved.outs["broadcast_id"]
    for act in (lambda: up(server, half, {**tagged, "resolution": "1280x720"}), lambda: server.delete(half)):
        with pytest.raises(OperationFailed, match=f"got no answer, and broadcast {late} runs there since"):
            act()
    assert stage.running() == [late]
