# SPDX-License-Identifier: Apache-2.0
"""Programs for a type checker: what it accepts, and what it refuses.

`mypy --strict` reads this file (`tests/gates/test_style.py`). A line that says which error to ignore must have that error: an ignore that
nothing needs is an error itself. The accepted programs run as well (`test_arguments.py`).
"""

from __future__ import annotations

from typing import assert_type

import pulumi

import pulumi_opentok as opentok
from pulumi_opentok import native

URI = "sip:+15551234567@sip.example.com;transport=tls"
HOOK = "https://hooks.example.com/acme"
PINNED = pulumi.ResourceOptions(protect=True)


def as_keywords() -> None:
    window: opentok.RotationWindowArgsDict = {"start": "02:00", "end": "05:00", "days": ["sat", "sun"]}
    acme = opentok.Project("acme", name="ACME", status="active", on_delete="retain", secret_max_age="90d", rotation_window=window, opts=PINNED)
    desk = opentok.Session("desk", project=acme, media_mode="routed", archive_mode="always", archive_resolution="1280x720")
    opentok.Token("agent", session=desk.session_id, role="moderator", layout_classes=["focus"])
    opentok.SipTrunk("trunk", uri=URI, headers={"X-Tenant": acme.id}, password=pulumi.Output.secret("hunter2-hunter2"), password_version=2)
    opentok.Callback("joined", project=acme, group="connection", event="created", url=HOOK)
    opentok.ArchiveStorage("archives", project=acme, bucket="acme-archives", access_key="AKIA", secret_key=pulumi.Output.secret("hunter2"), sse="s3")


def recordings(room: opentok.Session) -> None:
    layout: opentok.LayoutArgsDict = {"type": "bestFit", "screenshare_type": "pip"}
    opentok.Archive("meeting", session=room, name="meeting", resolution="1280x720", layout=layout, state="running", restart=True, opts=PINNED)
    opentok.Archive("files", {"session": room.session_id, "output_mode": "individual", "on_delete": "delete"})
    speaker = opentok.IncludedStreamArgs(stream_id="8b732909", has_video=False)
    args = opentok.ArchiveArgs(session=room, stream_mode="manual", streams=[speaker], layout=opentok.LayoutArgs(type="pip"), multi_archive_tag="a")
    opentok.Archive("speaker", args)
    opentok.Archive("wrong", session=room, layout={"type": "grid"})  # type: ignore[call-overload]
    opentok.Archive("nothing", name="meeting")  # type: ignore[call-overload]


def live(stage: opentok.Session) -> None:
    channel: opentok.RtmpArgsDict = {"server_url": "rtmps://live.example.com/app", "stream_name": pulumi.Output.secret("k3y")}
    opentok.Broadcast("show", session=stage, hls={"dvr": True}, rtmp=[channel], max_duration=7200, opts=PINNED)
    args = opentok.BroadcastArgs(session=stage, hls=opentok.HlsArgs(low_latency=True), state="stopped")
    assert_type(opentok.Broadcast("test", args).hls_url, pulumi.Output[str | None])
    opentok.Broadcast("wrong", session=stage, rtmp=[{"server_url": "rtmps://h/app"}])  # type: ignore[list-item]


def pages(room: opentok.Session) -> None:
    opentok.Render("board", session=room, url=HOOK, resolution="1920x1080", max_duration=600, state="running", restart=True, opts=PINNED)
    opentok.Render("agenda", {"session": room.session_id, "url": HOOK, "on_delete": "keep"})
    opentok.Render("clock", opentok.RenderArgs(session=room, url=HOOK, name="clock"))
    opentok.Render("wrong", session=room, url=HOOK, on_delete="delete")  # type: ignore[call-overload]
    opentok.Render("nothing", session=room)  # type: ignore[call-overload]


def as_objects() -> None:
    window = opentok.RotationWindowArgs(start="02:00", end="05:00", days=["sat", "sun"])
    wanted = opentok.ProjectArgs(name="ACME", on_delete="retain", secret_max_age="90d", rotation_window=window)
    wanted.status = "active"
    acme = opentok.Project("acme", wanted, PINNED)
    routed = opentok.SessionArgs(project=acme, media_mode="routed", archive_mode="always", archive_resolution="1280x720")
    desk = opentok.Session("desk", args=routed)
    opentok.Token("agent", opentok.TokenArgs(session=desk.session_id, role="moderator", layout_classes=["focus"]))
    secret = pulumi.Output.secret("hunter2-hunter2")
    opentok.SipTrunk("trunk", opentok.SipTrunkArgs(uri=URI, headers={"X-Tenant": acme.id}, password=secret, password_version=2))
    opentok.Callback("joined", opentok.CallbackArgs(project=acme, group="connection", event="created", url=HOOK))
    hidden = pulumi.Output.secret("hunter2")
    opentok.ArchiveStorage(
        "archives", opentok.ArchiveStorageArgs(project=acme, bucket="acme-archives", access_key="AKIA", secret_key=hidden, sse="s3")
    )


