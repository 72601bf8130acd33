# SPDX-License-Identifier: Apache-2.0
"""The playbooks of docs/tasks.md, one after the other in a room with three clients: each does what it says once, and is quiet then."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import snippets
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

TOKEN = "t0kenOfTheTranslator"


@pytest.mark.long
def test_the_room(tmp_path: Path) -> None:
    found = [snippet for snippet in snippets() if snippet.runner == "room"]
    assert [snippet.words for snippet in found] == [(), (), ("quiet",)]
    with Emulator() as opentok:
        project = projects_of(opentok).create("Acme")
        room = OpenTok(project.credentials, api_url=opentok.url).sessions.create(media_mode="routed").session_id
        published = [opentok.publish(room, name=name) for name in ("speaker", "listener", "intruder")]
        ours = {"SESSION_ID": room, "INTRUDER": published[2]["connectionId"], "TRANSLATOR_TOKEN": TOKEN}
        ansible = AnsibleRun(tmp_path, opentok, {**opentok.env, **ours})
        for number, snippet in enumerate(found):
            playbook = tmp_path / f"snippet-{number}.yml"
            playbook.write_text(snippet.text, encoding="utf-8")
            first = ansible.playbook(playbook, "-vvv", "--diff").succeeded()
            assert [secret for secret in (project.secret, opentok.account_secret, TOKEN) if secret in first.output] == []
            if "quiet" in snippet.words:
                assert first.changed() == []
                assert "routed, 2 clients, not recorded, 0 broadcasts, 0 renders" in first.output
            else:
                assert first.changed() == [result.task for result in first.results if not result.task.startswith("See ")]
                assert ansible.playbook(playbook).succeeded().changed() == []
        operations = [entry["operation"] for entry in opentok.journal()]
        left = opentok.session(room) or {}
    wanted = {"signal.to_all": 1, "session.mute": 2, "stream.set_layout_classes": 1, "connection.disconnect": 2}
    wanted |= {"captions.start": 1, "captions.stop": 1, "audio_connector.start": 1}
    assert {name: operations.count(name) for name in wanted} == wanted
    streams = [(stream["name"], stream["muted"], stream["layoutClassList"]) for stream in left["streams"]]
    assert streams == [("speaker", False, ["focus"]), ("listener", True, [])]
