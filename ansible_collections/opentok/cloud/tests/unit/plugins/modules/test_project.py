# SPDX-License-Identifier: Apache-2.0
"""The module's real main() against an account on 127.0.0.1."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.module_utils._core.http import transport
from ansible_collections.opentok.cloud.plugins.modules.project import main

from .account_server import AccountServer
from .conftest import Run

DECLARED: list[dict[str, Any]] = [
    {"name": "New"},
    {"name": "New", "status": "suspended"},
    {"name": "There"},
    {"name": "There", "status": "suspended"},
    {"id": "46000001", "status": "suspended"},
    {"name": "There", "state": "absent"},
    {"name": "There", "state": "absent", "on_delete": "suspend"},
    {"name": "There", "state": "absent", "on_delete": "retain"},
    {"name": "Nobody", "state": "absent"},
]


@pytest.mark.parametrize("options", DECLARED, ids=str)
def test_check_mode_says_what_the_run_does(account: AccountServer, run: Run, options: dict[str, Any]) -> None:
    account.add("There")
    before = {key: dict(project) for key, project in account.projects.items()}
    planned = run(main, check=True, **options)
    assert account.projects == before
    done = run(main, **options)
    assert (account.projects != before) == done["changed"] == bool(done["actions"])
    for part in ("changed", "actions", "before", "after", "diff"):
        assert planned[part] == done[part]
    assert run(main, **options)["changed"] is False


def test_no_change_is_one_request(account: AccountServer, run: Run) -> None:
    account.add("There")
    assert run(main, name="There", status="active")["changed"] is False
    assert account.requests == ["GET"]


def test_what_was_done_before_a_failure_is_told(account: AccountServer, run: Run) -> None:
    account.refused.add("PUT")
    result = run(main, name="New", status="suspended")
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["actions"] == ["create project 'New'"]
    assert (result["project"]["id"], result["project"]["api_secret"]) == ("46000001", None)
    assert (result["failure"]["operation"], result["failure"]["status"]) == ("project.set_status", 400)


def test_the_secret_only_on_request(account: AccountServer, run: Run) -> None:
    secret = account.add("There")["secret"]
    assert run(main, name="There")["project"]["api_secret"] is None
    assert run(main, name="There", return_secret=True)["project"]["api_secret"] == secret
    assert run(main, check=True, name="There", return_secret=True)["project"]["api_secret"] == secret
    assert run(main, name="There", return_secret=True, api_key="46000001", api_secret=secret)["project"]["api_secret"] == secret


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": None}, "name"),
        ({"id": "no id"}, "existing_id"),
        ({"timeout": "soon"}, "timeout"),
        ({"api_url": "api.opentok.com"}, "api_url"),
    ],
    ids=str,
)
def test_bad_input_names_its_field(account: AccountServer, run: Run, options: dict[str, Any], field: str) -> None:
    result = run(main, **{"name": "New", **options})
    assert [problem["field"] for problem in result["failure"]["problems"]] == [field]
    assert result["msg"].startswith(f"{field}: ")
    assert "\n" not in result["msg"]
    assert account.requests == []


def test_a_missing_library_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "HAS_REQUESTS", False)
    assert "Failed to import the required Python library (requests)" in run(main, name="New")["msg"]
