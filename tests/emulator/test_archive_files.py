# SPDX-License-Identifier: Apache-2.0
"""What is behind the link of an archive: media that can be played, of the size and with the sum that the archive object says."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

import av
import av.logging
import pytest
import requests

from pulumi_opentok.emulator import Emulator
from pulumi_opentok.emulator.archives import files
from tests.emulator.raw import Raw
from tests.emulator.test_archives import call, session, start

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"udta"}


def ended(client: Raw, archive_id: str) -> dict[str, Any]:
    """Stops the archive and lets its file be made."""
    assert call(client, "POST", f"/{archive_id}/stop").status_code == 200
    requests.post(f"{client.url}/_emulator/clock", json={"advance": 1}, timeout=60).raise_for_status()
    return dict(call(client, "GET", f"/{archive_id}").json())


def download(archive: dict[str, Any]) -> requests.Response:
    """The file behind the link, after its size and sum were looked at."""
    answer = requests.get(archive["url"], timeout=60)
    assert answer.status_code == 200
    assert len(answer.content) == archive["size"]
    assert base64.b64encode(hashlib.sha256(answer.content).digest()).decode() == archive["sha256sum"]
    return answer


def boxes(data: bytes, path: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
    """All boxes of an MP4 file as (path, body); each must end where the next begins."""
    position = 0
    while position < len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        assert 8 <= size <= len(data) - position
        body = data[position + 8 : position + size]
        yield path + b"/" + name, body
        if name in CONTAINERS:
            yield from boxes(body, path + b"/" + name)
        position += size


def handlers(data: bytes) -> list[bytes]:
    """The kinds of the tracks, after it was looked whether each sample is where the tables say."""
    found, kinds = list(boxes(data)), []
    assert [path for path, _ in found if path.count(b"/") == 1] == [b"/ftyp", b"/moov", b"/mdat"]
    begin = data.index(b"mdat") + 4
    for path, body in found:
        if path == b"/moov/trak/mdia/hdlr":
            kinds.append(body[8:12])
        elif path.endswith(b"/stsz"):
            size, count = struct.unpack_from(">II", body, 4)
            assert count == 1
        elif path.endswith(b"/stco"):
            assert begin == struct.unpack_from(">II", body, 4)[1]
            begin += size
    assert begin == len(data)
    return kinds


def decoded(data: bytes) -> tuple[str, float, list[dict[str, Any]]]:
    """The format of a file, its length in seconds, and its streams as FFmpeg's libraries decode them to the last frame without a warning."""
    level = av.logging.get_level()
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture(local=False) as warnings, av.open(io.BytesIO(data)) as media:
            frames: dict[int, list[Any]] = {stream.index: [] for stream in media.streams}
            for packet in media.demux():
                frames[packet.stream.index] += packet.decode()
            length = float(media.duration or 0) / av.time_base
            streams = [_stream(stream.codec_context.name, frames[stream.index]) for stream in media.streams]
            name = media.format.name
    finally:
        av.logging.set_level(level)
    assert warnings == []
    return name, length, streams


def _stream(codec: str, frames: list[Any]) -> dict[str, Any]:
    """A stream in the words of the test; a picture has the size that was decoded, not the one that a header says."""
    sizes = {(frame.width, frame.height) for frame in frames if isinstance(frame, av.VideoFrame)}
    return {"codec": codec, "frames": len(frames), **({"sizes": sizes} if sizes else {})}


@pytest.mark.parametrize(("audio", "video", "kinds"), [(True, True, [b"vide", b"soun"]), (True, False, [b"soun"]), (False, True, [b"vide"])])
def test_a_composed_archive_is_an_mp4(project: Raw, opentok_emulator: Emulator, audio: bool, video: bool, kinds: list[bytes]) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id, hasAudio=audio, hasVideo=video, name="daily")["id"]
    opentok_emulator.advance(75)
    archive = ended(project, archive_id)
    answer = download(archive)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert handlers(answer.content) == kinds
    (header,) = [body for path, body in boxes(answer.content) if path == b"/moov/mvhd"]
    scale, duration = struct.unpack_from(">II", header, 12)
    assert duration // scale == archive["duration"] >= 75
    assert b"daily" in answer.content
    assert archive_id.encode() in answer.content
    assert len(answer.content) < 10_000
    assert download(call(project, "GET", f"/{archive_id}").json()).content == answer.content


@pytest.mark.parametrize("resolution", ["640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920"])
def test_a_composed_archive_can_be_played(project: Raw, opentok_emulator: Emulator, resolution: str) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id, resolution=resolution)["id"]
    opentok_emulator.advance(3600)
    archive = ended(project, archive_id)
    container, length, streams = decoded(download(archive).content)
    width, height = map(int, resolution.split("x"))
    assert "mp4" in container.split(",")
    assert int(length) == archive["duration"] >= 3600
    assert streams == [{"codec": "h264", "sizes": {(width, height)}, "frames": 1}, {"codec": "aac", "frames": 1}]


