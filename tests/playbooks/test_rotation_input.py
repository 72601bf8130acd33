# SPDX-License-Identifier: Apache-2.0
"""Wrong options of rotation by a real playbook: one clear line each, and nothing changed anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

NO_RECORD = "needs a record of the last run: give a ledger (a file or a URL), or declare retired_secrets, which needs none"


def window(**fields: Any) -> dict[str, Any]:
    return {"rotation_window": {"start": "02:00", "end": "05:00", **fields}}


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no ledger": ({"ledger": None, "secret_triggers": {"v": 1}}, f"secret_triggers: {NO_RECORD}"),
    "an age of 0": ({"secret_max_age": "0d"}, "secret_max_age: must be longer than 0"),
    "an age below 0": ({"secret_max_age": "-1d"}, "secret_max_age: must be a duration such as 90d"),
    "an age of 90x": ({"secret_max_age": "90x"}, "secret_max_age: must be a duration such as 90d"),
    "a time that YAML read": (window(start=1320), "rotation_window.start: must be a time of day such as '02:00', in quotes"),
    "never open": (window(end="02:00"), "such a window never opens"),
    "without a day": (window(days=[]), "without a day it never opens"),
    "half a window": ({"rotation_window": {"start": "02:00"}}, "missing required arguments: end"),
    "a zone of nowhere": (window(timezone="Mars/Olympus"), "rotation_window.timezone: must be a time zone"),
    "half a fingerprint": ({"retired_secrets": ["sha256:5ecret"]}, "item 1 must be sha256: and 64 hex digits, it has 6 characters"),
    "another digest": ({"retired_secrets": ["sha512:5ecret"]}, "item 1 can be neither a secret nor a fingerprint"),
    "retired nothing": ({"retired_secrets": ""}, "retired_secrets: item 1 is empty: give a secret or its sha256: fingerprint"),
    "two of a name": ({"name": "Twin", "rotate": "always"}, "2 projects of account"),
    "a folder": ({"ledger": "."}, "is a folder: give the path of a file in it"),
    "no folder": ({"ledger": "none/ledger.json"}, "there is no such folder"),
    "an empty path": ({"ledger": ""}, "ledger: must be the path of a file"),
    "foreign": ({"ledger": "foreign.json"}, "is JSON, but not a ledger"),
    "newer": ({"ledger": "newer.json"}, "was written by a newer opentok (version 2"),
    "damaged": ({"ledger": "damaged.json"}, "cannot be understood; restore it, or remove that entry"),
    "nowhere to publish": ({"publish": ["ftp:acme"]}, "publish: must be file:PATH"),
}


@pytest.mark.long
def test_bad_input_changes_nothing(tmp_path: Path, opentok_emulator: Emulator) -> None:
    projects = [projects_of(opentok_emulator).create(name) for name in ("Acme", "Twin", "Twin")]
    before = opentok_emulator.all_projects()
    format_ = {"format": "opentok-ledger", "version": 1}
    files = {
        "foreign.json": {"resources": []},
        "newer.json": {**format_, "version": 2},
        "damaged.json": {**format_, "entries": {f"project/{projects[0].id}": {"private": "5ecret"}}},
    }
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    tasks = []
    for title, (options, _) in BAD.items():
        merged = {"name": "Acme", "retired_secrets": [projects[0].secret], "ledger": "new.json", **options}
        merged["ledger"] = merged["ledger"] and str(tmp_path / merged["ledger"])
        tasks.append({"name": title, "opentok.cloud.project": merged, "ignore_errors": True})
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "-vvv").succeeded()
    for title, (_, text) in BAD.items():
        said = str(played.of(title).result["msg"])
        assert (text in said, "\n" in said, "5ecret" in said) == (True, False, False), (title, said)
        assert set(played.of(title).requests) <= {"project.list"}, title
    assert "Traceback" not in played.output
    assert opentok_emulator.all_projects() == before
    assert {name: json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in files} == files
