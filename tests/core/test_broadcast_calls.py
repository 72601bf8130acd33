# SPDX-License-Identifier: Apache-2.0
"""Broadcasts: from start to stop with all outputs, pages, and what is refused before a request."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import ApiError, InvalidInput, InvalidResponse, NotFound, operations
from pulumi_opentok.core.api.broadcasts.objects import read_broadcast
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls, Rtmp
from pulumi_opentok.core.api.layouts import Layout
from pulumi_opentok.core.api.opentok import OpenTok
from tests.core.operations_table import in_session
from tests.core.service import Service

KEY = "stream-key-0815"
RTMP = Rtmp(id="tube", server_url="rtmps://live.example.com/app", stream_name=KEY)


@pytest.fixture
def client(service: Service) -> OpenTok:
    return service.client(service.account().projects.create("acme"))


def test_a_life_with_all_outputs(service: Service, client: OpenTok) -> None:
    session = in_session(service, client)["session"]
    options = BroadcastOptions(
        hls=Hls(low_latency=True),
        rtmp=[RTMP, Rtmp(server_url="rtmp://example.org/x", stream_name="y")],
        layout=Layout(type="bestFit", screenshare_type="pip"),
        max_duration=600,
        max_bitrate=1_000_000,
        resolution="1920x1080",
        multi_broadcast_tag="one",
        has_video=False,
    )
    made = client.broadcasts.start(session, options)
    assert (made.status, made.session_id, made.project_id, made.multi_broadcast_tag) == ("started", session, client.api_key, "one")
    assert (made.max_duration, made.max_bitrate, made.resolution) == (600, 1_000_000, "1920x1080")
    assert (made.has_audio, made.has_video, made.stream_mode) == (True, False, "auto")
    assert (made.hls_url or "").endswith(".m3u8")
    assert [(output.server_url, output.stream_name) for output in made.rtmp] == [(output.server_url, output.stream_name) for output in options.rtmp]
    assert made.rtmp[0].id == "tube"
    assert made.rtmp[1].id
    assert made.hls_status == made.rtmp[0].status == "connecting"
    assert KEY not in repr(made) + repr(options)
    service.emulator.advance(20)
    live = client.broadcasts.get(made.id)
    assert live.hls_status == live.rtmp[0].status == "live"
    client.broadcasts.set_layout(made.id, Layout(type="custom", stylesheet="stream {}"))
    stopped = client.broadcasts.stop(made.id)
    assert (stopped.status, stopped.hls_url, stopped.rtmp) == ("stopped", None, ())
    with pytest.raises(ApiError, match="already been stopped") as caught:
        client.broadcasts.stop(made.id)
    assert (caught.value.status, caught.value.code) == (409, 19002)


def test_streams_of_a_manual_one(service: Service, client: OpenTok) -> None:
    things = in_session(service, client)
    made = client.broadcasts.start(things["session"], BroadcastOptions(hls=Hls(), stream_mode="manual"))
    client.broadcasts.add_stream(made.id, things["stream"], has_audio=False)
    (stream,) = client.broadcasts.get(made.id).streams
    assert (stream.stream_id, stream.has_audio, stream.has_video) == (things["stream"], False, True)
    client.broadcasts.remove_stream(made.id, things["stream"])
    assert client.broadcasts.get(made.id).streams == ()
    with pytest.raises(NotFound):
        client.broadcasts.add_stream(made.id, "nope")


def test_streams_of_an_automatic_one(service: Service, client: OpenTok) -> None:
    things = in_session(service, client)
    made = client.broadcasts.start(things["session"], BroadcastOptions(hls=Hls()))
    with pytest.raises(ApiError) as caught:
        client.broadcasts.add_stream(made.id, things["stream"])
    assert caught.value.status == 405


def test_one_at_a_time_without_tags(service: Service, client: OpenTok) -> None:
    session = in_session(service, client)["session"]
    client.broadcasts.start(session, BroadcastOptions(rtmp=[RTMP]))
    tagged = BroadcastOptions(hls=Hls(), multi_broadcast_tag="a")
    client.broadcasts.start(session, tagged)
    for again in (tagged, BroadcastOptions(hls=Hls())):
        with pytest.raises(ApiError) as caught:
            client.broadcasts.start(session, again)
        assert caught.value.status == 409


def test_where_none_can_be(service: Service, client: OpenTok) -> None:
    relayed = client.sessions.create().session_id
    service.emulator.publish(relayed)
    encrypted = client.sessions.create(media_mode="routed", e2ee=True).session_id
    service.emulator.publish(encrypted)
    for session in (relayed, encrypted):
        with pytest.raises(ApiError) as caught:
            client.broadcasts.start(session, BroadcastOptions(hls=Hls()))
        assert caught.value.status == 409
    with pytest.raises(NotFound):
        client.broadcasts.start(client.sessions.create(media_mode="routed").session_id, BroadcastOptions(hls=Hls()))
    with pytest.raises(NotFound):
        client.broadcasts.get("nope")


def test_pages_of_those_that_run(service: Service, client: OpenTok) -> None:
    sessions = [in_session(service, client)["session"] for _ in range(5)]
    made = [client.broadcasts.start(session, BroadcastOptions(hls=Hls(), max_duration=600)).id for session in sessions]
    service.clear()
    walk = client.broadcasts.iterate(page_size=2)
    assert next(walk).id == made[4]
    assert service.asked()["broadcast.list"] == 1
    client.broadcasts.stop(made[3])
    assert [broadcast.id for broadcast in walk if broadcast.id != made[3]] == made[2::-1]
    page = client.broadcasts.list(session_id=sessions[0])
    assert (page.total, [broadcast.id for broadcast in page.items]) == (1, made[:1])
    assert client.broadcasts.list(offset=1, count=1).items[0].id == made[2]
    service.emulator.advance(601)
    assert client.broadcasts.list().total == 0
    assert client.broadcasts.get(made[0]).status == "stopped"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "hls: or rtmp must be given"),
    ({"hls": Hls(dvr=True, low_latency=True)}, "hls.low_latency: cannot be combined with hls.dvr"),
    ({"rtmp": [RTMP] * 2}, "rtmp: must have a different id for each output"),
    ({"rtmp": [Rtmp(server_url="rtmp://x/y", stream_name=str(number)) for number in range(6)]}, "rtmp: must have at most 5 outputs, not 6"),
    ({"rtmp": [Rtmp(server_url="https://x", stream_name="")]}, "rtmp[0].server_url: must begin with rtmp:// or rtmps://; rtmp[0].stream_name: must"),
    ({"max_duration": 36_001}, "max_duration: must be a whole number from 60 to 36000 seconds"),
    ({"max_bitrate": 99_999}, "max_bitrate: must be a whole number from 100000 to 6000000"),
    ({"resolution": "1x1"}, "resolution: must be one of"),
    ({"stream_mode": "x"}, "stream_mode: must be one of auto, manual"),
    ({"multi_broadcast_tag": ""}, "multi_broadcast_tag: must not be empty"),
    ({"layout": Layout(type="custom")}, "layout.stylesheet: is required"),
]


@pytest.mark.parametrize(("wrong", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_never_leaves(service: Service, client: OpenTok, wrong: dict[str, Any], said: str) -> None:
    session = in_session(service, client)["session"]
    service.clear()
    with pytest.raises(InvalidInput) as caught:
        client.broadcasts.start(session, BroadcastOptions(**({"hls": Hls(), **wrong} if wrong else {})))
    assert said in str(caught.value)
    assert KEY not in str(caught.value)
    assert not service.asked()


def test_answers_of_other_years() -> None:
    row = {
        "id": "b",
        "maxBitRate": 5,
        "broadcastUrls": {"rtmp": {"tube": {"status": "live", "serverUrl": "rtmp://x", "streamName": KEY}, "bad": 1}},
        "streams": [{"streamId": "s"}, {}, 1],
        "new": {},
    }
    read = read_broadcast(row, operations.BROADCAST_GET, "broadcast b")
    assert [(output.id, output.status) for output in read.rtmp] == [("tube", "live")]
    assert read.max_bitrate == 5
    assert [stream.stream_id for stream in read.streams] == ["s"]
    for wrong in (None, [], {}, {"id": 5}):
        with pytest.raises(InvalidResponse):
            read_broadcast(wrong, operations.BROADCAST_GET, "broadcast b")
