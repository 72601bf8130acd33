# SPDX-License-Identifier: Apache-2.0
"""SIP calls in time: they ring, are answered, held, hung up or refused; what is told of it; what the control plane makes them do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw
from tests.emulator.receiver import Receiver
from tests.emulator.scene import Scene

HOUR = 3600


@pytest.fixture
def watched(scene: Scene, receiver: Receiver) -> Scene:
    """A scene whose SIP events are received."""
    scene.watch(receiver.url, "sip")
    return scene


def states(receiver: Receiver) -> list[str]:
    """What was told: the state of an update, the reason of an end, else the event."""
    bodies = [each.body for each in receiver.rest()]
    return [body.get("state") or body.get("reason_code") or body["event"] for body in bodies]


def state(scene: Scene, call: dict[str, Any]) -> str:
    return str((scene.emulator.sip_call(call["id"]) or {})["state"])


def test_a_call_rings_is_answered_and_hung_up_by_force_disconnect(watched: Scene, receiver: Receiver) -> None:
    call = watched.dial()
    watched.emulator.advance(10)
    watched.ask("DELETE", f"session/{watched.session}/connection/{call['connectionId']}")
    watched.emulator.settle()
    bodies = [each.body for each in receiver.rest()]
    moments = [body.pop("timestamp") for body in bodies]
    common = {
        "sessionId": watched.session,
        "projectId": watched.client.key,
        "call": {"id": call["id"], "connectionId": call["connectionId"], "createdAt": call["createdAt"]},
    }
    assert bodies == [
        {**common, "event": "callCreated"},
        *({**common, "event": "callUpdated", "state": each} for each in ("DIALING", "RINGING", "ACTIVE", "HANGUP")),
        {**common, "event": "callDestroyed", "reason_code": "700", "reason_message": "Normal Clearing"},
    ]
    assert moments == sorted(moments)
    assert [moment - call["createdAt"] for moment in moments[2:4]] == [1000, 3000]
    session = watched.emulator.session(watched.session) or {}
    assert session["sipCalls"] == session["connections"] == session["streams"] == []


def test_states(watched: Scene) -> None:
    watched.emulator.set_sip_policy(ring_after=1000, answer_after=2000)
    call = watched.dial()
    seen = [state(watched, call)]
    for _ in range(2):
        watched.emulator.advance(1000)
        seen.append(state(watched, call))
    assert seen == ["DIALING", "RINGING", "ACTIVE"]


def test_the_far_end_hangs_up_and_its_client_leaves(watched: Scene, receiver: Receiver) -> None:
    watched.emulator.set_sip_policy(answer_after=200, ring_after=0, hangup_after=30)
    call = watched.dial()
    assert state(watched, call) == "RINGING"
    watched.emulator.advance(HOUR)
    ended = watched.emulator.sip_call(call["id"]) or {}
    assert (ended["state"], ended["reason_code"], ended["reason_message"]) == ("HANGUP", "700", "Normal Clearing")
    assert (ended["answeredAt"] - call["createdAt"], ended["endedAt"] - call["createdAt"]) == (200_000, 230_000)
    assert states(receiver) == ["callCreated", "DIALING", "RINGING", "ACTIVE", "HANGUP", "700"]
    assert (watched.emulator.session(watched.session) or {})["connections"] == []


@pytest.mark.parametrize(
    ("policy", "rings", "code", "message"),
    [
        ({"outcome": "busy"}, False, "486", "Busy Here"),
        ({"outcome": "no_answer"}, True, "480", "Temporarily Unavailable"),
        ({"outcome": "no_answer", "reason_code": 408, "answer_after": 90}, True, "408", "Request Timeout"),
        ({"outcome": "decline"}, True, "603", "Decline"),
        ({"outcome": "wrong_credentials"}, False, "403", "Forbidden"),
        ({"outcome": "not_found"}, False, "404", "Not Found"),
        ({"outcome": "unreachable", "reason_code": "500"}, False, "500", "Server Internal Error"),
    ],
)
def test_calls_that_are_not_answered(
    watched: Scene, receiver: Receiver, policy: dict[str, Any], rings: bool, code: str, message: str
) -> None:
    watched.emulator.set_sip_policy(**policy)
    call = watched.dial()
    watched.emulator.advance(200)
    assert states(receiver) == ["callCreated", "DIALING", *(["RINGING"] if rings else []), "HANGUP", code]
    ended = watched.emulator.sip_call(call["id"]) or {}
    assert (ended["reason_message"], ended["answeredAt"]) == (message, None)
    assert (watched.emulator.session(watched.session) or {})["connections"] == []


def test_a_silent_far_end_is_hung_up_after_five_minutes(watched: Scene) -> None:
    watched.emulator.set_sip_policy(outcome="silent")
    call = watched.dial()
    watched.emulator.advance(4 * 60)
    assert state(watched, call) == "ACTIVE"
    watched.emulator.advance(2 * 60)
    ended = watched.emulator.sip_call(call["id"]) or {}
    assert (ended["reason_code"], ended["endedAt"] - ended["answeredAt"]) == ("704", 300_000)


def test_six_hours_are_the_most(watched: Scene) -> None:
    call = watched.dial()
    watched.emulator.advance(5 * HOUR)
    assert state(watched, call) == "ACTIVE"
    watched.emulator.advance(2 * HOUR)
    ended = watched.emulator.sip_call(call["id"]) or {}
    assert (ended["reason_code"], ended["reason_message"], ended["endedAt"] - ended["answeredAt"]) == ("705", "Max Duration", 6 * HOUR * 1000)


def test_a_call_is_steered_and_then_goes_by_no_plan(watched: Scene, receiver: Receiver) -> None:
    watched.emulator.set_sip_policy(ring_after=1000, answer_after=2000)
    call = watched.dial()
    watched.emulator.sip_event(call["id"], "ring")
    watched.emulator.advance(HOUR)
    assert state(watched, call) == "RINGING"
    for event in ("answer", "hold", "resume", "silence", "resume"):
        shown = watched.emulator.sip_event(call["id"], event)
    assert shown["state"] == "ACTIVE"
    watched.emulator.advance(HOUR)
    watched.emulator.sip_event(call["id"], "fail", reason_code=488, reason_message="No codec")
    watched.emulator.settle()
    assert states(receiver) == ["callCreated", "DIALING", "RINGING", "ACTIVE", "ON_HOLD", "ACTIVE", "HANGUP", "488"]
    assert (watched.emulator.sip_call(call["id"]) or {})["reason_message"] == "No codec"


@pytest.mark.parametrize(("event", "code"), [("hold", "706"), ("silence", "704")])
def test_a_call_without_media_is_hung_up(watched: Scene, event: str, code: str) -> None:
    watched.emulator.set_sip_policy(outcome="manual")
    call = watched.dial()
    watched.emulator.sip_event(call["id"], "answer")
    watched.emulator.sip_event(call["id"], event)
    watched.emulator.advance(6 * 60)
    assert (watched.emulator.sip_call(call["id"]) or {})["reason_code"] == code


@pytest.mark.parametrize(("answered", "event", "code"), [(False, "hangup", "700"), (False, "fail", "480"), (True, "fail", "703")])
def test_reasons_by_default(watched: Scene, answered: bool, event: str, code: str) -> None:
    watched.emulator.set_sip_policy(outcome="manual")
    call = watched.dial()
    if answered:
        watched.emulator.sip_event(call["id"], "answer")
    assert watched.emulator.sip_event(call["id"], event)["reason_code"] == code


def test_the_latest_rule_that_matches_holds(watched: Scene) -> None:
    watched.emulator.set_sip_policy(outcome="manual")
    watched.emulator.set_sip_policy(match="sip:*@busy.example.com", outcome="busy")
    calls = [watched.dial(f"sip:a@{host}") for host in ("busy.example.com", "BUSY.example.com;transport=tls", "other.example.com")]
    watched.emulator.advance(HOUR)
    assert [state(watched, call) for call in calls] == ["HANGUP", "HANGUP", "DIALING"]
    watched.emulator.set_sip_policy(match="sip:*@busy.example.com")
    assert watched.emulator.sip_policies() == [
        {"match": "sip:*@busy.example.com", "outcome": "answer"},
        {"match": "*", "outcome": "manual"},
    ]
    watched.emulator.clear_sip_policies()
    assert watched.emulator.sip_policies() == []


def test_a_far_end_that_wants_credentials(watched: Scene, receiver: Receiver) -> None:
    rule = watched.emulator.set_sip_policy(username="joe", password="pass-of-trunk")
    right = {"username": "joe", "password": "pass-of-trunk"}
    calls = [watched.dial(), watched.dial(auth={**right, "password": "wrong-pass"}), watched.dial(auth=right)]
    watched.emulator.advance(10)
    shown = [watched.emulator.sip_call(call["id"]) or {} for call in calls]
    assert [(each["state"], each["reason_code"]) for each in shown] == [("HANGUP", "407"), ("HANGUP", "403"), ("ACTIVE", None)]
    every = json.dumps([rule, shown, watched.emulator.sip_policies(), watched.emulator.all_sessions(), [each.body for each in receiver.rest()]])
    assert [secret for secret in ("pass-of-trunk", "wrong-pass") if secret in every] == []
    assert rule["username"] == "joe"


def test_dtmf_can_be_seen(watched: Scene) -> None:
    first, second = watched.dial(), watched.dial()
    watched.emulator.advance(3)
    watched.ask("POST", f"session/{watched.session}/play-dtmf", {"digits": "12p#"})
    watched.ask("POST", f"session/{watched.session}/connection/{second['connectionId']}/play-dtmf", {"digits": "9"})
    sent = [[(each["digits"], each["state"]) for each in (watched.emulator.sip_call(call["id"]) or {})["dtmf"]] for call in (first, second)]
    assert sent == [[("12p#", "ACTIVE")], [("12p#", "ACTIVE"), ("9", "ACTIVE")]]


def test_a_call_that_observes_it_is_told_of_a_forced_mute(watched: Scene, receiver: Receiver) -> None:
    observer, other = watched.dial(observeForceMute=True), watched.dial()
    watched.emulator.settle()
    receiver.rest()
    for call in (observer, other):
        watched.ask("POST", f"session/{watched.session}/stream/{call['streamId']}/mute")
    watched.ask("POST", f"session/{watched.session}/mute", {"active": True, "excludedStreamIds": []})
    watched.emulator.settle()
    bodies = [each.body for each in receiver.rest()]
    assert [(body["event"], body["call"]["id"]) for body in bodies] == [("muteForced", observer["id"])] * 2


@pytest.mark.parametrize(("reason", "code"), [("networkDisconnected", "703"), ("clientDisconnected", "700")])
def test_the_client_of_a_call_leaves(watched: Scene, reason: str, code: str) -> None:
    call = watched.dial()
    watched.emulator.disconnect(watched.session, call["connectionId"], reason=reason)
    assert (watched.emulator.sip_call(call["id"]) or {})["reason_code"] == code


def test_registered_callbacks_get_the_beginning_and_the_end(scene: Scene, receiver: Receiver) -> None:
    for event in ("created", "destroyed"):
        scene.ask("POST", "callback", {"group": "sip_call", "event": event, "url": receiver.url})
    scene.dial()
    scene.emulator.advance(7 * HOUR)
    assert states(receiver) == ["callCreated", "705"]


def test_a_call_that_has_ended_is_shown_for_a_day(watched: Scene) -> None:
    watched.emulator.set_sip_policy(outcome="busy")
    call = watched.dial()
    watched.emulator.advance(23 * HOUR)
    assert [each["callId"] for each in watched.emulator.sip_calls()] == [call["id"]]
    watched.emulator.advance(2 * HOUR)
    assert (watched.emulator.sip_calls(), watched.emulator.sip_call(call["id"])) == ([], None)


def test_calls_and_rules_survive_a_restart_and_no_reset(tmp_path: Path) -> None:
    data = tmp_path / "opentok.db"
    with Emulator(data=data) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        scene = Scene.of(emulator, account)
        emulator.set_sip_policy(outcome="decline", answer_after=50)
        call = scene.dial()
        emulator.advance(10)
        before = emulator.sip_call(call["id"])
    with Emulator(data=data) as emulator:
        assert (before or {})["state"] == "RINGING"
        assert emulator.sip_call(call["id"]) == before
        emulator.advance(60)
        assert (emulator.sip_call(call["id"]) or {})["reason_code"] == "603"
        assert emulator.sip_policies() == [{"match": "*", "outcome": "decline", "answer_after": 50}]
        emulator.reset()
        assert (emulator.sip_calls(), emulator.sip_policies()) == ([], [])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "sip/calls/{call}", {"event": "sing"}, 400, "one of ring, answer, hold"),
        ("POST", "sip/calls/{call}", {"event": ["ring"]}, 400, "one of ring, answer, hold"),
        ("POST", "sip/calls/{call}", {}, 400, "one of ring, answer, hold"),
        ("POST", "sip/calls/{call}", {"event": "ring", "more": 1}, 400, "one of ring, answer, hold"),
        ("POST", "sip/calls/{call}", {"event": "hold"}, 400, "the call is DIALING: hold is possible while it is ACTIVE"),
        ("POST", "sip/calls/{call}", {"event": "ring", "reason_code": 486}, 400, "reason_code and reason_message need the event hangup or fail"),
        ("POST", "sip/calls/{call}", {"event": "fail", "reason_code": 200}, 400, "reason_code must be a SIP status from 400 to 699"),
        ("POST", "sip/calls/{call}", {"event": "fail", "reason_code": None}, 400, "reason_code must be a SIP status from 400 to 699"),
        ("POST", "sip/calls/{call}", {"event": "fail", "reason_code": True}, 400, "reason_code must be a SIP status from 400 to 699"),
        ("POST", "sip/calls/{call}", {"event": "fail", "reason_code": 701}, 400, "reason_code must be a SIP status from 400 to 699"),
        ("POST", "sip/calls/{call}", {"event": "fail", "reason_message": 7}, 400, "reason_message must be a string"),
        ("POST", "sip/calls/{call}", {"event": "fail", "reason_message": "\ud800"}, 400, "reason_message must be a string"),
        ("POST", "sip/calls/nope", {"event": "ring"}, 404, "no such call"),
        ("GET", "sip/calls/nope", None, 404, "no such call"),
        ("PUT", "sip/policy", {"outcome": "explode"}, 400, "outcome must be one of answer, silent, busy"),
        ("PUT", "sip/policy", {"outcome": ["busy"]}, 400, "outcome must be one of answer, silent, busy"),
        ("PUT", "sip/policy", {"match": ""}, 400, "match must be a string"),
        ("PUT", "sip/policy", {"match": "\ud800"}, 400, "match must be a string"),
        ("PUT", "sip/policy", {"match": 7}, 400, "match must be a string"),
        ("PUT", "sip/policy", {"answer_after": -1}, 400, "answer_after must be a number of seconds from 0 to 86400"),
        ("PUT", "sip/policy", {"ring_after": "1"}, 400, "ring_after must be a number of seconds from 0 to 86400"),
        ("PUT", "sip/policy", {"hangup_after": True}, 400, "hangup_after must be a number of seconds from 0 to 86400"),
        ("PUT", "sip/policy", {"hangup_after": None}, 400, "hangup_after must be a number of seconds from 0 to 86400"),
        ("PUT", "sip/policy", {"username": "joe"}, 400, "username and password must be given together"),
        ("PUT", "sip/policy", {"username": "joe", "password": 7}, 400, "password must be a string"),
        ("PUT", "sip/policy", {"reason_code": 1}, 400, "reason_code must be a SIP status from 400 to 699"),
        ("PUT", "sip/policy", {"nope": 1}, 400, "unknown field 'nope'; a rule has match, outcome"),
    ],
)
def test_wrong_control_calls(scene: Scene, method: str, path: str, body: Any, status: int, said: str) -> None:
    scene.emulator.set_sip_policy(outcome="manual")
    call = scene.dial()
    url = f"{scene.emulator.url}/_emulator/{path.format(call=call['id'])}"
    answer = requests.request(method, url, timeout=30, **({} if body is None else {"json": body}))
    assert (answer.status_code, said in answer.json()["error"]) == (status, True), answer.text
    assert state(scene, call) == "DIALING"
