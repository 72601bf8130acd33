# SPDX-License-Identifier: Apache-2.0
"""The real main() of many projects against an account on 127.0.0.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.projects import main

from .account_server import AccountServer
from .conftest import Run

LEAKED = "l3akedSecretOfTheProject" + "0" * 16

WRONG: dict[str, tuple[Any, dict[str, Any], list[str]]] = {
    "a text": ("Acme", {}, ["projects: must be a list of maps, or a map by key, not str"]),
    "nothing": (None, {}, ["projects"]),
    "texts in it": (["Acme", LEAKED], {}, ["entry 1: must be a map such as", "entry 2: must be a map"]),
    "several at once": ([{"name": 5}, {"key": "b", "name": "B", "status": "actve", "colour": LEAKED}], {}, ["b: colour: is no key"]),
    "wrong values": ([{"name": 5}, {"key": "b", "name": "B", "status": "actve"}], {}, ["5: name: must be a string", "b: status: must be"]),
    "twice a key": ([{"key": "a", "name": "A"}, {"key": "a", "name": "B"}], {}, ["a: is declared 2 times"]),
    "twice a name": ([{"key": "a", "name": "A"}, {"key": "b", "name": "A"}], {}, ["name 'A': is declared 2 times (by a and b)"]),
    "twice an id": ([{"key": "a", "id": "46000001"}, {"key": "b", "id": 46000001}], {}, ["46000001", "2 times"]),
    "two ids": ([{"id": "46000001", "existing_id": "46000002"}], {}, ["existing_id: is '46000002'"]),
    "NFC and NFD": ([{"key": "a", "name": "Caf\u00e9"}, {"key": "b", "name": "Cafe\u0301"}], {}, ["2 Unicode forms"]),
    "a retired secret as a name": ([{"name": LEAKED}, {"name": "B", "retired_secrets": [LEAKED]}], {}, ["entry 1: name: holds a secret"]),
    "wrong defaults": ([{"name": "A"}], {"defaults": {"name": "B", "status": "off"}}, ["defaults: name: is no key"]),
    "too parallel": ([{"name": "A"}], {"max_parallel": 17}, ["max_parallel: must be a whole number from 1 to 16"]),
    "not parallel": ([{"name": "A"}], {"max_parallel": 0}, ["max_parallel: must be"]),
    "a limit in words": ([{"name": "A"}], {"purge": True, "purge_limit": "few"}, ["purge_limit: must be"]),
    "a trigger without a ledger": ([{"key": "a", "name": "A", "secret_triggers": {"v": "1"}}], {}, ["a: secret_triggers: ", "give a ledger"]),
    "absent and more": ([{"name": "A", "state": "absent", "status": "active"}], {}, ["A: status: contradicts state: absent"]),
    "one place for two": ([{"name": "A"}, {"name": "B"}], {"defaults": {"publish": ["file:/tmp/x.json"]}}, ["publish: ", "{key}"]),
}


def test_check_mode_says_what_the_run_does_and_a_second_run_nothing(account: AccountServer, run: Run) -> None:
    account.add("There")
    options: dict[str, Any] = {"projects": {"new": {"name": "New", "status": "suspended"}, "There": None}, "defaults": {"status": "active"}}
    planned = run(main, check=True, **options)
    assert account.requests == ["GET"]
    done = run(main, **options)
    assert account.requests == ["GET", "GET", "POST", "PUT", "GET"]
    for part in ("changed", "actions", "diff", "plan"):
        assert planned[part] == done[part], part
    assert [(one["key"], one["changed"], one["status"]) for one in done["projects"]] == [("new", True, "suspended"), ("There", False, "active")]
    again = run(main, **options)
    assert (again["changed"], again["diff"], len(account.requests)) == (False, [], 6)


def test_what_only_the_ledger_would_have_anew_is_told_and_is_no_change(account: AccountServer, run: Run, tmp_path: Path) -> None:
    """Who approves a plan has to see that a project would be deleted in the end, where it would have been suspended."""
    options: dict[str, Any] = {"ledger": str(tmp_path / "ledger.json")}
    run(main, projects=[{"name": "A", "on_delete": "suspend"}], **options)
    (told,) = run(main, check=True, projects=[{"name": "A", "on_delete": "delete"}], **options)["projects"]
    assert told["changed"] is False
    (line,) = told["recorded"]
    assert ("on_delete" in line, "delete" in line) == (True, True)
    assert account.requests.count("POST") == 1


def test_a_thousand_unchanged_are_one_request(account: AccountServer, run: Run) -> None:
    for number in range(1_000):
        account.add(f"tenant {number}")
    result = run(main, projects=[{"name": f"tenant {number}"} for number in range(1_000)])
    assert (account.requests, result["changed"], len(result["projects"])) == (["GET"], False, 1_000)


def test_ten_thousand_with_one_mistake_are_one_line(account: AccountServer, run: Run) -> None:
    result = run(main, projects=[{"name": f"tenant {number}"} for number in range(9_999)] + [{"name": "tenant 1"}])
    assert result["msg"] == "name 'tenant 1': is declared 2 times (by tenant 1 and tenant 1): each entry needs a project of its own"
    assert account.requests == []


def test_one_that_fails_stops_no_other(account: AccountServer, run: Run) -> None:
    account.refused.add("PUT")
    result = run(main, projects=[{"name": "One", "status": "suspended"}, {"name": "Two"}])
    assert (result["failed"], result["changed"]) == (True, True)
    assert [(one["failed"], one["actions"]) for one in result["projects"]] == [(True, ["create project 'One'"]), (False, ["create project 'Two'"])]
    assert result["msg"].startswith("1 of 2 projects failed: One: ")
    assert result["failure"]["problems"] == [{"field": "One", "message": result["projects"][0]["msg"]}]


def test_secrets_are_hidden_and_all_else_is_shown(account: AccountServer, run: Run) -> None:
    secret = account.add("There")["secret"]
    options: dict[str, Any] = {"projects": [{"name": "There", "status": "active", "retired_secrets": [LEAKED, f"{LEAKED[::-1]}\n"]}]}
    result = run(main, **options)
    assert [text for text in (LEAKED, LEAKED[::-1], secret) if text in json.dumps(result)] == []
    assert (result["projects"][0]["name"], result["projects"][0]["status"]) == ("There", "active")
    if "module_args" in result.get("invocation", {}):
        assert result["invocation"]["module_args"]["projects"][0]["name"] == "There"
    shown = run(main, **{**options, "return_secret": True})
    assert shown["projects"][0]["api_secret"] == secret
    assert LEAKED not in json.dumps(run(main, **options, colour="red")), "what Ansible itself refuses"
    wrong = run(main, projects=[{"name": "There", "api_secret": LEAKED}, LEAKED])
    assert LEAKED not in json.dumps(wrong)
    assert [problem["field"] for problem in wrong["failure"]["problems"]] == ["There: api_secret", "entry 2"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"purge": True, "undeclared": "report"}, "purge"),
        ({"purge": False, "undeclared": "purge"}, "purge"),
        ({"purge": True}, "purge_limit"),
        ({"purge_limit": 3}, "purge_limit"),
        ({"undeclared": "report", "purge_pattern": "a*"}, "purge_pattern"),
        ({"purge": True, "purge_limit": "5 %", "projects": []}, "projects"),
        ({"max_parallel": 0}, "max_parallel"),
        ({"plan": "a plan"}, "plan"),
        ({"projects": "There"}, "projects"),
        ({"plan": None}, "plan"),
        ({"purge": True, "purge_limit": 1, "purge_pattern": None}, "purge_pattern"),
        ({"purge": True, "purge_limit": None}, "purge_limit"),
    ],
    ids=str,
)
def test_bad_input_names_its_field(account: AccountServer, run: Run, options: dict[str, Any], field: str) -> None:
    result = run(main, **{"projects": [{"name": "There"}], **options})
    assert [problem["field"] for problem in result["failure"]["problems"]] == [field]
    assert account.requests == []


@pytest.mark.parametrize("title", WRONG)
def test_bad_input_is_one_line_and_no_request(account: AccountServer, run: Run, title: str) -> None:
    projects, options, parts = WRONG[title]
    result = run(main, projects=projects, **options)
    assert [part for part in parts if part not in result["msg"]] == []
    assert "\n" not in result["msg"]
    assert LEAKED not in json.dumps(result)
    assert account.requests == []


def test_a_plan_that_was_not_known_approves_nothing(account: AccountServer, run: Run) -> None:
    """Of a chain in check mode it is null: a template gives that, or an empty text."""
    account.add("Stranger")
    options: dict[str, Any] = {"projects": [{"name": "There"}], "purge": True, "purge_limit": 1}
    for nothing in (None, "", " "):
        refused = run(main, **options, plan=nothing)
        assert (refused["failure"]["type"], refused["failure"]["problems"][0]["field"]) == ("InvalidInput", "plan")
        assert account.requests == []
    checked = run(main, check=True, **options, plan=None)
    assert "only the run can tell" in str(checked["warnings"])
    assert set(account.requests) == {"GET"}


@pytest.mark.parametrize("nothing", [None, ""], ids=["null", "empty"])
def test_with_an_id_that_is_not_known_yet_nothing_is_known_to_be_undeclared(account: AccountServer, run: Run, nothing: Any) -> None:
    """A check cannot tell it from one of a task that was only checked as well; it says that it does not know, and the run what is wrong."""
    account.add("There")
    projects = [{"name": "There", "id": nothing}, {"name": "Too"}]
    for more, what in (({"undeclared": "report"}, "what is not declared"), ({"purge": True, "purge_limit": 1}, "what would be purged")):
        checked = run(main, check=True, projects=projects, **more)
        assert (checked["undeclared"], checked["purged"], checked["plan"]) == (None, None, None)
        assert (checked["summary"]["undeclared"], checked["summary"]["purged"], checked["summary"]["declared"]) == (None, None, 2)
        assert any(f"{what} is not known" in str(text) for text in checked["warnings"])
    ignored = run(main, check=True, projects=projects)
    assert (ignored["undeclared"], ignored["purged"]) == ([], [])
    done = run(main, projects=projects, undeclared="report")
    assert done["undeclared"] == [] if nothing is None else "must be a project id" in done["msg"]
