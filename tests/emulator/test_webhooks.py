# SPDX-License-Identifier: Apache-2.0
"""Delivery of webhooks: to whom, in which order, how often, signed, across restarts. What each event says is in test_webhook_events.py."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
from typing import Any

import jwt
import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.command import failing
from tests.emulator.raw import Raw
from tests.emulator.receiver import Receiver
from tests.emulator.scene import Scene

HOUR = 3600
SECRET = "a-signature-secret-of-32-characters-or-more"


def test_events_of_a_session_come_in_order(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    clients = [scene.emulator.connect(scene.session, data=str(number)) for number in range(20)]
    for client in clients:
        scene.emulator.disconnect(scene.session, client)
    scene.emulator.settle()
    received = [each.body for each in receiver.rest()]
    created, destroyed = ["connectionCreated"] * 20, ["connectionDestroyed"] * 20
    assert [each["event"] for each in received] == ["sessionCreated", *created, *destroyed, "sessionDestroyed"]
    assert [each["connection"]["id"] for each in received[1:-1]] == clients * 2


def test_it_is_sent_without_any_control_call(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url + "/hook?x=1", "archive")
    scene.emulator.publish(scene.session)
    archive = scene.start("archive")
    received = receiver.next()
    assert (received.path, received.body["id"], received.body["status"]) == ("/hook?x=1", archive["id"], "started")
    assert received.headers["Content-Type"] == "application/json"
    assert "Authorization" not in received.headers


def test_what_happens_by_itself_needs_no_control_call_either(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "archive")
    scene.emulator.publish(scene.session)
    scene.ask("POST", f"archive/{scene.start('archive')['id']}/stop")
    assert [receiver.next().body["status"] for _ in range(3)] == ["started", "stopped", "available"]


def test_registered_and_dashboard_urls_both_get_theirs(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url + "/dashboard", "session", "archive")
    for group, event in (("connection", "created"), ("stream", "destroyed"), ("archive", "status")):
        scene.ask("POST", "callback", {"group": group, "event": event, "url": f"{receiver.url}/{group}"})
    stream = scene.emulator.publish(scene.session)
    scene.start("archive")
    scene.emulator.unpublish(scene.session, stream["streamId"])
    scene.emulator.settle()
    by_path: dict[str, list[str]] = {}
    for each in receiver.rest():
        by_path.setdefault(each.path, []).append(each.body.get("status", each.body["event"]))
    assert by_path == {
        "/dashboard": ["sessionCreated", "connectionCreated", "streamCreated", "started", "streamDestroyed", "paused"],
        "/connection": ["connectionCreated"],
        "/stream": ["streamDestroyed"],
        "/archive": ["started", "paused"],
    }


def test_a_callback_that_was_deleted_gets_nothing(scene: Scene, receiver: Receiver) -> None:
    callback = scene.ask("POST", "callback", {"group": "connection", "event": "created", "url": receiver.url})
    scene.watch(receiver.url, "session")
    scene.send("DELETE", f"callback/{callback['id']}")
    scene.emulator.remove_webhook(scene.client.key, "session")
    scene.emulator.connect(scene.session)
    assert (scene.emulator.webhooks(scene.client.key), scene.emulator.deliveries()) == ([], [])


def test_failures_are_tried_again_ever_later_by_the_emulators_clock(scene: Scene, receiver: Receiver) -> None:
    waits = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    receiver.answers = [500] * len(waits)
    scene.ask("POST", "callback", {"group": "connection", "event": "created", "url": receiver.url})
    before = scene.emulator.now()
    scene.emulator.connect(scene.session)
    scene.emulator.settle()
    for number, wait in enumerate(waits, 1):
        (delivery,) = scene.emulator.deliveries()
        assert (delivery["attempts"], delivery["status"], delivery["delivered"]) == (number, 500, False)
        assert delivery["error"] == "answered 500"
        assert wait <= delivery["next"] - before < 2 * wait
        if wait > 100:  # a slow machine must not take it for done
            scene.emulator.set_clock(delivery["next"] - 60)
            assert scene.emulator.deliveries()[0]["attempts"] == number
        before = delivery["next"]
        scene.emulator.set_clock(before)
    (delivery,) = scene.emulator.deliveries()
    assert (delivery["attempts"], delivery["status"], delivery["delivered"], delivery["next"]) == (len(waits) + 1, 200, True, None)
    bodies = {each.raw for each in receiver.rest()}
    assert len(bodies) == 1, "each attempt has the same body"


def test_it_is_given_up_after_a_day(scene: Scene, receiver: Receiver) -> None:
    receiver.answers = [500] * 3
    scene.ask("POST", "callback", {"group": "connection", "event": "created", "url": receiver.url})
    scene.emulator.connect(scene.session)
    scene.emulator.settle()
    scene.emulator.advance(25 * HOUR)
    scene.emulator.advance(25 * HOUR)
    (delivery,) = scene.emulator.deliveries()
    assert (delivery["attempts"], delivery["delivered"], delivery["next"]) == (2, False, None)
    assert len(receiver.rest()) == 2


def test_a_failure_holds_up_no_later_event(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    receiver.answers = [503]
    scene.emulator.publish(scene.session)
    scene.emulator.settle()
    assert receiver.events() == ["sessionCreated", "connectionCreated", "streamCreated"]
    scene.emulator.advance(10)
    assert receiver.events() == ["sessionCreated"]


def test_a_receiver_that_hangs_is_left_after_a_time_and_tried_again(receiver: Receiver) -> None:
    with Emulator(webhook_timeout=0.2) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        scene = Scene.of(emulator, account)
        scene.watch(receiver.url, "session")
        receiver.held.clear()
        emulator.connect(scene.session)
        emulator.settle()
        assert [each["error"] for each in emulator.deliveries()] == ["no answer within 0.2 s"] * 2
        receiver.held.set()
        emulator.advance(60)
        assert [(each["attempts"], each["delivered"]) for each in emulator.deliveries()] == [(2, True)] * 2


def test_a_receiver_that_hangs_holds_up_no_other(scene: Scene, receiver: Receiver) -> None:
    with Receiver() as other:
        other.held.clear()
        scene.watch(other.url, "session")
        scene.ask("POST", "callback", {"group": "connection", "event": "created", "url": receiver.url})
        for _ in range(3):
            scene.emulator.connect(scene.session)
        assert [receiver.next().body["event"] for _ in range(3)] == ["connectionCreated"] * 3
        assert [each["attempts"] for each in scene.emulator.deliveries() if each["url"] == other.url] == [0] * 4


def test_nobody_listens(scene: Scene) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        scene.watch(f"http://127.0.0.1:{unused.getsockname()[1]}", "session")
        scene.emulator.connect(scene.session)
        scene.emulator.settle()
    assert [(each["status"], each["error"]) for each in scene.emulator.deliveries()] == [(None, "no answer: ConnectError")] * 2


def test_redirects_are_not_followed(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url + "/here", "archive")
    receiver.answers, receiver.headers = [302], {"Location": receiver.url + "/there"}
    scene.emulator.publish(scene.session)
    scene.start("archive")
    scene.emulator.settle()
    assert [each.path for each in receiver.rest()] == ["/here"]
    assert (scene.last_delivery()["status"], scene.last_delivery()["delivered"]) == (302, False)


def test_a_secret_signs_what_is_sent(scene: Scene, receiver: Receiver) -> None:
    scene.emulator.set_webhook(scene.client.key, "session", receiver.url, secret=SECRET)
    assert scene.emulator.webhooks(scene.client.key) == [{"group": "session", "url": receiver.url, "signed": True}]
    before = scene.emulator.now()
    scene.emulator.advance(1000 * HOUR)
    scene.emulator.connect(scene.session)
    received = receiver.next()
    kind, _, token = received.headers["Authorization"].partition(" ")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert (kind, claims["iss"], claims["api_key"]) == ("Bearer", "Vonage", scene.client.key)
    assert claims["payload_hash"] == hashlib.sha256(received.raw).hexdigest()
    assert claims["iat"] >= int(before + 1000 * HOUR)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, SECRET + "x", algorithms=["HS256"], options={"verify_iat": False})
    other = jwt.decode(receiver.next().headers["Authorization"].partition(" ")[2], SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert claims["jti"] != other["jti"]


def test_a_user_in_the_url_is_basic_authentication(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url.replace("//", "//joe:p%40ss@"), "session")
    scene.emulator.connect(scene.session)
    assert receiver.next().headers["Authorization"] == "Basic " + base64.b64encode(b"joe:p@ss").decode()


def test_secrets_are_shown_nowhere(scene: Scene, receiver: Receiver) -> None:
    url = receiver.url.replace("//", "//joe:pass-in-url@") + "/hook?key=key-in-url"
    scene.emulator.set_webhook(scene.client.key, "session", url, secret=SECRET)
    scene.ask("POST", "callback", {"group": "connection", "event": "created", "url": url})
    receiver.answers = [500]
    scene.emulator.connect(scene.session)
    scene.emulator.settle()
    answer = requests.put(f"{scene.emulator.url}/_emulator/projects/{scene.client.key}/webhooks/sip", json={"url": url, "secret": 7}, timeout=30)
    shown = json.dumps([
        answer.text,
        scene.emulator.webhooks(scene.client.key),
        scene.emulator.deliveries(),
        scene.emulator.journal(),
        scene.emulator.all_sessions(),
        scene.emulator.all_projects(),
    ])
    assert len(scene.emulator.deliveries()) == 3
    assert [secret for secret in (SECRET, "pass-in-url", "key-in-url") if secret in shown] == []
    assert f"{receiver.url}/hook?..." in shown


def test_a_deleted_project_gets_nothing_more(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    receiver.answers = [500]
    client = scene.emulator.connect(scene.session)
    scene.emulator.settle()
    scene.emulator.delete_project(scene.client.key)
    receiver.rest()
    scene.emulator.disconnect(scene.session, client)
    scene.emulator.advance(HOUR)
    assert receiver.rest() == []
    assert [(each["attempts"], each["error"]) for each in scene.emulator.deliveries()] == [(1, "the project is deleted"), (1, None)]


def test_a_suspended_project_is_still_told(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    scene.emulator.edit_project(scene.client.key, status="SUSPENDED")
    scene.emulator.connect(scene.session)
    assert receiver.next().body["event"] == "sessionCreated"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("PUT", "projects/{key}/webhooks/nope", {"url": "http://x"}, 400, "the group must be one of session, archive"),
        ("PUT", "projects/{key}/webhooks/sip", {"url": "ftp://x"}, 400, "url must be an http or https URL"),
        ("PUT", "projects/{key}/webhooks/sip", {"url": "http://"}, 400, "url must be an http or https URL"),
        ("PUT", "projects/{key}/webhooks/sip", {"url": "http://[::1"}, 400, "url must be an http or https URL"),
        ("PUT", "projects/{key}/webhooks/sip", {"url": "http://x/\ud800"}, 400, 'expected {"url"'),
        ("PUT", "projects/{key}/webhooks/sip", {}, 400, 'expected {"url"'),
        ("PUT", "projects/{key}/webhooks/sip", {"url": 7}, 400, 'expected {"url"'),
        ("PUT", "projects/{key}/webhooks/sip", {"url": "http://x", "more": 1}, 400, 'expected {"url"'),
        ("PUT", "projects/{key}/webhooks/sip", {"url": "http://x", "secret": ""}, 400, "a secret must be"),
        ("PUT", "projects/{key}/webhooks/sip", [], 400, "the body is not a JSON object"),
        ("PUT", "projects/1/webhooks/sip", {"url": "http://x"}, 404, "no project 1"),
        ("GET", "projects/1/webhooks", None, 404, "no project 1"),
        ("DELETE", "projects/{key}/webhooks/sip", None, 404, "no such webhook"),
        ("DELETE", "projects/{key}/webhooks/nope", None, 400, "the group must be one of"),
        ("GET", "deliveries?since=x", None, 400, "since must be"),
        ("GET", "settle", None, 405, "unknown control call"),
    ],
)
def test_wrong_control_calls(scene: Scene, method: str, path: str, body: Any, status: int, said: str) -> None:
    url = f"{scene.emulator.url}/_emulator/{path.format(key=scene.client.key)}"
    answer = requests.request(method, url, timeout=30, **({} if body is None else {"json": body}))
    assert (answer.status_code, said in answer.json()["error"]) == (status, True), answer.text


@pytest.mark.parametrize("seconds", ["0", "-1", "61", "nan"])
def test_a_wrong_timeout_is_refused(seconds: str) -> None:
    said = failing("--port", "0", "--webhook-timeout", seconds)
    assert said == "opentok-emulator: webhook_timeout must be more than 0 and at most 60 seconds\n"


@pytest.mark.parametrize("url", ["http://two words/", "http://x:99999/", "http://x\t.example.com/", "http://\u2028/", "https://127.0.0.1:1/"])
def test_a_url_that_nothing_can_be_sent_to_hurts_nobody(scene: Scene, receiver: Receiver, url: str) -> None:
    scene.watch(receiver.url, "session")
    answer = scene.send("POST", "callback", {"group": "connection", "event": "created", "url": url})
    scene.emulator.connect(scene.session)
    scene.emulator.settle()
    assert len(receiver.rest()) == 2
    odd = [each for each in scene.emulator.deliveries() if not each["delivered"]]
    assert [each["attempts"] for each in odd] == ([1] if answer.status_code == 200 else [])