def as_dicts() -> None:
    window: opentok.RotationWindowArgsDict = {"start": "02:00", "end": "05:00", "days": ["sat", "sun"]}
    wanted: opentok.ProjectArgsDict = {"name": "ACME", "on_delete": "retain", "secret_max_age": "90d", "rotation_window": window}
    wanted["status"] = "active"
    acme = opentok.Project("acme", wanted, PINNED)
    desk = opentok.Session(
        "desk", {"project": acme, "media_mode": "routed", "archive_mode": "always", "archive_resolution": "1280x720"}
    )
    opentok.Token("agent", {"session": desk.session_id, "role": "moderator", "layout_classes": ["focus"]})
    secret = pulumi.Output.secret("hunter2-hunter2")
    opentok.SipTrunk("trunk", {"uri": URI, "headers": {"X-Tenant": acme.id}, "password": secret, "password_version": 2})
    opentok.Callback("joined", {"project": acme, "group": "connection", "event": "created", "url": HOOK})
    hidden = pulumi.Output.secret("hunter2")
    opentok.ArchiveStorage("archives", {"project": acme, "bucket": "acme-archives", "access_key": "AKIA", "secret_key": hidden, "sse": "s3"})


def natively() -> None:
    eu = native.Provider("eu", account_key="1", account_secret=pulumi.Output.secret("hunter2"), timeout=30)
    window: native.RotationWindowArgsDict = {"start": "02:00", "end": "05:00", "days": ["sat", "sun"]}
    acme = native.Project("acme", name="ACME", status="active", rotation_window=window, opts=pulumi.ResourceOptions(provider=eu))
    assert_type(acme.secret_version, pulumi.Output[int | None])
    assert_type(native.Project.get("found", "46000001"), native.Project)
    assert_type(native.Session("desk", native.SessionArgs(project=acme, media_mode="routed")).token("agent"), pulumi.Output[str])
    assert_type(native.Tenant("zoe", name="Zoe").api_key, pulumi.Output[str])


def refused_natively(eu: native.Provider) -> None:
    assert_type(native.get_project(id="46000001", provider=eu), opentok.GetProjectResult)
    assert_type(opentok.Project.get("found", "46000001"), opentok.Project)
    native.Project("a", status="gone")  # type: ignore[call-overload]
    native.Session("a", opentok.SessionArgs(media_mode="p2p"))  # type: ignore[arg-type]
    native.Broadcast("a", hls={"dvr": True})  # type: ignore[call-overload]
    native.Tenant("a", name="ACME", session={"media_mode": "p2p"})  # type: ignore[call-overload]


def tenant_as_keywords() -> None:
    acme = opentok.Tenant(
        "acme",
        name="ACME",
        project={"status": "active"},
        session={"media_mode": "routed"},
        sip_trunk={"uri": URI},
        storage={"bucket": "acme-archives", "access_key": "AKIA", "secret_key": pulumi.Output.secret("hunter2"), "fallback": "none"},
        callbacks=[{"group": "archive", "event": "status", "url": pulumi.Output.from_input(HOOK)}],
    )
    assert_type(acme.storage, opentok.ArchiveStorage | None)
    assert_type(acme.callbacks[0].callback_id, pulumi.Output[str])
    assert_type(acme.token("agent", role="moderator", expires_in="7d"), pulumi.Output[str])


def tenant_as_objects() -> None:
    parts = opentok.ProjectArgs(status="active"), opentok.SessionArgs(media_mode="routed"), opentok.SipTrunkArgs(uri=URI)
    wanted = opentok.TenantArgs(name="ACME", project=parts[0], session=parts[1], sip_trunk=parts[2])
    hidden = pulumi.Output.secret("hunter2")
    wanted["storage"] = opentok.ArchiveStorageArgs(bucket="acme-archives", access_key="AKIA", secret_key=hidden, fallback="none")
    wanted["callbacks"] = [opentok.CallbackArgs(group="archive", event="status", url=HOOK)]
    acme = opentok.Tenant("acme", wanted)
    acme.token("agent", role="moderator", expires_in="7d")


def tenant_as_dicts() -> None:
    wanted: opentok.TenantArgsDict = {"name": "ACME", "project": {"status": "active"}, "session": {"media_mode": "routed"}}
    wanted["sip_trunk"] = {"uri": URI}
    wanted["storage"] = {"bucket": "acme-archives", "access_key": "AKIA", "secret_key": pulumi.Output.secret("hunter2"), "fallback": "none"}
    wanted["callbacks"] = [{"group": "archive", "event": "status", "url": HOOK}]
    opentok.Tenant("acme", wanted).token("agent", role="moderator", expires_in="7d")


