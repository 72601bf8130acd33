# SPDX-License-Identifier: Apache-2.0
"""The life of a tenant on the real engine: made in one go with its own credentials, quiet, rotated under, its room replaced, taken down."""

from __future__ import annotations

from typing import Any

import jwt
import pulumi
import pytest
from pulumi import automation as auto

import pulumi_opentok as opentok
from pulumi_opentok.core.api.session_ids import decode_session_id
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack, account
from tests.things.archive_storage import ACCESS_KEY, SECRET_KEY

EU = ("20000002", "euSecretOfTheAccount" * 2)
URI = "sip:+15551234567@sip.example.com;transport=tls"
PASSWORD = "hunter2-hunter2"
HOOK = "https://hooks.example.com/acme"
STORAGE = {"bucket": "acme-archives", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
CALLBACKS = [{"group": group, "event": event, "url": HOOK} for group, event in (("archive", "status"), ("connection", "created"))]
PARTS = ("acme-project", "acme-session", "acme-sip-trunk", "acme-session-agent")


def declared() -> dict[str, Any]:
    trunk = {"uri": URI, "username": "acme", "password": PASSWORD, "require_encryption": True}
    return {"project": {"secret_triggers": {"rotation": "1"}}, "session": {"media_mode": "routed"}, "sip_trunk": trunk}


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*EU)
    wanted = declared()
    as_list = False

    def program() -> None:
        secret = pulumi.Config("proof").require_secret("euSecret")
        europe = opentok.Provider("europe", account_key=EU[0], account_secret=secret, api_url=opentok_emulator.url)
        opts = pulumi.ResourceOptions(providers=[europe]) if as_list else pulumi.ResourceOptions(provider=europe)
        acme = opentok.Tenant("acme", name="ACME GmbH", **wanted, opts=opts)
        for name in ("api_key", "api_secret", "session_id", "trunk", "trunk_fingerprint"):
            pulumi.export(name, getattr(acme, name))
        pulumi.export("token", acme.token("agent", role="moderator", expires_in="7d"))

    # The environment has the other account's credentials: parts that went there would show.
    platform = ProjectStack(new_stack, opentok_emulator, also=program, config={"proof:euSecret": auto.ConfigValue(EU[1], secret=True)})
    platform.secrets |= {PASSWORD, SECRET_KEY}
    stack = platform.stack

    def changed(ops: dict[str, list[str]]) -> dict[str, list[str]]:
        return {name: found for name, found in ops.items() if found != ["same"]}

    platform.planned()
    created = platform.up().ok()
    assert {name: created.ops(name) for name in PARTS} == {name: ["create"] for name in PARTS}
    assert platform.requests() == {"project.list": 2, "project.create": 1, "session.create": 1}
    assert account(opentok_emulator).projects.list() == []
    (project,) = account(opentok_emulator, EU).projects.list()
    first = stack.outputs()
    platform.secrets |= {project.secret, first["token"]}
    assert (project.name, first["api_key"], first["api_secret"]) == ("ACME GmbH", project.id, project.secret)
    assert decode_session_id(first["session_id"]).api_key == project.id
    assert (first["trunk"]["uri"], first["trunk"]["password_version"], first["trunk"]["secure"]) == (URI, 1, True)
    assert stack.secret_outputs() >= {"api_secret", "token"}
    assert "session_id" not in stack.secret_outputs()
    parents = {name: str(row["parent"]) for name, row in stack.resources().items() if name in PARTS[:3]}
    assert {parent.rsplit("::", 2)[-2:] == ["opentok:index:Tenant", "acme"] for parent in parents.values()} == {True}
    assert platform.up_again_is_quiet()
    assert not platform.refresh(expect_no_changes=True).ok().changed

    wanted["project"]["secret_triggers"] = {"rotation": "2"}
    rotated = platform.up().ok()
    assert changed({name: rotated.ops(name) for name in PARTS}) == {"acme-project": ["update"], "acme-session-agent": ["update"]}
    second = stack.outputs()
    platform.secrets |= {second["api_secret"], second["token"]}
    assert {name for name in first if first[name] != second[name]} == {"api_secret", "token"}
    jwt.decode(second["token"], second["api_secret"], algorithms=["HS256"])
    as_list = True
    assert platform.up_again_is_quiet(), "providers=[...] is the same as provider="

    wanted["session"]["e2ee"] = True
    replaced = platform.up().ok()
    assert "create-replacement" in replaced.ops("acme-session")
    assert (replaced.ops("acme-project"), replaced.ops("acme-sip-trunk")) == (["same"], ["same"])
    third = stack.outputs()
    assert third["session_id"] != second["session_id"]
    assert jwt.decode(third["token"], third["api_secret"], algorithms=["HS256"])["session_id"] == third["session_id"]
    assert platform.up_again_is_quiet()

    del wanted["sip_trunk"]
    dropped = platform.up().ok()
    assert changed({name: dropped.ops(name) for name in PARTS}) == {"acme-sip-trunk": ["delete"]}
    assert stack.outputs().get("trunk") is None

    wanted.update(storage=STORAGE, callbacks=CALLBACKS)
    platform.requests()
    gained = platform.up().ok()
    assert gained.changes["create"] == 3
    assert platform.requests() == {"project.get": 1, "archive_storage.set": 1, "callback.list": 4, "callback.register": 2}
    assert platform.up_again_is_quiet()
    wanted["callbacks"] = CALLBACKS[1:]
    assert platform.up().ok().ops("acme-callback-archive-status") == ["delete"]
    assert platform.requests()["callback.delete"] == 1
    wanted["project"]["status"] = "suspended"
    platform.up().ok()
    assert platform.up_again_is_quiet()

    platform.secrets.add(third["token"])
    assert platform.leaks() == []
    platform.destroy().ok()
    asked = platform.requests()
    assert asked["project.delete"] == 1
    assert asked["archive_storage.delete"] == asked["callback.delete"] == 0, "they go with their project, also with one that is suspended"
    assert account(opentok_emulator, EU).projects.list() == []


def test_an_input_that_there_is_not_is_one_line_in_the_preview(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    wanted = declared()
    wanted["sip_trunk"]["passwort"] = PASSWORD
    platform = ProjectStack(new_stack, opentok_emulator, also=lambda: opentok.Tenant("acme", name="ACME", **wanted))
    failed = platform.preview()
    assert failed.code not in (0, 7)
    assert "Tenant('acme'): sip_trunk.passwort: unknown argument; the sip_trunk takes enabled," in failed.text
    assert PASSWORD not in failed.text
    assert platform.requests() == {}
