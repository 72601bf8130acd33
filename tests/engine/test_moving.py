# SPDX-License-Identifier: Apache-2.0
"""A stack of every kind moves from the dynamic provider to the native one and back: in place, without a write at OpenTok, nothing is lost."""

from __future__ import annotations

import datetime
from typing import Any

import pulumi
import pytest
from pulumi import automation as auto

from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.engine.moving import Moving, dynamic, kinds_of, native, written
from tests.engine.project_stack import NewStack, account
from tests.kinds.kinds import every_kind
from tests.things.archive_storage import ACCESS_KEY, SECRET_KEY

EU, US = ("20000002", "euSecretOfTheAccount" * 2), ("30000003", "usSecretOfTheAccount" * 2)
HOOK, URI, PASSWORD = "https://hooks.example.com/acme", "sip:+15551234567@sip.example.com;transport=tls", "hunter2-hunter2"
STREAM_KEY = "k3y-of-the-channel"
JOINED: Any = {"group": "connection", "event": "created", "url": HOOK}


def secret(value: str) -> Any:
    """As a program has it from its config."""
    return pulumi.Output.secret(value)


def storage() -> Any:
    return {"bucket": "acme-archives", "access_key": ACCESS_KEY, "secret_key": secret(SECRET_KEY)}


def shut() -> dict[str, str]:
    """A rotation window that opens in hours, for triggers too."""
    now = datetime.datetime.now(datetime.timezone.utc)
    start, end = ((now + datetime.timedelta(hours=hours)).strftime("%H:%M") for hours in (4, 5))
    return {"start": start, "end": end, "timezone": "UTC", "applies_to": "all"}


class Everything:
    """A program with every kind, in every way in which it can be there. `old` is the id of a project that is there, `room` of a session in it."""

    def __init__(self, url: str, old: str, room: str) -> None:
        self.url, self.old, self.room = url, old, room
        self.waits, self.begun = "1", "1"
        self.window = shut()
        self.protect = True
        self.generated_name = ""

    def __call__(self, opentok: Any) -> None:
        self.projects(opentok)
        self.in_a_session(opentok)
        self.of_accounts(opentok)
        meeting = opentok.Session("meeting", project=self.named, media_mode="routed")
        meeting.token("agent", role="moderator", data="agent 7", expires_in="30d", renew_before="1d", layout_classes=["focus"])
        headers = {"X-Tenant-Id": "7", "x_tenant": "8"}
        opentok.SipTrunk("trunk", uri=URI, username="acme", password=secret(PASSWORD), headers=headers, require_encryption=True)
        opentok.Callback("joined", project=self.named, **JOINED, opts=pulumi.ResourceOptions(deleted_with=self.named))
        opentok.ArchiveStorage("storage", project=self.named, **storage(), triggers={"set_by": "1"}, on_delete="retain")

    def projects(self, opentok: Any) -> None:
        locked = pulumi.ResourceOptions(protect=self.protect)
        self.named = opentok.Project("named", name="ACME GmbH", secret_max_age="3650d", retired_secrets=["0ld5ecret"], opts=locked)
        self.generated = opentok.Project("generated", status="suspended", on_delete="suspend")
        opentok.Project("existing", existing_id=self.old, on_delete="retain")
        opentok.Project("adopted", name="Adopted", adopt=True, on_delete="retain", opts=pulumi.ResourceOptions(retain_on_delete=True))
        opentok.Project("waits", name="Waits", secret_triggers={"v": self.waits, "theCount": "2"}, rotation_window=self.window)
        opentok.Project("begun", name="Begun", secret_triggers={"v": self.begun}, on_external_rotation="fail")
        opentok.Project("secretive", name=pulumi.Output.secret("Secretive"))

    def in_a_session(self, opentok: Any) -> None:
        room = opentok.Session("room", project=self.old, existing_id=self.room)
        opentok.Archive("recording", session=room, name="Meeting", layout={"type": "bestFit", "screenshare_type": "pip"})
        rtmp = [{"server_url": "rtmps://live.example.com/app", "stream_name": secret(STREAM_KEY), "id": "a"}]
        opentok.Broadcast("show", session=room, hls={"dvr": True}, rtmp=rtmp, max_duration=36000)
        opentok.Render("board", session=room, url="https://example.com/page?token=t0ken")

    def of_accounts(self, opentok: Any) -> None:
        config = pulumi.Config("proof")
        of = {
            name: opentok.Provider(name, account_key=pair[0], account_secret=config.require_secret(name), api_url=self.url, timeout=20)
            for name, pair in {"eu": EU, "us": US}.items()
        }
        opentok.Project("of-us", name="ACME GmbH", opts=pulumi.ResourceOptions(provider=of["us"]))
        trunk = {"uri": URI, "username": "acme", "password": secret(PASSWORD)}
        tenant = opentok.Tenant(
            "tenant", name="Tenant", session={"media_mode": "routed"}, sip_trunk=trunk, storage=storage(), callbacks=[JOINED],
            opts=pulumi.ResourceOptions(provider=of["eu"]),
        )  # fmt: skip
        tenant.token("agent")
        recorded = opentok.RecordedRoom(
            "hearing", project=tenant.project, archive={"state": "stopped", "resolution": "1280x720"},
            opts=pulumi.ResourceOptions(providers=[of["eu"]]),
        )  # fmt: skip
        pulumi.export("hearing", recorded.session_id)


def world(emulator: Emulator) -> Everything:
    """What is there before: two accounts more, projects to take over, a session in which somebody is."""
    for pair in (EU, US):
        emulator.add_account(*pair)
    projects = account(emulator).projects
    projects.create("Adopted")
    old = projects.create("Existing").id
    room = OpenTok.of_account(account(emulator), old).sessions.create(media_mode="routed").session_id
    emulator.publish(room)
    return Everything(emulator.url, old, room)


@pytest.mark.long
def test_every_kind_moves_over_and_back(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    program = world(opentok_emulator)
    config = {f"proof:{name}": auto.ConfigValue(pair[1], secret=True) for name, pair in {"eu": EU, "us": US}.items()}
    stack = Moving(new_stack, opentok_emulator, program, config=config)
    stack.secrets |= {PASSWORD, SECRET_KEY, STREAM_KEY, "t0ken"}
    stack.up().ok()
    program.generated_name = stack.by_name()["generated"]["outputs"]["name"]
    program.waits = "2"
    stack.up().ok()
    opentok_emulator.advance(60)  # broadcast and render are live by then
    stack.refresh().ok()
    assert kinds_of(stack) == {found.resource for found in every_kind()}
    for package in (native, dynamic):
        stack.move(package)
        assert stack.settled()
    private = stack.by_name()["waits"]["outputs"]["__private"]
    assert set(private) == {"secret_triggers"}, "what waits for its window is not forgotten"
    end(stack, program)


def end(stack: Moving, program: Everything) -> None:
    """Moved once more, by a refresh that runs the program, and destroyed: what each declaration says of its end is not lost either."""
    stack.package = native
    before = stack.by_name()
    stack.refresh(run_program=True).ok()
    stack.same_as(before)
    assert {step.op for step in stack.up().ok().steps} == {"same"}, "the providers of before go"
    assert stack.quiet()
    assert stack.leaks() == []
    program.protect = False
    stack.up().ok()
    stack.requests()
    stack.destroy().ok()
    left = {row["name"]: row["status"] for row in stack.emulator.all_projects()}
    assert left == {"Adopted": "VALID", "Existing": "VALID", program.generated_name: "SUSPENDED"}
    gone = written(stack.requests())
    assert "archive_storage.delete" not in gone, "retained, or gone with its project"
