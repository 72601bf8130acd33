# SPDX-License-Identifier: Apache-2.0
"""Many projects by one task: one list, only the writes that are needed, a result for each in the order given, and what fails stops nothing else."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.descendants import signalled
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun, Played, TaskResult
from tests.playbooks.test_interrupted import MODULE, asked, pythons
from tests.things.project import OUTPUTS

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

KEYS = OUTPUTS | {"key", "changed", "actions", "failed", "msg", "warnings", "recorded"}
NAMES = {"acme": "Müller & Söhne “GmbH”", "globex": "Globex", "initech": "🚀 Initech"}


def task(title: str, projects: Any, **options: Any) -> dict[str, Any]:
    more = {name: options.pop(name) for name in ("check_mode", "vars", "register") if name in options}
    return {"name": title, "opentok.cloud.projects": {"projects": projects, **options}, "ignore_errors": True, **more}


def items(result: TaskResult, *names: str) -> list[Any]:
    """One value of each project, or several."""
    rows = result.result["projects"]
    assert [set(row) for row in rows] == [KEYS] * len(rows), result.task
    return [row[names[0]] if len(names) == 1 else tuple(row[name] for name in names) for row in rows]


def words(actions: list[str]) -> list[str]:
    return [text.split()[0] for text in actions]


def statuses(opentok: Emulator) -> dict[str, str]:
    return {project.name: project.status for project in projects_of(opentok).list()}


@pytest.mark.long
def test_the_life_of_a_fleet(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """Check, run, again; a list and a map; drift; an end; secrets published, each in its place, and shown nowhere."""
    ledger, place = str(tmp_path / "ledger.json"), str(tmp_path / "{key}.json")
    declared = [{"key": key, "name": name} for key, name in NAMES.items()]
    as_map = {key: {"name": name, "publish": [f"file:{place}"]} for key, name in reversed(NAMES.items())}
    usual = {"status": "active", "secret_triggers": {"rotation": "1"}}
    rotated = {**as_map, "acme": {**as_map["acme"], "secret_triggers": {"rotation": "2"}}}
    old = projects_of(opentok_emulator).create("Leaver")
    tasks = [
        task("check", [*declared, {"name": "Leaver", "state": "absent"}], defaults=usual, ledger=ledger, check_mode=True),
        task("run", [*declared, {"name": "Leaver", "state": "absent"}], defaults=usual, ledger=ledger),
        task("as a map, published", as_map, defaults=usual, ledger=ledger),
        task("again", as_map, defaults=usual, ledger=ledger),
        task("suspend and rotate, check", rotated, defaults={**usual, "status": "suspended"}, ledger=ledger, check_mode=True),
        task("suspend and rotate", rotated, defaults={**usual, "status": "suspended"}, ledger=ledger),
        task("with secrets", [{"key": "a", "id": old.id}, *declared], return_secret=True),
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "-vvv").succeeded()

    check, run = played.of("check").result, played.of("run").result
    assert (check["changed"], check["actions"], check["diff"]) == (run["changed"], run["actions"], run["diff"])
    assert words(run["actions"]) == ["create", "create", "create", "delete"]
    assert played.of("check").requests == ["project.list"]
    assert sorted(played.of("run").requests) == ["project.create"] * 3 + ["project.delete", "project.get"] + ["project.list"] * 2
    assert items(played.of("run"), "key", "name", "changed") == [*((key, name, True) for key, name in NAMES.items()), ("Leaver", None, True)]
    assert items(played.of("check"), "id", "failed", "msg") == [(None, False, None)] * 4
    assert run["diff"][0]["prepared"].startswith("delete project"), "what cuts someone off comes first"
    assert run["summary"] == {"declared": 4, "changed": 4, "failed": 0, "due": 0, "undeclared": 0, "purged": 0}

    assert words(played.of("as a map, published").result["actions"]) == ["publish"] * 3
    assert played.of("as a map, published").requests == ["project.list"]
    again = played.of("again")
    assert (again.requests, again.result["changed"], again.result["diff"]) == (["project.list"], False, [])
    assert items(again, "key") == list(reversed(NAMES))
    foretold, done = played.of("suspend and rotate, check").result, played.of("suspend and rotate").result
    assert foretold["actions"] == done["actions"]
    assert len([text for text in foretold["warnings"] if str(text).startswith("planned: suspend")]) == 3
    assert len([text for text in done["warnings"] if str(text).startswith("done: rotate")]) == 1
    assert set(statuses(opentok_emulator).values()) == {"suspended"}

    live = {project.name: project.secret for project in projects_of(opentok_emulator).list()}
    for key, name in NAMES.items():
        assert json.loads((tmp_path / f"{key}.json").read_text())["api_secret"] == live[name]
    shown = played.of("with secrets")
    assert (shown.outcome, shown.result["failure"]["type"]) == ("failed", "PlanError"), "Leaver is gone"
    assert items(shown, "key", "failed", "api_secret")[1:] == [(key, False, live[name]) for key, name in NAMES.items()]
    before = played.output.partition("TASK [with secrets]")[0]
    assert [secret for secret in (*live.values(), old.secret, opentok_emulator.account_secret) if secret in before] == []


@pytest.mark.long
def test_what_fails_stops_nothing_else_and_the_next_run_finishes(tmp_path: Path, opentok_emulator: Emulator) -> None:
    names = [f"tenant {number}" for number in range(12)]
    projects = [{"key": f"t{number}", "name": name, "status": "suspended"} for number, name in enumerate(names)]
    refused = [["POST", "faults", {"operation": "project.set_status", "kind": "status", "status": 400, "times": 7}]]
    tasks = [
        task("seven are refused", projects, max_parallel=1, vars={"opentok_control": refused}),
        task("the rest", projects),
        task("nothing is left", projects, check_mode=True),
        task("stops at the first", [{"name": f"new {number}"} for number in range(4)], max_parallel=1, continue_on_error=False, vars={
            "opentok_control": [["POST", "faults", {"operation": "project.create", "kind": "status", "status": 400, "times": 1}]]
        }),
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded()
    first = played.of("seven are refused")
    assert items(first, "key", "failed") == [(f"t{number}", number < 7) for number in range(12)]
    assert first.result["changed"] is True
    assert first.result["msg"].startswith("7 of 12 projects failed: t0: ")
    assert first.result["msg"].endswith("; and 2 more, see 'projects' in the result")
    assert "\n" not in first.result["msg"]
    failure = first.result["failure"]
    assert (failure["operation"], failure["status"]) == ("project.set_status", 400)
    assert [problem["field"] for problem in failure["problems"]] == [f"t{number}" for number in range(7)]
    assert [project["actions"] for project in first.result["projects"]][6:8] == [
        ["create project 'tenant 6'"],
        ["create project 'tenant 7'", first.result["projects"][7]["actions"][1]],
    ]
    assert words(played.of("the rest").result["actions"]) == ["suspend"] * 7
    assert played.of("nothing is left").result["actions"] == []
    assert {name: statuses(opentok_emulator)[name] for name in names} == dict.fromkeys(names, "suspended")
    assert items(played.of("stops at the first"), "failed") == [True] * 4
    assert played.of("stops at the first").result["msg"].startswith("1 of 4 projects failed: new 0: ")
    assert played.of("stops at the first").result["msg"].endswith("; 3 were not begun (continue_on_error: false)")
    assert [name for name in statuses(opentok_emulator) if name.startswith("new")] == []


@pytest.mark.long
def test_what_nobody_declares(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """Reported, or ended within bounds; nothing at all is done beyond them."""
    account = projects_of(opentok_emulator)
    ids = {name: account.create(name).id for name in ("Acme", "pilot 1", "pilot 2", "Globex")}
    acme = [{"name": "Acme", "status": "suspended"}]
    purge = {"purge": True, "purge_pattern": "pilot *", "defaults": {"on_delete": "suspend"}}
    refused = {
        "over the limit": (acme, {**purge, "purge_limit": 1}, "2 projects"),
        "over the limit in percent": (acme, {**purge, "purge_limit": "25%"}, "2 projects"),
        "no limit": (acme, purge, "purge_limit: missing"),
        "an empty list": ([], {**purge, "purge_limit": 9}, "declares no project"),
        "both ways": (acme, {"purge": True, "undeclared": "report"}, "purge: contradicts undeclared: report"),
        "both ways, the other": (acme, {"purge": False, "undeclared": "purge", "purge_limit": 1}, "purge: contradicts undeclared: purge"),
        "a limit of nothing": (acme, {"purge_limit": 5}, "purge_limit: "),
    }
    tasks = [
        *(task(title, projects, **options) for title, (projects, options, _text) in refused.items()),
        task("report", [{"name": "Acme"}], undeclared="report"),
        task("ignore", [{"name": "Acme"}]),
        task("check", acme, **purge, purge_limit=2, check_mode=True),
        task("purge", acme, **purge, purge_limit="50%"),
        task("again", acme, **purge, purge_limit=2),
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded()
    for title, (_projects, _options, text) in refused.items():
        assert text in played.of(title).result["msg"], title
        assert played.of(title).outcome == "failed", title
        assert set(played.of(title).requests) <= {"project.list"}, title
    report = played.of("report").result
    assert [(one["name"], one["id"], one["status"], one["actions"]) for one in report["undeclared"]] == [
        (name, ids[name], "active", []) for name in ("pilot 1", "pilot 2", "Globex")
    ]
    assert [text for text in report["warnings"] if "3 projects of account" in str(text)] != []
    assert (played.of("ignore").result["undeclared"], "warnings" in played.of("ignore").result) == ([], False)
    check, purged = played.of("check").result, played.of("purge").result
    assert check["actions"] == purged["actions"]
    assert words(purged["actions"]) == ["suspend"] * 3
    assert purged["summary"] == {"declared": 1, "changed": 1, "failed": 0, "due": 0, "undeclared": 1, "purged": 2}
    for result in (check, purged):
        assert [(one["name"], one["changed"]) for one in result["purged"]] == [("pilot 1", True), ("pilot 2", True)]
        assert [(one["name"], one["changed"]) for one in result["undeclared"]] == [("Globex", False)]
    assert played.of("again").result["actions"] == []
    assert statuses(opentok_emulator) == {"Acme": "suspended", "pilot 1": "suspended", "pilot 2": "suspended", "Globex": "active"}


@pytest.mark.long
def test_a_plan_that_was_approved_is_carried_out_or_refused(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """And a chain of tasks in check mode, and many consequences without `-v`."""
    account = projects_of(opentok_emulator)
    ids = [account.create(f"tenant {number:02}").id for number in range(25)]
    suspended = [*({"id": one, "status": "suspended"} for one in ids), {"id": account.create("leaver").id, "state": "absent"}]
    chain = [
        {"name": "project", "opentok.cloud.project": {"name": "New"}, "check_mode": True, "register": "new"},
        task("chain", [{"key": "n", "id": "{{ new.project.id }}", "status": "suspended"}, {"name": "New too"}], check_mode=True),
        task("a purge in a chain", [{"key": "n", "id": "{{ new.project.id }}"}], purge=True, purge_limit=99, check_mode=True),
    ]
    tasks = [
        *chain,
        task("plan", suspended, check_mode=True, register="approved"),
        task("renamed plan", suspended[:-1], plan="{{ approved.plan }}"),
        task("no digest", suspended, plan="yes"),
        task("as approved", suspended, plan="{{ approved.plan }}"),
        task("once more", suspended, plan="{{ approved.plan }}"),
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded()
    foretold = played.of("chain").result
    assert items(played.of("chain"), "key", "id", "status") == [("n", None, "suspended"), ("New too", None, "active")]
    assert words(foretold["actions"]) == ["suspend", "create"]
    assert foretold["plan"] is None
    assert [text for text in foretold["warnings"] if str(text).startswith("n: existing_id is not known before an earlier step is done")] != []

    assert played.of("a purge in a chain").result["actions"] == []
    assert "what would be purged is not known" in str(played.of("a purge in a chain").result["warnings"])
    warned = [str(text) for text in played.of("plan").result["warnings"]]
    assert [text.partition(":")[0] for text in warned] == ["planned"] * 21
    assert (warned[0].startswith("planned: delete"), "6 more" in warned[-1]) == (True, True)
    for title, text in {"renamed plan": "nothing was done", "no digest": "plan: must be", "once more": "nothing was done"}.items():
        assert text in played.of(title).result["msg"], title
        assert set(played.of(title).requests) <= {"project.list"}, title
    assert len(played.of("as approved").result["actions"]) == 26
    assert set(statuses(opentok_emulator).values()) == {"suspended"}


@pytest.mark.long
def test_interrupted_half_way_then_killed(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """What is begun is finished and told; after a kill, too, the next run finishes the rest, without a twin."""
    ansible = AnsibleRun(tmp_path, opentok_emulator, forked=False)
    projects = [{"name": f"tenant {number}"} for number in range(12)]
    opentok_emulator.fault("project.create", "delay", seconds=0.5, times=100)
    with signalled(lambda: pythons(MODULE), [signal.SIGTERM], lambda: asked(opentok_emulator, "project.create")):
        stopped = ansible.play([task("stopped", projects, max_parallel=2)]).of("stopped")
    begun = statuses(opentok_emulator)
    assert 0 < len(begun) < 12
    assert stopped.result["msg"].startswith("interrupted by SIGTERM: what was begun is finished and recorded, and nothing else was begun; ")
    assert {name for name, changed in items(stopped, "key", "changed") if changed} == set(begun)
    opentok_emulator.clear_journal()
    with signalled(lambda: pythons(MODULE), [signal.SIGKILL], lambda: asked(opentok_emulator, "project.create")):
        ansible.play([task("killed", projects, max_parallel=2)])
    begun = statuses(opentok_emulator)
    told = ansible.play([task("finished", projects, max_parallel=2)], "-v")
    assert 0 < len(told.of("finished").result["actions"]) <= 12 - len(begun)
    assert re.search(r"^\[localhost\] \d+ of 12 projects$", told.output, re.MULTILINE), "with -v it says how far it is"
    assert len(opentok_emulator.all_projects()) == 12


SECRET = "s3cretOfAProject" + "0" * 24
WRONG: dict[str, tuple[Any, dict[str, Any], list[str]]] = {
    "texts in it": (["Acme", SECRET], {}, ["entry 1: must be a map such as", "entry 2: must be a map"]),
    "several at once": ([{"name": 5}, {"key": "b", "name": "B", "status": "actve", "colour": SECRET}], {}, ["b: colour: is no key"]),
    "NFC and NFD": ([{"key": "a", "name": "Caf\u00e9"}, {"key": "b", "name": "Cafe\u0301"}], {}, ["2 Unicode forms"]),
    "a retired secret as a name": ([{"name": SECRET}, {"name": "B", "retired_secrets": [SECRET]}], {}, ["entry 1: name: holds a secret"]),
    "too parallel": ([{"name": "A"}], {"max_parallel": 17}, ["max_parallel: must be a whole number from 1 to 16"]),
    "one place for two": ([{"name": "A"}, {"name": "B"}], {"defaults": {"publish": ["file:/tmp/x.json"]}}, ["publish: ", "{key}"]),
}
"""Some of those that the collection's unit tests have, as people meet them."""


@pytest.mark.long
def test_bad_input_is_refused_before_any_request(tmp_path: Path, opentok_emulator: Emulator) -> None:
    tasks = [task(title, projects, **options) for title, (projects, options, _parts) in WRONG.items()]
    played: Played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "-vvv").succeeded()
    for title, (_projects, _options, parts) in WRONG.items():
        said = played.of(title).result["msg"]
        assert [part for part in parts if part not in said] == [], (title, said)
        assert "\n" not in said, title
    assert opentok_emulator.journal() == []
    assert "Traceback" not in played.output
    # Ansible quotes the lines of the playbook around what has failed, with their numbers.
    assert [line for line in played.output.splitlines() if SECRET in line and not re.match(r" *\d+ ", line)] == []
