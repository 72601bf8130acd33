# SPDX-License-Identifier: Apache-2.0
"""No secret in what the plugin says by itself: errors, tracebacks, logs and what it prints, whatever goes wrong, and wherever the secret stood."""

from __future__ import annotations

import re
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2

from pulumi_opentok import _package
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import engine_log
from tests.protocol.dynamic_server import DEADLINE
from tests.protocol.engine_log import EngineLog
from tests.protocol.native_server import NativeServer
from tests.protocol.wire import SECRET_SIGNATURE, SIGNATURE, to_struct

__all__ = ["engine_log"]

WORD = re.compile(r"[\w-]*-Secret-\d+", re.IGNORECASE)


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET_SIGNATURE, "value": value}


def urn(type_: str) -> str:
    return f"urn:pulumi:dev::proof::opentok:index:{type_}::it"


class Plugin:
    """`texts`: what the engine is told, in clear: answers have their secrets marked, and those marks are its own business."""

    def __init__(self, opentok: Emulator, log: EngineLog) -> None:
        self.server, self.log, self.texts = NativeServer(opentok.env, engine=log.address), log, list[str]()

    def ask(self, method: str, request: Any) -> Any:
        try:
            answer = getattr(self.server._stub, method)(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            self.texts.append(f"{error.details()} {error}")
            return None
        self.texts += [failure.reason for failure in getattr(answer, "failures", ())]
        return answer

    def printed(self) -> str:
        return "\n".join((self.server.close(), *self.texts, *(text for _, text in self.log.said)))


def test_nothing_that_a_program_marks_secret(opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    """In refused values, in states that make no sense (internal errors, with their tracebacks), in refusals of OpenTok."""
    plugin = Plugin(opentok_emulator, engine_log)
    plugin.server.configure()
    inputs: dict[str, dict[str, Any]] = {
        "Project": {"name": secret("Name-Secret-1"), "secretTriggers": {"v": secret("Trigger-Secret-1")}, "retiredSecrets": secret(["Retired-Secret-1"])},
        "SipTrunk": {"uri": secret("sip:u-secret-1@x"), "headers": {"X-A": secret("Header-Secret-1")}, "password": secret("Password-Secret-1")},
        "Token": {"session": secret("Session-Secret-1"), "data": secret("Data-Secret-1")},
        "Callback": {"project": "46000001", "group": secret("Group-Secret-1"), "event": "created", "url": secret("http://h/Url-Secret-1")},
    }
    odd: list[dict[str, Any]] = [
        {"secretRotatedAt": secret("When-Secret-1")},
        {"__private": secret({"trigger_hash": ["Private-Secret-1"]}), "secretVersion": secret({"v": "Version-Secret-1"})},
        {"__declared": secret(["Declared-Secret-1"]), "__entry": secret("Entry-Secret-1")},
        {"name": secret(["Odd-Secret-1"]), "status": secret({"a": "Status-Secret-1"}), "apiSecret": secret({"b": "Key-Secret-1"})},
    ]
    opentok_emulator.fault("*", "status", status=400, times=None)
    for type_, given in inputs.items():
        plugin.ask("Check", provider_pb2.CheckRequest(urn=urn(type_), news=to_struct(given)))
        plugin.ask("Check", provider_pb2.CheckRequest(urn=urn(type_), news=to_struct({name: secret({"deep": value}) for name, value in given.items()})))
        plugin.ask("Create", provider_pb2.CreateRequest(urn=urn(type_), properties=to_struct(given)))
        for outputs in odd:
            olds = to_struct({**given, "__schema": 2, "__declared": {}, **outputs})
            plugin.ask("Diff", provider_pb2.DiffRequest(urn=urn(type_), id="46000001", olds=olds, news=to_struct(given)))
            plugin.ask("Read", provider_pb2.ReadRequest(urn=urn(type_), id="46000001", properties=olds))
            plugin.ask("Update", provider_pb2.UpdateRequest(urn=urn(type_), id="46000001", olds=olds, news=to_struct(given)))
            plugin.ask("Delete", provider_pb2.DeleteRequest(urn=urn(type_), id="46000001", properties=olds))
    assert any("internal error" in text for text in plugin.texts), "or tracebacks were not looked at"
    printed = plugin.printed()
    assert "Traceback" in printed
    assert sorted({*WORD.findall(printed)}) == []


def test_nothing_of_a_provider_and_of_functions(opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    plugin = Plugin(opentok_emulator, engine_log)
    settings = {"accountKey": "1", "accountSecret": secret("Account-Secret-1\n"), "apiKey": secret(["Api-Secret-1"]), "apiUrl": "http://u:Url-Secret-1@x"}
    provider = f"urn:pulumi:dev::proof::{_package.PROVIDER}::eu"
    plugin.ask("CheckConfig", provider_pb2.CheckRequest(urn=provider, news=to_struct(settings)))
    plugin.ask("DiffConfig", provider_pb2.DiffRequest(urn=provider, olds=to_struct(settings), news=to_struct({"accountSecret": "Other-Secret-1"})))
    plugin.ask("Configure", provider_pb2.ConfigureRequest(args=to_struct(settings), name="eu", type=_package.PROVIDER))
    for token, args in (("getProject", {"id": secret("Id-Secret-1")}), ("decodeSession", {"session": secret("Room-Secret-1")}), ("getProjects", {})):
        plugin.ask("Invoke", provider_pb2.InvokeRequest(tok=f"opentok:index:{token}", args=to_struct(args)))
    plugin.ask("Create", provider_pb2.CreateRequest(urn=urn("Project"), properties=to_struct({"name": "Acme"})))
    assert len(plugin.texts) >= 5
    assert sorted({*WORD.findall(plugin.printed())}) == []