def test_an_individual_archive_is_a_zip_with_a_manifest(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    connection_id = opentok_emulator.connect(session_id, data="name=Ann")
    first = opentok_emulator.publish(session_id, name="Ann's camera", connection_id=connection_id)["streamId"]
    archive = start(project, session_id, outputMode="individual", name="daily")
    opentok_emulator.advance(10)
    second = opentok_emulator.publish(session_id, name="Bob", video_type="screen")["streamId"]
    opentok_emulator.advance(20)
    opentok_emulator.unpublish(session_id, first)
    opentok_emulator.advance(30)
    answer = download(ended(project, archive["id"]))
    assert answer.headers["Content-Type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    assert packed.namelist() == [f"{archive['id']}.json", f"{first}.webm", f"{second}.webm"]
    manifest = json.loads(packed.read(f"{archive['id']}.json"))
    tracks = manifest.pop("files")
    assert manifest == {"id": archive["id"], "sessionId": session_id, "name": "daily", "createdAt": archive["createdAt"]}
    (start_1, stop_1), (start_2, stop_2) = [(track.pop("startTimeOffset"), track.pop("stopTimeOffset")) for track in tracks]
    assert (start_1, start_2 >= 10_000, stop_1 >= start_2 + 20_000, stop_2 >= stop_1 + 30_000) == (0, True, True, True)
    assert tracks == [
        {"streamId": stream, "streamName": name, "videoType": kind, "connectionData": data, "filename": f"{stream}.webm", "size": size}
        for stream, name, kind, data, size in (
            (first, "Ann's camera", "camera", "name=Ann", len(packed.read(f"{first}.webm"))),
            (second, "Bob", "screen", "", len(packed.read(f"{second}.webm"))),
        )
    ]
    for stream in (first, second):
        media = packed.read(f"{stream}.webm")
        assert (media[:4], b"webm" in media[:96], b"V_VP8" in media, b"A_OPUS" in media) == (b"\x1a\x45\xdf\xa3", True, True, True)


def test_a_manual_archive_has_the_streams_that_were_added(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    wanted, other = (opentok_emulator.publish(session_id)["streamId"] for _ in range(2))
    archive_id = start(project, session_id, outputMode="individual", streamMode="manual")["id"]
    assert call(project, "PATCH", f"/{archive_id}/streams", {"addStream": wanted, "hasVideo": False}).status_code == 204
    opentok_emulator.advance(10)
    assert call(project, "PATCH", f"/{archive_id}/streams", {"removeStream": wanted}).status_code == 204
    opentok_emulator.advance(10)
    packed = zipfile.ZipFile(io.BytesIO(download(ended(project, archive_id)).content))
    assert packed.namelist() == [f"{archive_id}.json", f"{wanted}.webm"]
    assert other not in packed.read(f"{archive_id}.json").decode()
    media = packed.read(f"{wanted}.webm")
    assert (b"V_VP8" in media, b"A_OPUS" in media) == (False, True)


@pytest.mark.parametrize(("fields", "codecs"), [({}, ["vp8", "opus"]), ({"hasVideo": False}, ["opus"]), ({"hasAudio": False}, ["vp8"])])
def test_the_files_of_streams_can_be_played(project: Raw, opentok_emulator: Emulator, fields: dict[str, bool], codecs: list[str]) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id, outputMode="individual", **fields)["id"]
    opentok_emulator.advance(50)
    packed = zipfile.ZipFile(io.BytesIO(download(ended(project, archive_id)).content))
    container, length, streams = decoded(packed.read(packed.namelist()[1]))
    assert "webm" in container.split(",")
    assert length >= 50
    assert [(stream["codec"], stream["frames"]) for stream in streams] == [(codec, 1) for codec in codecs]


def test_an_archive_without_a_stream_is_a_zip_with_an_empty_manifest(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.connect(session_id)
    archive_id = start(project, session_id, outputMode="individual")["id"]
    packed = zipfile.ZipFile(io.BytesIO(download(ended(project, archive_id)).content))
    assert [packed.namelist(), json.loads(packed.read(f"{archive_id}.json"))["files"]] == [[f"{archive_id}.json"], []]


def test_more_streams_than_fit_are_not_recorded(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id, outputMode="individual")["id"]
    for _ in range(50):
        opentok_emulator.publish(session_id)
    packed = zipfile.ZipFile(io.BytesIO(download(ended(project, archive_id)).content))
    assert len(packed.namelist()) == 1 + 50


@pytest.mark.parametrize(
    "row",
    [
        {"project": "../../etc", "id": "00000000-0000-4000-8000-000000000000"},
        {"project": "46000001", "id": "../../../00000000-0000-4000-8000-000000000000"},
        {"project": "46000001", "id": "..\\x"},
        {"project": "46000001\n", "id": "00000000-0000-4000-8000-000000000000"},
        {"project": "", "id": ""},
    ],
)
def test_no_other_path_than_ours_is_ever_made(row: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="none of ours"):
        files.path({**row, "params": '{"outputMode": "composed"}'})


def test_a_download_takes_no_path(opentok_emulator: Emulator) -> None:
    for path in ("..%2f..%2fetc/passwd", "../../../../etc/passwd", "%2e%2e/archive.mp4", "x/archive.mp4%00"):
        request = requests.Request("GET", "http://x/").prepare()
        request.url = f"{opentok_emulator.url}/_emulator/archives/{path}?expires=99999999999999"
        assert requests.Session().send(request, timeout=60).status_code == 404
