# SPDX-License-Identifier: Apache-2.0
"""The rotation options of the module's real main() against an account on 127.0.0.1."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.project import main

from .account_server import AccountServer
from .conftest import Run


def rotations(account: AccountServer) -> int:
    return account.requests.count("POST")


def test_a_retired_secret_is_rotated_once(account: AccountServer, run: Run) -> None:
    old = account.add("There")["secret"]
    planned = run(main, check=True, name="There", retired_secrets=[old])
    done = run(main, name="There", retired_secrets=[old])
    assert (planned["changed"], planned["actions"], planned["diff"]) == (True, done["actions"], done["diff"])
    assert run(main, name="There", retired_secrets=[old])["changed"] is False
    assert rotations(account) == 1


def test_a_retired_fingerprint_is_not_masked(account: AccountServer, run: Run) -> None:
    account.add("There")
    fingerprint = run(main, name="There")["project"]["secret_fingerprint"]
    done = run(main, name="There", retired_secrets=[fingerprint])
    assert done["before"]["secret_fingerprint"] == fingerprint


def test_a_retired_secret_that_is_still_live_is_returned_on_request(account: AccountServer, run: Run) -> None:
    """It waits for a window that opens in three days."""
    old = account.add("There")["secret"]
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).strftime("%a")
    window = {"days": [day], "start": "03:00", "end": "03:01", "applies_to": "all"}
    waiting = run(main, name="There", retired_secrets=[old], rotation_window=window, return_secret=True)
    assert waiting["changed"] is False
    assert waiting["project"]["api_secret"] == old
    assert old not in str(waiting["invocation"])
    assert "waits for the rotation_window" in str(waiting["warnings"])


def test_a_trigger_with_a_ledger(account: AccountServer, run: Run, tmp_path: Path) -> None:
    account.add("There")
    ledger = tmp_path / "ledger.json"

    def versions(value: Any) -> tuple[bool, int]:
        done = run(main, name="There", secret_triggers={"v": value}, ledger=str(ledger))
        return done["changed"], done["project"]["secret_version"]

    assert [versions(value) for value in (1, 1, "1", 2, 2, "2.5")] == [(False, 1), (False, 1), (False, 1), (True, 2), (False, 2), (True, 3)]
    assert (ledger.stat().st_mode & 0o777, len(json.loads(ledger.read_text("utf-8"))["entries"])) == (0o600, 1)
    assert run(main, name="There", state="absent", ledger=str(ledger))["changed"] is True
    assert json.loads(ledger.read_text("utf-8"))["entries"] == {}


def test_publishing(account: AccountServer, run: Run, tmp_path: Path) -> None:
    old = account.add("There")["secret"]
    file = tmp_path / "there.json"
    options = {"name": "There", "publish": [f"file:{file}"]}
    planned = run(main, check=True, **options)
    assert (planned["changed"], file.exists()) == (True, False)
    assert run(main, **options)["actions"] == planned["actions"]
    assert json.loads(file.read_text("utf-8"))["api_secret"] == old
    assert run(main, **options)["changed"] is False
    assert len(run(main, **options, rotate="always")["actions"]) == 2
    assert json.loads(file.read_text("utf-8"))["api_secret"] == account.projects["46000001"]["secret"] != old


def test_publishing_that_fails_tells_what_was_done(account: AccountServer, run: Run, tmp_path: Path) -> None:
    account.add("There")
    file = tmp_path / "there.json"
    file.write_text("not a document", encoding="utf-8")
    result = run(main, name="There", publish=[f"file:{file}"])
    assert (result["failed"], result["changed"], result["actions"]) == (True, False, [])
    assert (result["failure"]["type"], "\n" in result["msg"]) == ("PublishError", False)
    assert (result["project"]["api_secret"], file.read_text("utf-8")) == (None, "not a document")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"secret_triggers": {"v": 1}}, "secret_triggers"),
        ({"secret_max_age": "90d"}, "secret_max_age"),
        ({"retired_secrets": [""]}, "retired_secrets"),
        ({"rotation_window": {"start": 1320, "end": "23:00"}}, "rotation_window.start"),
        ({"ledger": ""}, "ledger"),
        ({"ledger": "gopher://h/d"}, "ledger"),
        ({"ledger": "s3://bucket"}, "ledger"),
        ({"publish": ["nowhere"]}, "publish"),
    ],
    ids=str,
)
def test_bad_input_names_its_field(account: AccountServer, run: Run, options: dict[str, Any], field: str) -> None:
    result = run(main, name="There", **options)
    assert [problem["field"] for problem in result["failure"]["problems"]] == [field]
    assert account.requests == []
