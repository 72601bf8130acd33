# SPDX-License-Identifier: Apache-2.0
"""The Go SDK's archives and their storage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.calling import NOWHERE, TWINS, refusal, status_of_refusal
from tests.conformance.covering import covers, with_context
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, Thing
from tests.emulator.s3_stand_in import S3StandIn


def recorded(scene: Scene, client: Thing, twin: str = "", options: dict[str, Any] | None = None) -> Thing:
    """An archive of a session in which somebody publishes."""
    session = scene.session()
    scene.emulator.publish(session)
    made = client.call(f"StartArchive{twin}", session, options)
    assert isinstance(made, Thing)
    assert made["sessionId"] == session
    return made


OPTIONS: list[dict[str, Any] | None] = [
    None,
    {"Name": "Zoë", "HasAudio": True, "HasVideo": True, "Resolution": "1280x720", "Layout": {"Type": "custom", "StyleSheet": "stream{}"}},
    {"OutputMode": "individual"},
]


@pytest.mark.parametrize("options", OPTIONS)
@covers("go", *with_context("OpenTok.StartArchive"))
def test_start(scene: Scene, go: Sdk, options: dict[str, Any] | None) -> None:
    wish = options or {}
    for twin in TWINS:
        made = recorded(scene, scene.client(go), twin, options)
        assert (made["projectId"], made["status"], made["name"]) == (int(scene.project.id), "started", wish.get("Name", ""))
        assert (made["hasAudio"], made["hasVideo"], made["outputMode"]) == (True, True, wish.get("OutputMode", "composed"))
        assert made["resolution"] == (wish.get("Resolution", "640x480") if "OutputMode" not in wish else "")
        assert (made["size"], made["duration"], made["url"], made["reason"]) == (0, 0, None, "")


def test_start_refused(scene: Scene, go: Sdk) -> None:
    client, relayed = scene.client(go), scene.ours.sessions.create().session_id
    scene.emulator.publish(relayed)
    assert status_of_refusal(client, "StartArchive", scene.session(), None) == 404
    assert status_of_refusal(client, "StartArchive", "x", None) == 400
    assert status_of_refusal(client, "StartArchive", relayed, None) == 409
    assert "Only routed sessions are allowed to initiate archives." in refusal(client, "StartArchive", relayed, None).text


@covers("go", "Archive.Stop", "Archive.Delete", *with_context("OpenTok.StopArchive", "OpenTok.GetArchive", "OpenTok.DeleteArchive"))
def test_life(scene: Scene, go: Sdk) -> None:
    client = scene.client(go)
    for twin in (*TWINS, "by itself"):
        made = recorded(scene, client)
        stopped = made.call("Stop") if twin == "by itself" else client.call(f"StopArchive{twin}", made["id"])
        assert (stopped["id"], stopped["status"]) == (made["id"], "stopped")
        assert status_of_refusal(client, "StopArchive", made["id"]) == 409
        scene.emulator.advance(3)
        there = client.call("GetArchive" if twin == "by itself" else f"GetArchive{twin}", made["id"])
        assert (there["status"], there["url"].startswith("http"), there["size"] > 0) == ("available", True, True)
        assert (made.call("Delete") if twin == "by itself" else client.call(f"DeleteArchive{twin}", made["id"])) is None
    for method in ("StopArchive", "GetArchive", "DeleteArchive"):
        assert status_of_refusal(client, method, NOWHERE) == 404
        assert status_of_refusal(scene.wrong(go), method, NOWHERE) == 403


@covers("go", *with_context("OpenTok.ListArchives"))
def test_list(scene: Scene, go: Sdk) -> None:
    client = scene.client(go)
    made = [recorded(scene, client) for _ in range(3)][::-1]
    ids = [one["id"] for one in made]
    for twin in TWINS:
        for options, expected, count in (
            (None, ids, 3),
            ({"Offset": 1, "Count": 1}, ids[1:2], 1),
            ({"SessionID": made[0]["sessionId"]}, ids[:1], 1),
        ):
            listed = client.call(f"ListArchives{twin}", options)
            assert ([one["id"] for one in listed["items"]], listed["count"]) == (expected, count)


@covers("go", *with_context("OpenTok.SetArchiveLayout"))
def test_layout(scene: Scene, go: Sdk) -> None:
    """It decodes an archive from the answer."""
    client, made = scene.client(go), recorded(scene, scene.client(go))
    for twin in TWINS:
        for layout in ({"Type": "pip"}, {"Type": "custom", "StyleSheet": "stream{}"}, {"Type": "bestFit", "ScreenShareType": "pip"}):
            assert client.call(f"SetArchiveLayout{twin}", made["id"], layout)["id"] == made["id"]
    assert status_of_refusal(client, "SetArchiveLayout", NOWHERE, {"Type": "pip"}) == 404


@pytest.fixture
def bucket() -> Iterator[S3StandIn]:
    with S3StandIn() as store:
        yield store


@pytest.mark.parametrize("kind", ["s3", "azure"])
@covers("go", *with_context("OpenTok.SetArchiveStorage", "OpenTok.DeleteArchiveStorage"))
def test_storage(scene: Scene, go: Sdk, bucket: S3StandIn, kind: str) -> None:
    target: dict[str, Any] = {
        "s3": {"type": "s3", "config": {"accessKey": "a", "secretKey": "s", "bucket": "b", "endpoint": bucket.url}, "fallback": "opentok"},
        "azure": {"type": "azure", "config": {"accountName": "a", "accountKey": "k", "container": "c", "domain": "blob.example.com"}},
    }[kind]
    client = scene.client(go)
    for twin in TWINS:
        assert client.call(f"SetArchiveStorage{twin}", target).fields == target
        made = recorded(scene, client)
        made.call("Stop")
        scene.emulator.advance(3)
        there = client.call("GetArchive", made["id"])
        assert (there["status"], there["url"]) == ("uploaded", None)
        assert client.call(f"DeleteArchiveStorage{twin}") is None
    assert len(bucket.seen) == (len(TWINS) if kind == "s3" else 0)
    assert status_of_refusal(scene.wrong(go), "SetArchiveStorage", target) == 403
