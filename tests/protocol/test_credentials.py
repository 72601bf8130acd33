# SPDX-License-Identifier: Apache-2.0
"""Credentials come by the stack's config, then by the environment, and are never among the properties."""

from __future__ import annotations

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import OperationFailed
from tests.protocol.runs import declare
from tests.protocol.wire import Secret

OTHER = ("20000002", "0ther5ecret" * 4)


def config_of(emulator: Emulator, key: str, secret: str) -> dict[str, object]:
    return {"opentok:apiUrl": emulator.url, "opentok:accountKey": key, "opentok:accountSecret": Secret(secret), "proof:size": "3"}


def test_config_alone(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server(config_of(opentok_emulator, opentok_emulator.account_key, opentok_emulator.account_secret), env={})
    assert declare(server, name="Acme").outs["account_key"] == opentok_emulator.account_key


def test_config_before_environment(start_server: StartServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*OTHER)
    server = start_server(config_of(opentok_emulator, *OTHER))
    assert declare(server, name="Acme").outs["account_key"] == OTHER[0]


@pytest.mark.parametrize("said", ["true", True])
def test_http_over_a_network_only_where_it_is_allowed(start_server: StartServer, opentok_emulator: Emulator, said: object) -> None:
    away = {**config_of(opentok_emulator, *OTHER), "opentok:apiUrl": "http://opentok.invalid"}
    with pytest.raises(OperationFailed, match=r"opentok:apiUrl .* would send every secret unencrypted"):
        start_server(away, env={}).check({"name": "Acme"})
    allowed = start_server({**away, "opentok:allowHttp": said}, env={"NO_PROXY": "*", "no_proxy": "*"})
    with pytest.raises(OperationFailed, match=r"no connection to http://opentok\.invalid \(the host name cannot be resolved\), nothing"):
        allowed.create({"name": "Acme"})


def test_an_empty_setting_is_unset(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server({"opentok:accountKey": "", "opentok:accountSecret": "", "opentok:apiUrl": ""})
    assert declare(server, name="Acme").outs["account_key"] == opentok_emulator.account_key


def test_they_are_not_in_what_the_state_gets(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server(config_of(opentok_emulator, opentok_emulator.account_key, opentok_emulator.account_secret), env={})
    checked, _ = server.check({"name": "Acme"})
    saved = server.create(checked)
    read = server.read(saved.id, saved.outs, saved.inputs)
    updated = server.update(saved, {"name": "Acme", "status": "suspended"})
    for values in (checked, saved.outs, read.outs, read.inputs, updated.outs):
        shown = str({key: getattr(value, "value", value) for key, value in (values or {}).items()})
        assert opentok_emulator.account_secret not in shown
    assert opentok_emulator.account_secret not in server.close()


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ({}, ("opentok:accountKey (or account_key of the Provider, or OPENTOK_ACCOUNT_KEY) and opentok:accountSecret (or",)),
        ({"OPENTOK_ACCOUNT_KEY": "10000001"}, ("account_secret: missing", "give opentok:accountSecret (or", "OPENTOK_ACCOUNT_SECRET")),
        ({"OPENTOK_ACCOUNT_SECRET": "5ecret" * 6}, ("account_key: missing", "give opentok:accountKey (or", "OPENTOK_ACCOUNT_KEY")),
        ({"OPENTOK_API_KEY": "46000001", "OPENTOK_API_SECRET": "5ecret" * 6}, ("account pair is missing", "opentok:accountKey (or", "project pair")),
        (
            {"OPENTOK_API_KEY": "1", "OPENTOK_API_SECRET": "x", "OPENTOK_ACCOUNT_KEY": "1", "OPENTOK_ACCOUNT_SECRET": "x"},
            ("api_key", "is also the account key"),
        ),
        ({"OPENTOK_ACCOUNT_KEY": "10 01", "OPENTOK_ACCOUNT_SECRET": "5ecret"}, ("opentok:accountKey (or account_key of the Provider", "letters and")),
        ({"OPENTOK_ACCOUNT_KEY": "1", "OPENTOK_ACCOUNT_SECRET": "5ecret\n"}, ("opentok:accountSecret (or", "line break")),
        ({"OPENTOK_API_URL": "localhost:8765"}, ("opentok:apiUrl (or", "scheme")),
        ({"OPENTOK_TIMEOUT": "soon"}, ("opentok:timeout (or", "seconds")),
        ({"OPENTOK_API_URL": "http://opentok.example.com"}, ("opentok:apiUrl (or", "set opentok:allowHttp (or")),
    ],
)
def test_what_is_wrong_with_them_is_said_before_any_request(
    start_server: StartServer, opentok_emulator: Emulator, env: dict[str, str], names: tuple[str, ...]
) -> None:
    server = start_server(env={"OPENTOK_API_URL": opentok_emulator.url, **env})
    with pytest.raises(OperationFailed) as failed:
        server.check({"name": "Acme"})
    text = str(failed.value)
    assert "\n" not in text
    assert "5ecret" not in text
    for name in names:
        assert name in text
    assert opentok_emulator.journal() == []


def test_the_wrong_kind_of_pair_is_named_by_the_server_s_answer(start_server: StartServer, opentok_emulator: Emulator) -> None:
    project = declare(start_server(), name="Acme")
    as_account = {"OPENTOK_ACCOUNT_KEY": project.id, "OPENTOK_ACCOUNT_SECRET": project.outs["api_secret"].value}
    server = start_server(env={"OPENTOK_API_URL": opentok_emulator.url, **as_account})
    with pytest.raises(OperationFailed, match=f"account {project.id}: HTTP 403 .*the project pair"):
        server.create({"name": "Other"})
