# SPDX-License-Identifier: Apache-2.0
"""What stands in every user's state file and may never change. A failure here means: leave the old name behind as an alias."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.project import generated_name
from tests.kinds.kinds import every_kind
from tests.protocol.dynamic_server import Difference, DynamicServer, Saved
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import declare
from tests.protocol.wire import Secret
from tests.things.callback import JOINED
from tests.things.sessions import ACME, ROOM

KINDS: dict[str, tuple[Callable[[], object], str, str]] = {
    "callback": (
        lambda: opentok.Callback("t", **JOINED),
        "pulumi-python:dynamic/opentok:Callback",
        "gASVMwAAAAAAAACMF3B1bHVtaV9vcGVudG9rLmNhbGxiYWNrlIwQQ2FsbGJhY2tQcm92aWRlcpSTlCmBlC4=",
    ),
    "project": (
        lambda: opentok.Project("t", name="T"),
        "pulumi-python:dynamic/opentok:Project",
        "gASVMQAAAAAAAACMFnB1bHVtaV9vcGVudG9rLnByb2plY3SUjA9Qcm9qZWN0UHJvdmlkZXKUk5QpgZQu",
    ),
    "session": (
        lambda: opentok.Session("t", project=ACME),
        "pulumi-python:dynamic/opentok:Session",
        "gASVMQAAAAAAAACMFnB1bHVtaV9vcGVudG9rLnNlc3Npb26UjA9TZXNzaW9uUHJvdmlkZXKUk5QpgZQu",
    ),
    "sip_trunk": (
        lambda: opentok.SipTrunk("t", uri="sip:a@sip.example.com;transport=tls"),
        "pulumi-python:dynamic/opentok:SipTrunk",
        "gASVNAAAAAAAAACMGHB1bHVtaV9vcGVudG9rLnNpcF90cnVua5SMEFNpcFRydW5rUHJvdmlkZXKUk5QpgZQu",
    ),
    "token": (
        lambda: opentok.Token("t", session=ROOM),
        "pulumi-python:dynamic/opentok:Token",
        "gASVLQAAAAAAAACMFHB1bHVtaV9vcGVudG9rLnRva2VulIwNVG9rZW5Qcm92aWRlcpSTlCmBlC4=",
    ),
}
"""Kind: a resource of it, its type token, the pickle of its provider (`pulumi_opentok.project.ProjectProvider()`)."""


@pytest.mark.parametrize("kind", [found.name for found in every_kind()])
def test_the_type_token_and_the_dotted_path(kind: str) -> None:
    declare_one, token, provider = KINDS[kind]
    recorder = Recorder()
    run_program(lambda: (declare_one(), None)[1], recorder)
    assert [(row.typ, row.inputs["__provider"]) for row in recorder.resources] == [(token, provider)]


def test_the_generated_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_project", lambda: "shop")
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    assert generated_name("acme") == "acme-7b4e7a0"


def test_the_names_of_the_properties(server: DynamicServer) -> None:
    saved = declare(
        server,
        name="Acme",
        status="active",
        on_delete="retain",
        secret_triggers={"v": "1"},
        adopt=False,
    )
    assert sorted(saved.outs) == [
        "__declared",
        "__entry",
        "account_key",
        "adopt",
        "api_key",
        "api_secret",
        "created_at",
        "environment",
        "name",
        "on_delete",
        "secret_fingerprint",
        "secret_rotated_at",
        "secret_triggers",
        "secret_version",
        "status",
    ]
    assert sorted(saved.outs["__entry"]) == ["mark"]


FIRST_RELEASE = Saved(
    id="46000001",
    inputs={"name": "Acme", "status": "suspended", "on_delete": "suspend", "secret_triggers": {"v": "1"}},
    outs={
        "__declared": {"name": "Acme", "status": "suspended"},
        "account_key": "10000001",
        "api_key": "46000001",
        "api_secret": Secret("0123456789012345678901234567890123456789"),
        "created_at": "2026-01-01T00:00:00Z",
        "environment": "standard",
        "name": "Acme",
        "on_delete": "suspend",
        "secret_fingerprint": "sha256:" + hashlib.sha256(b"0123456789012345678901234567890123456789").hexdigest(),
        "secret_rotated_at": "2026-01-01T00:00:00Z",
        "secret_triggers": {"v": "1"},
        "secret_version": 1.0,
        "status": "suspended",
    },
)
"""A resource as the state file of the first release held it. Frozen: newer code has to go on understanding it."""


def test_a_state_of_the_first_release_is_understood(server: DynamicServer) -> None:
    assert server.diff(FIRST_RELEASE, FIRST_RELEASE.inputs) == Difference(False, ())
    assert server.diff(FIRST_RELEASE, {**FIRST_RELEASE.inputs, "name": "Other"}).replaces == ("name",)
