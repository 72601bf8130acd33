# SPDX-License-Identifier: Apache-2.0
"""Sessions by real playbooks: by name in a ledger, by id, or a new one in each run; what check mode says is what the run does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.sessions import WRONG_IDS, account_pair, project_pair, said_of, task
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, GLOBEX_SECRET, PROJECTS, ROOM

KEYS = {
    "id",
    "session_id",
    "api_key",
    "project",
    "created_at",
    "media_mode",
    "archive_mode",
    "archive_name",
    "archive_resolution",
    "location",
    "e2ee",
}
MADE = ["project.get", "session.create"]
OPTIONAL = {"archive_name", "archive_resolution", "location"}


@pytest.fixture
def opentok() -> Iterator[Emulator]:
    with Emulator(projects=PROJECTS) as emulator:
        yield emulator


def steps(title: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    return [task(f"{title}: {step}", "session", options, check_mode=step == "check") for step in ("check", "run", "again")]


def assert_predicted(played: Played, title: str, requests: list[str]) -> dict[str, Any]:
    """Check mode sends nothing and says what the run does; gives the run's result."""
    check, run = played.of(f"{title}: check"), played.of(f"{title}: run")
    assert (check.requests, run.requests) == ([], requests), title
    for part in ("changed", "actions", "before", "after", "diff"):
        assert check.result[part] == run.result[part], (title, part)
    assert check.result.get("warnings") == run.result.get("warnings"), title
    planned, real = check.result["session"], run.result["session"]
    assert (planned is None) == (real is None), title
    if real is not None:
        assert set(planned) == set(real) == KEYS, title
        known = {name: value for name, value in planned.items() if value is not None}
        assert known == {name: real[name] for name in known}, title
        assert set(known) >= KEYS - OPTIONAL - ({"id", "session_id", "created_at"} if run.result["changed"] else set()), title
    return run.result


def assert_quiet(played: Played, title: str) -> None:
    again = played.of(f"{title}: again")
    assert (again.result["changed"], again.result["actions"], again.requests) == (False, [], []), title
    assert again.result["session"] == played.of(f"{title}: run").result["session"], title


@pytest.mark.long
def test_the_life_of_sessions(tmp_path: Path, opentok: Emulator) -> None:
    ledger = tmp_path / "ledger.json"
    base, remembered = account_pair(opentok), {"name": "room", "ledger": str(ledger)}
    named = {**base, "project": ACME, **remembered, "media_mode": "routed"}
    always = {**named, "archive_mode": "always", "archive_name": "calls", "archive_resolution": "1280x720"}
    there = {**base, "project": ACME, "existing_id": ROOM}
    gone = {**base, "project": ACME, **remembered, "state": "absent"}
    tasks = [
        *steps("named", named),
        *steps("changed", always),
        *steps("of another project", {**base, "project": GLOBEX, **remembered, "location": "198.51.100.7"}),
        *steps("by id", there),
        *steps("by id, declared", {**there, "media_mode": "routed", "e2ee": True}),
        *steps("each run one", {**base, "project": 46000001}),
        *steps("by the project pair", {**project_pair(opentok), **remembered, "name": "lobby"}),
        *steps("absent", gone),
        *steps("absent by id", {**there, "state": "absent"}),
        task("lost", "session", {**named, "name": "lost"}, ignore_errors=True, vars={"opentok_control": [LOST]}),
        task("after it", "session", {**named, "name": "lost"}),
    ]
    played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "--diff", "-vvv").succeeded()

    first = assert_predicted(played, "named", MADE)
    assert first["actions"] == [f"create a session 'room' in project {ACME} (routed)"]
    room = first["session"]["session_id"]
    assert_made(opentok, first, mediaMode="routed", archiveMode="manual")
    second = assert_predicted(played, "changed", MADE)
    assert_replaced(first, second)
    assert_made(opentok, second, mediaMode="routed", archiveMode="always")
    other = assert_predicted(played, "of another project", MADE)
    assert (other["session"]["project"], other["session"]["location"]) == (GLOBEX, "198.51.100.7")
    by_id = assert_predicted(played, "by id", [])
    assert (by_id["changed"], by_id["session"]["session_id"], by_id["session"]["media_mode"]) == (False, ROOM, "routed")
    believed = assert_predicted(played, "by id, declared", [])
    assert (believed["session"]["e2ee"], "an id does not show e2ee" in believed["warnings"][0]) == (True, True)
    for title in ("named", "changed", "of another project", "by id", "by id, declared", "by the project pair"):
        assert_quiet(played, title)
    one = assert_predicted(played, "each run one", MADE)
    assert played.of("each run one: again").result["session"]["id"] not in (None, one["session"]["id"])
    lobby = assert_predicted(played, "by the project pair", ["session.create"])
    assert lobby["session"]["api_key"] == ACME

    forgotten = assert_predicted(played, "absent", [])
    assert (forgotten["changed"], forgotten["actions"], forgotten["session"]) == (False, [], None)
    assert "forgotten, not deleted" in forgotten["warnings"][0]
    assert "warnings" not in played.of("absent: again").result
    assert "the API cannot delete one" in assert_predicted(played, "absent by id", [])["warnings"][0]
    assert opentok.session(room) is not None

    assert played.of("lost").outcome == "failed"
    assert played.of("lost").result["failure"]["outcome_unknown"] is True
    assert_made(opentok, played.of("after it").result, mediaMode="routed")
    entries = json.loads(ledger.read_text(encoding="utf-8"))["entries"]
    assert set(entries) == {f"session/{ACME}/lobby", f"session/{ACME}/lost", f"session/{GLOBEX}/room"}
    assert [secret for secret in (ACME_SECRET, GLOBEX_SECRET, opentok.account_secret) if secret in played.output + ledger.read_text()] == []
    assert '+media_mode: "routed"' in played.output


