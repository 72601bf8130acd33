# SPDX-License-Identifier: Apache-2.0
"""Archives on the wire: what is refused, what becomes of them in time, their file, their storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw, sign

UNKNOWN = "00000000-0000-4000-8000-000000000000"
HOUR = 3600


def session(client: Raw, **form: str) -> str:
    answer = client.send("POST", "/session/create", data=form, headers={"Accept": "application/json"})
    return str(answer.json()[0]["session_id"])


def call(client: Raw, method: str, path: str = "", body: Any = None) -> requests.Response:
    """A call signed by the emulator's clock, which these tests move."""
    now = int(requests.get(f"{client.url}/_emulator/clock", timeout=60).json()["now"])
    token = sign(client.key, client.secret, "project", iat=now, exp=now + 180)
    return client.send(method, f"/v2/project/{client.key}/archive{path}", token=token, **({} if body is None else {"json": body}))


def start(client: Raw, session_id: str, **fields: Any) -> dict[str, Any]:
    answer = call(client, "POST", body={"sessionId": session_id, **fields})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    return dict(answer.json())


def status(client: Raw, archive_id: str) -> str:
    return str(call(client, "GET", f"/{archive_id}").json()["status"])


def error(answer: requests.Response) -> tuple[int, int, str]:
    body = answer.json()
    assert body["message"] == body["description"]
    return answer.status_code, body["code"], body["message"]