def recorded_rooms(acme: opentok.Project) -> None:
    always = opentok.RecordedRoom("always", project=acme, archive="always", session={"archive_resolution": "1280x720"}, storage={"bucket": "acme"})
    assert_type(always.archive, opentok.Archive | None)
    assert_type(always.token("judge", role="moderator"), pulumi.Output[str])
    managed: opentok.RecordedRoomArgsDict = {"project": acme.id, "archive": {"state": "stopped", "resolution": "1280x720"}}
    assert_type(opentok.RecordedRoom("managed", managed).archive_id, pulumi.Output[str | None])
    opentok.RecordedRoom("objects", opentok.RecordedRoomArgs(archive=opentok.ArchiveArgs(session="2_MX", state="running")))
    opentok.RecordedRoom("a", archive="manual")  # type: ignore[call-overload]
    opentok.RecordedRoom("a", session={"media_mode": "relayed"})  # type: ignore[call-overload]
    opentok.RecordedRoomArgs(archive={"session": "2_MX"})  # type: ignore[arg-type]


def choices_may_be_outputs(status: pulumi.Output[opentok.ProjectStatus], mode: pulumi.Input[opentok.MediaMode]) -> None:
    acme = opentok.Project("acme", status=status)
    desk = opentok.Session("desk", project=acme.id, media_mode=mode)
    assert_type(desk.media_mode, pulumi.Output[opentok.MediaMode])


def refused(status: str, anything: opentok.ProjectArgs) -> None:
    opentok.Project("a", status="actve")  # type: ignore[call-overload]
    opentok.Project("a", status=status)  # type: ignore[call-overload]
    opentok.Project("a", nam="ACME")  # type: ignore[call-overload]
    opentok.Project("a", {"status": "actve"})  # type: ignore[call-overload]
    opentok.Project("a", anything, status="active")  # type: ignore[call-overload]
    opentok.ProjectArgs(status="actve")  # type: ignore[arg-type]
    opentok.ProjectArgs(on_delete="keep")  # type: ignore[arg-type]
    opentok.ProjectArgs(on_external_rotation="ignore")  # type: ignore[arg-type]
    opentok.ProjectArgs(adopt="yes")  # type: ignore[arg-type]
    opentok.ProjectArgs(nam="ACME")  # type: ignore[call-arg]
    opentok.RotationWindowArgs(start="02:00")  # type: ignore[call-arg]
    opentok.RotationWindowArgs(start="02:00", end="05:00", days=["someday"])  # type: ignore[list-item]
    opentok.RotationWindowArgs(start="02:00", end="05:00", applies_to="none")  # type: ignore[arg-type]
    opentok.ProjectArgs(rotation_window={"start": "02:00"})  # type: ignore[arg-type]
    opentok.Session("a", media_mode="p2p")  # type: ignore[call-overload]
    opentok.SessionArgs(archive_mode="never")  # type: ignore[arg-type]
    opentok.SessionArgs(archive_resolution="4K")  # type: ignore[arg-type]
    opentok.Token("a")  # type: ignore[call-overload]
    opentok.Callback("a", group="connection", event="created")  # type: ignore[call-overload]
    opentok.ArchiveStorageArgs(fallback="vonage")  # type: ignore[arg-type]
    opentok.ArchiveStorage("a", sse="aws:kms")  # type: ignore[call-overload]
    opentok.CallbackArgs(group="broadcast", event="created", url=HOOK)  # type: ignore[arg-type]
    opentok.TokenArgs(role="moderator")  # type: ignore[call-arg]
    opentok.TokenArgs(session="2_MX", role="admin")  # type: ignore[arg-type]
    opentok.TokenArgs(session="2_MX", token_format="t2")  # type: ignore[arg-type]
    opentok.TokenArgs(session_id="2_MX")  # type: ignore[call-arg]
    opentok.SipTrunk("a", name="front")  # type: ignore[call-overload]
    opentok.SipTrunkArgs(uri=URI, password_version="two")  # type: ignore[arg-type]
    opentok.Tenant("a", session={"media_mode": "routed"})  # type: ignore[call-overload]
    opentok.Tenant("a", name="ACME", session={"media_mode": "p2p"})  # type: ignore[call-overload]
    opentok.TenantArgs(name="ACME", project={"name": "ACME"})  # type: ignore[arg-type]
    opentok.TenantArgs(name="ACME", storage={"project": "46000001"})  # type: ignore[arg-type]
    opentok.TenantArgs(name="ACME", callbacks=[{"group": "archive", "event": "status"}])  # type: ignore[list-item]
    opentok.TenantArgs(name="ACME", sip_trunk={"name": "front"})  # type: ignore[arg-type]


def refused_of_a_session(desk: opentok.Session, acme: opentok.Tenant) -> None:
    desk.token("agent", role="admin")  # type: ignore[arg-type]
    desk.token("agent", session="2_MX")  # type: ignore[call-arg]
    acme.token("agent", token_format="t2")  # type: ignore[arg-type]
