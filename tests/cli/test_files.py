# SPDX-License-Identifier: Apache-2.0
"""`plan`, `apply`: the file of the examples as it is, drift, failures, purge, publication."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from tests.cli.running import PROGRAM, Command
from tests.cli.test_account import OUTCOME, OUTPUTS
from tests.engine.environment import REPO

EXAMPLES = [REPO / "examples/pulumi/tenants/tenants.yaml", REPO / "examples/ansible/tenants/tenants.yaml"]
THREE = "projects: [{key: a, name: A}, {key: b, name: B, status: suspended}, {key: c, name: C}]"
PLANNED = {"result", "differs", "disruptive", "status", "secret_fingerprint", "does", "recorded"}
"""What an outcome of `plan` has besides."""
SUMMARY = {"declared", "changed", "failed", "due", "purged", "undeclared"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parts[-3])
def test_the_file_of_the_examples_as_it_is(command: Command, example: Path) -> None:
    arguments = ("-f", str(example), "--ledger", "ledger.json")
    names = sorted(tenant["name"] for tenant in yaml.safe_load(example.read_text())["tenants"])
    assert len(command("plan", *arguments).ok().out.splitlines()) == len(names) + 2
    assert command.names() == []
    assert command("apply", *arguments).ok().out.splitlines()[-1] == f"{len(names)} projects: {len(names)} changed, 0 as declared"
    assert command.names() == names
    command.asked()
    for verb in (("apply",), ("plan", "--expect-no-changes")):
        assert f"{len(names)} as declared" in command(*verb, *arguments).ok().out
        assert command.asked() == {"project.list": 1}


def test_without_a_ledger_what_needs_one_is_refused(command: Command) -> None:
    done = command("apply", "-f", str(EXAMPLES[0])).failed(2, "acme: secret_triggers: needs a record", "ledger", "retired_secrets")
    assert done.err.count("\n") == 1
    assert not command.asked()
    assert "12 projects" in command("plan", "-f", str(EXAMPLES[0]), OPENTOK_LEDGER="ledger.json").ok().out


def test_drift_is_seven(command: Command) -> None:
    file = command.file(THREE)
    command("plan", "-f", file, "--expect-no-changes").ok(7)
    command("plan", "-f", file).ok()
    command("apply", "-f", file).ok()
    command.projects.set_status("46000002" if command.projects.get("46000002").name == "B" else "46000001", "suspended")
    command.emulator.edit_project(next(one.id for one in command.projects.list() if one.name == "B"), status="ACTIVE")
    assert "suspend project" in command("plan", "-f", file, "--expect-no-changes").ok(7).out


@pytest.mark.parametrize("name", ["f.yaml", "f.json", "-"])
def test_yaml_json_and_stdin(command: Command, name: str) -> None:
    text = json.dumps({"tenants": [{"name": "東京", "id": None}]})
    if name != "-":
        command.file("\ufeff" + text, name)
    command("apply", "-f", name, stdin=text).ok()
    assert command.names() == ["東京"]


def test_json_has_all_keys_always(command: Command) -> None:
    command.projects.create("twin")
    command.projects.create("twin")
    file = command.file("projects: [{key: a, name: A}, {key: t, name: twin}, {name: B, status: suspended}]")
    for verb, applied in (("plan", False), ("apply", True), ("apply", True)):
        done = command(verb, "-f", file, "--json").failed(1, "opentok-projects: t: 2 projects")
        document = done.json
        assert set(document) == {"account_key", "applied", "projects", "purged", "undeclared", "digest", "summary"}
        assert document["applied"] is applied
        assert [one["key"] for one in document["projects"]] == ["a", "t", "B"]
        assert all(set(one) == (OUTCOME if applied else OUTCOME | PLANNED) for one in document["projects"])
        assert [one["project"] and set(one["project"]) for one in document["projects"]] == [OUTPUTS, None, OUTPUTS]
        assert set(document["summary"]) == SUMMARY
    assert document["summary"] == {"declared": 3, "changed": 0, "failed": 1, "due": 0, "purged": 0, "undeclared": 0}


def test_one_failure_among_many(command: Command) -> None:
    command.projects.create("twin")
    command.projects.create("twin")
    rows = [{"key": f"p{number}", "name": f"P {number}"} for number in range(15)]
    file = command.file(yaml.safe_dump({"projects": [*rows, {"key": "bad", "name": "twin"}, {"key": "last", "name": "Last"}]}))
    done = command("apply", "-f", file).failed(1, "bad: 2 projects", "46000001 and 46000002")
    assert done.err.count("\n") == 1
    assert done.out.splitlines()[-1] == "17 projects: 16 changed, 0 as declared, 1 failed"
    assert len(command.names()) == 18


def test_parallel_creates_with_lost_answers_make_no_twin(command: Command) -> None:
    command.emulator.fault("project.create", "drop_after", times=None, probability=0.5)
    file = command.file(yaml.safe_dump({"projects": [{"name": f"P {number:02}"} for number in range(20)]}))
    done = command("apply", "-f", file, "--parallel", "16").ok()
    assert "was lost" in done.out
    assert command.names() == [f"P {number:02}" for number in range(20)]


def test_purge_is_off_and_confirmed_by_a_maximum(command: Command) -> None:
    for name in ("old", "older"):
        command.projects.create(name)
    file = command.file("projects: [{name: A}]")
    assert "older" not in command("plan", "-f", file).ok().out
    for verb in ("plan", "apply"):
        command(verb, "-f", file, "--purge-at-most", "1").failed(1, "2 projects", "'old'", "'older'", "at most 1", "nothing was changed")
    assert command.names() == ["old", "older"]
    assert "2 undeclared would end" in command("plan", "-f", file, "--purge-at-most", "2").ok().out
    done = command("apply", "-f", file, "--purge-at-most", "2", "--json").ok().json
    assert [one["actions"][0].split()[0] for one in done["purged"]] == ["delete", "delete"]
    assert done["summary"]["purged"] == 2
    assert command.names() == ["A"]


def test_publication_of_many(command: Command) -> None:
    (command.folder / "out").mkdir()
    arguments = ("apply", "-f", command.file(THREE), "--publish", f"file:{command.folder}/out/{{key}}.json")
    command(*arguments).ok()
    there = {project.name: project.secret for project in command.projects.list()}
    assert {name: json.loads((command.folder / f"out/{name.lower()}.json").read_text())["api_secret"] for name in there} == there
    command.asked()
    assert "3 as declared" in command(*arguments).ok().out
    assert command.asked() == {"project.list": 1}
    (command.folder / "out/b.json").unlink()
    assert "1 changed" in command(*arguments).ok().out


def test_a_place_that_cannot_be_written_is_known_before_a_secret_is_made(command: Command) -> None:
    arguments = ("apply", "-f", command.file(THREE), "--publish", f"file:{command.folder}/nowhere/{{key}}.json")
    command(*arguments).failed(1, "a: file", "nowhere")
    assert command.names() == []


def test_what_failed_is_done_by_the_next_run(command: Command) -> None:
    command.emulator.fault("project.create", "status", status=400, times=None, after=2)
    file = command.file(THREE)
    command("apply", "-f", file, "--parallel", "1").failed(3, "c: project.create")
    assert command.names() == ["A", "B"]
    command.emulator.clear_faults()
    assert "1 changed, 2 as declared" in command("apply", "-f", file).ok().out
    assert command.names() == ["A", "B", "C"]


def test_a_killed_run_rotates_nothing_twice(command: Command) -> None:
    def declared(version: int) -> str:
        rows = ", ".join(f"{{name: P{number}, secret_triggers: {{v: '{version}'}}}}" for number in range(12))
        return command.file(f"projects: [{rows}]")

    command("apply", "-f", declared(1), "--ledger", "ledger.json").ok()
    command.asked()
    hanging = command.emulator.fault("project.refresh_secret", "delay", times=None, after=5, seconds=600)["id"]
    arguments = [*PROGRAM, "apply", "-f", declared(2), "--ledger", "ledger.json", "--parallel", "4"]
    process = subprocess.Popen(arguments, cwd=command.folder, env=command.environment({}), stdin=subprocess.DEVNULL)
    while not any(fault["id"] == hanging and fault["fired"] == 4 for fault in command.emulator.faults()):
        time.sleep(0.02)
    process.kill()
    process.wait()
    command.emulator.clear_faults()
    command("plan", "-f", "tenants.yaml", "--ledger", "ledger.json").ok()
    assert "12 projects: 3 changed, 9 as declared" in command("apply", "-f", "tenants.yaml", "--ledger", "ledger.json").ok().out
    assert command.asked()["project.refresh_secret"] == 12
    command("plan", "-f", "tenants.yaml", "--ledger", "ledger.json", "--expect-no-changes").ok()


def test_what_the_file_does_not_declare(command: Command) -> None:
    for name in ("kept", "old", "x"):
        command.projects.create(name)
    command.emulator.edit_project("46000003", name="odd\u202e\none")
    command.projects.set_status("46000002", "suspended")
    file = command.file("defaults: {on_delete: suspend}\nprojects: {kept: }")
    assert command("plan", "-f", file).ok().out == "1 project: 0 would change, 1 as declared\n"
    lines = command("plan", "-f", file, "--undeclared", "report").ok().out.splitlines()
    odd = "? not declared: project 46000003 'odd  one', active"
    assert lines == ["? not declared: project 46000002 'old', suspended", odd, "1 project: 0 would change, 1 as declared, 2 not declared"]
    purge = ("--undeclared", "purge", "--purge-limit", "34%")
    document = command("apply", "-f", file, *purge, "--purge-pattern", "o*", "--json").ok().json
    assert [(one["id"], one["status"]) for one in document["undeclared"]] == [("46000002", "suspended")]
    assert set(document["undeclared"][0]) == {"id", "name", "status", "created_at", "kept"}
    assert [(one["id"], one["changed"]) for one in document["purged"]] == [("46000003", True)]
    assert document["summary"] == {"declared": 1, "changed": 0, "failed": 0, "due": 0, "purged": 1, "undeclared": 1}
    shown = command("plan", "-f", command.file("projects: {kept: , old: {status: active}}"), "--purge-at-most", "3")
    assert shown.ok().out.splitlines()[-1] == "2 projects: 1 would change, 1 as declared, 1 undeclared would end", "each is told once"
    (command.folder / "tenants.yaml").write_text("projects: {kept: , OLD: {state: absent}}")
    assert command("apply", "-f", "tenants.yaml", "--purge-at-most", "3").ok().out.splitlines()[1:] == [
        "- odd  one  delete project 46000003 'odd  one': its key and every session made with it stop working for good",
        "? not declared: project 46000002 'old', suspended; not purged: its name differs from the declared 'OLD' only in case, so it may be that one:"
        " declare its id to have it as declared, or its id with state: absent to end it",
        "2 projects: 0 changed, 2 as declared, 1 undeclared ended, 1 not declared",
    ]


def test_stop_on_error(command: Command) -> None:
    for _ in range(2):
        command.projects.create("twin")
    file = command.file("projects: {a: , twin: }")
    done = command("apply", "-f", file, "--stop-on-error").failed(1, "twin: 2 projects of account")
    assert done.err.count("\n") == 1
    assert done.out == "2 projects: 0 changed, 0 as declared, 1 failed, 1 not done\n"
    assert command("apply", "-f", file).failed(1).out.splitlines()[-1] == "2 projects: 1 changed, 0 as declared, 1 failed"


READ = (
    "plan -f pipe",
    "suspend --dry-run --csv pipe",
    "report --from pipe",
    "report --from - --since pipe",
    "guard pipe --only nothing",
    "apply -f - --plan pipe",
    "list --account-secret-file pipe",
)


def test_a_pipe_is_not_waited_for_unless_a_shell_hands_it_over(command: Command) -> None:
    os.mkfifo(command.folder / "pipe", 0o600)
    for line in READ:
        command(*line.split(), stdin='{"projects": []}').failed(2, "it is no regular file")
    command.projects.create("Acme")
    program = shlex.join(PROGRAM)
    line = f"{program} suspend --dry-run --csv <(printf 'name\\nAcme\\n') && {program} plan -f <(echo 'projects: [{{name: Acme}}]')"
    done = subprocess.run(["bash", "-c", line], env=command.environment({}), capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 would be suspended" in done.stdout
    assert "1 as declared" in done.stdout
