# SPDX-License-Identifier: Apache-2.0
"""The module's real main(): files, and a service on 127.0.0.1 that must never be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.sip_trunk import main

from .account_server import AccountServer
from .conftest import Run

PASSWORD = "hunter2-hunter2"
URI = "sip:a@sip.example.com;transport=tls"
FRONT: dict[str, Any] = {"uri": URI, "name": "Front", "username": "acme", "password": PASSWORD, "password_version": 3, "headers": {"X-A": "7"}}


@pytest.fixture(autouse=True)
def _nothing_is_sent(account: AccountServer) -> Iterator[None]:
    yield
    assert account.requests == []


@pytest.mark.parametrize(
    "found",
    [
        None,
        "",
        {},
        {"enabled": False},
        {"enabled": 1},
        {"uri": "sip:other@sip.example.com"},
        {"uri": ["?"]},
        {"headers": {"X-A": "8"}},
        {"note": "mine"},
        {"password_version": None},
    ],
    ids=str,
)
def test_check_mode_says_what_the_run_does(run: Run, tmp_path: Path, found: Any) -> None:
    file = tmp_path / "trunk.json"
    if isinstance(found, dict):
        run(main, **FRONT, dest=str(file))
        file.write_text(json.dumps({**json.loads(file.read_text()), **found}))
        file.chmod(0o600)
    elif found is not None:
        file.write_text(found)
    before = file.read_bytes() if file.exists() else None
    planned = run(main, check=True, **FRONT, dest=str(file))
    assert (file.read_bytes() if file.exists() else None) == before
    done = run(main, **FRONT, dest=str(file))
    for part in ("changed", "actions", "before", "after", "diff", "sip_trunk"):
        assert planned[part] == done[part]
    assert done["changed"] is (found != {})
    assert json.loads(file.read_text()) == done["sip_trunk"]["document"]
    assert (file.stat().st_mode & 0o777, done["sip_trunk"]["id"], done["sip_trunk"]["password"]) == (0o600, str(file), None)
    again = run(main, **FRONT, dest=str(file))
    assert (again["changed"], again["before"]) == (False, again["after"])
    assert PASSWORD not in file.read_text() + json.dumps([planned, done, again])


def test_what_was_edited_into_a_file_is_not_shown(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "trunk.json"
    run(main, **FRONT, dest=str(file))
    file.write_text(json.dumps({**json.loads(file.read_text()), "uri": "sip:a:other-secret@h", "password": "other-secret"}))
    done = run(main, **FRONT, dest=str(file))
    assert done["before"]["uri"] == "(not valid)"
    assert "other-secret" not in json.dumps(done)
    assert done["actions"] == [f"change SIP trunk 'Front' in '{file}': uri"]


def test_absent(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "trunk.json"
    run(main, **FRONT, dest=str(file))
    planned = run(main, check=True, state="absent", dest=str(file))
    assert file.exists()
    done = run(main, state="absent", dest=str(file))
    assert (planned["actions"], done["changed"], done["sip_trunk"], file.exists()) == (done["actions"], True, None, False)
    assert run(main, state="absent", dest=str(file))["changed"] is False


def test_what_is_not_published_changes_nothing(run: Run) -> None:
    first, again = run(main, check=True, **FRONT), run(main, **FRONT)
    assert (first["changed"], again["changed"], first["sip_trunk"]) == (False, False, again["sip_trunk"])
    assert again["sip_trunk"]["document"]["headers"] == {"X-A": "7"}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"uri": None, "dest": "trunk.json"}, "uri", "missing"),
    ({"uri": f"sip:a:{PASSWORD}@h"}, "uri", "must not hold a password"),
    ({"name": 5}, "name", "must be a string, not int: quote it"),
    ({"name": f"my {PASSWORD}"}, "name", "holds the password, but is published in clear"),
    ({"headers": {"X-A": 7}}, "headers.X-A", "must be a string on one line, not int"),
    ({"username": 7}, "username", "must be a string, not int: quote it"),
    ({"password": None}, "password", "missing"),
    ({"password": 123}, "password", "must be a string, not int: quote it"),
    ({"password_version": 0}, "password_version", "must be a whole number of 1"),
    ({"dest": "folder/"}, "dest", "must be the path of a file"),
]
"""What Ansible could make something else of: it would turn a number into a text. The whole table of bad input is in the project's own tests."""


@pytest.mark.parametrize(("options", "field", "message"), REFUSED, ids=lambda value: str(value)[:60])
def test_bad_input_names_its_field(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], field: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(main, **{**FRONT, **options})
    (problem,) = result["failure"]["problems"]
    assert problem["field"] == field
    assert problem["message"].startswith(message)
    assert "\n" not in result["msg"]
    assert PASSWORD not in json.dumps(result)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"password": "x"}', "holds no SIP trunk document and is left as it is"),
        ("[1]", "holds no SIP trunk document"),
        ("uri: sip:a@h", "holds no SIP trunk document"),
        ("\0\xff", "holds no SIP trunk document"),
        ('{"format": true, "uri": 1, "secure": 1, "enabled": 1}', "holds no SIP trunk document"),
        ('{"format": 2, "uri": 1, "secure": 1, "enabled": 1}', "was written by a newer opentok (format 2, this one knows 1): update opentok here"),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_what_is_of_someone_else_is_left_as_it_is(run: Run, tmp_path: Path, content: str, message: str, state: str) -> None:
    file = tmp_path / "trunk.json"
    file.write_text(content, encoding="latin-1")
    result = run(main, **FRONT, dest=str(file), state=state)
    assert result["msg"].startswith(f"file '{file}' {message}")
    assert file.read_text(encoding="latin-1") == content


def test_places_that_cannot_be_published_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for place, message in {"none/trunk.json": "there is no such folder", ".": "is a folder", "link": "is a symbolic link"}.items():
        for check in (True, False):
            assert message in run(main, check=check, **FRONT, dest=str(tmp_path / place))["msg"]
