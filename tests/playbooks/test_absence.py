# SPDX-License-Identifier: Apache-2.0
"""Absence is proven, never inferred, by a real playbook: through a gateway that says 404, and with the ledger of another account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_opentok.core.api.opentok import OpenTok
from tests.gateway import HTML_404, gateway
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

PROJECT, INFO, CALL = "opentok.cloud.project", "opentok.cloud.project_info", "opentok.cloud.sip_call"
OTHER = {"account_key": "20000002", "account_secret": "0ther5ecret" * 4}


def test_nothing_counts_as_gone(tmp_path: Path, opentok_emulator: Emulator) -> None:
    projects = projects_of(opentok_emulator)
    acme, room = projects.create("Acme"), projects.create("Room")
    opentok_emulator.add_account(*OTHER.values())
    session = OpenTok(room.credentials, api_url=opentok_emulator.url).sessions.create(media_mode="routed").session_id
    ledger = str(tmp_path / "ledger.json")
    call = {"session": session, "name": "agent", "ledger": ledger, "trunk": "{{ trunk.sip_trunk.document }}"}
    known = {"name": "Globex", "ledger": ledger}
    behind: dict[str, dict[str, Any]] = {
        "absent": {PROJECT: {"id": acme.id, "state": "absent"}},
        "absent, checked": {PROJECT: {"id": acme.id, "state": "absent"}, "check_mode": True},
        "suspend": {PROJECT: {"id": acme.id, "state": "absent", "on_delete": "suspend"}},
        "present": {PROJECT: {"id": acme.id, "status": "active"}},
        "info": {INFO: {"id": acme.id}},
        "the call again": {CALL: call},
        "the call's end": {CALL: {name: call[name] for name in ("session", "name", "ledger")} | {"state": "absent"}},
    }
    elsewhere = {
        "absent of another account": {PROJECT: {"id": "{{ globex.project.id }}", "state": "absent", "ledger": ledger, **OTHER}},
        "present of another account": {PROJECT: {"id": "{{ globex.project.id }}", "status": "suspended", "ledger": ledger, **OTHER}},
    }
    tasks: list[dict[str, Any]] = [
        {"name": "trunk", "opentok.cloud.sip_trunk": {"uri": "sip:+15551234567@sip.example.com"}, "register": "trunk"},
        {"name": "call", CALL: call},
        {"name": "globex", PROJECT: known, "register": "globex"},
        *({"name": name, "ignore_errors": True, **task} for name, task in {**behind, **elsewhere}.items()),
        {"name": "with a path", INFO: {"id": acme.id, "api_url": opentok_emulator.url + "/opentok"}, "ignore_errors": True},
    ]
    dialled: list[str] = []

    def instead(_method: str, path: str) -> Any:
        """Who is in the session, the first call asks before it is made; from then on the gateway is in the way."""
        dialled.extend([path] if path.endswith("/dial") else [])
        return HTML_404 if acme.id in path or ("/connection" in path and dialled) else None

    with gateway(opentok_emulator.url) as between:
        between.instead = instead
        played = AnsibleRun(tmp_path, opentok_emulator, between.env(opentok_emulator.env)).play(tasks).succeeded()
    for name in behind:
        failed = played.of(name)
        assert failed.outcome == "failed", name
        assert failed.result["failure"]["type"] == "NotTheApi", failed.result["msg"]
        assert "it does not prove that anything is gone: is the address right (" in failed.result["msg"]
        assert between.url in failed.result["msg"]
    for name in elsewhere:
        failed = played.of(name)
        assert f"belongs to account {opentok_emulator.account_key}" in failed.result["msg"], name
        assert f"but the credentials are of account {OTHER['account_key']}: nothing was read or changed" in failed.result["msg"]
        assert failed.requests == []
    assert "api_url: must end after the host, without the path '/opentok'" in played.of("with a path").result["msg"]
    assert len((opentok_emulator.session(session) or {})["sipCalls"]) == 1, "the phone rang once"
    assert [(row["name"], row["status"]) for row in opentok_emulator.all_projects()] == [(name, "VALID") for name in ("Acme", "Room", "Globex")]
