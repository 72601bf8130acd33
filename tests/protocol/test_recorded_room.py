# SPDX-License-Identifier: Apache-2.0
"""`RecordedRoom` under `pulumi.runtime.Mocks`: what it registers (state format), in which order, and what is refused before that."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

import pulumi_opentok as opentok
from pulumi_opentok._args import names
from pulumi_opentok.recorded_room_args import GIVEN_BY_THE_ROOM, PARTS
from tests.protocol.mocks import Recorder, run_program
from tests.things.archive_storage import SECRET_KEY, TO_S3
from tests.things.sessions import ACME

STORAGE: dict[str, Any] = {name: value for name, value in TO_S3.items() if name != "project"}
TYPES = {"storage": "ArchiveStorage", "session": "Session", "archive": "Archive", "session-judge": "Token"}


def registered(**arguments: Any) -> tuple[dict[str, dict[str, Any]], Recorder]:
    """The inputs of each part of a room by its name, in the order in which they were registered."""
    recorder = Recorder({"hall-session": {"session_id": "2_MX"}, "hall-archive": {"archive_id": "b40e"}})

    def program() -> pulumi.Output[Any]:
        room = opentok.RecordedRoom("hall", **arguments)
        room.token("judge", role="moderator")
        assert (room.archive is None, room.storage is None) == (isinstance(arguments.get("archive", ""), str), "storage" not in arguments)
        return pulumi.Output.all(room.session_id, room.archive_id)

    outputs, _ = run_program(program, recorder)
    assert outputs == ["2_MX", "b40e" if isinstance(arguments.get("archive", ""), dict) else None]
    component, *parts = recorder.resources
    assert (component.typ, component.name) == ("opentok:index:RecordedRoom", "hall")
    for row in parts:
        assert row.typ == f"pulumi-python:dynamic/opentok:{TYPES[row.name.removeprefix('hall-')]}"
    return {row.name.removeprefix("hall-"): {key: value for key, value in row.inputs.items() if key[0] != "_"} for row in parts}, recorder


def test_opentok_records_always_if_nothing_else_is_declared() -> None:
    for arguments in ({}, {"archive": "always"}):
        parts, _ = registered(project=ACME, session={"archive_resolution": "1280x720"}, **arguments)
        assert list(parts) == ["session", "session-judge"]
        always = {"media_mode": "routed", "archive_mode": "always", "archive_resolution": "1280x720"}
        assert parts["session"] == {"project": ACME, **always}


def test_a_managed_archive_and_where_it_goes() -> None:
    """The storage is there before anything can be recorded."""
    parts, _ = registered(project=ACME, archive={"state": "running", "layout": {"type": "pip"}}, storage=STORAGE)
    assert next(iter(parts)) == "storage"
    assert {name: rpc.unwrap_rpc_secret(value) for name, value in parts["storage"].items()} == {"project": ACME, **STORAGE}
    assert parts["session"] == {"project": ACME, "media_mode": "routed", "archive_mode": "manual"}
    assert parts["archive"] == {"session": "id-of-hall-session", "state": "running", "layout": {"type": "pip"}}


def test_the_project_may_be_a_resource_or_that_of_the_pair() -> None:
    recorder = Recorder()

    def program() -> None:
        opentok.RecordedRoom("theirs", project=opentok.Project("acme", name="ACME"), storage=STORAGE)  # type: ignore[arg-type]
        opentok.RecordedRoom("ours")

    run_program(program, recorder)
    assert [recorder.inputs_of(f"theirs-{part}")["project"] for part in ("session", "storage")] == ["id-of-acme"] * 2
    assert "project" not in recorder.inputs_of("ours-session")


def test_a_provider_reaches_all_parts() -> None:
    recorder = Recorder()

    def program() -> None:
        eu = opentok.Provider("eu", account_key="1", account_secret="5ecret")
        opentok.RecordedRoom("hall", archive={}, storage=STORAGE, opts=pulumi.ResourceOptions(provider=eu))  # type: ignore[arg-type]

    run_program(program, recorder)
    used = [row.name for row in recorder.resources if row.typ.startswith("pulumi-python:") and "::eu::" in str(row.provider)]
    assert sorted(used) == ["hall-archive", "hall-session", "hall-storage"]


def test_the_inputs_are_those_of_the_resources() -> None:
    whole: dict[str, type] = {"session": opentok.SessionArgsDict, "archive": opentok.ArchiveArgsDict, "storage": opentok.ArchiveStorageArgsDict}
    for part, takes in whole.items():
        assert set(names(PARTS[part])) == set(names(takes)) - set(GIVEN_BY_THE_ROOM[part]), part


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"archive": "never"}, "archive: must be 'always', or the arguments of an archive (a dict)"),
        ({"archive": ["always"]}, "archive: must be a dict of arguments (whose values may be outputs), not list"),
        ({"archive": {"session": "2_MX"}}, "archive.session: is always the room's own session: leave it out"),
        ({"archive": {"mode": "always"}}, "archive.mode: unknown argument; the archive takes has_audio, has_transcription,"),
        ({"session": {"media_mode": "relayed"}}, "session.media_mode: is always 'routed', as a recording needs: leave it out"),
        ({"session": {"archive_mode": "always"}}, "session.archive_mode: is what the room's archive says: pass archive='always'"),
        ({"session": {"project": ACME}}, "session.project: is always the room's own: pass it as project="),
        ({"session": {"archive_name": "a"}, "archive": {}}, "session.archive_name: goes with archive='always' alone"),
        ({"storage": {**STORAGE, "project": ACME}}, "storage.project: is always the room's own: pass it as project="),
        ({"storage": {"secret": SECRET_KEY}}, "storage.secret: unknown argument; the storage takes access_key,"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_refused(arguments: dict[str, Any], said: str) -> None:
    recorder = Recorder()

    def program() -> None:
        with pytest.raises(pulumi.RunError) as refused:
            opentok.RecordedRoom("hall", **arguments)
        text = str(refused.value)
        assert text.startswith(f"RecordedRoom('hall'): {said}")
        assert [secret for secret in (SECRET_KEY, "\n") if secret in text] == []

    run_program(program, recorder)
    assert recorder.resources == [], "nothing is half registered"
