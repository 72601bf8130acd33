# SPDX-License-Identifier: Apache-2.0
"""Functions that read what a project and a session have, in a program against the emulator: both forms, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls, Rtmp
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account
from tests.protocol.test_requests import operations
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, PROJECTS, session_id

STREAM_NAME, PAGE = "k3yOfTheChannel", "https://example.com/page?token=t0kenOfThePage"
URL = "https://hooks.example.com/acme"
NO_ONE = "b40ef09b-3811-4726-b508-e41a0f96c68f"


class Scene:
    """A room of Acme with a client, two archives, a broadcast and a render, and two callbacks of Acme."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        ours = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.room = ours.sessions.create(media_mode="routed").session_id
        self.client = emulator.publish(self.room, name="one")
        self.older = ours.archives.start(self.room, ArchiveOptions(name="older")).id
        self.newer = ours.archives.start(self.room, ArchiveOptions(name="newer", multi_archive_tag="second")).id
        emulator.advance(10)
        ours.archives.stop(self.older)
        emulator.advance(10)
        channel = Rtmp(server_url="rtmps://live.example.com/app", stream_name=STREAM_NAME)
        self.broadcast = ours.broadcasts.start(self.room, BroadcastOptions(hls=Hls(), rtmp=[channel])).id
        self.rendered = ours.sessions.create(media_mode="routed").session_id
        self.render = ours.renders.start(self.rendered, ours.tokens.generate(self.rendered), PAGE).id
        self.joined = ours.callbacks.register("connection", "created", URL).id
        self.left = ours.callbacks.register("connection", "destroyed", URL).id


@pytest.fixture(scope="module")
def scene() -> Any:
    with Emulator(projects=PROJECTS) as emulator:
        yield Scene(emulator)


@pytest.fixture(autouse=True)
def environment(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "API_SECRET", "TIMEOUT"):
        monkeypatch.delenv(f"OPENTOK_{name}", raising=False)
    for name, value in by_account(scene.emulator).items():
        monkeypatch.setenv(name, value)


Wanted = Callable[[Scene], list[str]]
READS: dict[str, tuple[str, Callable[[Scene], dict[str, Any]], Wanted, list[str]]] = {
    "archives": ("get_archives", lambda s: {"project": ACME}, lambda s: [s.newer, s.older], ["archive.list"]),
    "the newest": ("get_archives", lambda s: {"session": s.room, "limit": 1}, lambda s: [s.newer], ["archive.list"]),
    "an archive": ("get_archives", lambda s: {"project": ACME, "id": s.older}, lambda s: [s.older], ["archive.get"]),
    "no such archive": ("get_archives", lambda s: {"project": ACME, "id": NO_ONE}, lambda s: [], ["archive.get"]),
    "of another": ("get_archives", lambda s: {"project": GLOBEX}, lambda s: [], ["archive.list"]),
    "broadcasts": ("get_broadcasts", lambda s: {"session": s.room}, lambda s: [s.broadcast], ["broadcast.list"]),
    "renders": ("get_renders", lambda s: {"session": s.rendered}, lambda s: [s.render], ["render.list"]),
    "callbacks": ("get_callbacks", lambda s: {"project": ACME}, lambda s: [f"{ACME}/{s.joined}", f"{ACME}/{s.left}"], ["callback.list"]),
    "a callback": ("get_callbacks", lambda s: {"project": ACME, "event": "destroyed"}, lambda s: [f"{ACME}/{s.left}"], ["callback.list"]),
    "streams": ("get_streams", lambda s: {"session": s.room}, lambda s: [s.client["streamId"]], ["stream.list"]),
    "a stream": ("get_streams", lambda s: {"session": s.room, "id": s.client["streamId"]}, lambda s: [s.client["streamId"]], ["stream.get"]),
    "connections": ("get_connections", lambda s: {"session": s.room}, lambda s: [s.client["connectionId"]], ["connection.list"]),
    "nobody": ("get_connections", lambda s: {"session": session_id(ACME)}, lambda s: [], ["connection.list"]),
}


@pytest.mark.parametrize("case", READS)
def test_what_is_read(scene: Scene, case: str) -> None:
    """Plain and as an output, by requests that the account's pair leads to."""
    name, arguments, wanted, asks = READS[case]
    ids = lambda found: [one.id for one in found]  # noqa: E731
    for form in (lambda: ids(getattr(opentok, name)(**arguments(scene))), lambda: getattr(opentok, f"{name}_output")(**arguments(scene)).apply(ids)):
        scene.emulator.clear_journal()
        assert run_program(form) == (wanted(scene), False)
        asked = operations(scene.emulator)
        assert set(asked) - {"project.get"} == set(asks)
        assert max(asked.values()) == 1


