# SPDX-License-Identifier: Apache-2.0
"""Projects in which everything goes on, and a request for each operation that would succeed there: what is spoilt comes from here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from pulumi_opentok.core.operations import OPERATIONS, Operation
from pulumi_opentok.emulator.client import Control
from tests.emulator.raw import Raw

Ids = dict[str, str]
TOKEN = "a client's token"  # the emulator takes any text for one
NOWHERE = "http://127.0.0.1:9"  # what is delivered there is refused at once
HOOK = f"{NOWHERE}/hook"

_MEDIA = {"hasAudio": True, "hasVideo": True, "streamMode": "auto", "resolution": "1280x720", "maxBitrate": 200_000}
_LAYOUT = {"type": "bestFit", "screenshareType": "pip"}

BODIES: dict[str, Callable[[Ids], dict[str, Any]]] = {
    "project.create": lambda _: {"name": "more", "environmentId": 1},
    "project.set_status": lambda _: {"status": "ACTIVE", "environmentId": 1},
    "archive.start": lambda ids: {
        **_MEDIA,
        "sessionId": ids["session_id"],
        "name": "lesson",
        "outputMode": "composed",
        "layout": _LAYOUT,
        "multiArchiveTag": "second",
        "hasTranscription": True,
        "transcriptionProperties": {"primaryLanguageCode": "en-US", "hasSummary": True},
    },
    "archive.set_layout": lambda _: _LAYOUT,
    "archive.update_streams": lambda ids: {"addStream": ids["stream_id"], "hasAudio": True, "hasVideo": False},
    "archive_storage.set": lambda _: {
        "type": "s3",
        "config": {"accessKey": "a", "secretKey": "s", "bucket": "b", "endpoint": NOWHERE, "sse": "s3"},
        "fallback": "none",
        "certificate": "PEM",
    },
    "stream.set_layout_classes": lambda ids: {"items": [{"id": ids["stream_id"], "layoutClassList": ["full"]}]},
    "signal.to_all": lambda _: {"type": "chat", "data": "hello"},
    "signal.to_one": lambda _: {"type": "chat", "data": "hello"},
    "session.mute": lambda ids: {"active": True, "excludedStreamIds": [ids["stream_id"]]},
    "sip.dial": lambda ids: {
        "sessionId": ids["session_id"],
        "token": TOKEN,
        "sip": {
            "uri": "sip:user@example.com",
            "from": "from@example.com",
            "headers": {"X-Key": "value"},
            "auth": {"username": "u", "password": "p"},
            "secure": True,
            "video": True,
            "observeForceMute": True,
            "streams": [ids["stream_id"]],
        },
    },
    "dtmf.to_all": lambda _: {"digits": "1p2#"},
    "dtmf.to_one": lambda _: {"digits": "1p2#"},
    "callback.register": lambda _: {"group": "archive", "event": "status", "url": HOOK},
    "broadcast.start": lambda ids: {
        **_MEDIA,
        "sessionId": ids["session_id"],
        "layout": _LAYOUT,
        "maxDuration": 600,
        "multiBroadcastTag": "second",
        "outputs": {"hls": {"dvr": True, "lowLatency": False}, "rtmp": [{"id": "one", "serverUrl": "rtmps://example.com/x", "streamName": "x"}]},
    },
    "broadcast.set_layout": lambda _: _LAYOUT,
    "broadcast.update_streams": lambda ids: {"addStream": ids["stream_id"], "hasAudio": True, "hasVideo": False},
    "render.start": lambda ids: {
        "sessionId": ids["session_id"],
        "token": TOKEN,
        "url": "https://example.com/page",
        "maxDuration": 600,
        "resolution": "1280x720",
        "statusCallbackUrl": HOOK,
        "properties": {"name": "composer"},
    },
    "captions.start": lambda ids: {
        "sessionId": ids["session_id"],
        "token": TOKEN,
        "languageCode": "en-US",
        "maxDuration": 600,
        "partialCaptions": True,
        "statusCallbackUrl": HOOK,
    },
    "audio_connector.start": lambda ids: {
        "sessionId": ids["session_id"],
        "token": TOKEN,
        "websocket": {
            "uri": "wss://example.com/socket",
            "streams": [ids["stream_id"]],
            "headers": {"X-Key": "value"},
            "audioRate": 16_000,
            "bidirectional": True,
            "audioTransport": {"transport": "binary", "encoding": "base64"},
        },
    },
}
"""The JSON bodies, with every field that is checked."""

FORMS = {"session.create": {"p2p.preference": "disabled", "archiveMode": "always", "archiveName": "n", "location": "198.51.100.7", "e2ee": "false"}}


@dataclasses.dataclass(frozen=True)
class Tenant:
    """A project's pair, and the ids of what goes on in it, by the placeholders of paths."""

    pair: Raw
    ids: Ids


@dataclasses.dataclass(frozen=True)
class Scene:
    """An account with three projects; ``suspended`` was suspended in the middle of a broadcast and of all else."""

    account: Raw
    own: Tenant
    other: Tenant
    suspended: Tenant

    def signer(self, operation: Operation) -> Raw:
        """The right pair for an operation."""
        return self.account if operation.credentials == "account" else self.own.pair


def target(operation: Operation, ids: Ids) -> str:
    """The path of an operation."""
    return operation.path.format(**ids)


def build(control: Control, key: str, secret: str) -> Scene:
    """The scene, made by requests that all succeed."""
    account = Raw(control.url, key, secret)
    own, other, suspended = (tenant(control, account, name) for name in ("own", "other", "suspended"))
    control.edit_project(suspended.ids["api_key"], status="SUSPENDED")
    control.advance(45)  # all that takes its time has begun: renders have their page, broadcasts are live
    return Scene(account, own, other, suspended)


def tenant(control: Control, account: Raw, name: str) -> Tenant:
    """A project with a session in which somebody publishes and all else goes on."""
    project = account.create(name)
    pair = account.of(project)
    session = pair.send("POST", "/session/create", headers={"Accept": "application/json"}).json()[0]["session_id"]
    made = control.publish(session)
    ids = {"api_key": project["id"], "session_id": session, "stream_id": made["streamId"], "connection_id": made["connectionId"]}
    for operation, placeholder in (
        ("archive.start", "archive_id"),
        ("broadcast.start", "broadcast_id"),
        ("render.start", "render_id"),
        ("captions.start", "captions_id"),
        ("callback.register", "callback_id"),
        ("archive_storage.set", ""),
        ("audio_connector.start", ""),
    ):
        wanted = next(one for one in OPERATIONS if one.name == operation)
        answer = pair.send(wanted.method, target(wanted, ids), json=valid_body(operation, ids))
        if answer.status_code not in wanted.success:
            raise RuntimeError(f"{operation}: {answer.status_code} {answer.text}")
        if placeholder:
            ids[placeholder] = answer.json().get("id") or answer.json()["captionsId"]
    return Tenant(pair, ids)


def valid_body(operation: str, ids: Ids) -> dict[str, Any]:
    """A body that succeeds; streams are chosen by hand, so that they can be added and removed."""
    body = BODIES[operation](ids)
    return {**body, "streamMode": "manual"} if operation in ("archive.start", "broadcast.start") else body
