# SPDX-License-Identifier: Apache-2.0
"""A list that does not show yet what was just created: what the ledger knows is read by its id before it counts as gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_opentok.core import OpenTokError
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from tests.core.odd_server import OddServer, answered_with, status_instead


@pytest.fixture
def ledger(odd_server: OddServer, tmp_path: Path) -> Path:
    """Of a project that is created, and that the next list does not show."""
    path = tmp_path / "ledger.json"
    run(odd_server, path)
    odd_server.asked.clear()
    odd_server.next("list", answered_with([]))
    return path


def run(server: OddServer, ledger: Path, state: str = "present") -> Report:
    running = Run(PROJECT, server.scope(), ledger=FileLedger(str(ledger)))
    inputs = {"name": "acme", "take_by_name": True}
    return running.absent(inputs) if state == "absent" else running.present(inputs)


def test_it_is_not_created_again(odd_server: OddServer, ledger: Path) -> None:
    report = run(odd_server, ledger)
    assert report.shown is not None
    assert (report.actions, report.shown["id"], report.shown["api_secret"]) == ((), odd_server.only()["id"], odd_server.only()["secret"])
    assert odd_server.asked == {"list": 1, "get": 1}


def test_it_is_not_absent(odd_server: OddServer, ledger: Path) -> None:
    assert [action.split()[0] for action in run(odd_server, ledger, "absent").actions] == ["delete"]
    assert odd_server.rows == {}


def test_a_list_that_lags_for_as_long_as_runs_look(odd_server: OddServer, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.json"
    odd_server.next("list", *[answered_with([])] * 9)
    assert "the list of the account does not show it yet" in str(run(odd_server, ledger).unfinished)
    assert run(odd_server, ledger).actions == ()
    odd_server.odd.clear()
    assert run(odd_server, ledger).actions == ()
    assert len(odd_server.rows) == 1


def test_one_that_is_gone_is_created_anew(odd_server: OddServer, ledger: Path) -> None:
    odd_server.rows.clear()
    assert [action.split()[0] for action in run(odd_server, ledger).actions] == ["create"]


def test_one_that_was_renamed_elsewhere_is_nobody_s(odd_server: OddServer, ledger: Path) -> None:
    odd_server.rows["46000001"]["name"] = "another"
    assert [action.split()[0] for action in run(odd_server, ledger).actions] == ["create"]
    assert odd_server.rows["46000001"]["name"] == "another"


def test_what_cannot_be_read_is_not_taken_for_gone(odd_server: OddServer, ledger: Path) -> None:
    odd_server.next("get", *[status_instead(403)] * 3)
    with pytest.raises(OpenTokError, match=r"project\.get"):
        run(odd_server, ledger)
    assert len(odd_server.rows) == 1