def test_what_is_known_and_what_is_secret(scene: Scene) -> None:
    kept: dict[str, Any] = {}

    def program() -> pulumi.Output[Any]:
        kept["archive"] = archive = opentok.get_archives(project=ACME, id=scene.older)[0]
        (kept["broadcast"],) = opentok.get_broadcasts(session=scene.room)
        kept["render"] = render = opentok.get_renders(session=scene.rendered)[0]
        kept["decoded"] = opentok.decode_session(session=scene.room)
        return pulumi.Output.all(archive.url, render.url)

    (file, page), secret = run_program(program)
    assert (page, secret) == (PAGE, True)
    assert file.startswith("http")
    archive, broadcast, decoded = kept["archive"], kept["broadcast"], kept["decoded"]
    assert (archive.status, archive.name, archive.project, archive.output_mode) == ("available", "older", ACME, "composed")
    assert [(type(output).__name__, output.server_url) for output in broadcast.rtmp] == [("GetBroadcastRtmpResult", "rtmps://live.example.com/…")]
    assert (decoded.id, decoded.project, decoded.media_mode) == (scene.room, ACME, "routed")
    assert [secret for secret in (PAGE, STREAM_NAME, file) if secret in repr(kept)] == []


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("get_archives", {"project": "Acme GmbH"}, "project: must be a project id"),
        ("get_archives", {"project": GLOBEX, "session": session_id(ACME)}, f"session: belongs to project {ACME}, not to {GLOBEX}"),
        ("get_archives", {"project": ACME, "limit": 0}, "limit: must be"),
        ("get_archives", {"project": ACME, "id": NO_ONE, "limit": 1}, "limit: contradicts id, which asks for one: leave it out"),
        ("get_broadcasts", {}, "project: missing: declare whose, by the project's id or a session"),
        ("get_renders", {"project": ACME, "id": "a/b"}, "id: must"),
        ("get_callbacks", {"project": ACME, "group": "room"}, "group: must be"),
        ("get_streams", {"session": "room"}, "session: must be a session id"),
        ("get_connections", {"session": session_id(ACME)[:20]}, "session: is not a session id"),
        ("decode_session", {"session": None}, "session: missing"),
        ("decode_session", {"session": 5}, "session: must be a session id"),
    ],
)
def test_what_is_refused(scene: Scene, name: str, arguments: dict[str, Any], said: str) -> None:
    """Before any request, as the error that ends a program with its one line."""
    scene.emulator.clear_journal()
    for form in (lambda: getattr(opentok, name)(**arguments), lambda: getattr(opentok, f"{name}_output")(**arguments)):
        with pytest.raises(pulumi.RunError, match=said) as failed:
            run_program(form)
        assert len(str(failed.value).splitlines()) == 1
    assert scene.emulator.journal() == []


def test_an_output_is_for_the_output_form(scene: Scene) -> None:
    with pytest.raises(pulumi.RunError, match=r"session: this argument is an output, whose value is not known yet: use get_streams_output"):
        run_program(lambda: opentok.get_streams(session=pulumi.Output.from_input(scene.room)))  # type: ignore[arg-type]


def test_of_resources(scene: Scene) -> None:
    """A secret argument makes what is found one, a provider's secret does not; what is not known yet is asked for by nobody."""

    def found(session: Any, provider: opentok.Provider | None = None) -> pulumi.Output[Any]:
        return opentok.get_archives_output(session=session, provider=provider).apply(lambda archives: [archive.name for archive in archives])

    def by_provider() -> pulumi.Output[Any]:
        pair = {"account_key": scene.emulator.account_key, "account_secret": pulumi.Output.secret(scene.emulator.account_secret)}
        return found(scene.room, opentok.Provider("ours", **pair))

    rooms = Recorder({"room": {"session_id": scene.room}})
    assert run_program(lambda: found(opentok.Session("room").session_id), rooms) == (["newer", "older"], False)
    assert run_program(lambda: found(pulumi.Output.secret(scene.room))) == (["newer", "older"], True)
    assert run_program(by_provider) == (["newer", "older"], False)
    assert run_program(lambda: opentok.get_renders_output(project=opentok.Project.get("acme", ACME)).apply(len)) == (1, False)
    scene.emulator.clear_journal()
    assert run_program(lambda: found(opentok.Session("room").session_id), preview=True)[0] is None
    assert scene.emulator.journal() == []
