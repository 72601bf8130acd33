# SPDX-License-Identifier: Apache-2.0
"""The Go SDK's account management: no other SDK has these calls."""

from __future__ import annotations

import pytest

from tests.conformance.covering import covers, with_context
from tests.conformance.scene import NOBODY, Scene
from tests.conformance.sdks import Sdk, SdkError, Thing

TWINS = ("", "Context")


@covers("go", *with_context("OpenTok.CreateProject"))
def test_create(scene: Scene, go: Sdk) -> None:
    client = scene.for_account(go)
    for twin in TWINS:
        for name in ("Zoë & Söhne <1>", ""):
            made = client.call(f"CreateProject{twin}", name)
            ours = scene.account.projects.get(made["id"])
            assert (made["name"], made["secret"], made["status"]) == (name, ours.secret, "VALID")
            assert made["createdAt"] == scene.emulator.project(made["id"])["createdAt"]  # type: ignore[index]
            assert (made["environmentName"], made["environmentDescription"]) == ("default", "Standard Environment")


@covers("go", "OpenTok.CreateProject")
def test_a_quote_in_a_name_is_the_sdk_s_bug(scene: Scene, go: Sdk) -> None:
    """It builds its JSON by hand: what it sends is none, and the emulator says so in the API's shape."""
    with pytest.raises(SdkError) as caught:
        scene.for_account(go).call("CreateProject", 'say "hi"')
    assert caught.value.status == 400


@covers("go", *with_context("OpenTok.ListProjects", "OpenTok.GetProject"))
def test_list_and_get(scene: Scene, go: Sdk) -> None:
    client = scene.for_account(go)
    second = scene.account.projects.create("second")
    for twin in TWINS:
        listed = client.call(f"ListProjects{twin}")
        assert [(one["id"], one["secret"], one["name"]) for one in listed] == [(one.id, one.secret, one.name) for one in (scene.project, second)]
        assert client.call(f"GetProject{twin}", second.id).fields == listed[1].fields


@covers("go", *with_context("OpenTok.ChangeProjectStatus"))
def test_change_status(scene: Scene, go: Sdk) -> None:
    client, project = scene.for_account(go), scene.project
    for twin in TWINS:
        for status in ("SUSPENDED", "ACTIVE"):
            changed = client.call(f"ChangeProjectStatus{twin}", project.id, status)
            assert (changed["id"], changed["status"], changed["secret"]) == (project.id, status, project.secret)
            assert scene.account.projects.get(project.id).status == status.lower()


@covers("go", *with_context("OpenTok.RefreshProjectSecret"))
def test_refresh_secret(scene: Scene, go: Sdk) -> None:
    client, secrets = scene.for_account(go), [scene.project.secret]
    for twin in TWINS:
        refreshed = client.call(f"RefreshProjectSecret{twin}", scene.project.id)
        assert refreshed["secret"] == scene.account.projects.get(scene.project.id).secret
        secrets.append(refreshed["secret"])
    assert len(set(secrets)) == 3
    with pytest.raises(SdkError, match="Invalid signature"):
        go.client(scene.url, scene.project.id, secrets[0]).call("CreateSession", {})
    assert go.client(scene.url, scene.project.id, secrets[-1]).call("CreateSession", {})["session_id"]


@covers("go", *with_context("OpenTok.DeleteProject"))
def test_delete(scene: Scene, go: Sdk) -> None:
    client = scene.for_account(go)
    for twin in TWINS:
        project = scene.account.projects.create("brief")
        assert client.call(f"DeleteProject{twin}", project.id) is None
        assert scene.emulator.project(project.id) is None


CALLS = [
    ("CreateProject", ["x"]),
    ("ListProjects", []),
    ("GetProject", [NOBODY]),
    ("ChangeProjectStatus", [NOBODY, "ACTIVE"]),
    ("RefreshProjectSecret", [NOBODY]),
    ("DeleteProject", [NOBODY]),
]


@pytest.mark.parametrize(("method", "arguments"), CALLS)
def test_refusals(scene: Scene, go: Sdk, method: str, arguments: list[str]) -> None:
    """A wrong secret; an account that there is not; a project's pair; a project that there is not."""

    def refused(client: Thing) -> str:
        with pytest.raises(SdkError) as caught:
            client.call(method, *arguments)
        assert caught.value.kind == "*opentok.ResponseError"
        return caught.value.text

    assert refused(scene.for_account(go, secret="0" * 40)) == "TokBox error: code: 403; message: Invalid signature"
    assert refused(scene.unknown(go)) == "TokBox error: code: 403; message: Issuer not found"
    assert refused(scene.client(go)).startswith("TokBox error: code: 403; message: ")
    if arguments[:1] == [NOBODY]:
        assert refused(scene.for_account(go)).startswith("TokBox error: code: 404; message: ")


@covers("go", "ResponseError.Error")
def test_an_error_says_what_it_is(scene: Scene, go: Sdk) -> None:
    with pytest.raises(SdkError) as caught:
        scene.for_account(go).call("GetProject", NOBODY)
    assert caught.value.kept is not None
    assert Thing(go, caught.value.kept, "ResponseError", {}).call("Error") == caught.value.text
