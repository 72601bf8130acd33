# SPDX-License-Identifier: Apache-2.0
"""The filter `projects_from_csv` in a real playbook: what the rows of a CSV mean, and what is said where they mean nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

FOUND = "{{ text | opentok.cloud.projects_from_csv(account.projects%s) }}"


def test_who_is_meant(tmp_path: Path, opentok_emulator: Emulator) -> None:
    projects = projects_of(opentok_emulator)
    acme, twin, other = (projects.create(name) for name in ("Acme, Inc.", "Twin", "Twin"))
    cases: dict[str, tuple[str, str, Any]] = {
        "by key": (f'\ufeffAPI Key;x\r\n"{acme.id}";1\r\n{twin.id};2\r\n', "", [(acme.id, "Acme, Inc."), (twin.id, "Twin")]),
        "by name": (f'Kunde,id\n"Acme, Inc.",{other.id}\n', ", column='Kunde'", [(acme.id, "Acme, Inc.")]),
        "skipped": (f"id\n{acme.id}\n4711\n", ", skip_unknown=true", [(acme.id, "Acme, Inc.")]),
        "unknown": (f"id\n{acme.id}\n4711\n", "", "the CSV: line 3: no project of account 10000001 has the id '4711'"),
        "twins": ("name\nTwin\n", ", skip_unknown=true", f"the CSV: line 2: 'Twin' may mean {twin.id} 'Twin' and {other.id} 'Twin': give the id"),
        "two": (f"id;name\n{acme.id};Twin\n", ", skip_unknown=true", f"line 2: column 'id' ('{acme.id}') means {acme.id} 'Acme, Inc.', and"),
        "no CSV": ("4711\n", "", "its first line ('4711') has no heading api_key, id or name"),
    }
    tasks: list[dict[str, Any]] = [{"name": "account", "opentok.cloud.project_info": {}, "register": "account"}]
    for name, (text, more, _) in cases.items():
        found = {"ansible.builtin.debug": {"msg": FOUND % more}, "vars": {"text": text}}
        tasks.append({"name": name, "ignore_errors": True, **found})
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded()
    for name, (_, _, expected) in cases.items():
        told = played.of(name).result["msg"]
        if isinstance(expected, str):
            assert (played.of(name).outcome, expected in told) == ("failed", True), told
        else:
            assert told == [{"id": one, "key": key} for one, key in expected]
    assert "skipped: the CSV: line 3: no project of account 10000001 has the id '4711'" in " ".join(played.output.split())
