# SPDX-License-Identifier: Apache-2.0
"""Streams, signals, moderation, SIP and callbacks: the core against the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import ApiError, NotFound, operations
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.sip.calls import SipAuth
from pulumi_opentok.core.api.streams import Stream
from tests.core.service import Service


@pytest.fixture
def client(service: Service) -> OpenTok:
    return service.client(service.account().projects.create("acme"))


@pytest.fixture
def session(client: OpenTok) -> str:
    return client.sessions.create(media_mode="routed").session_id


def kept(service: Service, session: str) -> dict[str, Any]:
    found = service.emulator.session(session)
    assert found is not None
    return found


def test_streams_and_connections(service: Service, client: OpenTok, session: str) -> None:
    with pytest.raises(NotFound, match="Session not found"):
        client.streams.list(session)
    viewer = service.emulator.connect(session)
    assert client.streams.list(session) == []
    screen = service.emulator.publish(session, name="desk", video_type="screen")
    stream = Stream(id=screen["streamId"], name="desk", video_type="screen", layout_classes=())
    assert client.streams.list(session) == [stream]
    assert client.streams.get(session, stream.id) == stream
    clients = client.streams.connections(session)
    assert [(each.connection_id, each.state) for each in clients] == [(viewer, "Connected"), (screen["connectionId"], "Connected")]
    assert clients[0].created_at is not None
    assert 0 <= service.emulator.now() - clients[0].created_at.timestamp() < 60


def test_layout_classes(service: Service, client: OpenTok, session: str) -> None:
    first, second = (service.emulator.publish(session)["streamId"] for _ in range(2))
    client.streams.set_layout_classes(session, {first: ["full", "focus"], second: ("side",)})
    assert client.streams.get(session, first).layout_classes == ("full", "focus")
    with pytest.raises(NotFound):
        client.streams.set_layout_classes(session, {first: [], "nope": []})
    assert client.streams.get(session, first).layout_classes == ("full", "focus")
    client.streams.set_layout_classes(session, {first: []})
    assert [each.layout_classes for each in client.streams.list(session)] == [(), ("side",)]


def test_a_stream_that_is_not_there(service: Service, client: OpenTok, session: str) -> None:
    service.emulator.connect(session)
    with pytest.raises(NotFound) as caught:
        client.streams.get(session, "nope")
    assert caught.value.status == 408


def test_disconnecting(service: Service, client: OpenTok, session: str) -> None:
    ids = service.emulator.publish(session)
    client.moderation.disconnect(session, ids["connectionId"])
    assert client.streams.connections(session) == []
    assert client.streams.list(session) == []
    with pytest.raises(NotFound):
        client.moderation.disconnect(session, ids["connectionId"])


def test_muting_a_session(service: Service, client: OpenTok, session: str) -> None:
    first, second = (service.emulator.publish(session)["streamId"] for _ in range(2))
    client.moderation.mute_session(session, excluded_stream_ids=(first,))
    service.emulator.publish(session)
    assert [each["muted"] for each in kept(service, session)["streams"]] == [False, True, True]
    assert kept(service, session)["muted"]
    client.moderation.lift_mute(session)
    service.emulator.publish(session)
    assert [each["muted"] for each in kept(service, session)["streams"]] == [False, True, True, False]
    client.moderation.mute_stream(session, first)
    assert [each["streamId"] for each in kept(service, session)["streams"] if each["muted"]][:2] == [first, second]


def test_signals(service: Service, client: OpenTok, session: str) -> None:
    with pytest.raises(NotFound, match="No clients"):
        client.signals.to_all(session, "hi")
    connection = service.emulator.connect(session)
    service.clear()
    client.signals.to_all(session, "private words", signal_type="chat")
    client.signals.to_one(session, connection, "")
    with pytest.raises(NotFound):
        client.signals.to_one(session, "nope", "hi")
    assert [entry["status"] for entry in service.emulator.journal()] == [204, 204, 404]
    assert "private words" not in str(service.emulator.journal())


def test_a_sip_call_from_dial_to_hanging_up(service: Service, client: OpenTok, session: str) -> None:
    secrets = ("a-client-token", "hunter2", "x-value")
    call = client.sip.dial(
        session,
        secrets[0],
        "sip:user@sip.example.com;transport=tls",
        sender="+15551234",
        headers={"X-Order": secrets[2]},
        auth=SipAuth(username="u", password=secrets[1]),
        secure=True,
        video=True,
        observe_force_mute=True,
        streams=["one"],
    )
    (shown,) = kept(service, session)["sipCalls"]
    assert shown.pop("state") in ("DIALING", "RINGING", "ACTIVE")
    assert shown == {
        "callId": call.id,
        "connectionId": call.connection_id,
        "streamId": call.stream_id,
        "uri": "sip:user@sip.example.com;transport=tls",
        "from": "+15551234",
        "secure": True,
        "video": True,
        "observeForceMute": True,
        "streams": ["one"],
    }
    assert not [secret for secret in secrets if secret in str(kept(service, session))]
    assert [each.id for each in client.streams.list(session)] == [call.stream_id]
    client.sip.dtmf_to_all(session, "1p#")
    client.sip.dtmf_to_one(session, call.connection_id, "*")
    client.moderation.disconnect(session, call.connection_id)
    assert kept(service, session)["sipCalls"] == kept(service, session)["streams"] == []
    with pytest.raises(NotFound):
        client.sip.dtmf_to_one(session, call.connection_id, "1")


def test_dialling_from_a_relayed_session_behind_the_cores_back(service: Service, client: OpenTok) -> None:
    relayed = client.sessions.create(media_mode="relayed").session_id
    service.emulator.connect(relayed)
    body = {"sessionId": relayed, "token": "t", "sip": {"uri": "sip:a@example.com"}}
    with pytest.raises(ApiError) as caught:
        client._transport.call(operations.SIP_DIAL, client._signer, about="x", json=body, api_key=client.api_key)
    assert caught.value.status == 409


def test_callbacks(service: Service, client: OpenTok) -> None:
    made = client.callbacks.register("archive", "status", "https://example.com/hook")
    assert (made.group, made.event, made.url) == ("archive", "status", "https://example.com/hook")
    other = client.callbacks.register("sip_call", "created", "http://localhost/")
    assert client.callbacks.list() == [made, other]
    assert service.client(service.account().projects.create("other")).callbacks.list() == []
    client.callbacks.delete(made.id)
    assert client.callbacks.list() == [other]
    with pytest.raises(NotFound):
        client.callbacks.delete(made.id)
