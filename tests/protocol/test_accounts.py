# SPDX-License-Identifier: Apache-2.0
"""The account is part of a resource's identity; with another one nothing is read, changed, or taken for gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_opentok._dynamic import EXPLICIT
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, Saved
from tests.protocol.runs import declare, up

OTHER = ("20000002", "0ther5ecret" * 4)
INPUTS = {"name": "Acme", "status": "active"}


@pytest.fixture
def mine(server: DynamicServer, opentok_emulator: Emulator) -> Saved:
    saved = declare(server, **INPUTS)
    opentok_emulator.add_account(*OTHER)
    opentok_emulator.clear_journal()
    return saved


@pytest.fixture
def stranger(start_server: StartServer, opentok_emulator: Emulator) -> DynamicServer:
    return start_server(env={**opentok_emulator.env, "OPENTOK_ACCOUNT_KEY": OTHER[0], "OPENTOK_ACCOUNT_SECRET": OTHER[1]})


def test_the_account_is_in_the_outputs(mine: Saved, opentok_emulator: Emulator) -> None:
    assert mine.outs["account_key"] == opentok_emulator.account_key


EXPLICITLY = {"opentok:accountKey": OTHER[0], "opentok:accountSecret": OTHER[1]}
CHANGES = [INPUTS, {**INPUTS, "status": "suspended"}, {**INPUTS, "secret_triggers": {"v": "1"}}]


@pytest.mark.parametrize("news", CHANGES)
def test_another_provider_is_a_replacement(mine: Saved, start_server: StartServer, opentok_emulator: Emulator, news: dict[str, Any]) -> None:
    assert start_server({**EXPLICITLY, EXPLICIT: "other"}).diff(mine, news) == Difference(True, ("account_key",))
    assert opentok_emulator.journal() == []


@pytest.mark.parametrize("config", [{}, EXPLICITLY], ids=["environment", "stack config"])
def test_another_default_account_is_refused(
    mine: Saved, start_server: StartServer, stranger: DynamicServer, opentok_emulator: Emulator, config: dict[str, str]
) -> None:
    server = start_server(config) if config else stranger
    for news in CHANGES:
        said = f"belongs to account {opentok_emulator.account_key}, but the .* of account {OTHER[0]}: .*another Provider"
        with pytest.raises(OperationFailed, match=said):
            server.diff(mine, news)
    assert opentok_emulator.journal() == []


def test_the_same_provider_with_another_account_is_refused(start_server: StartServer, opentok_emulator: Emulator) -> None:
    """Its old credentials are gone with it, so nobody could delete the old project."""
    mine = {"opentok:accountKey": opentok_emulator.account_key, "opentok:accountSecret": opentok_emulator.account_secret, EXPLICIT: "eu"}
    saved = declare(start_server(mine), **INPUTS)
    assert saved.outs["__entry"]["provider"] == "eu"
    assert start_server({**mine, EXPLICIT: "renamed"}).diff(saved, INPUTS) == Difference(False, ()), "the account is the same"
    with pytest.raises(OperationFailed, match="another Provider"):
        start_server({**EXPLICITLY, EXPLICIT: "eu"}).diff(saved, INPUTS)
    assert start_server({**EXPLICITLY, EXPLICIT: "us"}).diff(saved, INPUTS).replaces == ("account_key",)


def test_a_run_whose_account_is_in_question_deletes_nothing(mine: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    """Twins were made in another account by mistake; with the right credentials the originals are what is left to delete."""
    theirs = {**opentok_emulator.env, "OPENTOK_ACCOUNT_KEY": OTHER[0], "OPENTOK_ACCOUNT_SECRET": OTHER[1]}
    twin = declare(start_server(env=theirs), **INPUTS)
    back = start_server()
    with pytest.raises(OperationFailed, match=f"belongs to account {OTHER[0]}"):
        back.diff(twin, INPUTS)
    with pytest.raises(OperationFailed, match="is not deleted: this run deletes nothing, because its account is in question"):
        back.delete(mine)
    assert len(opentok_emulator.all_projects()) == 2


@pytest.mark.parametrize(
    "operation",
    [
        lambda server, saved: server.read(saved.id, saved.outs, saved.inputs),
        lambda server, saved: server.update(saved, {**INPUTS, "status": "suspended"}),
        lambda server, saved: server.delete(saved),
    ],
    ids=["read", "update", "delete"],
)
def test_all_else_is_an_error_that_names_both(
    mine: Saved, stranger: DynamicServer, opentok_emulator: Emulator, operation: Callable[[DynamicServer, Saved], Any]
) -> None:
    with pytest.raises(OperationFailed) as failed:
        operation(stranger, mine)
    for named in (mine.id, opentok_emulator.account_key, OTHER[0]):
        assert named in str(failed.value)
    assert "\n" not in str(failed.value)
    assert opentok_emulator.journal() == [], "no request was sent"
    assert [row["status"] for row in opentok_emulator.all_projects()] != ["SUSPENDED"]


def test_without_credentials_nothing_looks_gone(mine: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    nobody = start_server(env={"OPENTOK_API_URL": opentok_emulator.url})
    for operation in (lambda: nobody.read(mine.id, mine.outs), lambda: nobody.delete(mine)):
        with pytest.raises(OperationFailed, match="account pair is missing"):
            operation()


def test_a_look_up_with_another_account_is_an_error(mine: Saved, stranger: DynamicServer) -> None:
    with pytest.raises(OperationFailed, match=f"no project {mine.id} in account {OTHER[0]}"):
        stranger.read(mine.id, {"name": None})


def test_a_new_secret_of_the_same_account_changes_nothing(mine: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    renewed = start_server(env={**opentok_emulator.env, "OPENTOK_ACCOUNT_SECRET": "renewed5ecret"})
    assert up(renewed, mine, INPUTS)[0] == "same"