def test_the_object(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    shown = start(project, session_id, name="n", quantizationParameter=20, hasTranscription=True)
    assert shown.pop("id")
    assert abs(shown.pop("createdAt") / 1000 - opentok_emulator.now()) < 5
    shown.pop("updatedAt")
    assert shown == {
        "status": "started",
        "name": "n",
        "reason": "",
        "sessionId": session_id,
        "projectId": int(project.key),
        "partnerId": int(project.key),
        "size": 0,
        "duration": 0,
        "url": None,
        "event": "archive",
        "sha256sum": "",
        "password": "",
        "streams": [],
        "hasAudio": True,
        "hasVideo": True,
        "outputMode": "composed",
        "streamMode": "auto",
        "resolution": "640x480",
        "quantizationParameter": 20,
        "hasTranscription": True,
        "transcription": {"status": "requested", "url": None, "reason": None, "primaryLanguageCode": "", "hasSummary": False},
    }


def test_when_it_began_is_exact_in_the_answer_to_the_start_only(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    began = start(project, session_id)
    assert began["createdAt"] == began["updatedAt"]
    whole = began["createdAt"] - began["createdAt"] % 1000
    path = f"/{began['id']}"
    reads = [call(project, "GET", path), call(project, "PUT", path + "/layout", {"type": "pip"}), call(project, "POST", path + "/stop")]
    assert [answer.json()["createdAt"] for answer in reads] == [whole] * 3
    assert [each["createdAt"] for each in call(project, "GET").json()["items"]] == [whole]


@pytest.mark.parametrize(
    "fields",
    [
        {"hasAudio": False, "hasVideo": False},
        {"hasAudio": "yes"},
        {"outputMode": "both"},
        {"outputMode": []},
        {"outputMode": "individual", "resolution": "640x480"},
        {"outputMode": "individual", "maxBitrate": 200_000},
        {"outputMode": "individual", "layout": {"type": "bestFit"}},
        {"layout": {"type": "bestFit", "stylesheet": ""}},
        {"layout": {"type": "custom", "stylesheet": ""}},
        {"resolution": "1x1"},
        {"streamMode": {}},
        {"maxBitrate": 99_999},
        {"maxBitrate": 200_000, "quantizationParameter": 20},
        {"quantizationParameter": 41},
        {"quantizationParameter": 20.5},
        {"layout": {"type": "custom"}},
        {"layout": {"type": "pip", "stylesheet": "x"}},
        {"layout": {"type": "pip", "screenshareType": "pip"}},
        {"layout": {"screenshareType": "pip"}},
        {"layout": "bestFit"},
        {"name": 1},
        {"name": "\ud800"},
        {"multiArchiveTag": 1},
        {"transcriptionProperties": []},
        {"sessionId": None},
        {"sessionId": 1},
        {"sessionId": "nope"},
    ],
)
def test_what_breaks_a_rule_is_400(project: Raw, opentok_emulator: Emulator, fields: dict[str, Any]) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    answer = call(project, "POST", body={"sessionId": session_id, **fields})
    assert answer.status_code == 400, answer.text
    assert call(project, "GET").json() == {"count": 0, "items": []}


def test_what_may_not_be_recorded(raw: Raw, project: Raw, opentok_emulator: Emulator) -> None:
    fresh, relayed, secret = session(project), session(project, **{"p2p.preference": "enabled"}), session(project, e2ee="true")
    foreign = session(raw.of(raw.create()))
    opentok_emulator.connect(foreign)
    opentok_emulator.connect(secret)
    assert error(call(project, "POST", body={"sessionId": fresh}))[:2] == (404, -1)
    assert error(call(project, "POST", body={"sessionId": foreign})) == (404, -1, "Session not found")
    assert error(call(project, "POST", body={"sessionId": secret}))[:2] == (409, -1)
    assert error(call(project, "POST", body={"sessionId": relayed})) == (409, 15008, "Only routed sessions are allowed to initiate archives.")


def test_simultaneous_archives_need_tags_of_their_own(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    plain = start(project, session_id)
    assert error(call(project, "POST", body={"sessionId": session_id})) == (409, 15001, "HTTP 409 Conflict")
    tagged = start(project, session_id, multiArchiveTag="a")
    assert tagged["multiArchiveTag"] == "a"
    assert "multiArchiveTag" not in call(project, "GET", f"/{tagged['id']}").json()
    assert call(project, "POST", body={"sessionId": session_id, "multiArchiveTag": "a"}).status_code == 409
    call(project, "POST", f"/{tagged['id']}/stop")
    start(project, session_id, multiArchiveTag="a")
    assert status(project, plain["id"]) == "started"


def test_stopping(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id)["id"]
    assert call(project, "POST", f"/{archive_id}/stop").json()["status"] == "stopped"
    assert error(call(project, "POST", f"/{archive_id}/stop")) == (
        409,
        -1,
        "Conflict. You are trying to stop an archive that is not recording.",
    )
    assert error(call(project, "POST", f"/{UNKNOWN}/stop")) == (404, -1, "Not found. You passed in an invalid archive ID.")
    assert error(call(project, "POST", "/nope/stop"))[:2] == (400, -1)


def test_it_pauses_while_nobody_publishes(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    ids = opentok_emulator.publish(session_id)
    archive_id = start(project, session_id)["id"]
    opentok_emulator.advance(100)
    opentok_emulator.unpublish(session_id, ids["streamId"])
    assert status(project, archive_id) == "paused"
    opentok_emulator.advance(1000)
    opentok_emulator.publish(session_id)
    assert status(project, archive_id) == "started"
    opentok_emulator.advance(100)
    assert 200 <= call(project, "POST", f"/{archive_id}/stop").json()["duration"] < 210


@pytest.mark.parametrize(
    ("leave", "seconds", "reason", "duration"),
    [
        (False, 4 * HOUR, "maximum duration exceeded", 4 * HOUR),
        (True, 60, "session ended", 0),
    ],
)
def test_it_ends_by_itself(
    project: Raw, opentok_emulator: Emulator, leave: bool, seconds: int, reason: str, duration: int
) -> None:
    session_id = session(project)
    ids = opentok_emulator.publish(session_id)
    archive_id = start(project, session_id)["id"]
    if leave:
        opentok_emulator.disconnect(session_id, ids["connectionId"])
    opentok_emulator.advance(seconds - 5)
    assert status(project, archive_id) == ("paused" if leave else "started")
    opentok_emulator.advance(6)
    ended = call(project, "GET", f"/{archive_id}").json()
    assert (ended["reason"], ended["status"] in ("stopped", "available")) == (reason, True)
    assert duration <= ended["duration"] < duration + 5


def test_the_long_pause_and_the_missing_stream(project: Raw, opentok_emulator: Emulator) -> None:
    paused, empty = session(project), session(project)
    stream_id = opentok_emulator.publish(paused)["streamId"]
    opentok_emulator.connect(empty)
    first, second = start(project, paused)["id"], start(project, empty)["id"]
    opentok_emulator.unpublish(paused, stream_id)
    opentok_emulator.advance(61)
    assert [status(project, first), call(project, "GET", f"/{second}").json()["reason"]] == ["paused", "session ended"]
    opentok_emulator.advance(HOUR)
    assert call(project, "GET", f"/{first}").json()["reason"] == "session ended"


def test_a_client_that_is_removed_ends_the_recording(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    ids = opentok_emulator.publish(session_id)
    archive_id = start(project, session_id)["id"]
    assert project.send("DELETE", f"/v2/project/{project.key}/session/{session_id}/connection/{ids['connectionId']}").status_code == 204
    opentok_emulator.advance(61)
    assert call(project, "GET", f"/{archive_id}").json()["reason"] == "session ended"


def test_a_manual_archive_waits_for_its_first_stream(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id, streamMode="manual")["id"]
    opentok_emulator.advance(HOUR - 60)
    assert status(project, archive_id) == "paused"
    opentok_emulator.advance(61)
    assert call(project, "GET", f"/{archive_id}").json()["reason"] == "session ended"


def test_file_link_and_expiry(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id, outputMode="individual")["id"]
    call(project, "POST", f"/{archive_id}/stop")
    assert call(project, "DELETE", f"/{archive_id}").status_code == 409
    opentok_emulator.advance(1)
    archive = call(project, "GET", f"/{archive_id}").json()
    assert archive["url"].partition("?")[0].endswith("/archive.zip")
    file = requests.get(archive["url"], timeout=60)
    assert (file.status_code, len(file.content)) == (200, archive["size"])
    for spoilt in (archive["url"].partition("?")[0], archive["url"] + "x", archive["url"].partition("=")[0] + "=0"):
        assert requests.get(spoilt, timeout=60).status_code == 403
    assert requests.get(archive["url"].replace("archive.zip", "archive.mp4"), timeout=60).status_code == 404
    opentok_emulator.advance(601)
    assert requests.get(archive["url"], timeout=60).status_code == 403
    opentok_emulator.advance(72 * HOUR)
    assert status(project, archive_id) == "expired"
    assert call(project, "DELETE", f"/{archive_id}").status_code == 409


def test_a_deleted_archive_is_listed_no_more(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id)["id"]
    call(project, "POST", f"/{archive_id}/stop")
    opentok_emulator.advance(1)
    assert [call(project, "DELETE", f"/{archive_id}").status_code for _ in range(2)] == [204, 204]
    assert call(project, "GET").json() == {"count": 0, "items": []}
    assert status(project, archive_id) == "deleted"


def test_an_always_archived_session(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project, archiveMode="always", archiveName="all", archiveResolution="1280x720")
    opentok_emulator.connect(session_id)
    opentok_emulator.publish(session_id)
    page = call(project, "GET").json()
    assert [(each["name"], each["resolution"], each["status"]) for each in page["items"]] == [("all", "1280x720", "started")]
    assert call(project, "POST", f"/{page['items'][0]['id']}/stop").status_code == 409
    assert call(project, "POST", body={"sessionId": session_id}).status_code == 409
    start(project, session_id, multiArchiveTag="mine")


def test_pages(project: Raw, opentok_emulator: Emulator) -> None:
    session_id, other = session(project), session(project)
    opentok_emulator.publish(session_id)
    ids = [start(project, session_id, multiArchiveTag=str(number))["id"] for number in range(5)][::-1]
    assert [each["id"] for each in call(project, "GET", "?offset=1&count=2").json()["items"]] == ids[1:3]
    assert call(project, "GET", "?count=2").json()["count"] == 2
    assert len(call(project, "GET", "?&offset=&count=").json()["items"]) == 5
    assert call(project, "GET", f"?sessionId={other}").json() == {"count": 0, "items": []}
    for wrong in ("?count=1001", "?count=x", "?offset=-1", "?offset=99999999999", "?count=%00"):
        assert error(call(project, "GET", wrong))[:2] == (400, -1)


def test_streams_of_a_manual_archive(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    stream_id = opentok_emulator.publish(session_id)["streamId"]
    archive_id = start(project, session_id, streamMode="manual")["id"]
    path = f"/{archive_id}/streams"
    assert call(project, "PATCH", path, {"addStream": stream_id, "hasVideo": False}).status_code == 204
    streams = call(project, "GET", f"/{archive_id}").json()["streams"]
    assert streams == [{"streamId": stream_id, "hasAudio": True, "hasVideo": False}]
    for body, code in (
        ({}, 400),
        ({"addStream": stream_id, "removeStream": stream_id}, 400),
        ({"addStream": 1}, 400),
        ({"addStream": UNKNOWN}, 404),
        ({"removeStream": UNKNOWN}, 404),
    ):
        assert call(project, "PATCH", path, body).status_code == code
    assert call(project, "PATCH", path, {"removeStream": stream_id}).status_code == 204
    call(project, "POST", f"/{archive_id}/stop")
    assert call(project, "PATCH", path, {"addStream": stream_id}).status_code == 409
    automatic = start(project, session_id)["id"]
    assert call(project, "PATCH", f"/{automatic}/streams", {"addStream": stream_id}).status_code == 405


def test_layouts(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    composed, individual = start(project, session_id)["id"], start(project, session_id, outputMode="individual", multiArchiveTag="i")["id"]
    assert call(project, "PUT", f"/{composed}/layout", {"type": "bestFit", "screenshareType": "pip"}).status_code == 200
    assert call(project, "PUT", f"/{composed}/layout", {"type": "grid"}).status_code == 400
    assert call(project, "PUT", f"/{composed}/layout", {}).status_code == 400
    assert call(project, "PUT", f"/{individual}/layout", {"type": "pip"}).status_code == 400
    assert call(project, "PUT", f"/{UNKNOWN}/layout", {"type": "pip"}).status_code == 404


def test_another_projects_archive_does_not_exist(raw: Raw, project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id)["id"]
    other = raw.of(raw.create())
    for method, path in (("GET", ""), ("POST", "/stop"), ("DELETE", ""), ("PUT", "/layout"), ("PATCH", "/streams")):
        answer = call(other, method, f"/{archive_id}{path}", {"type": "pip"} if method == "PUT" else {"removeStream": "x"})
        assert error(answer)[:2] == (404, -1)


S3 = {"accessKey": "a", "secretKey": "s", "bucket": "b"}


def test_storage(project: Raw, opentok_emulator: Emulator) -> None:
    assert error(call(project, "DELETE", "/storage"))[:2] == (404, -1)
    body = {"type": "s3", "config": {**S3, "endpoint": "https://s3.example.com"}, "fallback": "none"}
    assert call(project, "PUT", "/storage", body).json() == body
    body = {"type": "s3", "config": S3, "fallback": "none"}  # without an endpoint nothing is sent
    assert call(project, "PUT", "/storage", body).json() == body
    session_id = session(project)
    opentok_emulator.publish(session_id)
    archive_id = start(project, session_id)["id"]
    assert call(project, "DELETE", "/storage").status_code == 204
    call(project, "POST", f"/{archive_id}/stop")
    opentok_emulator.advance(1)
    assert status(project, archive_id) == "uploaded"
    assert call(project, "DELETE", f"/{archive_id}").status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        S3,
        {"type": "gcs", "config": S3},
        {"type": ["s3"], "config": S3},
        {"type": "s3", "config": []},
        {"type": "s3", "config": {"bucket": "b"}},
        {"type": "s3", "config": {**S3, "secretKey": 1}},
        {"type": "s3", "config": {**S3, "endpoint": "s3.example.com"}},
        {"type": "s3", "config": {**S3, "endpoint": "https://[x"}},
        {"type": "s3", "config": {**S3, "sse": "kms"}},
        {"type": "azure", "config": S3},
        {"type": "s3", "config": S3, "fallback": "maybe"},
        {"type": "s3", "config": S3, "certificate": ""},
    ],
)
def test_storage_that_is_refused(project: Raw, body: dict[str, Any]) -> None:
    answer = call(project, "PUT", "/storage", body)
    assert error(answer)[:2] == (400, -1)
    assert call(project, "DELETE", "/storage").status_code == 404


def test_a_restart_keeps_archives_and_a_reset_forgets_them(tmp_path: Path) -> None:
    data = str(tmp_path / "state.db")
    pair = ("12345678", "0123456789abcdef0123456789abcdef01234567")
    with Emulator(data=data, projects=[(*pair, "p")]) as emulator, Raw(emulator.url, *pair, "project") as client:
        session_id = session(client)
        emulator.publish(session_id)
        archive_id = start(client, session_id)["id"]
        call(client, "PUT", "/storage", {"type": "s3", "config": S3})
    with Emulator(data=data) as emulator, Raw(emulator.url, *pair, "project") as client:
        assert status(client, archive_id) == "started"
        assert call(client, "DELETE", "/storage").status_code == 204
        emulator.reset()
        assert call(client, "GET").status_code in (200, 403)
        assert emulator.all_sessions() == []
