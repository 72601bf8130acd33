# SPDX-License-Identifier: Apache-2.0
"""The official Python SDK's archives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conformance.calling import NOWHERE, kind_of_refusal, refusal
from tests.conformance.covering import covers
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, Thing, member


def recorded(scene: Scene, client: Thing, session: str = "", **options: Any) -> Thing:
    """An archive of a session in which somebody publishes."""
    session = session or scene.session()
    scene.emulator.publish(session)
    made = client.call("start_archive", session, **options)
    assert isinstance(made, Thing)
    return made


OPTIONS: list[dict[str, Any]] = [
    {},
    {"name": "Zoë & Söhne", "resolution": "1280x720", "layout": {"type": "custom", "stylesheet": "stream{}"}, "max_bitrate": 1_000_000},
    {"has_video": False, "output_mode": member("OutputModes.individual")},
    {"quantization_parameter": 20, "stream_mode": member("StreamModes.manual"), "multi_archive_tag": "second"},
    {"has_transcription": True, "transcription_properties": {"primaryLanguageCode": "de-DE", "hasSummary": True}},
]


@pytest.mark.parametrize("options", OPTIONS)
@covers("python", "Client.start_archive", "Archive.attrs", "Archive.json")
def test_start(scene: Scene, python: Sdk, options: dict[str, Any]) -> None:
    session = scene.session()
    made = recorded(scene, scene.client(python), session, **options)
    composed = "output_mode" not in options
    assert (made["session_id"], made["partner_id"]) == (session, int(scene.project.id))
    assert made["status"] in ("started", "paused")
    assert made["name"] == options.get("name")
    assert (made["has_audio"], made["has_video"]) == (True, options.get("has_video", True))
    assert made["resolution"] == (options.get("resolution", "640x480") if composed else None)
    assert (made["output_mode"], made["stream_mode"]) == ("composed" if composed else "individual", "manual" if "stream_mode" in options else "auto")
    assert (made["max_bitrate"], made["quantization_parameter"]) == (options.get("max_bitrate"), options.get("quantization_parameter"))
    assert made["has_transcription"] is options.get("has_transcription", False)
    assert (made["size"], made["duration"], made["url"]) == (0, 0, None)
    assert made.call("attrs") == made.fields
    assert json.loads(made.call("json"))["id"] == made["id"]


def test_start_refused(scene: Scene, python: Sdk) -> None:
    client, relayed = scene.client(python), scene.ours.sessions.create().session_id
    scene.emulator.publish(relayed)
    assert kind_of_refusal(client, "start_archive", scene.session()) == "NotFoundError"  # nobody is there
    assert kind_of_refusal(client, "start_archive", "x") == "RequestError"
    assert "routed" in refusal(client, "start_archive", relayed).text
    assert kind_of_refusal(client, "start_archive", relayed) == "ArchiveError"
    made = recorded(scene, client)
    assert kind_of_refusal(client, "start_archive", made["session_id"]) == "ArchiveError"
    assert kind_of_refusal(scene.wrong(python), "start_archive", made["session_id"]) == "AuthError"


@covers("python", "Client.stop_archive", "Client.get_archive", "Client.delete_archive", "Archive.stop", "Archive.delete")
def test_life(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    for by_client in (True, False):
        made = recorded(scene, client)
        scene.emulator.advance(5)
        if by_client:
            assert client.call("stop_archive", made["id"])["status"] == "stopped"
        else:
            assert made.call("stop") is None
            assert made.call("attrs")["status"] == "stopped"
        assert kind_of_refusal(client, "stop_archive", made["id"]) == "ArchiveError"
        scene.emulator.advance(5)
        there = client.call("get_archive", made["id"])
        assert (there["status"], there["session_id"]) == ("available", made["session_id"])
        assert 5 <= there["duration"] <= 8
        assert there["url"].startswith("http")
        assert there["size"] > 0
        assert (client.call("delete_archive", made["id"]) if by_client else made.call("delete")) is None
        assert made["id"] not in [one["id"] for one in client.call("list_archives")["items"]]
    for method in ("stop_archive", "get_archive", "delete_archive"):
        assert kind_of_refusal(client, method, NOWHERE) == "NotFoundError"
        assert kind_of_refusal(scene.wrong(python), method, NOWHERE) == "AuthError"


@covers("python", "Client.get_archives", "Client.list_archives", "ArchiveList.attrs", "ArchiveList.json")
def test_list(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    ids = [recorded(scene, client)["id"] for _ in range(3)][::-1]
    last = client.call("get_archive", ids[0])
    for method in ("get_archives", "list_archives"):
        for options, expected, count in (
            ({}, ids, 3),
            ({"offset": 1, "count": 1}, ids[1:2], 1),
            ({"session_id": last["session_id"]}, ids[:1], 1),
        ):
            listed = client.call(method, **options)
            assert ([one["id"] for one in listed["items"]], listed["count"]) == (expected, count)
            assert [one["id"] for one in listed.call("attrs")["items"]] == expected
            assert json.loads(listed.call("json")) == {"count": count, "items": None}  # BUGS
    assert kind_of_refusal(client, "list_archives", count=1001) == "RequestError"


@covers("python", "Client.set_archive_layout", "Client.add_archive_stream", "Client.remove_archive_stream")
def test_layout_and_streams(scene: Scene, python: Sdk) -> None:
    client = scene.client(python)
    session = scene.session()
    made = recorded(scene, client, session, stream_mode=member("StreamModes.manual"))
    for arguments in (["pip"], ["custom", "stream{}"], ["bestFit", None, "horizontalPresentation"]):
        assert client.call("set_archive_layout", made["id"], *arguments) is None
    assert kind_of_refusal(client, "set_archive_layout", made["id"], "custom") == "ArchiveError"
    stream = scene.emulator.publish(session)["streamId"]
    assert client.call("add_archive_stream", made["id"], stream, has_video=False) is None
    assert client.call("get_archive", made["id"])["streams"] == [{"streamId": stream, "hasAudio": True, "hasVideo": False}]
    assert client.call("remove_archive_stream", made["id"], stream) is None
    assert client.call("get_archive", made["id"])["streams"] == []
    automatic = recorded(scene, client)
    for method in ("add_archive_stream", "remove_archive_stream"):
        for archive, there, status in ((NOWHERE, stream, 404), (automatic["id"], scene.emulator.publish(automatic["session_id"])["streamId"], 405)):
            error = refusal(client, method, archive, there)
            assert (error.kind, str(status) in error.text) == ("RequestError", True)  # each refusal: `if response` is false for it
