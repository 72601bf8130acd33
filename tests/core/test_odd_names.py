# SPDX-License-Identifier: Apache-2.0
"""One project for one declaration, also where the server writes names in its own way."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput, OpenTokError, PlanError
from pulumi_opentok.core.api.account import check_name
from pulumi_opentok.core.desired.fleet.entries import read_declarations
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.fleet.undeclared import Undeclared
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.names import Writing, difference
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from tests.core.odd_server import OddServer, answered_with, lost

LONG = "A tenant with a name that is longer than what this server keeps"
SPELLINGS: list[tuple[str, str, Callable[[str], str], str]] = [
    ("lower case", "ACME GmbH", str.lower, "in case"),
    ("blanks", "ACME  GmbH", lambda name: " ".join(name.split()), "in blanks"),
    ("composed", "Mu\u0308ller", lambda name: unicodedata.normalize("NFC", name), "in Unicode form"),
    ("decomposed", "M\u00fcller", lambda name: unicodedata.normalize("NFD", name), "in Unicode form"),
    ("compatible and lower case", "\uff21cme", lambda name: unicodedata.normalize("NFKC", name).lower(), "in case and in Unicode form"),
    ("cut", LONG, lambda name: name[:40], "in length (63 and 40 characters)"),
]
ROWS = pytest.mark.parametrize(("name", "spell", "differs"), [row[1:] for row in SPELLINGS], ids=[row[0] for row in SPELLINGS])
ANY = pytest.mark.parametrize("ledger", [True, False], ids=["ledger", "no ledger"])


def run(server: OddServer, name: str, ledger: Path | None, *, state: str = "present") -> Report:
    running = Run(PROJECT, server.scope(), ledger=FileLedger(str(ledger)) if ledger else None)
    inputs = {"name": name, "take_by_name": True}
    return running.absent(inputs) if state == "absent" else running.present(inputs)


def apply(server: OddServer, name: str, ledger: Path | None, purge: bool = False) -> OpenTokError | None:
    fleet = Fleet(server.scope(), ledger=FileLedger(str(ledger)) if ledger else None)
    report = fleet.apply(read_declarations({"projects": [{"name": name}]}), undeclared=Undeclared.purge(1) if purge else Undeclared())
    return report.outcomes[0].failure


@ANY
@ROWS
def test_a_rewritten_name_is_told_and_never_makes_a_second_project(
    odd_server: OddServer, tmp_path: Path, name: str, spell: Callable[[str], str], differs: str, ledger: bool
) -> None:
    odd_server.spell = spell
    path = tmp_path / "ledger.json" if ledger else None
    said = str(run(odd_server, name, path).unfinished)
    row = odd_server.only()
    assert f"project {row['id']} was created, but OpenTok writes its name '{spell(name)}' where '{name}' was sent: they differ {differs}." in said
    if ledger:
        again = run(odd_server, name, path)
        assert (again.actions, again.unfinished, again.shown and again.shown["id"]) == ((), None, row["id"])
        assert ["OpenTok writes the name so" in text for text in again.warnings] == [True]
        assert apply(odd_server, name, path, purge=True) is None, "declared, so not purged"
    else:
        for again_ in (lambda: run(odd_server, name, path), lambda: _raise(apply(odd_server, name, path, purge=True))):
            with pytest.raises(PlanError, match=f"project {row['id']} .* may be what OpenTok made of the declared name") as caught:
                again_()
            assert f"differs only {differs}, so no second one is created. If it is, declare its name as it is there, or its id" in str(caught.value)
    assert odd_server.only() == row
    found = run(odd_server, row["name"], path)
    assert (found.actions, found.unfinished) == ((), None), "declared as it is written"


def _raise(error: OpenTokError | None) -> None:
    if error is not None:
        raise error


@ROWS
def test_a_lost_answer_on_such_a_server(odd_server: OddServer, name: str, spell: Callable[[str], str], differs: str, tmp_path: Path) -> None:
    odd_server.spell = spell
    odd_server.next("create", lost)
    with pytest.raises(PlanError, match=f"the list of the account shows a new one of a similar name, which may be it: project {46000001}") as caught:
        run(odd_server, name, tmp_path / "ledger.json")
    assert caught.value.outcome_unknown
    assert len(odd_server.rows) == 1


def test_the_ledger_ends_what_it_made_under_another_spelling(odd_server: OddServer, tmp_path: Path) -> None:
    odd_server.spell = str.lower
    run(odd_server, "ACME", tmp_path / "ledger.json")
    assert run(odd_server, "ACME", tmp_path / "ledger.json", state="absent").changed
    assert not odd_server.rows


SIMILAR = [
    ("Acme GmbH", "ACME GmbH", "in case"),
    ("Acme GmbH", "acme gmbh", "in case"),
    ("Acme GmbH", "Acme  GmbH", "in blanks"),
    ("Mu\u0308ller", "M\u00fcller", "in Unicode form"),
    ("\uff21cme", "acme", "in case and in Unicode form"),
]


@pytest.mark.parametrize(("there", "name", "differs"), SIMILAR)
def test_a_similar_name_is_a_warning_with_its_id(odd_server: OddServer, there: str, name: str, differs: str) -> None:
    """The account shows names that a server which rewrites would not have: so it keeps them, and the similar one is another."""
    other = odd_server.add(there)
    for kept in ("UPPER  x", "\u00fc", "u\u0308", "lower", "L" * 300):
        odd_server.add(kept)
    odd_server.asked.clear()
    report = run(odd_server, name, None)
    assert (len(report.actions), report.unfinished) == (1, None)
    assert report.warnings == (
        f"project {other['id']} '{there}' has a name that differs from the declared '{name}' only {differs}: is it the one that is meant?",
    )
    assert odd_server.asked == {"list": 2, "create": 1}


def test_absent_says_what_it_may_have_been(odd_server: OddServer) -> None:
    other = odd_server.add("acme")
    report = run(odd_server, "ACME", None, state="absent")
    assert report.actions == ()
    assert f"project {other['id']} 'acme'" in report.warnings[0]


def test_an_answer_with_another_projects_row(odd_server: OddServer) -> None:
    """A proxy that mixes answers: known before, or of a create of someone else at the same moment."""
    other = odd_server.add("other")

    def mixed(server: OddServer, work: Any) -> Any:
        work()
        return 200, server.add("someone else's")

    for odd in (lambda server, work: (work(), (200, other))[1], mixed):
        odd_server.next("create", odd)
        name = f"acme {len(odd_server.rows)}"
        report = run(odd_server, name, None)
        assert report.unfinished is None
        assert report.shown is not None
        assert (report.shown["name"], odd_server.rows[report.shown["id"]]["name"]) == (name, name)


def test_an_answer_with_a_row_that_nobody_has(odd_server: OddServer) -> None:
    odd_server.next("create", answered_with({"id": "47000001", "secret": "x" * 40, "status": "VALID", "name": "other"}))
    with pytest.raises(PlanError, match="which is another, and the list of the account shows neither"):
        run(odd_server, "acme", None)
    assert odd_server.asked["create"] == 1


REFUSED = {
    " acme": "must not begin or end with whitespace",
    "acme ": "must not begin or end with whitespace",
    "acme\u00a0": "must not begin or end with whitespace",
    "\u3000acme": "must not begin or end with whitespace",
    "ac\0me": "must not contain control characters",
    "ac\tme": "must not contain control characters",
    "acme\n": "must not contain control characters",
    "ac\x85me": "must not contain control characters",
    "ac\u2028me": "must not contain control characters",
    "ac\u202eme": "must not contain control characters",
    "ac\u2066me": "must not contain control characters",
    "\ufeffacme": "must not contain control characters",
    "ac\u200bme": "must not contain control characters",
    "\ud800": "is not valid Unicode",
}


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_are_refused_before_any_request(odd_server: OddServer, name: str) -> None:
    with pytest.raises(InvalidInput, match=REFUSED[name]) as caught:
        run(odd_server, name, None)
    assert str(caught.value).isprintable()
    assert not odd_server.asked


@pytest.mark.parametrize("name", ['Müller "& Söhne" 🎉', "a b", "نمی\u200cخواهم", "👩\u200d👧", "株式会社\u3000日本", "a\u00a0b"])
def test_names_that_are_not(name: str) -> None:
    assert check_name(name) == name


def test_what_a_server_may_have_made_of_a_name() -> None:
    assert Writing(["acme", "beta"]).could_become("ACME", "acme")
    assert not Writing(["acme", "Beta"]).could_become("ACME", "acme"), "it keeps capitals"
    assert not Writing(["ACME"]).could_become("acme", "ACME"), "no server makes capitals"
    assert Writing(["x" * 40, "y"]).could_become("x" * 64, "x" * 40)
    assert not Writing(["x" * 40, "y" * 41]).could_become("x" * 64, "x" * 40), "it keeps longer ones"
    assert not Writing(["acme"]).could_become("acme corporation", "acme"), "no limit is that low"


@pytest.mark.parametrize(("one", "other", "text"), [("a", "b", "in spelling"), ("A  b", "a b", "in case and in blanks")])
def test_differences(one: str, other: str, text: str) -> None:
    assert difference(one, other) == text
