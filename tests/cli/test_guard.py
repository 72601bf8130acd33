# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects guard`: whether what would be done now is what was approved."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from pulumi_opentok.cli.reports.sources import read
from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.drift.approval import beyond, unlike, unsaid
from pulumi_opentok.core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, document, item, undeclared
from tests.cli.running import Command

NOW = datetime.datetime(2026, 11, 28, 3, tzinfo=datetime.timezone.utc)

FILE = """
projects:
  - {key: acme, name: ACME GmbH, status: %s, secret_triggers: {rotation: "%s"}}
  - {key: globex, name: Globex}
"""
LEDGER = ("--ledger", "ledger.json")


def test_what_was_approved_and_what_would_be_done(command: Command) -> None:
    command("apply", "-f", command.file(FILE % ("active", "1")), *LEDGER).ok()
    (acme,) = (one.id for one in command.projects.list() if one.name == "ACME GmbH")
    cut_off = f"suspend project {acme} 'ACME GmbH': its key and every session made with it stop working"
    rotation = f"rotate the secret of project {acme} 'ACME GmbH': secret_triggers 'rotation' changed; every client token signed with the old secret"

    def planned(name: str, *values: str) -> Any:
        done = command("plan", "-f", command.file(FILE % values), *LEDGER, "--json")
        (command.folder / name).write_text(done.out, encoding="utf-8")
        return read(done.json, name, NOW)

    nothing, suspends = planned("nothing.json", "active", "1"), planned("suspends.json", "suspended", "1")
    rotates, both = planned("rotates.json", "active", "2"), planned("both.json", "suspended", "2")
    assert unlike(suspends, suspends) == unlike(nothing, nothing) == []
    assert unlike(suspends, nothing) == [f"was approved, and would no longer be done: project acme: {cut_off}"]
    (line,) = unlike(suspends, both)
    assert line.startswith(f"would be done, and was not approved: project acme: {rotation}")
    assert beyond("rotations", rotates) == beyond("nothing", nothing) == []
    assert beyond("rotations", both) == [f"would be done, and only rotations may be: {cut_off}"]
    assert len(beyond("nothing", both)) == 2

    command.emulator.edit_project(acme, secret="a" * 40)
    (line,) = unlike(suspends, planned("rotated.json", "suspended", "1"))
    assert line.startswith("would be done to another state: project acme: its secret_fingerprint was sha256:")
    (command.folder / "only.yaml").write_text("projects: {Globex: }")
    purges = []
    for status in ("SUSPENDED", "ACTIVE"):
        command.emulator.edit_project(acme, status=status)
        done = command("plan", "-f", "only.yaml", "--purge-at-most", "1", "--json").ok()
        purges.append(read(done.json, status, datetime.datetime.now(datetime.timezone.utc)))
    assert unlike(*purges) == ["would be done to another state: project ACME GmbH: its status was suspended when that was approved, and is active"]

    unknown = read({"changed": False, "projects": [], "undeclared": None}, "chain", datetime.datetime.now(datetime.timezone.utc))
    assert len(unlike(unknown, unknown)) == 2
    assert "what is not declared was not known" in beyond("nothing", unknown)[0]
    command.asked()
    assert command("guard", "suspends.json", "--approved", "suspends.json").ok().out == ""
    assert command("guard", "both.json", "--only", "rotations").ok(7).out == f"would be done, and only rotations may be: {cut_off}\n"
    command("guard", "both.json").failed(2, "--approved", "--only")
    command("guard", "missing.json", "--only", "nothing").failed(2, "missing.json")
    assert command.asked() == {}

    command("drift", "-f", "tenants.yaml", *LEDGER, "--json-file", "unseen.json", OPENTOK_API_URL="http://127.0.0.1:9")
    unseen = command("guard", "unseen.json", "--approved", "unseen.json").ok(7).out
    assert [line.partition(": ")[0] for line in unseen.splitlines()] == ["could not look (approved)", "could not look (now)"]


def test_what_only_the_ledger_would_have_anew(command: Command) -> None:
    """It is no drift, but it was not approved; and a ledger that knows nothing of a project says so."""
    tenants = "projects: [{key: acme, name: ACME GmbH, %s}]"
    command("apply", "-f", command.file(tenants % "on_delete: retain"), *LEDGER).ok()

    def planned(name: str, declared: str, ledger: str = "ledger.json") -> Any:
        done = command("plan", "-f", command.file(tenants % declared), "--ledger", ledger, "--json", "--expect-no-changes").ok()
        (command.folder / name).write_text(done.out, encoding="utf-8")
        return read(done.json, name, NOW)

    calm = planned("calm.json", "on_delete: retain")
    assert calm["items"][0]["recorded"] == [] == unlike(calm, calm)
    for declared, words in (
        ("on_delete: delete", "on_delete: delete"),
        ("on_delete: retain, secret_max_age: 90d", "secret_max_age: 90d, in place of none"),
        ("on_delete: retain, secret_triggers: {a: 1}", "secret_triggers"),
    ):
        other = planned("other.json", declared)
        assert other["result"] == "as declared"
        (line,) = unlike(calm, other)
        assert (line.startswith("would be recorded, and was not approved: project acme: "), words in line) == (True, True), line
        assert beyond("rotations", other) != []
    unknown = planned("unknown.json", "secret_triggers: {a: 1}", ledger="none.json")["items"][0]
    assert unknown["warnings"][0].startswith("the ledger does not know project ")
    assert len(unknown["recorded"]) == 2


