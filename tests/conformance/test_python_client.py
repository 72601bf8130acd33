# SPDX-License-Identifier: Apache-2.0
"""The official Python SDK's client itself, and its sessions."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from pulumi_opentok.core.api.session_ids import decode_session_id
from tests.conformance.covering import covers
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, SdkError, member

ROUTED = {"media_mode": member("MediaModes.routed")}
ALWAYS = {**ROUTED, "archive_mode": member("ArchiveModes.always")}
OPTIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"mediaMode": "relayed", "archiveMode": "manual", "e2ee": False}),
    (ROUTED, {"mediaMode": "routed", "archiveMode": "manual"}),
    ({**ROUTED, "e2ee": True}, {"mediaMode": "routed", "e2ee": True}),
    ({"location": "198.51.100.7"}, {"location": "198.51.100.7"}),
    (ALWAYS, {"mediaMode": "routed", "archiveMode": "always"}),
    (
        {**ALWAYS, "archive_name": "Zoë & Söhne", "archive_resolution": "1080x1920"},
        {"archiveName": "Zoë & Söhne", "archiveResolution": "1080x1920"},
    ),
]


@pytest.mark.parametrize(("options", "kept"), OPTIONS)
@covers("python", "Client.create_session")
def test_create_session(scene: Scene, python: Sdk, options: dict[str, Any], kept: dict[str, Any]) -> None:
    made = scene.client(python).call("create_session", **options)
    assert made.kind == "Session"
    stored = scene.emulator.session(made["session_id"])
    assert stored is not None
    assert {name: stored[name] for name in kept} == kept
    assert made["media_mode"] == {"relayed": "enabled", "routed": "disabled"}[stored["mediaMode"]]
    assert (made["archive_mode"], made["e2ee"], made["location"]) == (stored["archiveMode"], stored["e2ee"], options.get("location"))
    identity = decode_session_id(made["session_id"])
    assert (identity.api_key, identity.relayed) == (scene.project.id, stored["mediaMode"] == "relayed")


def test_refusals(scene: Scene, python: Sdk) -> None:
    """It turns its own AuthError into a RequestError (reference section 17, 9)."""
    for client in (scene.wrong(python), scene.unknown(python)):
        with pytest.raises(SdkError) as caught:
            client.call("create_session")
        assert (caught.value.kind, caught.value.text) == ("RequestError", "Failed to create session: Failed to create session, invalid credentials")
        for method in ("list_archives", "get_archives"):
            with pytest.raises(SdkError) as caught:
                client.call(method)
            assert caught.value.kind == "AuthError"


@covers("python", "Client.get_archives", "Client.list_archives", "ArchiveList.attrs", "ArchiveList.json")
def test_no_archives(scene: Scene, python: Sdk) -> None:
    for method in ("get_archives", "list_archives"):
        for options in ({}, {"offset": 1, "count": 5}):
            listed = scene.client(python).call(method, **options)
            assert (listed.kind, listed["count"], listed["items"]) == ("ArchiveList", 0, [])
            assert listed.call("attrs") == {"count": 0, "items": []}
            assert '"items": null' in listed.call("json")  # BUGS


@covers("python", "Client.get_headers", "Client.get_json_headers", "Client.headers", "Client.json_headers", "Client.jwt_livetime")
def test_headers(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    for minutes in (client.call("jwt_livetime"), 5):
        client.put("jwt_livetime", minutes)
        for method in ("get_headers", "headers", "get_json_headers", "json_headers"):
            headers = client.call(method)
            said = jwt.decode(headers["X-OPENTOK-AUTH"], scene.project.secret, algorithms=["HS256"])
            assert (said["iss"], said["ist"], said["exp"] - said["iat"]) == (scene.project.id, "project", 60 * minutes)
            assert headers["Accept"] == "application/json"
            assert headers.get("Content-Type") == ("application/json" if "json" in method else None)


@covers("python", "Client.app_version", "Client.user_agent", "Client.append_to_user_agent")
def test_user_agent(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    assert client.call("app_version") == "3.15.0"
    assert client.call("user_agent").startswith("OpenTok-Python-SDK/3.15.0 python/")
    client.call("append_to_user_agent", " acme/1")
    assert client.call("user_agent").endswith(" acme/1")
    assert not client.call("get_headers")["User-Agent"].endswith(" acme/1")  # BUGS
    client.put("app_version", "9")
    assert client.call("get_headers")["User-Agent"].startswith("OpenTok-Python-SDK/9 ")
    assert client.call("create_session")["session_id"]


@covers("python", "Client.proxies")
def test_proxies(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    assert client.call("proxies") is None
    client.put("proxies", {"http": "http://127.0.0.1:1"})
    with pytest.raises(SdkError, match=r"127\.0\.0\.1.*port=1"):
        client.call("create_session")


WEBSOCKET = [
    ("Must pass WebSocket options as a dictionary", "ws://example.com"),
    ("Provide a WebSocket URI", {}),
    ("'bidirectional' must be a boolean", {"uri": "ws://example.com", "bidirectional": "yes"}),
    ("'transport' must be one of", {"uri": "ws://example.com", "audio_transport": {"transport": "pigeon"}}),
]


@covers("python", "Client.validate_websocket_options")
def test_websocket_options(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    assert client.call("validate_websocket_options", {"uri": "ws://example.com", "bidirectional": True}) is None
    for text, options in WEBSOCKET:
        with pytest.raises(SdkError, match=text):
            client.call("validate_websocket_options", options)