LOST = ["POST", "faults", {"operation": "session.create", "kind": "drop_after"}]


def assert_made(opentok: Emulator, result: dict[str, Any], **facts: str) -> None:
    session = opentok.session(result["session"]["session_id"])
    assert session is not None
    assert {name: session[name] for name in facts} == facts


def assert_replaced(first: dict[str, Any], second: dict[str, Any]) -> None:
    """The result, the action and a warning say so."""
    old = first["session"]["session_id"]
    (action,) = second["actions"]
    assert action.startswith(f"create a session 'room' in project {ACME} (routed, archived from its start) in place of {old}: a session cannot")
    assert "archive_mode 'manual' to 'always'" in action
    assert f"session {old} is replaced by another one with another id; it lives on" in second["warnings"][0]
    assert (second["before"]["session_id"], second["session"]["session_id"] != old) == (old, True)


def bad_input(ledger: str, damaged: str) -> dict[str, tuple[dict[str, Any], str]]:
    """Options and what is said of them; the rules between properties are for the unit tests."""
    remembered = {"name": "room", "ledger": ledger}
    taken = {"existing_id": ROOM}
    return {
        "no ledger": (
            {"name": "room"},
            "name: needs a record of the last run: give a ledger (a file or a URL), or declare existing_id, the id of a session that exists",
        ),
        "no name": ({"ledger": ledger}, "missing parameter(s) required by 'ledger': name"),
        "both anchors": ({**remembered, **taken}, "name: contradicts existing_id"),
        "absent, but which": ({"state": "absent"}, "name: missing: say which session"),
        "a name like a number": ({**remembered, "name": 7}, "name: must be a string"),
        "no project": ({"project": None}, "project: missing: declare the session's project"),
        "another media mode": ({**taken, "media_mode": "relayed"}, "its media_mode is 'routed', declared is 'relayed'"),
        "damaged": ({**remembered, "ledger": damaged}, f"entry 'session/{ACME}/room' cannot be understood"),
        "no secrets to return": ({"return_secret": True}, "Unsupported parameters"),
        "no pair": ({"account_key": None, "account_secret": None}, "credentials are missing: give the account pair"),
        **{title: ({"existing_id": wrong}, said_of("existing_id", title)) for title, (wrong, _) in WRONG_IDS.items()},
    }


@pytest.mark.long
def test_bad_input_is_refused_before_any_request(tmp_path: Path, opentok: Emulator) -> None:
    damaged = tmp_path / "damaged.json"
    entries = {f"session/{ACME}/room": {"id": ROOM[:30], "api_key": ACME}}
    damaged.write_text(json.dumps({"format": "opentok-ledger", "version": 1, "entries": entries}), encoding="utf-8")
    table = bad_input(str(tmp_path / "ledger.json"), str(damaged))
    base = {**account_pair(opentok), "project": ACME}
    tasks = [task(title, "session", {**base, **options}, ignore_errors=True) for title, (options, _) in table.items()]
    tasks += [
        task("not in the account", "session", {**base, "project": "46999999"}, ignore_errors=True),
        task("another project's pair", "session", {**project_pair(opentok), "project": GLOBEX}, ignore_errors=True),
    ]
    played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()
    for title, (_, text) in table.items():
        assert_refused(played, title, text, [])
    assert_refused(played, "not in the account", f"there is no project 46999999 in account {opentok.account_key}", ["project.get"])
    assert_refused(played, "another project's pair", f"project '{GLOBEX}' is declared, but api_key is '{ACME}'", [])
    assert opentok.all_sessions() == []
    assert not (tmp_path / "ledger.json").exists()
    assert "Traceback" not in played.output
    assert [secret for secret in (ACME_SECRET, opentok.account_secret) if secret in played.output] == []


def assert_refused(played: Played, title: str, text: str, requests: list[str]) -> None:
    failed = played.of(title)
    said = str(failed.result["msg"])
    assert (failed.outcome, text in said, len(said.splitlines())) == ("failed", True, 1), (title, said)
    assert failed.requests == requests, title
