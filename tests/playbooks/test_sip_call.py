# SPDX-License-Identifier: Apache-2.0
"""Calls by real playbooks: dialled once, found in the session again, tones played, hung up; check mode says what the run does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun, Played

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

CALL, TRUNK, TONES = "opentok.cloud.sip_call", "opentok.cloud.sip_trunk", "opentok.cloud.dtmf"
PASSWORD, PIN = "hunter2-hunter2", "4711"
SECRET = "{{ lookup('ansible.builtin.env', 'SIP_PASSWORD') }}"
URI = "sip:+15551234567@sip.example.com;transport=tls"
DECLARED: dict[str, Any] = {"uri": URI, "sender": "+15557654321@example.com", "headers": {"X-Order": "7"}, "username": "acme", "password": SECRET}
KEYS = {"session_id", "connection_id", "stream_id", "call_id", "in_session", "uri"}


class Room:
    """A routed session of a project, and another one that is relayed."""

    def __init__(self, opentok: Emulator) -> None:
        self.opentok = opentok
        self.project = projects_of(opentok).create("Acme")
        sessions = OpenTok(self.project.credentials, api_url=opentok.url).sessions
        self.id = sessions.create(media_mode="routed").session_id
        self.relayed = sessions.create(media_mode="relayed").session_id
        opentok.clear_journal()

    @property
    def pair(self) -> dict[str, str]:
        """The environment with the project pair and no account pair."""
        credentials: Credentials = self.project.credentials
        return {"OPENTOK_API_URL": self.opentok.url, "OPENTOK_API_KEY": credentials.key, "OPENTOK_API_SECRET": credentials.secret}

    def calls(self) -> list[dict[str, Any]]:
        return list((self.opentok.session(self.id) or {})["sipCalls"])


@pytest.fixture
def room(opentok_emulator: Emulator) -> Room:
    return Room(opentok_emulator)


def told(played: Played, title: str) -> dict[str, Any]:
    """What a task came to, without what only OpenTok can give."""
    result = played.of(title).result
    call = result["sip_call"] and {**result["sip_call"], **dict.fromkeys(("connection_id", "stream_id", "call_id"))}
    return {"call": call, **{part: result[part] for part in ("changed", "actions", "before", "after", "diff")}}


def test_a_call(room: Room, tmp_path: Path) -> None:
    ansible = AnsibleRun(tmp_path, room.opentok, {**room.opentok.env, "SIP_PASSWORD": PASSWORD, "PIN": PIN})
    file, ledger = str(tmp_path / "trunk.json"), str(tmp_path / "ledger.json")
    named = {"session": room.id, "name": "agent", "ledger": ledger}
    call = {**named, "trunk_file": file, "password": SECRET}
    connection = "{{ agent.sip_call.connection_id }}"
    by_id = {"session": room.id, "connection_id": connection}
    tones = {"session": room.id, "connection_id": connection, "digits": "{{ lookup('ansible.builtin.env', 'PIN') }}#"}
    tasks = [
        {"name": "publish", TRUNK: {**DECLARED, "dest": file}, "register": "trunk"},
        {"name": "check", CALL: call, "check_mode": True},
        {"name": "run", CALL: call, "register": "agent"},
        {"name": "again", CALL: call},
        {"name": "again by id", CALL: {**by_id, "trunk": "{{ trunk.sip_trunk.document }}", "password": SECRET}},
        {"name": "tones: check", TONES: tones, "check_mode": True},
        {"name": "tones: run", TONES: tones},
        {"name": "tones to all", TONES: {"session": room.id, "digits": 1234}, "ignore_errors": True},
        {"name": "tones to all, quoted", TONES: {"session": room.id, "digits": "12"}},
        {"name": "hang up: check", CALL: {**named, "state": "absent"}, "check_mode": True},
        {"name": "hang up: run", CALL: {**named, "state": "absent"}},
        {"name": "hang up: again", CALL: {**named, "state": "absent"}},
        {"name": "ended elsewhere", CALL: {**by_id, "state": "absent"}},
        {"name": "once more", CALL: call},
        {"name": "by id that has ended", CALL: {**by_id, "trunk_file": file, "password": SECRET}},
    ]
    played = ansible.play(tasks, "--diff", "-vvv").succeeded()
    assert told(played, "check") == told(played, "run")
    run = played.of("run").result
    assert set(run["sip_call"]) == KEYS
    assert run["actions"] == [f"call {URI} into session {room.id}"]
    assert (run["after"]["headers"], run["after"]["username"]) == ({"X-Order": "7"}, "acme")
    assert (played.of("check").requests, played.of("run").requests) == ([], ["project.get", "connection.list", "sip.dial"])
    for title in ("again", "again by id"):
        again = played.of(title)
        assert (again.result["changed"], again.result["sip_call"]["in_session"]) == (False, True)
        assert again.result["sip_call"]["connection_id"] == run["sip_call"]["connection_id"]
        assert again.requests == ["project.get", "connection.list"]
    assert played.of("again").result["sip_call"] == run["sip_call"]

    assert played.of("tones: check").result["actions"] == played.of("tones: run").result["actions"]
    assert played.of("tones: run").result["dtmf"] == {"session_id": room.id, "connection_id": run["sip_call"]["connection_id"], "tones": 5}
    assert (played.of("tones: check").requests, played.of("tones: run").requests) == ([], ["project.get", "dtmf.to_one"])
    assert played.of("tones to all").result["msg"].startswith("digits: must be one or more of 0-9")
    assert played.of("tones to all, quoted").requests == ["project.get", "dtmf.to_all"]

    assert told(played, "hang up: check") == told(played, "hang up: run")
    assert played.of("hang up: run").requests == ["project.get", "connection.list", "connection.disconnect"]
    assert (played.of("hang up: again").result["changed"], played.of("hang up: again").requests) == (False, [])
    assert (played.of("ended elsewhere").result["changed"], played.of("ended elsewhere").result["sip_call"]) == (False, None)
    assert played.of("once more").result["changed"]
    assert played.of("by id that has ended").result["changed"], "what has ended is dialled anew"
    assert [call["uri"] for call in room.calls()] == [URI] * len(room.calls())
    secrets = (PASSWORD, room.project.secret, room.opentok.account_secret)
    everything = played.output + Path(ledger).read_text() + str(room.opentok.journal())
    assert [secret for secret in secrets if secret in everything] == []


def test_what_is_refused_before_any_request(room: Room, tmp_path: Path) -> None:
    ansible = AnsibleRun(tmp_path, room.opentok, {**room.pair, "SIP_PASSWORD": PASSWORD})
    trunk = {"trunk": "{{ trunk.sip_trunk.document }}", "password": SECRET}
    off = {"trunk": "{{ off.sip_trunk.document }}", "password": SECRET}
    other = projects_of(room.opentok).create("Other")
    foreign = OpenTok(other.credentials, api_url=room.opentok.url).sessions.create(media_mode="routed").session_id
    refused: dict[str, tuple[dict[str, Any], str]] = {
        "relayed": ({"session": room.relayed, **trunk}, "session: is a relayed session: SIP needs one with media_mode 'routed'"),
        "not enabled": ({"session": room.id, **off}, "trunk.enabled: is false: this trunk makes no calls until it is declared with enabled: true"),
        "of another project": ({"session": foreign, **trunk}, f"project '{other.id}' is declared, but api_key is '{room.project.id}'"),
        "no ledger": ({"session": room.id, **trunk, "name": "agent"}, "name: needs a record of the last run: give a ledger"),
    }
    tasks: list[dict[str, Any]] = [
        {"name": "declare", TRUNK: DECLARED, "register": "trunk"},
        {"name": "declare off", TRUNK: {**DECLARED, "enabled": False}, "register": "off"},
    ]
    for title, (options, _) in refused.items():
        tasks += [{"name": title, CALL: options, "ignore_errors": True}]
        tasks += [{"name": f"{title}: check", CALL: options, "ignore_errors": True, "check_mode": True}]
    tasks += [{"name": "lost", CALL: {"session": room.id, **trunk}, "ignore_errors": True}]
    room.opentok.fault("sip.dial", "drop_after")
    played = ansible.play(tasks, "-vvv").succeeded()
    for title, (_, message) in refused.items():
        failed = played.of(title)
        assert (failed.outcome, failed.requests) == ("failed", [])
        assert failed.result["msg"].startswith(message), failed.result["msg"]
        assert failed.result["msg"] == played.of(f"{title}: check").result["msg"]
    lost = played.of("lost")
    assert (lost.outcome, lost.result["failure"]["outcome_unknown"], lost.requests) == ("failed", True, ["sip.dial"])
    assert len(room.calls()) == 1, "a lost answer is never followed by a second call in the same run"
    assert [secret for secret in (PASSWORD, room.project.secret) if secret in played.output] == []
