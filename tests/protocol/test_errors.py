# SPDX-License-Identifier: Apache-2.0
"""An error is one line without frames and secrets, comes in time, and never takes the server down."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

import pulumi_opentok
from pulumi_opentok.emulator import Emulator
from tests.core.raw_server import answer, raw_server
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed, Saved
from tests.protocol.runs import declare

MISSING = Saved("46999999", {"name": "Acme"}, {"name": "Acme", "__declared": {"name": "Acme"}, "account_key": "10000001"})

FAILING: dict[str, Callable[[DynamicServer], Any]] = {
    "check": lambda server: server.check({"name": "Acme"}),
    "diff": lambda server: server.diff(MISSING, {"name": "Acme"}),
    "create": lambda server: server.create({"name": "Acme"}),
    "read": lambda server: server.read(MISSING.id, MISSING.outs),
    "update": lambda server: server.update(MISSING, {"name": "Acme"}),
    "delete": lambda server: server.delete(MISSING),
}


def test_one_line_without_frames(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server(env={**opentok_emulator.env, "OPENTOK_ACCOUNT_SECRET": ""})
    for operation in FAILING.values():
        with pytest.raises(OperationFailed) as failed:
            operation(server)
        assert str(failed.value).startswith("Exception: account_secret: missing")
        assert "\n" not in str(failed.value)
        assert failed.value.code is grpc.StatusCode.UNKNOWN


def test_frames_on_request(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server(env={**opentok_emulator.env, "OPENTOK_ACCOUNT_SECRET": "", "OPENTOK_DEBUG": "1"})
    for operation in FAILING.values():
        with pytest.raises(OperationFailed) as failed:
            operation(server)
        lines = str(failed.value).splitlines()
        assert lines[0] == "Traceback (most recent call last):"
        assert any("_dynamic.py" in line for line in lines)
        assert "CredentialsError: account_secret: missing" in lines[-1]


def test_an_error_of_the_server_is_one_line_too(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", status="active")
    opentok_emulator.fault("project.set_status", "status", status=500, times=None)
    with pytest.raises(OperationFailed) as failed:
        server.update(saved, {"name": "Acme", "status": "suspended"})
    text = str(failed.value)
    assert text.startswith(f"Exception: project.set_status of project {saved.id}: HTTP 500")
    assert "\n" not in text
    assert opentok_emulator.account_secret not in text
    assert saved.outs["api_secret"].value not in text


def test_a_mistake_of_ours_keeps_its_frames(server: DynamicServer) -> None:
    with pytest.raises(OperationFailed):
        server.create({"name": ""})
    with pytest.raises(OperationFailed) as failed:
        server.diff(Saved("1", {}, {"secret_version": "many"}), {"name": "Acme"})
    assert "Traceback" in str(failed.value), "a bug must be findable, also after a one-line error"


def test_no_answer_ends_in_an_error(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server(env={**opentok_emulator.env, "OPENTOK_TIMEOUT": "0.1"})
    opentok_emulator.fault("project.get", "delay", seconds=600, times=None)
    with pytest.raises(OperationFailed, match=r"no answer within 0\.1 s"):
        server.read(MISSING.id, MISSING.outs)


def test_nobody_listens(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server(env={**opentok_emulator.env, "OPENTOK_API_URL": "http://127.0.0.1:1"})
    cause = r"no connection to http://127\.0\.0\.1:1 \(connection refused\), nothing was sent: check opentok:apiUrl \(or"
    with pytest.raises(OperationFailed, match=cause) as failed:
        server.create({"name": "Acme"})
    assert "\n" not in str(failed.value)


def test_a_proxy_that_refuses_to_connect(start_server: StartServer, opentok_emulator: Emulator) -> None:
    with raw_server(answer("407 Proxy Authentication Required", b"")) as proxy:
        settings = {"OPENTOK_API_URL": "https://api.opentok.invalid", "https_proxy": f"http://me:s3same@127.0.0.1:{proxy.port}"}
        server = start_server(env={**opentok_emulator.env, **settings, "NO_PROXY": "", "no_proxy": ""})
        cause = rf"the proxy 127\.0\.0\.1:{proxy.port} refused to connect: HTTP 407, it requires a user name and password\), nothing was sent: check"
        with pytest.raises(OperationFailed, match=cause) as failed:
            server.create({"name": "Acme"})
    assert "\n" not in str(failed.value)
    assert "s3same" not in str(failed.value)


def test_nothing_leaves_by_system_exit() -> None:
    """A SystemExit in a method of a dynamic provider is never answered: the engine would wait for ever. Commands and the plugin may exit."""
    leaving = []
    for path in Path(pulumi_opentok.__file__).parent.rglob("*.py"):
        if {"emulator", "cli", "policies", "_native"} & set(path.parts):  # commands, and a policy pack, which is a process of its own
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node, "id", None) or getattr(node, "attr", None)
            if name in ("SystemExit", "exit", "_exit", "quit", "abort", "KeyboardInterrupt"):
                leaving.append(f"{path.name}: {name}")
    assert leaving == []


def test_the_server_goes_on_after_errors(server: DynamicServer) -> None:
    for _ in range(8):
        with pytest.raises(OperationFailed):
            server.read("46999999", {"name": None})
    assert declare(server, name="Acme").id
