# SPDX-License-Identifier: Apache-2.0
"""The playbook of docs/archive-retention.md: check mode lists what the run deletes, and a second run is quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import snippets
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

PARTS = ("changed", "actions", "before", "after", "diff")


@pytest.mark.long
def test_retention(tmp_path: Path) -> None:
    (snippet,) = [snippet for snippet in snippets() if snippet.runner == "retention"]
    playbook = tmp_path / "snippet.yml"
    playbook.write_text(snippet.text, encoding="utf-8")
    with Emulator() as opentok:
        project = projects_of(opentok).create("Acme")
        client = OpenTok(project.credentials, api_url=opentok.url)
        room = client.sessions.create(media_mode="routed").session_id
        opentok.publish(room)
        now = opentok.now()
        opentok.set_clock(now - 20 * 3600)
        ids = {}
        for name in ("rehearsal 1", "lesson"):
            ids[name] = client.archives.start(room, ArchiveOptions(name=name)).id
            client.archives.stop(ids[name])
            opentok.settle()
        opentok.set_clock(now)
        ansible = AnsibleRun(tmp_path, opentok, {**opentok.env, "PROJECT_ID": project.id})
        checked = ansible.playbook(playbook, "--check", "--diff", "-vvv").succeeded()
        done = ansible.playbook(playbook, "--diff", "-vvv").succeeded()
        again = ansible.playbook(playbook).succeeded()
        left = [one.id for one in client.archives.list().items]

    title = "Rehearsals are kept for twelve hours"
    assert {part: checked.of(title).result[part] for part in PARTS} == {part: done.of(title).result[part] for part in PARTS}
    assert done.of(title).result["archive_retention"]["deleted"] == [ids["rehearsal 1"]]
    looks = ["project.get", "archive.list"]
    assert (checked.of(title).requests, done.of(title).requests) == (looks, [*looks, "archive.delete"])
    assert (done.changed(), again.changed(), left) == ([title], [], [ids["lesson"]])
    assert f"delete archive {ids['rehearsal 1']} 'rehearsal 1' of " in checked.output
    assert "0 of 1 archives went" in done.output
    assert [secret for secret in (project.secret, opentok.account_secret) if secret in checked.output + done.output] == []
