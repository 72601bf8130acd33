# SPDX-License-Identifier: Apache-2.0
"""All six calls of the account API, and who may make them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from pulumi_opentok.core import Account, Connection, CredentialsError, Forbidden, InvalidInput, NotFound
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from tests.core.service import Service

OTHER_SECRET = "other" * 8
NAMES = ["acme", "Müller \"& Söhne\"", "emoji 🎉", "a/b?c#d%20", "x" * 200, "'; DROP TABLE projects; --", "名前"]


@pytest.mark.parametrize("name", NAMES)
def test_create_get_list(service: Service, name: str) -> None:
    projects = service.account().projects
    made = projects.create(name)
    assert made.name == name
    assert made.status == "active"
    assert made.secret
    assert made.environment == "standard"
    assert made.created_at is not None
    assert made.created_at.tzinfo is datetime.timezone.utc
    assert projects.get(made.id) == made
    assert projects.list() == [made]
    assert service.asked() == {"project.create": 1, "project.get": 1, "project.list": 1}


def test_create_without_a_name(service: Service) -> None:
    assert service.account().projects.create().name == ""


def test_the_same_name_twice_makes_two(service: Service) -> None:
    projects = service.account().projects
    assert projects.create("acme").id != projects.create("acme").id


def test_list_of_an_empty_account_and_in_the_server_s_order(service: Service) -> None:
    projects = service.account().projects
    assert projects.list() == []
    ids = [projects.create(f"p{number}").id for number in range(5)]
    assert [project.id for project in projects.list()] == ids


def test_suspend_and_activate(service: Service) -> None:
    projects = service.account().projects
    made = projects.create("acme")
    client = service.client(made)
    client.verify_credentials()
    assert projects.set_status(made.id, "suspended").status == "suspended"
    with pytest.raises(Forbidden, match=f"project key {made.id} is suspended: activate the project"):
        client.verify_credentials()
    assert projects.set_status(made.id, "active").status == "active"
    client.verify_credentials()
    assert projects.get(made.id).secret == made.secret


def test_refresh_kills_the_old_secret(service: Service) -> None:
    projects = service.account().projects
    old = projects.create("acme")
    new = projects.refresh_secret(old.id)
    assert new.id == old.id
    assert new.secret != old.secret
    service.client(new).verify_credentials()
    with pytest.raises(Forbidden, match="the secret does not belong to project key"):
        service.client(old).verify_credentials()


def test_delete(service: Service) -> None:
    projects = service.account().projects
    made = projects.create("acme")
    assert projects.delete(made.id) is None
    with pytest.raises(NotFound):
        projects.get(made.id)
    with pytest.raises(Forbidden, match="a deleted project or another platform"):
        service.client(made).verify_credentials()


CALLS: dict[str, Any] = {
    "project.get": lambda projects: projects.get("4700"),
    "project.set_status": lambda projects: projects.set_status("4700", "suspended"),
    "project.refresh_secret": lambda projects: projects.refresh_secret("4700"),
    "project.delete": lambda projects: projects.delete("4700"),
}


@pytest.mark.parametrize("operation", list(CALLS))
def test_what_is_not_there(service: Service, operation: str) -> None:
    with pytest.raises(NotFound) as caught:
        CALLS[operation](service.account().projects)
    said = str(caught.value)
    assert said.startswith(f"{operation} of project 4700: HTTP 404")
    assert said.endswith(f"not found for account key {service.emulator.account_key} at {service.emulator.url}")
    assert service.asked() == {operation: 1}


@pytest.mark.parametrize("operation", list(CALLS))
def test_a_project_of_another_account_looks_as_if_it_were_not_there(service: Service, operation: str) -> None:
    theirs = service.account().projects.create("theirs")
    service.emulator.add_account("200", OTHER_SECRET)
    other = service.scope(account_key="200", account_secret=OTHER_SECRET).account
    assert other.projects.list() == []
    calls: dict[str, Any] = {
        "project.get": lambda: other.projects.get(theirs.id),
        "project.set_status": lambda: other.projects.set_status(theirs.id, "suspended"),
        "project.refresh_secret": lambda: other.projects.refresh_secret(theirs.id),
        "project.delete": lambda: other.projects.delete(theirs.id),
    }
    with pytest.raises(NotFound, match="account key 200"):
        calls[operation]()
    assert service.account().projects.list() == [theirs]


BAD: list[tuple[Any, str]] = [
    (lambda projects: projects.create(" "), "name"),
    (lambda projects: projects.create(5), "name"),
    (lambda projects: projects.get(""), "id"),
    (lambda projects: projects.get("../x"), "id"),
    (lambda projects: projects.get(46000001), "id"),
    (lambda projects: projects.set_status("1", "paused"), "status"),
    (lambda projects: projects.set_status("1/2", "active"), "id"),
    (lambda projects: projects.refresh_secret("?"), "id"),
    (lambda projects: projects.delete("a b"), "id"),
]


@pytest.mark.parametrize(("call", "field"), BAD)
def test_bad_input_never_leaves(service: Service, call: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        call(service.account().projects)
    assert caught.value.problems[0].field == field
    assert not service.asked()


def test_each_client_takes_only_its_own_pair(service: Service) -> None:
    made = service.account().projects.create("acme")
    pair = service.scope().connection.account_credentials()
    service.clear()
    with pytest.raises(CredentialsError, match="managing projects needs the account pair"):
        Account(made.credentials)
    with pytest.raises(CredentialsError, match="the API of a project needs the project pair"):
        OpenTok(pair)
    assert not service.asked()


def test_a_project_s_api_with_the_account_pair_alone(service: Service) -> None:
    made = service.account().projects.create("acme")
    service.clear()
    client = OpenTok.of_account(service.scope().account, made.id)
    client.verify_credentials()
    assert client.api_key == made.id
    assert service.asked() == {"project.get": 1, "archive.list": 1}


def test_a_scope_without_the_account_pair_says_so_only_when_it_is_needed(service: Service) -> None:
    scope = Scope(Connection(api_url=service.emulator.url))
    assert scope.account_key is None
    with pytest.raises(CredentialsError, match="the account pair is missing"):
        _ = scope.account
    assert not service.asked()
