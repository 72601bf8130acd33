# SPDX-License-Identifier: Apache-2.0
"""Renders, captions and audio connections: from start to stop, and what is refused before a request."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import ApiError, InvalidInput, NotFound
from pulumi_opentok.core.api.audio_connector import AudioTransport
from pulumi_opentok.core.api.opentok import OpenTok
from tests.core.operations_table import PAGE, SOCKET, in_session
from tests.core.service import Service


@pytest.fixture
def client(service: Service) -> OpenTok:
    return service.client(service.account().projects.create("acme"))


@pytest.fixture
def session(service: Service, client: OpenTok) -> str:
    """A routed session in which somebody publishes."""
    return in_session(service, client)["session"]


def test_a_render_s_life(service: Service, client: OpenTok, session: str) -> None:
    made = client.renders.start(session, "a-token", PAGE, name="board", max_duration=60, resolution="640x480")
    assert (made.status, made.session_id, made.project_id, made.url) == ("starting", session, client.api_key, PAGE)
    assert made.stream_id is None
    assert made.created_at is not None
    service.emulator.advance(3)
    started = client.renders.get(made.id)
    assert (started.status, started.resolution, started.reason) == ("started", "640x480", None)
    kept = service.emulator.session(session) or {}
    assert {"board": started.stream_id}.items() <= {each["name"]: each["streamId"] for each in kept["streams"]}.items()
    client.renders.stop(made.id)
    stopped = client.renders.get(made.id)
    assert (stopped.status, stopped.reason) == ("stopped", "Stop Requested")
    assert len((service.emulator.session(session) or {})["streams"]) == len(kept["streams"]) - 1


def test_a_render_ends_by_itself(service: Service, client: OpenTok, session: str) -> None:
    made = client.renders.start(session, "a-token", PAGE, max_duration=60)
    service.emulator.advance(61)
    assert client.renders.get(made.id).reason == "Max duration exceeded"


def test_a_render_that_failed(service: Service, client: OpenTok, session: str) -> None:
    made = client.renders.start(session, "a-token", PAGE)
    service.emulator.fail_render(made.id)
    failed = client.renders.get(made.id)
    assert (failed.status, failed.reason, failed.stream_id) == ("failed", "Could not load URL", None)
    client.renders.stop(made.id)
    assert client.renders.get(made.id) == failed


def test_all_renders_come_page_by_page(service: Service, client: OpenTok, session: str) -> None:
    made = [client.renders.start(session, "a-token", PAGE).id for _ in range(5)]
    service.clear()
    walk = client.renders.iterate(page_size=2)
    assert next(walk).id == made[-1]
    assert service.asked()["render.list"] == 1
    assert [render.id for render in walk] == made[-2::-1]
    assert service.asked()["render.list"] == 3
    page = client.renders.list(offset=1, count=1)
    assert (page.total, [render.id for render in page.items]) == (1, [made[-2]])


def test_captions(service: Service, client: OpenTok, session: str) -> None:
    made = client.captions.start(session, "a-token", language_code="de-DE", partial_captions=False, status_callback_url=PAGE)
    with pytest.raises(ApiError) as caught:
        client.captions.start(session, "a-token")
    assert caught.value.status == 409
    client.captions.stop(made)
    with pytest.raises(NotFound):
        client.captions.stop(made)
    client.captions.start(session, "a-token", max_duration=300)
    service.emulator.advance(301)
    client.captions.start(session, "a-token")


def test_an_audio_connection(service: Service, client: OpenTok, session: str) -> None:
    streams = [each["streamId"] for each in (service.emulator.session(session) or {})["streams"]]
    made = client.audio_connector.start(
        session,
        "a-token",
        SOCKET,
        streams=streams,
        headers={"room": "Zoë"},
        audio_rate=24_000,
        bidirectional=True,
        audio_transport=AudioTransport(transport="json", encoding="base64", audio_field="audio", static_fields={"kind": "audio"}),
    )
    there = [each["connectionId"] for each in (service.emulator.session(session) or {})["connections"]]
    assert made.connection_id in there
    client.audio_connector.stop(made.connection_id)
    with pytest.raises(NotFound):
        client.audio_connector.stop(made.connection_id)
    assert made.connection_id not in [each["connectionId"] for each in (service.emulator.session(session) or {})["connections"]]


STARTS = {
    "render": lambda client, session: client.renders.start(session, "a-token", PAGE),
    "captions": lambda client, session: client.captions.start(session, "a-token"),
    "audio": lambda client, session: client.audio_connector.start(session, "a-token", SOCKET),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_only_routed_sessions(service: Service, client: OpenTok, start: Any) -> None:
    relayed = client.sessions.create().session_id
    service.emulator.connect(relayed)
    with pytest.raises(ApiError, match="Only routed sessions") as caught:
        start(client, relayed)
    assert caught.value.status == 409


@pytest.mark.parametrize("start", [STARTS["captions"], STARTS["audio"]], ids=["captions", "audio"])
def test_somebody_must_be_there(client: OpenTok, start: Any) -> None:
    with pytest.raises(NotFound, match="No clients are actively connected"):
        start(client, client.sessions.create(media_mode="routed").session_id)


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_another_project_s_session(service: Service, client: OpenTok, start: Any) -> None:
    other = service.client(service.account().projects.create("other"))
    theirs = in_session(service, other)["session"]
    service.clear()
    with pytest.raises(InvalidInput, match="belongs to project"):
        start(client, theirs)
    assert not service.asked()


RENDER, CAPTIONS, AUDIO = "renders", "captions", "audio_connector"
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (RENDER, {"url": "http://a.b"}, "url: must have 15 to 2048 characters, not 10"),
    (RENDER, {"url": "ftp://example.com/x"}, "url: must begin with http:// or https://"),
    (RENDER, {"token": ""}, "token: must be a client token"),
    (RENDER, {"name": "n" * 201}, "name: must have 1 to 200 characters"),
    (RENDER, {"name": "\ud800"}, "name: is not valid Unicode (a lone surrogate)"),
    (RENDER, {"max_duration": 59}, "max_duration: must be a whole number from 60 to 36000 seconds"),
    (RENDER, {"resolution": "1x1"}, "resolution: must be one of"),
    (CAPTIONS, {"max_duration": 14_401}, "max_duration: must be a whole number from 300 to 14400 seconds"),
    (CAPTIONS, {"partial_captions": "true"}, "partial_captions: must be true or false"),
    (CAPTIONS, {"status_callback_url": "x"}, "status_callback_url: must have 15"),
    (AUDIO, {"uri": "https://example.com/x"}, "uri: must begin with ws:// or wss://"),
    (AUDIO, {"audio_rate": 44_100}, "audio_rate: must be one of 8000, 16000, 24000"),
    (AUDIO, {"headers": {"h": "é" * 256}}, "headers: must have at most 512 bytes as JSON, not 520"),
    (AUDIO, {"headers": {"h": 1}}, "headers: must map names to strings"),
    (AUDIO, {"headers": {"h": "a\r\nb"}}, "headers: must have values without line breaks"),
    (AUDIO, {"headers": {"h h": "a"}}, "headers: must have names of letters, digits"),
    (AUDIO, {"uri": "wss://[::1/socket"}, "uri: must have a host"),
    (AUDIO, {"audio_transport": AudioTransport(encoding="base64")}, "audio_transport.encoding: needs transport 'json'"),
    (AUDIO, {"streams": ["a?b"]}, "streams[0]: must be an id as returned by the API"),
    (RENDER, {"status_callback_url": "https://h:99999/a"}, "status_callback_url: must have a port from 1 to 65535"),
    (AUDIO, {"streams": ["x"] * 51}, "streams: must have at most 50 streams"),
    (AUDIO, {"streams": "x"}, "streams: must be a list"),
    (AUDIO, {"audio_transport": AudioTransport(transport="tape", encoding="x")}, "audio_transport.transport: must be one of binary, json"),
]


@pytest.mark.parametrize(("subject", "wrong", "said"), REFUSED)
def test_what_never_leaves(service: Service, client: OpenTok, session: str, subject: str, wrong: dict[str, Any], said: str) -> None:
    first = {RENDER: {"url": PAGE}, CAPTIONS: {}, AUDIO: {"uri": SOCKET}}[subject]
    service.clear()
    with pytest.raises(InvalidInput) as caught:
        getattr(client, subject).start(session, **{"token": "a-token", **first, **wrong})
    assert said in str(caught.value)
    assert not service.asked()


@pytest.mark.parametrize("wrong", ["", "a/b", "a b", "\ud800", "x" * 256])
def test_ids_that_are_none_never_leave(service: Service, client: OpenTok, wrong: str) -> None:
    service.clear()
    for call in (client.renders.get, client.renders.stop, client.captions.stop, client.audio_connector.stop):
        with pytest.raises(InvalidInput):
            call(wrong)
    assert not service.asked()
