# SPDX-License-Identifier: Apache-2.0
"""The rules for ansible-lint, by the real ansible-lint, alone, without its own rules."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gitops.awx import environment
from tests.policies.cases import ACCOUNTS, CASES, EXPIRES, KEPT, Case

LINT = 'ansible-lint --offline --nocolor -qq --format json -r "$(python -m pulumi_opentok.policies ansible-lint)"'


def task(case: Case) -> list[dict[str, Any]]:
    """The case as a task of its name; before it the session that it records."""
    options = dict(case.properties)
    before = []
    if case.kind == "project":
        options["name"] = case.name
    if case.absent:
        options["state"] = "absent"
    if case.session is not None:
        room = f"room_of_{case.name.replace('-', '_')}"
        before = [{"name": room, "opentok.cloud.session": {"project": "46000001", **case.session}, "register": room}]
        options["session"] = f"{{{{ {room}.session.session_id }}}}"
    return [*before, {"name": case.name, f"opentok.cloud.{case.kind}": options}]


FLEET: dict[str, Any] = {
    "defaults": {"secret_max_age": "30d"},
    "projects": [{"name": "X"}, {"name": "Y", "state": "absent"}, {"name": "Z", "secret_max_age": "365d"}, "{{ more }}"],
}
MORE: list[dict[str, Any]] = [
    {"name": "fleet", "opentok.cloud.projects": FLEET},
    {"name": "fleet-elsewhere-declared", "opentok.cloud.projects": {"projects": "{{ tenants }}", "defaults": {"on_delete": "delete"}}},
    {"name": "templated", "opentok.cloud.project": {"name": "X", "secret_max_age": "{{ age }}", "state": "{{ state }}"}},
    {"name": "switched", "opentok.cloud.project": {"name": "X", "status": "{{ status }}"}},
    {"name": "excused", "tags": ["skip_ansible_lint"], "opentok.cloud.project": {"name": "X"}},
    {"name": "elsewhere", "opentok.cloud.project": {"name": "X", "secret_max_age": "1d", "account_key": "20000002"}},
    {"name": "none-of-theirs", "ansible.builtin.debug": {"msg": "on_delete=delete"}},
]


def playbook(path: Path) -> None:
    """All cases: one half in a block, and another play whose defaults are what its task leaves out."""
    tasks = [one for case in CASES for one in task(case)] + MORE
    half = len(tasks) // 2
    inside = [*tasks[:half], {"name": "block", "block": tasks[half:]}]
    defaults = {"opentok.cloud.project": {"secret_max_age": "30d", "account_key": "10000001"}}
    by_default = [{"name": "by-default", "opentok.cloud.project": {"name": "X"}}]
    plays = [
        {"name": "Cases", "hosts": "localhost", "tasks": inside},
        {"name": "Defaults", "hosts": "localhost", "module_defaults": defaults, "tasks": by_default},
    ]
    path.parent.mkdir()
    path.write_text("---\n" + yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")


def lint(folder: Path, *paths: str, **env: str) -> tuple[int, set[tuple[str, str, str]]]:
    """The exit code, and what was found: path, rule, the first word of the message (the task's name)."""
    line = " ".join([LINT, *paths])
    whole = {**environment(folder), **env}
    done = subprocess.run(["bash", "-ec", line], cwd=folder, env=whole, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    rows = {(row["location"]["path"], row["check_name"].removeprefix("opentok-policies"), row["description"].split()[0]) for row in found}
    return done.returncode, rows


@pytest.mark.long
def test_a_playbook_is_refused_by_what_the_table_says(tmp_path: Path) -> None:
    playbook(tmp_path / "prod" / "site.yml")
    playbook(tmp_path / "dev" / "site.yml")
    code, found = lint(tmp_path, "prod/site.yml", "dev/site.yml")
    in_production = {("prod/site.yml", f"[{rule}]", case.name) for case in CASES for rule in case.refused_by("ansible")}
    in_production |= {("prod/site.yml", f"[{KEPT}]", "fleet"), ("prod/site.yml", f"[{EXPIRES}]", "fleet")}
    elsewhere = {("dev/site.yml", f"[{rule}]", case.name) for case in CASES for rule in case.refused_by("ansible", production=False)}
    assert (code, found) == (2, in_production | elsewhere | {("dev/site.yml", f"[{EXPIRES}]", "fleet")})

    settings = {"all": "advisory", EXPIRES: "disabled", ACCOUNTS: {"accounts": ["10000001"]}}
    (tmp_path / "opentok-policies.json").write_text(json.dumps(settings), encoding="utf-8")
    code, found = lint(tmp_path, "dev/site.yml")
    advisory = {("dev/site.yml", f"[{rule}]", case.name) for case in CASES for rule in case.refused_by("ansible", production=False) - {EXPIRES}}
    assert (code, found) == (0, advisory | {("dev/site.yml", f"[{ACCOUNTS}]", "elsewhere")})

    (tmp_path / "mine.json").write_text('{"secret-expires": "advisory"}', encoding="utf-8")
    code, found = lint(tmp_path, "dev/site.yml", OPENTOK_POLICIES="mine.json")
    assert (code, {rule for _, rule, _ in found}) == (2, {"[settings]"})
