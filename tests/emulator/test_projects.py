# SPDX-License-Identifier: Apache-2.0
"""The account API."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw, sign


def not_found(answer: Any) -> None:
    """An unknown project, in the API's shape."""
    assert answer.status_code == 404
    assert answer.json() == {"code": -1, "message": "Project not found", "description": "Project not found"}


def test_the_object_has_the_documented_and_the_observed_fields(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.set_clock("2030-01-02T03:04:05Z")
    now = int(opentok_emulator.now())
    token = sign(raw.key, raw.secret, iat=now, exp=now + 60)
    project = raw.send("POST", "/v2/project", json={"name": "Kunde Ä"}, token=token).json()
    secret, created, updated = project.pop("secret"), project.pop("createdAt"), project.pop("updatedAt")
    assert re.fullmatch("[0-9a-f]{40}", secret)
    assert created == updated
    assert 0 <= created - 1_893_553_445_000 < 60_000
    assert project == {
        "id": "46000001",
        "apiKey": "46000001",
        "status": "VALID",
        "userId": int(raw.key),
        "userStatus": "ACTIVE",
        "contactEmail": f"account-{raw.key}@example.com",
        "name": "Kunde Ä",
        "environment": "standard",
        "environmentId": 1,
        "environmentName": "default",
        "environmentDescription": "Standard Environment",
    }


def test_create_as_the_go_sdk_does_without_body_and_type(raw: Raw) -> None:
    answer = raw.send("POST", "/v2/project")
    assert "Content-Type" not in answer.request.headers
    assert (answer.status_code, answer.json()["name"]) == (200, "")


@pytest.mark.parametrize("name", ["a", "", 'O\'Neil "&<>" 日本 \U0001f980', "x" * 5000, "nul\x00", "a\nb"])
def test_names_are_free_text(raw: Raw, name: str) -> None:
    project = raw.create(name)
    assert raw.send("GET", f"/v2/project/{project['id']}").json()["name"] == name


def test_two_projects_may_have_one_name(raw: Raw) -> None:
    first, second = raw.create("twin"), raw.create("twin")
    assert first["id"] != second["id"]
    assert raw.names() == ["twin", "twin"]


def test_the_list_is_a_bare_array_with_secrets_in_order_of_creation(raw: Raw) -> None:
    made = [raw.create(name) for name in "cab"]
    assert raw.send("GET", "/v2/project").json() == made
    assert raw.send("GET", "/v2/project/").json() == made


def test_status_goes_from_valid_over_suspended_to_active(raw: Raw) -> None:
    project = raw.create("p")
    path = f"/v2/project/{project['id']}"
    for status in ("SUSPENDED", "ACTIVE"):
        changed = raw.send("PUT", path, json={"status": status})
        assert changed.status_code == 200
        assert changed.json() == {**project, "status": status, "updatedAt": changed.json()["updatedAt"]}
        assert raw.send("GET", path).json()["status"] == status


def test_put_does_not_rename(raw: Raw) -> None:
    project = raw.create("old")
    path = f"/v2/project/{project['id']}"
    assert raw.send("PUT", path, json={"status": "ACTIVE", "name": "new"}).json()["name"] == "old"
    assert raw.send("PUT", path, json={"name": "new"}).json()["name"] == "old"


def test_put_moves_to_another_environment(raw: Raw) -> None:
    project = raw.create()
    moved = raw.send("PUT", f"/v2/project/{project['id']}", json={"environmentId": "261"}).json()
    assert (moved["environmentId"], moved["environment"], moved["status"]) == (261, "enterprise", "VALID")


@pytest.mark.parametrize("body", [{}, {"status": "VALID"}, {"status": None}, {"status": 1}, {"status": "active"}, {"environmentId": "x"}])
def test_put_of_something_else_is_400(raw: Raw, body: dict[str, Any]) -> None:
    answer = raw.send("PUT", f"/v2/project/{raw.create()['id']}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, -1)


def test_refresh_changes_the_secret_only(raw: Raw) -> None:
    old = raw.create("p")
    new = raw.send("POST", f"/v2/project/{old['id']}/refreshSecret").json()
    assert re.fullmatch("[0-9a-f]{40}", new["secret"])
    assert new["secret"] != old["secret"]
    assert {**new, "secret": 0, "updatedAt": 0} == {**old, "secret": 0, "updatedAt": 0}
    assert raw.send("GET", f"/v2/project/{old['id']}").json() == new


def test_delete_answers_204_without_a_body_and_the_id_never_comes_back(raw: Raw) -> None:
    project = raw.create()
    path = f"/v2/project/{project['id']}"
    gone = raw.send("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    for method in ("GET", "PUT", "DELETE"):
        not_found(raw.send(method, path, json={"status": "ACTIVE"}))
    assert raw.create()["id"] > project["id"]


@pytest.mark.parametrize("key", ["1", "abc", "46000001%20", "%ff", "..%2f", "9" * 400])
def test_an_unknown_project(raw: Raw, key: str) -> None:
    not_found(raw.send("GET", f"/v2/project/{key}"))


def test_another_accounts_project_looks_unknown(raw: Raw, opentok_emulator: Emulator) -> None:
    project = raw.create("mine")
    opentok_emulator.add_account("20000002", "s3cr3t")
    other = Raw(raw.url, "20000002", "s3cr3t")
    path = f"/v2/project/{project['id']}"
    assert other.names() == []
    not_found(other.send("GET", path))
    not_found(other.send("PUT", path, json={"status": "SUSPENDED"}))
    not_found(other.send("POST", path + "/refreshSecret"))
    not_found(other.send("DELETE", path))
    assert raw.send("GET", path).json() == project
    assert other.create("theirs")["userId"] == 20000002


def test_new_ids_avoid_the_given_ones() -> None:
    projects = [("46000001", "a" * 40, "given"), ("46000003", "b" * 40)]
    with Emulator(projects=projects, account=("46000004", "c" * 40)) as emulator:
        client = Raw(emulator.url, emulator.account_key, emulator.account_secret)
        assert [client.create()["id"] for _ in range(2)] == ["46000002", "46000005"]
        assert client.names() == ["given", "", "", ""]
