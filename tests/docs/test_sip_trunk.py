# SPDX-License-Identifier: Apache-2.0
"""The playbooks of docs/sip-trunk.md, one after the other in one folder: each changes something once, and is quiet then."""

from __future__ import annotations

from pathlib import Path

from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import snippets
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

PASSWORD = "hunter2-hunter2"


def test_the_calls(tmp_path: Path) -> None:
    found = [snippet for snippet in snippets() if snippet.runner == "call"]
    assert len(found) == 2
    with Emulator() as opentok:
        project = projects_of(opentok).create("Acme")
        room = OpenTok(project.credentials, api_url=opentok.url).sessions.create(media_mode="routed").session_id
        ansible = AnsibleRun(tmp_path, opentok, {**opentok.env, "SIP_PASSWORD": PASSWORD, "SESSION_ID": room})
        for number, snippet in enumerate(found):
            playbook = tmp_path / f"snippet-{number}.yml"
            playbook.write_text(snippet.text, encoding="utf-8")
            first = ansible.playbook(playbook, "-vvv", "--diff").succeeded()
            again = ansible.playbook(playbook, "-vvv", "--diff").succeeded()
            assert first.changed() == [result.task for result in first.results]
            assert again.changed() == []
            assert [secret for secret in (PASSWORD, project.secret, opentok.account_secret) if secret in first.output + again.output] == []
        operations = [entry["operation"] for entry in opentok.journal()]
    assert [operations.count(name) for name in ("sip.dial", "dtmf.to_one", "connection.disconnect")] == [1, 1, 1]
