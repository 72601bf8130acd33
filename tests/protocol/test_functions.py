# SPDX-License-Identifier: Apache-2.0
"""`get_project`, `get_projects` and their `_output` twins, in a program against the emulator."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Project
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import account
from tests.protocol.mocks import run_program

OTHER = ("20000002", "0ther5ecret" * 4)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_URL", "ACCOUNT_KEY", "ACCOUNT_SECRET", "API_KEY", "API_SECRET", "TIMEOUT"):
        monkeypatch.delenv(f"OPENTOK_{name}", raising=False)


@pytest.fixture
def environment(opentok_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in opentok_emulator.env.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def acme(opentok_emulator: Emulator) -> Project:
    return account(opentok_emulator).projects.create("Acme")


def config_of(emulator: Emulator) -> dict[str, str]:
    return {
        "opentok:apiUrl": emulator.url,
        "opentok:accountKey": emulator.account_key,
        "opentok:accountSecret": emulator.account_secret,
    }


def test_by_config(acme: Project, opentok_emulator: Emulator) -> None:
    found, _ = run_program(lambda: opentok.get_project(id=acme.id).name, config=config_of(opentok_emulator))
    assert found == "Acme"


@pytest.mark.usefixtures("environment")
def test_config_goes_before_the_environment(opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*OTHER)
    theirs = {**config_of(opentok_emulator), "opentok:accountKey": OTHER[0], "opentok:accountSecret": OTHER[1]}
    account(opentok_emulator, OTHER).projects.create("Theirs")
    assert run_program(lambda: [row.name for row in opentok.get_projects()], config=theirs)[0] == ["Theirs"]
    assert run_program(lambda: [row.name for row in opentok.get_projects()])[0] == []


@pytest.mark.usefixtures("environment")
def test_an_explicit_provider_goes_before_both(opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*OTHER)
    account(opentok_emulator, OTHER).projects.create("Theirs")

    def program() -> Any:
        theirs = opentok.Provider("theirs", account_key=OTHER[0], account_secret=OTHER[1])
        return [opentok.get_project(name="Theirs", provider=theirs).account_key, [row.name for row in opentok.get_projects(provider=theirs)]]

    assert run_program(program, config=config_of(opentok_emulator))[0] == [OTHER[0], ["Theirs"]]


@pytest.mark.usefixtures("environment")
def test_what_is_known_of_a_project(acme: Project, opentok_emulator: Emulator) -> None:
    kept: list[opentok.GetProjectResult] = []

    def program() -> Any:
        kept.append(opentok.get_project(name="Acme"))
        return kept[0].api_secret

    assert run_program(program) == (acme.secret, True), "the secret, and as a secret"
    (found,) = kept
    assert (found.id, found.api_key, found.name, found.status, found.environment) == (acme.id, acme.id, "Acme", "active", "standard")
    assert found.secret_fingerprint == acme.secret_fingerprint
    assert found.account_key == opentok_emulator.account_key
    assert found.created_at is not None
    assert acme.secret not in repr(found)
    assert "api_secret" not in repr(found)
    assert acme.id in repr(found)


@pytest.mark.usefixtures("environment")
def test_one_request_each(acme: Project, opentok_emulator: Emulator) -> None:
    for program, asked in (
        (lambda: opentok.get_project(id=acme.id).id, "project.get"),
        (lambda: opentok.get_project(name="Acme").id, "project.list"),
        (lambda: len(opentok.get_projects()), "project.list"),
    ):
        opentok_emulator.clear_journal()
        run_program(program)
        assert [row["operation"] for row in opentok_emulator.journal()] == [asked]


@pytest.mark.usefixtures("environment", "acme")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "id: pass either id or name"),
        ({"id": "46000001", "name": "Acme"}, "id: pass either id or name"),
        ({"id": "46999999"}, "there is no project 46999999 in account 10000001"),
        ({"id": "../list"}, "must be a project id"),
        ({"name": "Akme"}, "no project.* named 'Akme'"),
        ({"name": "acme"}, "named 'acme'"),
    ],
)
def test_what_cannot_be_found(arguments: dict[str, str], said: str) -> None:
    with pytest.raises(Exception, match=said) as failed:
        run_program(lambda: opentok.get_project(**arguments).id)
    assert "\n" not in str(failed.value)


@pytest.mark.usefixtures("environment")
def test_twins_are_listed(acme: Project, opentok_emulator: Emulator) -> None:
    twin = account(opentok_emulator).projects.create("Acme")
    with pytest.raises(Exception, match=f"2 projects of .*'Acme': pass the id of one of them \\({acme.id}, {twin.id}\\)"):
        run_program(lambda: opentok.get_project(name="Acme").id)


def test_no_credentials(opentok_emulator: Emulator) -> None:
    with pytest.raises(Exception, match=r"account pair is missing.*opentok:accountKey.*OPENTOK_ACCOUNT_KEY"):
        run_program(lambda: opentok.get_projects() and None)
    assert opentok_emulator.journal() == []


def test_a_provider_of_outputs_is_for_the_output_form(acme: Project, opentok_emulator: Emulator) -> None:
    def provider() -> opentok.Provider:
        key, secret = pulumi.Output.from_input(opentok_emulator.account_key), pulumi.Output.secret(opentok_emulator.account_secret)
        return opentok.Provider("late", account_key=key, account_secret=secret, api_url=opentok_emulator.url)

    with pytest.raises(Exception, match=r"account_key: this argument of the provider is an output.*use get_project_output"):
        run_program(lambda: opentok.get_project(id=acme.id, provider=provider()).id)
    found = run_program(lambda: opentok.get_project_output(id=acme.id, provider=provider()).apply(lambda project: project.name))
    assert found[0] == "Acme"
    listed = run_program(lambda: opentok.get_projects_output(provider=provider()).apply(lambda projects: [row.name for row in projects]))
    assert listed[0] == ["Acme"]


@pytest.mark.usefixtures("environment")
def test_the_output_form_takes_outputs_and_keeps_the_secret_secret(acme: Project) -> None:
    def program() -> pulumi.Output[str]:
        found = opentok.get_project_output(name=pulumi.Output.from_input("Acme"))
        return found.apply(lambda project: project.api_secret)

    assert run_program(program) == (acme.secret, True)


@pytest.mark.usefixtures("environment", "acme")
def test_the_output_form_says_the_same_errors() -> None:
    with pytest.raises(Exception, match="named 'Akme'") as failed:
        run_program(lambda: opentok.get_project_output(name="Akme").apply(lambda project: project.id))
    assert "Traceback" not in str(failed.value)
    with pytest.raises(Exception, match="named ") as failed:
        run_program(lambda: opentok.get_project_output(name=pulumi.Output.secret("Akme")).apply(lambda project: project.id))
    assert "'***'" in str(failed.value)
    assert "Akme" not in str(failed.value)
