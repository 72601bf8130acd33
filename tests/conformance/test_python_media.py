# SPDX-License-Identifier: Apache-2.0
"""The official Python SDK's renders, captions and audio connector."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conformance.calling import NOWHERE, kind_of_refusal, refusal
from tests.conformance.covering import covers
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, Thing

PAGE = "https://example.com/scene?a=Zoë"


def inhabited(scene: Scene, client: Thing) -> tuple[str, str]:
    """A session that somebody is in, and a token for it."""
    session = scene.session()
    scene.emulator.connect(session)
    return session, client.call("generate_token", session)


@pytest.mark.parametrize("options", [{}, {"max_duration": 60, "resolution": "640x480", "properties": {"name": "Zoë"}}])
@covers("python", "Client.start_render", "Client.get_render", "Client.stop_render", "Render.attrs", "Render.json")
def test_render(scene: Scene, python: Sdk, options: dict[str, Any]) -> None:
    client = scene.client(python)
    session, token = inhabited(scene, client)
    made = client.call("start_render", session, token, PAGE, **options)
    assert (made["sessionId"], made["projectId"], made["url"]) == (session, scene.project.id, PAGE)
    assert (made["status"], made["streamId"], made["reason"]) == ("starting", None, None)
    assert made["resolution"] == options.get("resolution", "1280x720")
    assert made.call("attrs") == json.loads(made.call("json")) == made.fields
    scene.emulator.advance(5)
    there = client.call("get_render", made["id"])
    assert (there["status"], bool(there["streamId"])) == ("started", True)
    stopped = client.call("stop_render", made["id"])
    assert stopped["status_code"] == 200
    assert client.call("get_render", made["id"])["status"] == "stopped"


def test_render_refused(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    session, token = inhabited(scene, client)
    assert kind_of_refusal(client, "start_render", session, token, "ftp://example.com/") == "RequestError"
    assert kind_of_refusal(client, "start_render", session, token, PAGE, max_duration=59) == "RequestError"
    assert kind_of_refusal(scene.wrong(python), "start_render", session, token, PAGE) == "AuthError"
    for method in ("get_render", "stop_render"):
        assert kind_of_refusal(client, method, NOWHERE) == "NotFoundError"
        assert kind_of_refusal(scene.wrong(python), method, NOWHERE) == "AuthError"


@covers("python", "Client.list_renders", "RenderList.attrs", "RenderList.json")
def test_list_renders(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    session, token = inhabited(scene, client)
    ids = {client.call("start_render", session, token, PAGE)["id"] for _ in range(3)}
    listed = client.call("list_renders")
    assert ({one["id"] for one in listed["items"]}, listed["count"]) == (ids, 3)
    assert {one["id"] for one in listed.call("attrs")["items"]} == ids
    assert refusal(listed, "json").kind == "TypeError"  # BUGS
    assert len(client.call("list_renders", offset=1, count=1)["items"]) == 1
    assert kind_of_refusal(client, "list_renders", count=1001) == "RequestError"


@covers("python", "Client.start_captions", "Client.stop_captions", "Captions.json")
def test_captions(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    session, token = inhabited(scene, client)
    made = client.call("start_captions", session, token)
    assert json.loads(made.call("json")) == made.fields == {"captions_id": made["captions_id"]}
    assert kind_of_refusal(client, "start_captions", session, token) == "CaptioningAlreadyInProgressError"
    assert client.call("stop_captions", made["captions_id"]) is None
    assert kind_of_refusal(client, "stop_captions", made["captions_id"]) == "NotFoundError"
    options = {"language_code": "de-DE", "max_duration": 300, "partial_captions": False, "status_callback_url": "https://example.com/captions"}
    assert client.call("start_captions", session, token, **options)["captions_id"] != made["captions_id"]
    assert kind_of_refusal(client, "start_captions", session, token, max_duration=299) == "RequestError"
    assert kind_of_refusal(scene.wrong(python), "start_captions", session, token) == "AuthError"
    assert kind_of_refusal(scene.wrong(python), "stop_captions", made["captions_id"]) == "AuthError"


@covers("python", "Client.connect_audio_to_websocket", "WebSocketAudioConnection.attrs", "WebSocketAudioConnection.json")
def test_audio_connector(scene: Scene, python: Sdk) -> None:
    """What it calls ``audio_transport`` it sends as a text of JSON."""
    client = scene.client(python)
    session, token = inhabited(scene, client)
    stream = scene.emulator.publish(session)["streamId"]
    options = {
        **{"uri": "wss://example.com/audio", "streams": [stream], "headers": {"X-Key": "value"}, "audioRate": 8000, "bidirectional": True},
        "audio_transport": {"transport": "json", "encoding": "base64", "audio_field": "audio", "static_fields": {"a": 1}},
    }
    for wish in ({"uri": "ws://example.com/audio"}, options):
        made = client.call("connect_audio_to_websocket", session, token, wish)
        assert made.call("attrs") == json.loads(made.call("json")) == made.fields
        stored = scene.emulator.session(session)
        assert stored is not None
        assert made["connectionId"] in [one["connectionId"] for one in stored["connections"]]
        assert client.call("force_disconnect", session, made["connectionId"]) is None
    relayed = scene.ours.sessions.create().session_id
    scene.emulator.connect(relayed)
    assert kind_of_refusal(client, "connect_audio_to_websocket", relayed, token, options) == "InvalidMediaModeError"
    assert kind_of_refusal(client, "connect_audio_to_websocket", session, token, {"uri": "http://example.com/audio"}) == "RequestError"
    assert kind_of_refusal(scene.wrong(python), "connect_audio_to_websocket", session, token, options) == "AuthError"
