# SPDX-License-Identifier: Apache-2.0
"""What stands in every user's state file and may never change. A failure here means: leave the old name behind as an alias."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import fingerprint
from pulumi_opentok.emulator import Emulator
from pulumi_opentok.project import generated_name
from tests.kinds.kinds import every_kind
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, Saved
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account, declare
from tests.protocol.test_outputs import ALL, COMPUTED
from tests.protocol.test_requests import operations
from tests.protocol.wire import Secret, plain
from tests.things.archive_storage import ACCESS_KEY, CERTIFICATE, SECRET_KEY, TO_S3
from tests.things.callback import JOINED, OTHER_URL, URL
from tests.things.renders import URL as PAGE
from tests.things.sessions import ACME, ACME_SECRET, PROJECTS, ROOM, ROUTED

KINDS = {found.name: found for found in every_kind()}

ENDS = {"state", "restart", "on_delete"}
URI = "sip:a@sip.example.com;transport=tls"
PASSWORD = "hunter2-hunter2"


class Golden(NamedTuple):
    """The state of a kind.

    ``provider`` is the pickle of one (`pulumi_opentok.project.ProjectProvider()`). ``everything`` is declared, ``outs`` are the outputs beside
    what was declared, with the names that are in ``declared``, ``private`` and ``entry``.

    ``first_release`` is a resource as the state file of the first release held it. It is frozen: newer code has to go on understanding it.
    ``changed`` are inputs of which it says what ``Difference`` they make; ``asks`` are the requests of its refresh and its delete, ``None`` where
    those show and change what is there.
    """

    resource: Callable[[], object]
    provider: str
    everything: dict[str, Any]
    outs: set[str]
    declared: set[str]
    private: set[str]
    entry: set[str]
    first_release: Saved
    changed: dict[str, Any]
    difference: Difference
    asks: dict[str, int] | None


EVERY_ARCHIVE: dict[str, Any] = {
    **{"session": ROOM, "name": "Meeting", "output_mode": "composed", "layout": {"type": "bestFit", "screenshare_type": "pip"}},
    **{"resolution": "1280x720", "has_audio": True, "has_video": True, "stream_mode": "manual", "multi_archive_tag": "meeting"},
    **{"streams": [{"stream_id": "a", "has_audio": True, "has_video": False}], "max_bitrate": 2000000.0, "has_transcription": True},
    **{"transcription_language": "en-US", "transcription_summary": True, "state": "stopped", "restart": True, "on_delete": "delete"},
}
"""But for `quantization_parameter`, which goes without `max_bitrate`."""

EVERY_BROADCAST: dict[str, Any] = {
    **{"session": ROOM, "hls": {"dvr": True}, "rtmp": Secret([{"server_url": "rtmps://h/app", "stream_name": PASSWORD, "id": "a"}])},
    **{"layout": {"type": "pip"}, "resolution": "1280x720", "has_audio": True, "has_video": True, "stream_mode": "manual"},
    **{"streams": [{"stream_id": "a", "has_audio": True, "has_video": False}], "max_duration": 7200.0, "max_bitrate": 2000000.0},
    **{"multi_broadcast_tag": "a", "state": "stopped", "restart": True, "on_delete": "keep"},
}

GOLDEN = {
    "archive": Golden(
        resource=lambda: opentok.Archive("t", session=ROOM),
        provider="gASVMQAAAAAAAACMFnB1bHVtaV9vcGVudG9rLmFyY2hpdmWUjA9BcmNoaXZlUHJvdmlkZXKUk5QpgZQu",
        everything=EVERY_ARCHIVE,
        outs={"account_key", "project", "session_id"},
        declared={*EVERY_ARCHIVE} - {"session", "layout", "multi_archive_tag", "transcription_language", "transcription_summary"} - ENDS,
        private=set(),
        entry={"mark"},
        first_release=Saved(
            id=f"{ROOM}/8b8b8871bbfba744",
            inputs={"session": ROOM, "name": "Meeting", "layout": {"type": "pip"}},
            outs={
                "__declared": {"name": "Meeting"},
                "__entry": {"mark": "0123456789abcdef"},
                "account_key": "10000001",
                "archive_id": "b40ef09b-3811-4726-b508-e41a0f96c68f",
                "created_at": "2026-01-02T03:04:05Z",
                "duration": 0.0,
                "has_audio": True,
                "has_transcription": False,
                "has_video": True,
                "layout": {"type": "pip"},
                "name": "Meeting",
                "output_mode": "composed",
                "project": ACME,
                "resolution": "640x480",
                "session": ROOM,
                "session_id": ROOM,
                "size": 0.0,
                "status": "started",
                "stream_mode": "auto",
                "streams": [],
                "updated_at": "2026-01-02T03:04:05Z",
            },
        ),
        changed={"resolution": "1280x720"},
        difference=Difference(None, ()),
        asks=None,
    ),
    "archive_storage": Golden(
        resource=lambda: opentok.ArchiveStorage("t", **TO_S3),
        provider="gASVQAAAAAAAAACMHnB1bHVtaV9vcGVudG9rLmFyY2hpdmVfc3RvcmFnZZSMFkFyY2hpdmVTdG9yYWdlUHJvdmlkZXKUk5QpgZQu",
        everything={
            **{**TO_S3, "endpoint": "https://s3.example.com", "sse": "s3", "fallback": "none", "certificate": f"{CERTIFICATE}\n"},
            **{"triggers": {"set": "1"}, "verify": False, "on_delete": "retain"},
        },
        outs={"account_key", "set_at"},
        declared={"project", "fallback"},
        private=set(),
        entry={"mark"},
        first_release=Saved(
            id=ACME,
            inputs={**TO_S3, "secret_key": Secret(SECRET_KEY), "triggers": {"set": "1"}},
            outs={
                "__declared": {"project": ACME},
                "__entry": {"mark": "0123456789abcdef"},
                "access_key": ACCESS_KEY,
                "account_key": "10000001",
                "bucket": "acme-archives",
                "fallback": "opentok",
                "project": ACME,
                "secret_key": Secret(SECRET_KEY),
                "set_at": "2026-01-02T03:04:05Z",
                "triggers": {"set": "1"},
            },
        ),
        changed={"bucket": "other-bucket"},
        difference=Difference(None, ()),
        asks={"project.get": 1, "archive_storage.delete": 1},
    ),
    "broadcast": Golden(
        resource=lambda: opentok.Broadcast("t", session=ROOM, hls={}),
        provider="gASVNQAAAAAAAACMGHB1bHVtaV9vcGVudG9rLmJyb2FkY2FzdJSMEUJyb2FkY2FzdFByb3ZpZGVylJOUKYGULg==",
        everything=plain(EVERY_BROADCAST),
        outs={"account_key", "project", "session_id"},
        declared={*EVERY_BROADCAST} - {"session", "hls", "layout", "multi_broadcast_tag"} - ENDS,
        private=set(),
        entry={"mark"},
        first_release=Saved(
            id=ROOM,
            inputs={"session": ROOM, "hls": {}, "rtmp": Secret([{"server_url": "rtmps://h/app", "stream_name": PASSWORD}])},
            outs={
                "__declared": {"rtmp": [{"server_url": "rtmps://h/app", "stream_name": PASSWORD}]},
                "__entry": {"mark": "0123456789abcdef"},
                "account_key": "10000001",
                "broadcast_id": "93e36bb9-b72c-45b6-a9ea-5c37dbc49906",
                "created_at": "2026-01-02T03:04:05Z",
                "has_audio": True,
                "has_video": True,
                "hls": {},
                "hls_status": "live",
                "hls_url": "https://cdn.example.com/playlist.m3u8",
                "max_bitrate": 2000000.0,
                "max_duration": 14400.0,
                "project": ACME,
                "resolution": "640x480",
                "rtmp": Secret([{"id": "a", "server_url": "rtmps://h/…", "status": "live"}]),
                "session": ROOM,
                "session_id": ROOM,
                "status": "started",
                "stream_mode": "auto",
                "streams": [],
                "updated_at": "2026-01-02T03:04:05Z",
            },
        ),
        changed={"resolution": "1280x720"},
        difference=Difference(None, ()),
        asks=None,
    ),
    "callback": Golden(
        resource=lambda: opentok.Callback("t", **JOINED),
        provider="gASVMwAAAAAAAACMF3B1bHVtaV9vcGVudG9rLmNhbGxiYWNrlIwQQ2FsbGJhY2tQcm92aWRlcpSTlCmBlC4=",
        everything=JOINED,
        outs={"account_key", "callback_id", "created_at", "duplicates"},
        declared={"project"},
        private=set(),
        entry={"mark"},
        first_release=Saved(
            id=f"{ACME}/95771",
            inputs=JOINED,
            outs={
                "__declared": {"project": ACME},
                "__entry": {"mark": "0123456789abcdef"},
                "account_key": "10000001",
                "callback_id": "95771",
                "created_at": "2026-01-02T03:04:05Z",
                "duplicates": [],
                "event": "created",
                "group": "connection",
                "project": ACME,
                "url": URL,
            },
        ),
        changed={"url": OTHER_URL},
        difference=Difference(None, ("url",)),
        asks=None,
    ),
    "project": Golden(
        resource=lambda: opentok.Project("t", name="T"),
        provider="gASVMQAAAAAAAACMFnB1bHVtaV9vcGVudG9rLnByb2plY3SUjA9Qcm9qZWN0UHJvdmlkZXKUk5QpgZQu",
        everything={**ALL, "name": "Initech"},
        outs={*COMPUTED, "secret_rotation_due_at"},
        declared={"name", "status"},
        private=set(),
        entry={"mark"},
        first_release=Saved(
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
                "secret_fingerprint": fingerprint("0123456789012345678901234567890123456789"),
                "secret_rotated_at": "2026-01-01T00:00:00Z",
                "secret_triggers": {"v": "1"},
                "secret_version": 1.0,
                "status": "suspended",
            },
        ),
        changed={"name": "Other"},
        difference=Difference(None, ("name",)),
        asks=None,
    ),
    "render": Golden(
        resource=lambda: opentok.Render("t", session=ROOM, url=PAGE),
        provider="gASVLwAAAAAAAACMFXB1bHVtaV9vcGVudG9rLnJlbmRlcpSMDlJlbmRlclByb3ZpZGVylJOUKYGULg==",
        everything={
            **{"session": ROOM, "url": PAGE, "resolution": "1920x1080", "max_duration": 600.0, "name": "Board"},
            **{"state": "stopped", "restart": True, "on_delete": "keep"},
        },
        outs={"account_key", "project", "session_id"},
        declared={"resolution"},
        private=set(),
        entry={"mark"},
        first_release=Saved(
            id=f"{ROOM}/482a92c570f3aa5e",
            inputs={"session": ROOM, "url": Secret(PAGE), "name": "Board"},
            outs={
                "__declared": {},
                "__entry": {"mark": "0123456789abcdef"},
                "account_key": "10000001",
                "created_at": "2026-01-02T03:04:05Z",
                "name": "Board",
                "project": ACME,
                "render_id": "b40ef09b-3811-4726-b508-e41a0f96c68f",
                "resolution": "1280x720",
                "session": ROOM,
                "session_id": ROOM,
                "status": "started",
                "stream_id": "c40ef09b-3811-4726-b508-e41a0f96c68f",
                "updated_at": "2026-01-02T03:04:05Z",
                "url": Secret(PAGE),
            },
        ),
        changed={"max_duration": 600.0},
        difference=Difference(None, ()),
        asks=None,
    ),
    "session": Golden(
        resource=lambda: opentok.Session("t", project=ACME),
        provider="gASVMQAAAAAAAACMFnB1bHVtaV9vcGVudG9rLnNlc3Npb26UjA9TZXNzaW9uUHJvdmlkZXKUk5QpgZQu",
        everything={
            **{**ROUTED, "archive_mode": "always", "archive_name": "a", "archive_resolution": "640x480"},
            **{"location": "198.51.100.7", "e2ee": False},
        },
        outs={"api_key", "created_at", "session_id"},
        declared={"project", "media_mode", "archive_mode", "e2ee"},
        private=set(),
        entry=set(),
        first_release=Saved(
            id=ROOM,
            inputs={"project": ACME, "media_mode": "routed"},
            outs={
                "__declared": {"project": ACME, "media_mode": "routed"},
                "api_key": ACME,
                "archive_mode": "manual",
                "created_at": "2026-01-02T03:04:05Z",
                "e2ee": False,
                "media_mode": "routed",
                "project": ACME,
                "session_id": ROOM,
            },
        ),
        changed={"e2ee": True},
        difference=Difference(None, ("e2ee",)),
        asks={},
    ),
    "sip_trunk": Golden(
        resource=lambda: opentok.SipTrunk("t", uri=URI),
        provider="gASVNAAAAAAAAACMGHB1bHVtaV9vcGVudG9rLnNpcF90cnVua5SMEFNpcFRydW5rUHJvdmlkZXKUk5QpgZQu",
        everything={
            **{"uri": URI, "username": "acme", "password": PASSWORD, "password_version": 2.0, "name": "Front", "sender": "+15551234567@h.example"},
            **{"headers": {"X-A": "7"}, "secure": True, "video": False, "observe_force_mute": True, "require_encryption": True},
            **{"enabled": True, "verify": False},
        },
        outs={"fingerprint"},
        declared={"password_version", "secure", "video", "observe_force_mute", "require_encryption", "enabled"},
        private=set(),
        entry=set(),
        first_release=Saved(
            id="a29bc7bd37d456c4",
            inputs={"uri": URI, "username": "acme", "password": Secret(PASSWORD), "password_version": 2.0, "require_encryption": True},
            outs={
                "__declared": {"password_version": 2.0, "require_encryption": True},
                "enabled": True,
                "fingerprint": "sha256:5bbd8797bb5e3ca937e3e5c63948efe09b94a48786d56c73420f2a5a09d398ff",
                "observe_force_mute": False,
                "password": Secret(PASSWORD),
                "password_version": 2.0,
                "require_encryption": True,
                "secure": True,
                "uri": URI,
                "username": "acme",
                "video": False,
            },
        ),
        changed={"video": True},
        difference=Difference(None, ()),
        asks={},
    ),
    "token": Golden(
        resource=lambda: opentok.Token("t", session=ROOM),
        provider="gASVLQAAAAAAAACMFHB1bHVtaV9vcGVudG9rLnRva2VulIwNVG9rZW5Qcm92aWRlcpSTlCmBlC4=",
        everything={
            **{"session": ROOM, "role": "moderator", "expires_in": "7d", "renew_before": "1d", "data": "agent 7"},
            **{"layout_classes": ["focus"], "token_format": "jwt", "signed_with": fingerprint(ACME_SECRET)},
        },
        outs={"api_key", "expires_at", "secret_fingerprint", "token", "valid"},
        declared={"role", "expires_in", "renew_before", "layout_classes", "token_format"},
        private={"account_key"},
        entry=set(),
        first_release=Saved(
            id="0123456789abcdef",
            inputs={"session": ROOM, "expires_in": "168h"},
            outs={
                "__declared": {"expires_in": "168h"},
                "__private": {"account_key": "10000001"},
                "api_key": ACME,
                "expires_at": "2099-01-09T03:04:05Z",
                "expires_in": "7d",
                "layout_classes": [],
                "role": "publisher",
                "secret_fingerprint": fingerprint(ACME_SECRET),
                "session": ROOM,
                "token": Secret("eyJ.eyJ.x"),
                "token_format": "jwt",
                "valid": True,
            },
        ),
        changed={"role": "moderator"},
        difference=Difference(None, ()),
        asks={"project.get": 1},
    ),
}


@pytest.fixture(scope="module")
def opentok_emulator() -> Iterator[Emulator]:
    with Emulator(projects=PROJECTS) as emulator:
        yield emulator


@pytest.fixture
def server(start_server: StartServer, opentok_emulator: Emulator) -> DynamicServer:
    return start_server(env=by_account(opentok_emulator))


@pytest.mark.parametrize("kind", KINDS)
def test_the_type_token_and_the_dotted_path(kind: str) -> None:
    recorder = Recorder()
    run_program(lambda: (GOLDEN[kind].resource(), None)[1], recorder)
    found = [(row.typ, row.inputs["__provider"]) for row in recorder.resources]
    assert found == [(f"pulumi-python:dynamic/opentok:{KINDS[kind].resource}", GOLDEN[kind].provider)]


def test_the_generated_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_project", lambda: "shop")
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    assert generated_name("acme") == "acme-7b4e7a0"


@pytest.mark.parametrize("kind", KINDS)
def test_the_names_of_the_properties(server: DynamicServer, kind: str) -> None:
    golden = GOLDEN[kind]
    outs = plain(declare(server.of(KINDS[kind].provider), **golden.everything).outs)
    assert outs.pop("__schema") == 1
    inner = {name: set(outs.pop(name, {})) for name in ("__declared", "__private", "__entry")}
    assert inner == {"__declared": golden.declared, "__private": golden.private, "__entry": golden.entry}
    assert {name: outs[name] for name in golden.everything} == golden.everything
    assert set(outs) == {*golden.everything, *golden.outs}


@pytest.mark.parametrize(("kind", "inputs"), [("project", {"existing_id": ACME}), ("session", {**ROUTED, "existing_id": ROOM})])
def test_an_existing_one(server: DynamicServer, kind: str, inputs: dict[str, Any]) -> None:
    taken = declare(server.of(KINDS[kind].provider), **inputs)
    assert taken.outs["existing_id"] == taken.id == inputs["existing_id"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_of_the_first_release_is_understood(server: DynamicServer, opentok_emulator: Emulator, kind: str) -> None:
    provider, golden = server.of(KINDS[kind].provider), GOLDEN[kind]
    saved = golden.first_release
    opentok_emulator.clear_journal()
    assert provider.diff(saved, saved.inputs) == Difference(False, ())
    assert provider.diff(saved, {**saved.inputs, **golden.changed}) == golden.difference
    if golden.asks is not None:
        assert provider.refresh(saved) == saved.encrypted
        provider.delete(saved)
        assert operations(opentok_emulator) == golden.asks


def test_a_token_of_the_first_release_that_has_expired(server: DynamicServer) -> None:
    saved = GOLDEN["token"].first_release
    expired = Saved(saved.id, saved.inputs, {**saved.outs, "expires_at": "2026-01-09T03:04:05Z"})
    assert server.of(KINDS["token"].provider).diff(expired, expired.inputs) == Difference(True, ())
