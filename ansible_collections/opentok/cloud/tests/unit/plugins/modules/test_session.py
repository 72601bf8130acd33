# SPDX-License-Identifier: Apache-2.0
"""The module's real main() against an account on 127.0.0.1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.session import main

from .account_server import AccountServer, session_id
from .conftest import Run

ROUTED = {"media_mode": "routed"}
ALWAYS = {**ROUTED, "archive_mode": "always"}
THERE = {"session_id": session_id("46000001", 1)}


@pytest.fixture
def there(account: AccountServer) -> AccountServer:
    """An account with the project 46000001."""
    account.add("There")
    return account


@pytest.mark.parametrize("options", [{}, ROUTED, {**ALWAYS, "archive_name": "calls"}, {**ROUTED, "e2ee": True}, THERE, {**THERE, **ROUTED}], ids=str)
@pytest.mark.parametrize("remember", [False, True])
def test_check_mode_says_what_the_run_does(there: AccountServer, run: Run, tmp_path: Path, options: dict[str, Any], remember: bool) -> None:
    options = {"project": "46000001", **options}
    if remember and "session_id" not in options:
        options |= {"name": "room", "ledger": str(tmp_path / "ledger.json")}
    planned = run(main, check=True, **options)
    assert there.requests == []
    done = run(main, **options)
    assert bool(there.sessions) == done["changed"] == bool(done["actions"])
    for part in ("changed", "actions", "before", "after", "diff"):
        assert planned[part] == done[part]
    known = {name: value for name, value in planned["session"].items() if value is not None}
    assert known == {name: done["session"][name] for name in known}
    again = run(main, **options)
    assert again["changed"] == (not remember and "session_id" not in options)
    assert again["changed"] or again["session"] == done["session"]


def test_another_value_makes_another_session(there: AccountServer, run: Run, tmp_path: Path) -> None:
    options = {"project": "46000001", "name": "room", "ledger": str(tmp_path / "ledger.json")}
    first = run(main, **options)
    second = run(main, **options, **ROUTED)
    assert second["session"]["id"] != first["session"]["id"]
    assert first["session"]["id"] in second["actions"][0]
    assert run(main, **options, **ROUTED)["session"] == second["session"]
    assert len(there.sessions) == 2


def test_absent_only_forgets(there: AccountServer, run: Run, tmp_path: Path) -> None:
    options = {"project": "46000001", "name": "room", "ledger": str(tmp_path / "ledger.json")}
    made = run(main, **options)["session"]
    planned, done = run(main, check=True, **options, state="absent"), run(main, **options, state="absent")
    for result in (planned, done):
        assert (result["changed"], result["actions"], result["session"]) == (False, [], None)
    assert run(main, **options)["session"]["id"] != made["id"]


def test_the_project_pair_is_enough(there: AccountServer, run: Run) -> None:
    pair = {"account_key": None, "account_secret": None, "api_key": "46000001", "api_secret": there.projects["46000001"]["secret"]}
    assert run(main, **pair)["session"]["project"] == "46000001"
    assert there.requests == ["POST"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"name": "room"}, "name"),
        ({"name": 7, **THERE}, "name"),
        ({"name": " ", **THERE}, "name"),
        ({"state": "absent"}, "name"),
        ({"project": None}, "project"),
        ({"project": "not an id"}, "project"),
        ({"session_id": session_id("46000001", 1)[:40]}, "existing_id"),
        ({"session_id": session_id("29f760f8-7ce1-46c9-ade3-f2dedee4fed2", 1)}, "existing_id"),
        ({"archive_mode": "always"}, "archive_mode"),
        ({"e2ee": True}, "e2ee"),
        ({**ALWAYS, "e2ee": True}, "e2ee"),
        ({**ROUTED, "archive_name": "calls"}, "archive_name"),
        ({**ROUTED, "archive_resolution": "1280x720"}, "archive_resolution"),
        ({**ALWAYS, "archive_name": 7}, "archive_name"),
        ({**ALWAYS, "archive_name": "x" * 81}, "archive_name"),
        ({"location": "Berlin"}, "location"),
        ({"location": "2001:db8::1"}, "location"),
    ],
    ids=str,
)
def test_bad_input_names_its_field(there: AccountServer, run: Run, options: dict[str, Any], field: str) -> None:
    result = run(main, **{"project": "46000001", **options})
    assert field in [problem["field"] for problem in result["failure"]["problems"]]
    assert "\n" not in result["msg"]
    assert there.requests == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"session_id": session_id("46000002", 1)}, "its project is '46000002', declared is '46000001'"),
        ({**THERE, "media_mode": "relayed"}, "its media_mode is 'routed', declared is 'relayed'"),
        ({"ledger": "/tmp/ledger.json"}, "required by 'ledger': name"),
        ({"return_secret": True}, "Unsupported parameters"),
    ],
    ids=str,
)
def test_what_is_refused(there: AccountServer, run: Run, options: dict[str, Any], text: str) -> None:
    result = run(main, **{"project": "46000001", **options})
    assert result["failed"]
    assert text in result["msg"]
    assert there.requests == []
