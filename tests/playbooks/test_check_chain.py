# SPDX-License-Identifier: Apache-2.0
"""Check mode of a whole chain on an empty account: what an earlier task would make has no id yet, and each task says what the run does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.playbooks.ansible_run import AnsibleRun, Played

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

URI = "sip:+15551234567@sip.example.com;transport=tls"
HOOK = "https://hooks.example.com/archives"
LOOKUP = "{{ lookup('opentok.cloud.token', room.session.session_id, role='moderator') }}"


def chain(folder: Path) -> list[dict[str, Any]]:
    """Each task from an id or a file of the one before, as people write it."""
    ledger, room = str(folder / "ledger.json"), {"session_id": "{{ room.session.session_id }}"}
    named = {**room, "name": "agent", "ledger": ledger}
    called = {**room, "connection_id": "{{ call.sip_call.connection_id }}"}
    tasks = {
        "project": ("project", {"name": "Müller", "return_secret": True}, "acme"),
        "session": ("session", {"project": "{{ acme.project.id }}", "name": "room", "media_mode": "routed", "ledger": ledger}, "room"),
        "session by id": ("session", {"project": "{{ acme.project.id }}", **room, "e2ee": True}, "same"),
        "callback": ("callback", {"project": "{{ acme.project.id }}", "group": "archive", "event": "status", "url": HOOK}, "hook"),
        "token": ("token", {**room, "return_secret": True}, "token"),
        "trunk": ("sip_trunk", {"uri": URI, "dest": str(folder / "trunk.json")}, "trunk"),
        "call": ("sip_call", {**named, "trunk_file": str(folder / "trunk.json"), "token": "{{ token.token.token }}"}, "call"),
        "hang up": ("sip_call", {**called, "state": "absent"}, "ended"),
        "suspend by id": ("project", {"id": "{{ acme.project.id }}", "status": "suspended"}, "suspended"),
    }
    written: list[dict[str, Any]] = [
        {"name": title, f"opentok.cloud.{module}": options, "register": name} for title, (module, options, name) in tasks.items()
    ]
    copy = {"name": "lookup", "ansible.builtin.copy": {"content": LOOKUP, "dest": str(folder / "agent.token"), "mode": "0600"}, "no_log": True}
    written.insert(5, copy)
    return written


def actions(played: Played) -> dict[str, list[str]]:
    return {result.task: result.result["actions"] for result in played.results if "actions" in result.result}


@pytest.mark.long
def test_a_chain_is_foretold(tmp_path: Path, opentok_emulator: Emulator) -> None:
    opentok = opentok_emulator
    opentok.set_sip_policy(match="*", outcome="manual")
    ansible = AnsibleRun(tmp_path, opentok)
    tasks = chain(tmp_path)
    check = ansible.play(tasks, "--check", "--diff").succeeded()
    assert (opentok.all_projects(), opentok.all_sessions()) == ([], [])
    assert sorted(file.name for file in tmp_path.glob("*.json")) == []
    run = ansible.play(tasks).succeeded()
    assert check.changed() == run.changed()
    assert {title: [text.split()[0] for text in said] for title, said in actions(check).items()} == {
        title: [text.split()[0] for text in said] for title, said in actions(run).items()
    }
    assert actions(check)["session"] == ["create a session 'room' in a project that is not known yet (routed)"]
    assert actions(check)["call"] == ["call through a trunk that is not published yet into a session that is not known yet"]
    for title in ("token", "session by id", "suspend by id"):
        assert "not known before an earlier step is done" in check.of(title).result["warnings"][0], title
    for result in check.results:
        assert set(result.result) - {"warnings"} == set(run.of(result.task).result) - {"warnings"}, result.task
    assert run.output.count("not known") == 0
