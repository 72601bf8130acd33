# SPDX-License-Identifier: Apache-2.0
"""The real main() that looks for drift against an account on 127.0.0.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.projects_drift import main

from .account_server import AccountServer
from .conftest import Run

LEAKED = "l3akedSecretOfTheProject" + "0" * 16
FILES = ("json_file", "markdown", "junit", "prometheus")


def test_what_is_found_is_written_and_check_mode_writes_nothing(account: AccountServer, run: Run, tmp_path: Path) -> None:
    account.add("There")
    account.add("Stranger")
    files = {name: str(tmp_path / name) for name in FILES}
    options: dict[str, Any] = {
        "projects": {"There": {"status": "suspended"}, "New": None},
        "undeclared": "report",
        "since": files["json_file"],
        **files,
    }
    checked = run(main, check=True, **options)
    assert (checked["changed"], checked["document"]["result"], list(tmp_path.iterdir())) == (False, "drift", [])
    looked = run(main, **options)
    assert account.requests == ["GET", "GET"]
    document = looked["document"]
    assert json.loads((tmp_path / "json_file").read_text(encoding="utf-8")) == document
    assert (tmp_path / "markdown").read_text(encoding="utf-8") == looked["markdown"]
    assert [(one["key"], one["result"], len(one["disruptive"])) for one in document["items"]] == [("There", "drift", 1), ("New", "drift", 0)]
    assert [one["name"] for one in document["undeclared"]] == ["Stranger"]
    assert {name: (tmp_path / name).stat().st_mode & 0o777 for name in FILES} == {**dict.fromkeys(FILES, 0o600), "prometheus": 0o644}
    past = "2026-01-01T00:00:00Z"
    document["items"][0]["first_seen"] = past
    (tmp_path / "json_file").write_text(json.dumps(document), encoding="utf-8")
    again = run(main, **options)["document"]
    assert again["items"][0]["first_seen"] == past
    assert again["items"][1]["first_seen"] not in (None, past)


def test_an_account_that_cannot_be_looked_at_is_no_failure(account: AccountServer, run: Run) -> None:
    account.refused.add("GET")
    result = run(main, projects={"There": None})
    assert (result.get("failed", False), result["document"]["result"]) == (False, "could not look")
    assert result["document"]["errors"]


def test_no_secret_is_shown(account: AccountServer, run: Run) -> None:
    secret = account.add("There")["secret"]
    result = run(main, projects=[{"name": "There", "retired_secrets": [LEAKED, secret]}])
    assert [text for text in (LEAKED, secret) if text in json.dumps(result)] == []
    (found,) = result["document"]["items"]
    assert found["disruptive"] == found["actions"] != []
    assert found["due"]["reasons"] == ["the live secret is one of retired_secrets"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"marker": "--> x"}, "marker"),
        ({"json_file": "/no/such/folder/drift.json"}, "json_file"),
        ({"since": __file__}, "since"),
        ({"prometheus": __file__}, "prometheus"),
        ({"ledger": "new", "junit": "new"}, "junit"),
        ({"projects": [{"nam": "There"}]}, "entry 1: nam"),
        ({"projects": [{"name": "There", "secret_max_age": "90d"}]}, "There: secret_max_age"),
    ],
)
def test_wrong_options_are_refused_before_any_request(account: AccountServer, run: Run, options: dict[str, Any], field: str) -> None:
    result = run(main, **{"projects": [{"name": "There"}], **options})
    assert (result["failed"], [problem["field"] for problem in result["failure"]["problems"]]) == (True, [field])
    assert account.requests == []
