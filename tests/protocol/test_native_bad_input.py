# SPDX-License-Identifier: Apache-2.0
"""Bad input of the native provider: one line each, by the names of programs, that says what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_opentok import _package
from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import DEADLINE
from tests.protocol.native_server import NativeServer
from tests.protocol.runs import by_account, by_project_pair
from tests.protocol.wire import UNKNOWN, to_struct
from tests.things.sessions import ACME, ACME_SECRET, ROOM

HIDDEN = "hunter2hunter2"
OTHER = "46000009"
SNAKE = re.compile(r"(?<![\w'])[a-z]+_[a-z_]+")

PROPERTIES: list[tuple[str, dict[str, Any], str]] = [
    ("Project", {"nmae": "Acme"}, ": nmae: there is no such property; did you mean name?"),
    ("Project", {"secret_triggers": {"a": "b"}}, ": secret_triggers: there is no such property; did you mean secretTriggers?"),
    ("Project", {"colour": "red"}, ": colour: there is no such property; a project takes adopt, allowDuplicateName, existingId, "),
    ("Project", {"name": 5}, "name: must be a string, not float 5.0: quote it"),
    ("Project", {"name": ["Acme"]}, "name: must be a string, not list ['Acme']"),
    ("Project", {"secretTriggers": "x"}, "secretTriggers: must be a map such as {version: '2'}, not 'x'"),
    ("Project", {"adopt": "yes", "name": "Acme"}, "adopt: must be true or false, not 'yes'"),
    ("Project", {"rotationWindow": {"foo": 1}, "secretMaxAge": "30d"}, "rotationWindow: has no 'foo': its keys are days, start, end, timezone, appliesTo"),
    ("Project", {"existingId": {"id": "5"}}, "existingId: must be a project id (= API key) such as '46123456', not {'id': '5'}"),
    ("Session", {}, "project: missing: declare the session's project (its id), or give the project pair (apiKey, apiSecret)"),
    ("Session", {"project": {"id": "5"}}, "project: must be a project id (= API key) such as '46123456', not {'id': '5'}"),
    ("Session", {"project": "46000001", "archiveMode": "always"}, "archiveMode: 'always' needs mediaMode 'routed': only routed media can be archived"),
    ("Token", {"session": "nonsense"}, "session: must be a session id such as '1_MX40…' or '2_MX40…', not 'nonsense'"),
    ("Token", {"session": UNKNOWN, "role": "x"}, "role: must be 'publisher' or 'subscriber' or 'moderator' or 'publisheronly', not 'x'"),
]

SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"account_key": "1"}, "account_key: there is no such setting; there are accountKey, accountSecret, allowHttp, apiKey, "),
    ({"timeout": "soon"}, "opentok:timeout (or timeout of the Provider, or OPENTOK_TIMEOUT): must be a number of seconds "),
    ({"allowHttp": "maybe"}, "opentok:allowHttp (or allowHttp of the Provider, or OPENTOK_ALLOW_HTTP): must be true or false, not 'maybe'"),
    ({"apiUrl": f"http://u:{HIDDEN}@example.com"}, "opentok:apiUrl (or apiUrl of the Provider, or OPENTOK_API_URL): must not contain a user name "),
    ({"accountKey": [HIDDEN]}, "opentok:accountKey (or accountKey of the Provider, or OPENTOK_ACCOUNT_KEY): must be a string, not list"),
    ({"accountKey": "1", "accountSecret": f"{HIDDEN}\n"}, "opentok:accountSecret (or accountSecret of the Provider, or OPENTOK_ACCOUNT_SECRET): contains "),
]

NOT_IMPORTED = [
    ("Project", "99999999", "there is no project 99999999 in account 10000001: check the id, and whose credentials you use"),
    ("Project", "", "id: must be a project id (= API key) such as '46123456', not ''"),
    ("Session", "nonsense", "sessionId: must be a session id such as '1_MX40…' or '2_MX40…', not 'nonsense'"),
    ("Session", ROOM[:20], "sessionId: is not a session id: it does not decode (was it cut off?)"),
    ("Token", "x", "token x cannot be looked up: OpenTok keeps none, only the declaration that made it knows it"),
    ("Callback", "x", "callback 'x': must be the id of its project, a slash and its own id, such as '46123456/95771'"),
    ("Archive", "x", "archive 'x': must begin with the id of its session"),
    ("Projekt", "x", "type: there is no resource opentok:index:Projekt in the package opentok 0"),
]


class Asked:
    """The plugin, whose answers are read as they come."""

    def __init__(self, opentok: Emulator, env: dict[str, str] | None = None) -> None:
        self.server = NativeServer(opentok.env if env is None else env)
        self.server.configure()

    def refused(self, method: str, request: Any) -> list[str]:
        """What it says is wrong: failures by property, or an error."""
        try:
            answer = getattr(self.server._stub, method)(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            said = [error.details() or ""]
        else:
            said = [f"{failure.property}: {failure.reason}" for failure in getattr(answer, "failures", ())]
        assert [text for text in said if "\n" in text or HIDDEN in text or "internal error" in text or SNAKE.search(_unquoted(text))] == []
        return said


def _unquoted(text: str) -> str:
    """Without the name that was wrong."""
    return re.sub(r"^(: )?\w+: there is no such", "", text)


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with Emulator(accounts=[("10000001", "5ecret" * 6), ("10000002", "5ecret" * 6)]) as opentok:
        made = Asked(opentok)
        yield made
        assert HIDDEN not in made.server.close()


def urn(type_: str) -> str:
    return f"urn:pulumi:dev::proof::{type_ if ':' in type_ else f'opentok:index:{type_}'}::it"


@pytest.mark.parametrize(("type_", "inputs", "says"), PROPERTIES)
def test_a_declaration(asked: Asked, type_: str, inputs: dict[str, Any], says: str) -> None:
    (said,) = asked.refused("Check", provider_pb2.CheckRequest(urn=urn(type_), news=to_struct(inputs)))
    assert said.startswith(says)


@pytest.mark.parametrize(("type_", "inputs"), [("Project", {"existingId": UNKNOWN}), ("Session", {"project": UNKNOWN}), ("Token", {"session": UNKNOWN})])
def test_an_id_that_only_an_up_will_tell_is_no_mistake(asked: Asked, type_: str, inputs: dict[str, Any]) -> None:
    assert asked.refused("Check", provider_pb2.CheckRequest(urn=urn(type_), news=to_struct(inputs))) == []


@pytest.mark.parametrize(("settings", "says"), SETTINGS)
def test_a_provider(asked: Asked, settings: dict[str, Any], says: str) -> None:
    (said,) = asked.refused("CheckConfig", provider_pb2.CheckRequest(urn=urn(_package.PROVIDER), news=to_struct(settings)))
    assert said.removeprefix(": ").startswith(says)


@pytest.mark.parametrize(("type_", "id_", "says"), NOT_IMPORTED)
def test_an_import_of_what_is_not_there(asked: Asked, type_: str, id_: str, says: str) -> None:
    (said,) = asked.refused("Read", provider_pb2.ReadRequest(urn=urn(type_), id=id_))
    assert said.startswith(says)


def test_the_schema_of_another_version(asked: Asked) -> None:
    assert asked.refused("GetSchema", provider_pb2.GetSchemaRequest(version=7)) == ["the package opentok has no schema of version 7; leave it out"]


def test_a_state_of_a_later_version(opentok_emulator: Emulator) -> None:
    """An old plugin with a newer state: nothing is read, changed or deleted, and both versions are told."""
    asked = Asked(opentok_emulator)
    made = asked.server.create({"name": "Acme"})
    outs, news = asked.server._outs({**made.outs, "__schema": 2}), to_struct({"name": "Acme", "status": "suspended"})
    outs.update({"__schema": 3})
    opentok_emulator.clear_journal()
    requests = {
        "Diff": provider_pb2.DiffRequest(urn=urn("Project"), id=made.id, olds=outs, news=news),
        "Read": provider_pb2.ReadRequest(urn=urn("Project"), id=made.id, properties=outs),
        "Update": provider_pb2.UpdateRequest(urn=urn("Project"), id=made.id, olds=outs, news=news),
        "Delete": provider_pb2.DeleteRequest(urn=urn("Project"), id=made.id, properties=outs),
    }
    for method, request in requests.items():
        (said,) = asked.refused(method, request)
        assert said.startswith(f"project {made.id}: its state was written by a later pulumi-opentok (state version 3; this one knows versions up to 2)")
    assert opentok_emulator.journal() == []
    asked.server.close()


def test_an_import_by_the_credentials_of_somebody_else() -> None:
    """Of another account's project, with the pair of a project, and of a session of another project than that pair's."""
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme"), (OTHER, "0ther" * 8, "Other")]) as opentok:
        opentok.add_account("10000002", "0ther" * 8)
        project, session = provider_pb2.ReadRequest(urn=urn("Project"), id=ACME), provider_pb2.ReadRequest(urn=urn("Session"), id=ROOM)
        theirs, others, own = (
            Asked(opentok, env)
            for env in (by_account(opentok, ("10000002", "0ther" * 8)), by_project_pair(opentok, OTHER, "0ther" * 8), by_project_pair(opentok))
        )
        assert theirs.refused("Read", project) == [f"there is no project {ACME} in account 10000002: check the id, and whose credentials you use"]
        (said,) = others.refused("Read", project)
        assert said.startswith("the account pair is missing: give accountKey and accountSecret: ")
        assert others.refused("Read", session) == [f"session {ROOM} belongs to project {ACME}, not to {OTHER}, whose pair is in use"]
        assert own.refused("Read", session) == []
        for asked in (theirs, others, own):
            asked.server.close()
