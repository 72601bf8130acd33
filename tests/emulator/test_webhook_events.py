# SPDX-License-Identifier: Apache-2.0
"""What is told of sessions, archives, broadcasts, renders and captions, and when. SIP calls are in test_sip_calls.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw
from tests.emulator.receiver import Receiver
from tests.emulator.scene import Scene, new_session

HOUR = 3600
STATUS_SECRET = "a-signature-secret-of-32-characters-or-more"


def test_the_bodies_of_session_monitoring(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    before = int(scene.emulator.now() * 1000)
    client = scene.emulator.connect(scene.session, data="who=joe")
    stream = scene.emulator.publish(scene.session, name="desk", video_type="screen", connection_id=client)["streamId"]
    scene.emulator.unpublish(scene.session, stream)
    scene.emulator.disconnect(scene.session, client)
    scene.emulator.settle()
    bodies = [each.body for each in receiver.rest()]
    moments = [body.pop("timestamp") for body in bodies]
    assert before <= moments[0] <= moments[-1] <= int(scene.emulator.now() * 1000)
    joined, published = bodies[1]["connection"]["createdAt"], bodies[2]["stream"]["createdAt"]
    assert joined <= moments[0] <= moments[1] <= published <= moments[2]
    common = {"sessionId": scene.session, "projectId": scene.client.key}
    left = {"reason": "clientDisconnected"}
    connection = {"id": client, "createdAt": joined, "data": "who=joe"}
    shown = {"id": stream, "connection": connection, "createdAt": published, "name": "desk", "videoType": "screen"}
    assert bodies == [
        {**common, "event": "sessionCreated"},
        {**common, "event": "connectionCreated", "connection": connection},
        {**common, "event": "streamCreated", "stream": shown},
        {**common, "event": "streamDestroyed", **left, "stream": shown},
        {**common, "event": "connectionDestroyed", **left, "connection": connection},
        {**common, "event": "sessionDestroyed", **left},
    ]


def test_a_session_can_be_created_again(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    for _ in range(2):
        scene.emulator.disconnect(scene.session, scene.emulator.connect(scene.session))
    scene.emulator.settle()
    assert receiver.events() == ["sessionCreated", "connectionCreated", "connectionDestroyed", "sessionDestroyed"] * 2


@pytest.mark.parametrize("reason", ["clientDisconnected", "forceDisconnected", "networkDisconnected"])
def test_why_a_client_left(scene: Scene, receiver: Receiver, reason: str) -> None:
    scene.watch(receiver.url, "session")
    scene.emulator.disconnect(scene.session, scene.emulator.publish(scene.session)["connectionId"], reason=reason)
    scene.emulator.settle()
    assert [each.body.get("reason") for each in receiver.rest()] == [None] * 3 + [reason] * 3


@pytest.mark.parametrize(
    "reason", ["clientDisconnected", "forceUnpublished", "mediaStopped", "forceDisconnected", "networkDisconnected"]
)
def test_why_a_stream_ended(scene: Scene, receiver: Receiver, reason: str) -> None:
    scene.watch(receiver.url, "session")
    scene.emulator.unpublish(scene.session, scene.emulator.publish(scene.session)["streamId"], reason=reason)
    scene.emulator.settle()
    assert receiver.rest()[-1].body["reason"] == reason


@pytest.mark.parametrize(("path", "right"), [("connections", "networkDisconnected"), ("streams", "mediaStopped")])
def test_a_wrong_reason_changes_nothing(scene: Scene, path: str, right: str) -> None:
    ids = scene.emulator.publish(scene.session)
    one = ids["connectionId"] if path == "connections" else ids["streamId"]
    url = f"{scene.emulator.url}/_emulator/sessions/{scene.session}/{path}/{one}"
    answer = requests.delete(url, params={"reason": "bored"}, timeout=30)
    assert answer.status_code == 400
    assert "reason must be one of clientDisconnected, " in answer.json()["error"]
    assert right in answer.json()["error"]
    assert len((scene.emulator.session(scene.session) or {})[path]) == 1


def test_a_moderator_disconnects(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    client = scene.emulator.publish(scene.session)["connectionId"]
    scene.ask("DELETE", f"session/{scene.session}/connection/{client}")
    scene.emulator.settle()
    assert [each.body.get("reason") for each in receiver.rest()] == [None] * 3 + ["forceDisconnected"] * 3


def test_archive_statuses_and_the_object(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "archive")
    scene.emulator.connect(scene.session)
    archive = scene.start("archive", name="n")
    stream = scene.emulator.publish(scene.session)["streamId"]
    scene.emulator.advance(60)
    scene.emulator.unpublish(scene.session, stream)
    scene.emulator.advance(80 * HOUR)
    scene.emulator.settle()
    bodies = [each.body for each in receiver.rest()]
    assert [body["status"] for body in bodies] == ["started", "paused", "started", "paused", "stopped", "available", "expired"]
    assert bodies[-1] == scene.ask("GET", f"archive/{archive['id']}")
    available = bodies[-2]
    assert (available["event"], available["name"], available["partnerId"]) == ("archive", "n", int(scene.client.key))
    assert 60 <= available["duration"] < HOUR
    assert available["url"].startswith(scene.emulator.url + "/_emulator/archives/")
    assert [body["updatedAt"] - bodies[4]["updatedAt"] for body in bodies[4:]] == [0, 1000, 72 * HOUR * 1000]


def test_an_archive_that_is_uploaded_and_deleted(scene: Scene, receiver: Receiver) -> None:
    config = {"accessKey": "a", "secretKey": "s3-secret", "bucket": "b"}
    scene.ask("PUT", "archive/storage", {"type": "s3", "config": config})
    scene.watch(receiver.url, "archive")
    scene.emulator.publish(scene.session)
    archive = scene.start("archive")
    scene.ask("POST", f"archive/{archive['id']}/stop")
    scene.emulator.advance(5)
    scene.ask("DELETE", f"archive/{archive['id']}")
    scene.emulator.settle()
    received = receiver.rest()
    assert [each.body["status"] for each in received] == ["started", "stopped", "uploaded", "deleted"]
    assert not any(b"s3-secret" in each.raw for each in received)


def test_what_was_due_while_the_clock_jumped_happens_in_the_order_of_its_time(raw: Raw, opentok_emulator: Emulator, receiver: Receiver) -> None:
    """A call that is hung up after five minutes of silence was the only client: a minute later the archive of its session stops."""
    scene = Scene.of(opentok_emulator, raw, archiveMode="always")
    scene.watch(receiver.url, "session", "archive", "sip")
    opentok_emulator.set_sip_policy(outcome="silent")
    begin = scene.dial()["createdAt"]
    opentok_emulator.advance(HOUR)
    received = [each.body for each in receiver.rest()]
    told = [(each.get("state", each.get("status", each["event"])), each.get("timestamp", each.get("updatedAt", 0)) - begin) for each in received]
    answered, silence = 3_000, 5 * 60_000
    hung_up = answered + silence
    assert [name for name, _ in told] == [
        "callCreated", "DIALING", "sessionCreated", "connectionCreated", "started", "streamCreated", "RINGING", "ACTIVE",
        "HANGUP", "callDestroyed", "streamDestroyed", "connectionDestroyed", "sessionDestroyed", "paused", "stopped", "available",
    ]  # fmt: skip
    moments = dict(told)
    assert [moments[name] for name in ("RINGING", "ACTIVE", "HANGUP", "connectionDestroyed")] == [1_000, answered, hung_up, hung_up]
    assert [moments[name] for name in ("stopped", "available")] == [hung_up + 60_000, hung_up + 61_000]


def test_broadcasts(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "broadcast")
    scene.emulator.publish(scene.session)
    broadcast = scene.start("broadcast", outputs={"hls": {}, "rtmp": [{"serverUrl": "rtmp://x.example.com/a", "streamName": "s"}]})
    scene.emulator.advance(20)
    scene.ask("POST", f"broadcast/{broadcast['id']}/stop")
    scene.emulator.settle()
    bodies = [each.body for each in receiver.rest()]
    assert bodies[0] == broadcast
    assert [(body["event"], body["status"]) for body in bodies] == [("broadcast", "started"), ("broadcast", "started"), ("broadcast", "stopped")]
    assert [body["broadcastUrls"]["hlsStatus"] for body in bodies[:2]] == ["connecting", "live"]
    assert [body["broadcastUrls"]["rtmp"][0]["status"] for body in bodies[:2]] == ["connecting", "live"]
    assert [each["event"] for each in scene.emulator.deliveries()] == ["started", "live", "stopped"]


def test_a_broadcast_ends_by_itself(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "broadcast")
    scene.emulator.publish(scene.session)
    broadcast = scene.start("broadcast", outputs={"hls": {}}, maxDuration=60)
    scene.emulator.advance(HOUR)
    ended = receiver.rest()[-1].body
    assert (ended["status"], ended["updatedAt"] - broadcast["createdAt"]) == ("stopped", 60_000)
    assert scene.send("POST", f"broadcast/{broadcast['id']}/stop").status_code == 409


def render(scene: Scene, **more: Any) -> dict[str, Any]:
    return scene.start("render", token="t", url="https://app.example.com/", maxDuration=60, **more)


def test_renders(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url + "/dashboard", "render")
    scene.emulator.set_webhook(scene.client.key, "render", receiver.url + "/dashboard", secret=STATUS_SECRET)
    made = render(scene, statusCallbackUrl=receiver.url + "/mine")
    scene.emulator.advance(HOUR)
    received = receiver.rest()
    shown = scene.ask("GET", f"render/{made['id']}")
    common = {"id": made["id"], "sessionId": scene.session, "streamId": shown["streamId"]}
    bodies = [{**common, "status": "started"}, {**common, "status": "stopped", "reason": "Max duration exceeded"}]
    for path in ("/dashboard", "/mine"):
        assert [each.body for each in received if each.path == path] == bodies
    for each in received:
        jwt.decode(each.headers["Authorization"].partition(" ")[2], STATUS_SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert (shown["status"], shown["updatedAt"] - made["createdAt"]) == ("stopped", 60_000)


def test_a_render_that_is_stopped(scene: Scene, receiver: Receiver) -> None:
    made = render(scene, statusCallbackUrl=receiver.url + "/mine")
    scene.ask("DELETE", f"render/{made['id']}")
    scene.emulator.advance(HOUR)
    assert [each.body["reason"] for each in receiver.rest()] == ["Stop Requested"]
    assert (scene.emulator.session(scene.session) or {})["connections"] == []


def test_captions(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url + "/dashboard", "captions")
    scene.emulator.connect(scene.session)
    made = scene.start("captions", token="t", languageCode="de-DE", maxDuration=300, statusCallbackUrl=receiver.url + "/mine")
    scene.emulator.advance(HOUR)
    received = receiver.rest()
    for path in ("/dashboard", "/mine"):
        started, stopped = (each.body for each in received if each.path == path)
        assert (started["status"], started["duration"], stopped["status"], stopped["duration"]) == ("started", 0, "stopped", 300)
        assert started["captionId"] == stopped["captionId"] == made["captionsId"]
        assert (started["sessionId"], started["projectId"], started["languageCode"]) == (scene.session, scene.client.key, "de-DE")
    assert scene.send("POST", f"captions/{made['captionsId']}/stop").status_code == 404


def test_captions_that_are_stopped(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "captions")
    scene.emulator.connect(scene.session)
    for _ in range(2):
        captions = scene.start("captions", token="t")["captionsId"]
        assert scene.send("POST", f"captions/{captions}/stop").status_code == 202
    scene.emulator.settle()
    assert receiver.events() == ["started", "stopped"] * 2


@pytest.mark.parametrize("kind", ["render", "captions"])
@pytest.mark.parametrize("url", ["ftp://example.com/path", "https:///no-host-here", 7])
def test_a_status_callback_url_that_is_none(scene: Scene, kind: str, url: object) -> None:
    scene.emulator.connect(scene.session)
    body = {"sessionId": scene.session, "token": "t", "url": "https://app.example.com/", "statusCallbackUrl": url}
    answer = scene.send("POST", kind, body)
    assert (answer.status_code, "statusCallbackUrl" in answer.json()["message"]) == (400, True)


def test_the_data_of_a_token_is_that_of_the_connection(scene: Scene, receiver: Receiver) -> None:
    token = jwt.encode({"connection_data": "number=+1555"}, "any-secret-of-at-least-32-characters", "HS256")
    scene.watch(receiver.url, "session")
    scene.start("dial", token=token, sip={"uri": "sip:user@example.com"})
    render(scene)  # its token is none, and that is nobody's concern here
    scene.emulator.settle()
    data = [each.body["connection"]["data"] for each in receiver.rest() if each.body["event"] == "connectionCreated"]
    assert data == ["number=+1555", ""]


def test_what_ran_when_the_emulator_was_stopped_ends_after_its_restart(tmp_path: Path, receiver: Receiver) -> None:
    data = tmp_path / "opentok.db"
    with Emulator(data=data) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        scene = Scene.of(emulator, account)
        scene.watch(receiver.url, "archive", "broadcast", "render", "captions", "sip")
        emulator.publish(scene.session)
        scene.start("broadcast", outputs={"hls": {}}, maxDuration=60)
        scene.start("captions", token="t", maxDuration=300)
        scene.start("archive")
        render(scene)
        scene.dial()
        emulator.settle()
        receiver.rest()
    with Emulator(data=data) as emulator:
        emulator.advance(100 * HOUR)
        by_group: dict[str, list[str]] = {}
        for each in emulator.deliveries():
            by_group.setdefault(each["group"], []).append(each["event"])
        assert by_group == {
            "broadcast": ["started", "live", "stopped"],
            "captions": ["started", "stopped"],
            "archive": ["started", "stopped", "available", "expired"],
            "render": ["started", "stopped"],
            "sip": ["callCreated", "callUpdated", "callUpdated", "callUpdated", "callUpdated", "callDestroyed"],
        }
        assert len(receiver.rest()) == sum(map(len, by_group.values())) - 5


def test_other_projects_are_not_told(scene: Scene, receiver: Receiver, raw: Raw) -> None:
    other = raw.of(raw.create())
    scene.watch(receiver.url, "session")
    scene.emulator.connect(new_session(other))
    scene.emulator.settle()
    assert scene.emulator.deliveries() == []
