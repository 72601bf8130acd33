# SPDX-License-Identifier: Apache-2.0
"""Renders over the protocol: their life, an end elsewhere, another page, and that its URL is a secret. What all that run share: test_archive.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired.render import RENDER
from pulumi_opentok.emulator import Emulator
from pulumi_opentok.render import RenderProvider
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account, declare, up
from tests.protocol.test_requests import operations
from tests.protocol.wire import UNKNOWN, Secret
from tests.things.renders import GOOD_RENDERS, OTHER_URL, RENDERED, SECRET_PART, URL
from tests.things.sessions import ACME, ACME_SECRET


class Room:
    """A session of Acme."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.session = self.client.sessions.create(media_mode="routed").session_id
        self.page = {"session": self.session, "url": URL}
        emulator.clear_journal()

    def running(self) -> list[str]:
        return [one.id for one in self.client.renders.iterate() if one.status in RENDER.runs]


@pytest.fixture
def room() -> Iterator[Room]:
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield Room(emulator)


@pytest.fixture
def server(start_server: StartServer, room: Room) -> DynamicServer:
    """A server with the account pair alone."""
    return start_server(env=by_account(room.emulator), provider=RenderProvider)


def test_what_is_right_passes(judge: DynamicServer) -> None:
    for inputs in GOOD_RENDERS:
        assert judge.of(RenderProvider).check({**RENDERED, **inputs})[1] == {}, inputs


def test_its_life(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    saved = declare(server, **room.page)
    assert operations(room.emulator) == {"project.get": 1, "render.list": 2, "render.start": 1}
    assert (saved.outs["url"], [saved.outs["render_id"]]) == (Secret(URL), room.running())
    assert up(server, saved, room.page)[0] == "same"
    assert server.refresh(saved) == saved
    room.emulator.advance(5)
    started = server.refresh(saved)
    assert started is not None
    assert (started.outs["status"], started.outs["stream_id"] is not None) == ("started", True)
    assert server.diff(started, room.page) == Difference(False, ())
    assert server.diff(started, {**room.page, "url": OTHER_URL}) == Difference(None, ("url",), True)
    done, wider = up(server, started, {**room.page, "resolution": "1920x1080"})
    assert (done, [wider.outs["render_id"]], wider.id) == ("update", room.running(), saved.id)
    room.client.renders.stop(wider.outs["render_id"])
    ended = server.refresh(wider)
    assert ended is not None
    assert (ended.outs["status"], ended.outs["reason"]) == ("stopped", "Stop Requested")
    assert up(server, ended, {**room.page, "resolution": "1920x1080"})[0] == "same"
    assert any("nothing is started again, unless restart is true" in text for text in engine_log.texts("warning"))
    done, again = up(server, ended, {**room.page, "resolution": "1920x1080", "restart": True})
    assert (done, [again.outs["render_id"]]) == ("update", room.running())
    server.delete(again)
    server.delete(again)
    assert room.running() == []
    said = [*engine_log.texts("info"), *engine_log.texts("warning"), *engine_log.texts("error"), saved.id]
    assert [text for text in said if SECRET_PART in text] == []


def test_one_page_is_held_by_one_resource(server: DynamicServer, room: Room) -> None:
    there = room.client.renders.start(room.session, room.client.tokens.generate(room.session), URL).id
    saved = declare(server, **room.page)
    assert (saved.outs["render_id"], room.running()) == (there, [there])
    with pytest.raises(OperationFailed, match=r"render .* is not taken over: resource .* of this program already manages it") as held:
        server.named("another").create(room.page)
    room.emulator.fault("render.start", "drop_before")
    with pytest.raises(OperationFailed, match=r"is not seen that it was started: render a page into session") as lost:
        declare(server.named("other page"), session=room.session, url=f"{OTHER_URL}?{SECRET_PART}")
    assert SECRET_PART not in f"{held.value}{lost.value}"


def test_get_reads_what_is_managed_elsewhere(server: DynamicServer, room: Room) -> None:
    saved = declare(server, **room.page)
    found = server.read(saved.id, {"session": None, "url": None})
    assert (found.outs["render_id"], found.outs["url"]) == (saved.outs["render_id"], Secret(URL))


@pytest.mark.parametrize("name", RENDER.inputs)
def test_what_is_not_known_yet_is_not_judged(server: DynamicServer, name: str, room: Room) -> None:
    saved = declare(server, **room.page, state="stopped")
    room.emulator.clear_journal()
    unknown = {**room.page, name: UNKNOWN}
    assert server.check(unknown, saved.inputs)[1] == {}
    assert server.diff(saved, unknown).replaces == ((name,) if name in RENDER.force_new else ())
    assert room.emulator.journal() == []


def test_a_program_names_its_session_by_resource_or_id_and_its_page_is_secret() -> None:
    recorder = Recorder()

    def program() -> None:
        room = opentok.Session("room", project=ACME, media_mode="routed")
        for name, session in (("by-resource", room), ("by-id", RENDERED["session"]), ("by-output", room.session_id)):
            opentok.Render(name, session=session, url=URL)
        opentok.Render.get("looked-up", f"{RENDERED['session']}/0123456789abcdef")

    run_program(program, recorder)
    made = {row.name: row.inputs for row in recorder.resources}
    assert made["by-id"]["session"] == RENDERED["session"]
    assert made["by-resource"]["session"] == "id-of-room"
    assert made["by-id"]["__secret"] == ["url"]
