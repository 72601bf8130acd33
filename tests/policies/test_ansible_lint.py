# SPDX-License-Identifier: Apache-2.0
"""The rules for ansible-lint, by the real ansible-lint, alone, without its own rules."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gitops.awx import environment
from tests.playbooks.ansible_run import ROOT
from tests.policies.cases import ACCOUNTS, CASES, ENCRYPTED, EXPIRES, KEPT, ROUTED, TLS, Case

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
    {"name": "by-id", "opentok.cloud.project": {"id": "46000001", "status": "active"}},
    {"name": "none-of-theirs", "ansible.builtin.debug": {"msg": "on_delete=delete"}},
]

WRITTEN: dict[str, list[dict[str, Any]]] = {
    KEPT: [
        {"action": "opentok.cloud.project name=X state=absent"},
        {"action": {"module": "opentok.cloud.project", "name": "X", "state": "absent"}},
        {"local_action": "opentok.cloud.project name='X Y' state=absent"},
        {"local_action": {"module": "opentok.cloud.project", "name": "X", "state": "absent"}},
        {"opentok.cloud.project": "name=X7 state=absent on_delete=delete"},
        {"opentok.cloud.project": {"name": "X"}, "args": {"state": "absent"}},
    ],
    ENCRYPTED: [{"opentok.cloud.sip_trunk": f"uri={TLS} require_encryption=no"}, {"opentok.cloud.sip_trunk": {"uri": TLS, "require_encryption": 0}}],
    ACCOUNTS: [{"opentok.cloud.project_info": None, "environment": {"OPENTOK_ACCOUNT_KEY": 20000002}}],
    "": [
        *({"opentok.cloud.sip_trunk": {"uri": TLS, "require_encryption": yes}} for yes in ("yes", "true", "On", 1, True)),
        {"opentok.cloud.sip_trunk": f"uri={TLS} require_encryption=yes"},
        {"opentok.cloud.project": "{{ options }}"},
        {"opentok.cloud.project": {"name": "X"}, "args": "{{ options }}"},
        {"action": "opentok.cloud.project name=X state=present secret_max_age=30d"},
        {"action": "{{ module }} name=X state=absent"},
    ],
}
"""Rule that refuses it in production -> tasks, in the ways in which Ansible lets one write them."""

SHORT: dict[str, list[dict[str, Any]]] = {
    EXPIRES: [{"project": {"name": "X"}}, {"action": "project name=X"}],
    "": [{"project": {"id": "46000001"}}],
}
"""The same, where `collections` names the collection."""

RELAYED = {"opentok.cloud.session": {"project": "46000001"}, "register": "room"}
TOLD = re.compile(rf"({KEPT}|{ENCRYPTED}|{EXPIRES}|{ROUTED}|{ACCOUNTS})-\d+$")
ROOM_ID = "{{ room.session.id }}"
FOLLOWED: dict[str, list[dict[str, Any]]] = {
    ROUTED: [
        {"opentok.cloud.archive": {"session_id": ROOM_ID}},
        {"opentok.cloud.archive": "session={{ room.session.id }} state=running"},
        {"opentok.cloud.archive": {"session": "{{ where }}"}, "vars": {"where": ROOM_ID}},
        {"opentok.cloud.archive": {"session": "{{ in_play }}"}},
        {"opentok.cloud.archive": {"session": "{{ fact.id }}"}},
        {"opentok.cloud.archive": {"session": "{{ item.session.id }}"}, "loop": "{{ [room] }}"},
        {"opentok.cloud.archive": {"session": "{{ (room.session).id | default('') }}"}},
    ],
    "": [
        {"opentok.cloud.archive": {"session": "{{ other.session.id }}"}},
        {"opentok.cloud.archive": {"session": "{{ a_loop }}"}, "vars": {"a_loop": "{{ a_loop }}"}},
        {"opentok.cloud.archive": {"session": "{{ other.room }}"}},
        {"project": {"name": "another collection's"}},
    ],
}
AGAIN: dict[str, list[dict[str, Any]]] = {
    "": [
        {"opentok.cloud.session": {"project": "46000001", "media_mode": "routed"}, "register": "room"},
        {"opentok.cloud.archive": {"session": ROOM_ID}},
    ]
}
"""After FOLLOWED, whose `room` is another one."""


def named(table: dict[str, list[dict[str, Any]]], prefix: str) -> list[dict[str, Any]]:
    """The tasks of the table, each with a name that tells its rule."""
    return [{"name": f"{prefix}-{rule or 'good'}-{number}", **task} for rule, tasks in table.items() for number, task in enumerate(tasks)]


def ways(folder: Path) -> set[tuple[str, str, str]]:
    """Writes a playbook, task files and a role with all of these, in each place in which tasks may stand. Gives what is to be found."""
    block = {key: named(WRITTEN, key) for key in ("block", "rescue", "always")}
    rooms = [{"name": "room", **RELAYED}, {"name": "fact", "ansible.builtin.set_fact": {"fact": {"id": ROOM_ID}}}, *named(FOLLOWED, "followed")]
    short = {"name": "short", "collections": ["opentok.cloud"], "block": named(SHORT, "block-short")}
    more = {"name": "more", "ansible.builtin.include_tasks": "more.yml"}
    sections = {
        "pre_tasks": named(WRITTEN, "pre"),
        "tasks": [{"name": "all", **block}, *rooms, *named(AGAIN, "again"), short, more],
        "handlers": named(WRITTEN, "handler"),
    }
    plays = [
        {"name": "Ways", "hosts": "localhost", "vars": {"in_play": ROOM_ID}, **sections, "roles": ["rooms"]},
        {"name": "Short", "hosts": "localhost", "collections": ["opentok.cloud"], "tasks": named(SHORT, "short")},
    ]
    files: dict[str, Any] = {
        "prod/site.yml": plays,
        "prod/more.yml": named(WRITTEN, "included"),
        "prod/roles/rooms/tasks/main.yml": named(SHORT, "role"),
        "prod/roles/rooms/handlers/main.yml": named(WRITTEN, "role-handler"),
        "prod/roles/rooms/meta/main.yml": {"collections": ["opentok.cloud"]},
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\n" + yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return {(name, f"[{rule}]", task) for name, content in files.items() for rule, task in refused(content)}


def refused(content: Any) -> Iterator[tuple[str, str]]:
    """Rule and name of each task whose name tells a rule."""
    for entry in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        if isinstance(entry, dict) and (told := TOLD.search(str(entry.get("name")))):
            yield told[1], entry["name"]
        yield from refused(entry)


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


@pytest.mark.long
def test_tasks_are_judged_however_they_are_written_and_wherever_they_stand_and_the_examples_pass(tmp_path: Path) -> None:
    expected = ways(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "opentok-policies.json").write_text(json.dumps({ACCOUNTS: {"accounts": ["10000001"]}}), encoding="utf-8")
    examples = [str(path.relative_to(tmp_path)) for path in (tmp_path / "examples").rglob("*.yml") if "opentok.cloud." in path.read_text("utf-8")]
    assert len(examples) > 20
    code, found = lint(tmp_path, "prod/site.yml", *examples)
    assert (code, sorted(found - expected), sorted(expected - found)) == (2, [], [])
