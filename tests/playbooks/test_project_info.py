# SPDX-License-Identifier: Apache-2.0
"""Reading projects by a real playbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator


def test_project_info(tmp_path: Path, opentok_emulator: Emulator) -> None:
    projects = projects_of(opentok_emulator)
    ids = [projects.create(name).id for name in ("Twin", "Twin", "Other")]
    reads = {
        "all": ({}, ids),
        "by name": ({"name": "Twin"}, ids[:2]),
        "by id": ({"id": ids[2]}, ids[2:]),
        "no such name": ({"name": "Nobody"}, []),
        "no such id": ({"id": "46999999"}, []),
    }
    wrong = {
        "both": ({"id": ids[0], "name": "Twin"}, "mutually exclusive"),
        "a name that is no string": ({"name": 5}, "name: must be a string"),
        "an id that is none": ({"id": "Acme GmbH"}, "id: must be a project id"),
    }
    tasks = [{"name": title, "opentok.cloud.project_info": options} for title, (options, _) in reads.items()]
    tasks += [{"name": title, "opentok.cloud.project_info": options, "ignore_errors": True} for title, (options, _) in wrong.items()]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "--check").succeeded()

    assert {title: [project["id"] for project in played.of(title).result["projects"]] for title in reads} == {
        title: expected for title, (_, expected) in reads.items()
    }
    assert [len(played.of(title).requests) for title in reads] == [1, 1, 1, 1, 1]
    assert played.changed() == []
    for title, (_, text) in wrong.items():
        assert text in played.of(title).result["msg"], title
        assert played.of(title).requests == [], title
