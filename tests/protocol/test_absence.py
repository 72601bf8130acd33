# SPDX-License-Identifier: Apache-2.0
"""Absence is proven, never inferred: what a gateway says of a project, by the server for dynamic providers as the engine drives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from pulumi_opentok.session import SessionProvider
from pulumi_opentok.token import TokenProvider
from tests.gateway import HTML_404, Answer, Gateway, gateway
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed
from tests.protocol.runs import declare
from tests.protocol.wire import Secret

_ADDRESS = r"is the address right \(opentok:apiUrl \(or api_url of the Provider, or OPENTOK_API_URL\): http://127"
NOT_GONE = rf"HTTP 404.*it does not prove that anything is gone.*{_ADDRESS}"
ODD_404 = [
    HTML_404,
    Answer(404),
    Answer(404, b"404 page not found", {"Content-Type": "text/plain"}),
    Answer.of({"message": "no Route matched with those values"}, 404),
]


@pytest.fixture
def between(opentok_emulator: Emulator) -> Iterator[Gateway]:
    with gateway(opentok_emulator.url) as opened:
        yield opened


@pytest.fixture
def server(start_server: StartServer, opentok_emulator: Emulator, between: Gateway) -> DynamicServer:
    return start_server(env=between.env(opentok_emulator.env))


def test_a_project_is_not_gone_because_a_gateway_says_404(
    start_server: StartServer, server: DynamicServer, between: Gateway, opentok_emulator: Emulator
) -> None:
    saved = {kind: declare(server, name=kind, on_delete=kind) for kind in ("delete", "suspend", "retain")}
    room = declare(server.of(SessionProvider), project=saved["delete"].id)
    token = declare(server.of(TokenProvider), session=room.id)
    # Another run: what signs is not known yet.
    tokens = start_server(env=between.env(opentok_emulator.env)).of(TokenProvider)
    before = opentok_emulator.all_projects()
    for answer in ODD_404:
        between.instead = lambda method, path, answer=answer: answer  # type: ignore[misc]
        for one in saved.values():
            for call in (server.refresh, server.delete, lambda one: server.update(one, {**one.inputs, "status": "suspended"})):  # type: ignore[misc]
                with pytest.raises(OperationFailed, match=NOT_GONE):
                    call(one)
        with pytest.raises(OperationFailed, match=NOT_GONE):
            server.read(saved["delete"].id, {"name": None})
        with pytest.raises(OperationFailed, match=NOT_GONE):
            tokens.refresh(token)
    assert opentok_emulator.all_projects() == before
    between.instead = lambda method, path: None
    assert tokens.refresh(token) == token
    opentok_emulator.delete_project(saved["delete"].id)
    assert server.refresh(saved["delete"]) is None, "the API itself says so"
    server.delete(saved["delete"])


@pytest.mark.parametrize("on_delete", ["delete", "suspend"])
def test_only_the_last_request_meets_the_gateway(server: DynamicServer, between: Gateway, opentok_emulator: Emulator, on_delete: str) -> None:
    saved = declare(server, name="Acme", on_delete=on_delete)
    between.instead = lambda method, path: HTML_404 if method in ("DELETE", "PUT") else None
    with pytest.raises(OperationFailed, match=r"the server may or may not have done it: is the address right"):
        server.delete(saved)
    assert [project["status"] for project in opentok_emulator.all_projects()] == ["VALID"]


def test_a_delete_that_a_gateway_says_it_did(server: DynamicServer, between: Gateway, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme")
    between.instead = lambda method, path: Answer(200) if method == "DELETE" else None
    with pytest.raises(OperationFailed, match=r"project\.delete .* HTTP 200 .* where the API answers 204: is a proxy in the way"):
        server.delete(saved)
    assert opentok_emulator.project(saved.id) is not None
    # Done, but said with another status: asked again, the API says that it is gone.
    between.instead = lambda method, path: None
    between.changed = lambda method, path, answer: Answer(200) if answer.status == 204 else answer
    server.delete(saved)
    assert opentok_emulator.project(saved.id) is None


@pytest.mark.parametrize("with_path", ["/opentok", "/v2/project/"])
def test_an_address_with_a_path_is_refused_before_any_request(
    start_server: StartServer, opentok_emulator: Emulator, between: Gateway, server: DynamicServer, with_path: str
) -> None:
    saved = declare(server, name="Acme")
    between.asked.clear()
    lost = start_server(env={**opentok_emulator.env, "OPENTOK_API_URL": between.url + with_path})
    for call in (lost.refresh, lost.delete):
        with pytest.raises(OperationFailed, match=rf"must end after the host, without the path '{with_path}'"):
            call(saved)
    assert between.asked == []


def of_another(emulator: Emulator, project_id: str) -> Any:
    """The row of a project that is not ``project_id``."""
    return next(project for project in emulator.all_projects() if project["id"] != project_id)


def test_another_project_s_row_is_not_this_project(server: DynamicServer, between: Gateway, opentok_emulator: Emulator) -> None:
    saved, other = declare(server, name="Acme", secret_triggers={"v": "1"}), declare(server, name="Other")
    rows = {project["id"]: project for project in opentok_emulator.all_projects()}
    foreign = Answer.of(rows[other.id])
    mixed = rf"the answer is about another project, '{other.id}' instead of '{saved.id}', so it is not used"
    between.instead = lambda method, path: foreign if saved.id in path else None
    for call in (server.refresh, server.delete):
        with pytest.raises(OperationFailed, match=mixed):
            call(saved)
    # It is read as it is, and every change is answered with the other one's row.
    between.instead = lambda method, path: None
    between.changed = lambda method, path, answer: foreign if method in ("PUT", "POST") else answer
    with pytest.raises(OperationFailed, match=mixed):
        server.update(saved, {"name": "Acme", "status": "suspended", "secret_triggers": {"v": "1"}})
    opentok_emulator.edit_project(saved.id, status="ACTIVE")
    rotated = server.update(saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    live = opentok_emulator.project(saved.id)
    assert live is not None
    assert live["secret"] not in (rows[saved.id]["secret"], rows[other.id]["secret"]), "rotated once; the answer was another's, so it was read back"
    assert rotated.outs["api_secret"] == Secret(live["secret"])
