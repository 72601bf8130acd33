# SPDX-License-Identifier: Apache-2.0
"""What the server refuses on each operation, for each reason that it has: one typed error with operation, status, code and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from pulumi_opentok.core import Account, Credentials, Forbidden, InvalidInput, NotFound, OpenTokError, Project
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.operations import OPERATIONS
from tests.core.operations_table import CALLS, Things
from tests.core.service import Service

OF_PROJECT = [operation.name for operation in OPERATIONS if operation.credentials == "project"]
OF_ACCOUNT = [operation.name for operation in OPERATIONS if operation.credentials == "account"]
UNKNOWN = "00000000-0000-4000-8000-000000000000"
SESSIONS = {"session", "session_id"}
"""How the table of operations names a session."""


def refused(service: Service, operation: str, about: str, run: Callable[[], object], caplog: pytest.LogCaptureFixture) -> OpenTokError:
    """The error of a call, which is one line, names operation and object, and holds no secret."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(OpenTokError) as caught:
        run()
    said = str(caught.value)
    assert said.startswith(f"{operation} of {about}: ")
    assert said.isprintable()
    assert len(said) < 400
    assert caught.value.operation == operation
    heard = "\n".join([said, repr(caught.value), caplog.text, *service.warnings])
    assert [secret for secret in [*service.secrets(), "0" * 40, "eyJ"] if secret in heard] == []
    return caught.value


def suspend(service: Service, project: Project) -> None:
    service.emulator.edit_project(project.id, status="SUSPENDED")


def rotate(service: Service, project: Project) -> None:
    service.emulator.edit_project(project.id, secret="1" * 40)


def remove(service: Service, project: Project) -> None:
    service.emulator.delete_project(project.id)


CHANGES = [
    (suspend, "The project is suspended", "project key {id} is suspended: activate the project to use it"),
    (rotate, "Invalid signature", "the secret does not belong to project key {id}: was it rotated, or is this the account pair?"),
    (remove, "Issuer not found", "project key {id} is unknown at {url}: does it belong to the account pair, a deleted project or"),
]


@pytest.mark.parametrize(("change", "heard", "advice"), CHANGES, ids=["suspended", "rotated", "deleted"])
@pytest.mark.parametrize("operation", OF_PROJECT)
def test_a_project_that_was_changed_meanwhile(
    service: Service,
    caplog: pytest.LogCaptureFixture,
    operation: str,
    change: Callable[[Service, Project], None],
    heard: str,
    advice: str,
) -> None:
    project = service.account().projects.create("acme")
    ready = CALLS[operation].ready(service, project)
    change(service, project)
    error = refused(service, operation, ready.about, lambda: ready.run(service.account(), service.client(project)), caplog)
    assert isinstance(error, Forbidden)
    assert (error.status, error.code, error.server_message) == (403, -1, heard)
    assert advice.format(id=project.id, url=service.emulator.url) in str(error)


PAIRS = [
    ("{key}", "0" * 40, "Invalid signature", "the secret does not belong to account key {key}"),
    ("99", "0" * 40, "Issuer not found", "account key 99 is unknown at "),
]


@pytest.mark.parametrize(("key", "secret", "heard", "advice"), PAIRS, ids=["secret", "key"])
@pytest.mark.parametrize("operation", OF_ACCOUNT)
def test_a_wrong_account_pair(
    service: Service, caplog: pytest.LogCaptureFixture, operation: str, key: str, secret: str, heard: str, advice: str
) -> None:
    project = service.account().projects.create("acme")
    pair = Credentials(key=key.format(key=service.emulator.account_key), secret=secret, kind="account")
    about = CALLS[operation].about.format(id=project.id, key=pair.key)
    account = Account(pair, transport=service.transport())
    error = refused(service, operation, about, lambda: CALLS[operation].run(account, None, project), caplog)
    assert isinstance(error, Forbidden)
    assert (error.status, error.code, error.server_message) == (403, -1, heard)
    assert advice.format(key=pair.key) in str(error)
    assert [each["status"] for each in service.emulator.all_projects()] == ["VALID"]


def things_of(service: Service, operation: str, client: OpenTok) -> Things:
    return CALLS[operation].prepare(service, client)


NAMED = [
    operation.name
    for operation in OPERATIONS
    if {part.strip("{}") for part in operation.path.split("/") if part.startswith("{")} - {"api_key", "session_id"}
]
"""Operations on one thing of a project: an archive, a connection, ..."""


@pytest.mark.parametrize("operation", NAMED)
def test_a_thing_that_is_not_there(service: Service, caplog: pytest.LogCaptureFixture, operation: str) -> None:
    """The last id of the path is none of this project's: unknown, then another project's."""
    project, other = (service.account().projects.create(name) for name in ("acme", "other"))
    call, client = CALLS[operation], service.client(project)
    mine, theirs = things_of(service, operation, client), things_of(service, operation, service.client(other))
    for ids in (dict.fromkeys(theirs, UNKNOWN), theirs):
        things = {**ids, **{name: value for name, value in mine.items() if name in SESSIONS}}
        about = call.about.format(id=project.id, key=service.emulator.account_key, **things)
        error = refused(service, operation, about, lambda things=things: call.run(service.account(), client, project, **things), caplog)  # type: ignore[misc]
        assert isinstance(error, NotFound)
        assert (error.status, error.code) == (408 if operation == "stream.get" else 404, -1)
        assert f"not found for project key {project.id} at {service.emulator.url}" in str(error)


IN_SESSION = [name for name in OF_PROJECT if "session" in CALLS[name].about and "project" not in CALLS[name].about]


@pytest.mark.parametrize("operation", IN_SESSION)
def test_another_project_s_session_is_refused_before_any_request(service: Service, operation: str) -> None:
    project, other = (service.account().projects.create(name) for name in ("acme", "other"))
    theirs = things_of(service, operation, service.client(other))
    service.clear()
    with pytest.raises(InvalidInput, match=f"session_id: belongs to project '{other.id}', not to {project.id}"):
        CALLS[operation].run(service.account(), service.client(project), project, **theirs)
    assert not service.asked()


BAD_IDS = ["", " ", "a/b", "../x", "..", "%2F", "%00", "\x00", "a\nb", "é", "\ud800", "x" * 10_000]


@pytest.mark.parametrize("operation", NAMED)
def test_an_id_that_cannot_be(service: Service, operation: str) -> None:
    """It is refused here or is looked for in vain; it never makes the path of something else."""
    project = service.account().projects.create("acme")
    call, client = CALLS[operation], service.client(project)
    mine = things_of(service, operation, client)
    service.clear()
    for bad in BAD_IDS:
        with pytest.raises((InvalidInput, NotFound)) as caught:
            call.run(service.account(), client, project, **{name: value if name in SESSIONS else bad for name, value in mine.items()})
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 600
    assert set(service.asked()) <= {operation}