def one(**fields: Any) -> Any:
    return item("acme", **{"result": DRIFT, "id_": "1", "actions": ["a"], "does": ["rotate"], **fields})


def whole(*items: Any, **fields: Any) -> Any:
    return document(items or (one(),), **{"source": "opentok-projects plan", "looked_at": NOW, "account_key": "7", **fields})


ELSEWHERE = "the live secret is not the recorded one; the trigger rotates it once more"
OTHERS = {
    "another account": (whole(account_key="8"), "account_key: approved is 7, now is 8"),
    "no account": (whole(account_key=None), "account_key: approved is 7, now is none that is named"),
    "another project": (whole(one(id_="2")), "project acme: id: approved is 1, now is 2"),
    "another kind of plan": (whole(source="pulumi preview"), "source: approved is a plan of 'opentok-projects plan'"),
    "a new warning": (whole(one(warnings=[ELSEWHERE])), f"is warned of, and was not when it was approved: project acme: {ELSEWHERE}"),
    "disruptive now": (whole(one(disruptive=["a"])), "would stop something working, and was approved as what does not: project acme: a"),
    "an error": (whole(one(error="e")), "would be done, and was not approved: project acme: e"),
    "not seen": (whole(one(result=COULD_NOT_LOOK, error="e", actions=[], does=[])), "could not look (now): acme: e"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_else_is_compared(case: str) -> None:
    now, words = OTHERS[case]
    (line,) = unlike(whole(), now)
    assert line.startswith(words)
    assert unlike(whole(), whole(source="opentok-projects drift")) == []


def test_nobody_names_the_account() -> None:
    """The first plan of Pulumi cannot; the command always can."""
    assert unlike(whole(account_key=None), whole(account_key=None)) != []
    first = whole(source="pulumi preview", account_key=None)
    assert (unlike(first, first), len(unsaid(first, first))) == ([], 1)


def test_only_rotations_by_what_is_done() -> None:
    text = "rotate the secret of project 1 'x': y"
    assert beyond("rotations", whole(one(actions=[text, "p"], does=["rotate", "publish"]))) == []
    for wrong in (one(actions=[text], does=["other"]), one(actions=["p"], does=["publish"]), one(recorded=["on_delete: delete"])):
        assert len(beyond("rotations", whole(wrong))) == 1
    stranger = [undeclared("2", "Fremd")]
    assert beyond("rotations", whole(undeclared=stranger)) == beyond("nothing", whole(item("acme", result=AS_DECLARED), undeclared=stranger)) == []
    assert unlike(whole(), whole(undeclared=stranger)) == []


DAMAGED = {
    "could not look at nothing": lambda found: found.update(result=COULD_NOT_LOOK),
    "errors, and drift": lambda found: found.update(errors=["HTTP 403"]),
    "as declared, and actions": lambda found: found["items"][0].update(result=AS_DECLARED),
    "as declared as a whole": lambda found: found.update(result=AS_DECLARED),
    "a count": lambda found: found["summary"].update(drift=0),
    "version": lambda found: found.update(version=True),
    "what the actions do": lambda found: found["items"][0].update(does=[]),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_document_that_contradicts_itself(case: str) -> None:
    found = whole()
    DAMAGED[case](found)
    with pytest.raises(InvalidInput, match="FILE"):
        read(found, "FILE", NOW)


def test_a_key_twice(command: Command) -> None:
    command.file('{"format": "opentok-drift", "format": "opentok-drift"}', "twice.json")
    command("guard", "twice.json", "--only", "nothing").failed(2, "twice.json: is damaged: the key 'format' is given twice")


def test_what_ansible_returns_has_what_is_only_recorded_and_warned_of() -> None:
    same = {"key": "a", "id": "46000001", "name": "A", "actions": [], "failed": False, "msg": None, "account_key": "7", "changed": False}
    same |= {"secret_rotated_at": None, "secret_rotation_due_at": None}

    def returned(recorded: list[str], warnings: list[str]) -> Any:
        return read({"changed": False, "projects": [{**same, "recorded": recorded, "warnings": warnings}], "undeclared": [], "purged": []}, "x", NOW)

    approved = returned(["on_delete: suspend"], [])
    assert unlike(approved, approved) == []
    assert len(unlike(approved, returned(["on_delete: delete"], []))) == 2
    assert len(unlike(approved, returned(["on_delete: suspend"], ["the live secret is not the recorded one"]))) == 1
