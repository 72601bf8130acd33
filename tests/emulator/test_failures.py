# SPDX-License-Identifier: Apache-2.0
"""Archives and renders that fail when a test says so, and what else an archive can come to."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw
from tests.emulator.receiver import Receiver
from tests.emulator.test_archives import HOUR, UNKNOWN, call, session, start, status

PAGE = "https://example.com/board"


@pytest.fixture
def recording(project: Raw, opentok_emulator: Emulator) -> str:
    """An archive that records."""
    session_id = session(project)
    opentok_emulator.publish(session_id)
    return str(start(project, session_id)["id"])


def archive(project: Raw, archive_id: str) -> dict[str, Any]:
    return dict(call(project, "GET", f"/{archive_id}").json())


def test_a_recording_fails(project: Raw, opentok_emulator: Emulator, recording: str) -> None:
    with Receiver() as receiver:
        opentok_emulator.set_webhook(project.key, "archive", receiver.url)
        opentok_emulator.advance(20)
        told = opentok_emulator.fail_archive(recording, "no more room")
        opentok_emulator.settle()
        assert [(each.body["status"], each.body["reason"]) for each in receiver.rest()] == [("failed", "no more room")]
    shown = archive(project, recording)
    assert (shown["status"], shown["reason"], shown["size"], shown["url"], shown["sha256sum"]) == ("failed", "no more room", 0, None, "")
    assert shown["duration"] >= 20
    assert {name: told[name] for name in shown} == shown
    assert call(project, "POST", f"/{recording}/stop").status_code == 409
    assert call(project, "DELETE", f"/{recording}").status_code == 409
    assert [each["id"] for each in call(project, "GET").json()["items"]] == [recording]
    opentok_emulator.advance(100 * HOUR)
    assert status(project, recording) == "failed"


def test_one_that_pauses_and_one_that_is_stopped_fail_too(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = session(project)
    stream_id = opentok_emulator.publish(session_id)["streamId"]
    pausing, stopped = (start(project, session_id, multiArchiveTag=tag)["id"] for tag in "ab")
    call(project, "POST", f"/{stopped}/stop")
    opentok_emulator.fail_archive(stopped)
    opentok_emulator.unpublish(session_id, stream_id)
    assert status(project, pausing) == "paused"
    opentok_emulator.fail_archive(pausing)
    opentok_emulator.advance(2)
    for archive_id in (pausing, stopped):
        assert (archive(project, archive_id)["status"], archive(project, archive_id)["reason"]) == ("failed", "failure")


def test_after_a_failure_the_session_can_be_recorded_again(project: Raw, opentok_emulator: Emulator, recording: str) -> None:
    session_id = archive(project, recording)["sessionId"]
    assert call(project, "POST", body={"sessionId": session_id}).status_code == 409
    opentok_emulator.fail_archive(recording)
    assert start(project, session_id)["status"] == "started"


def test_what_is_done_can_fail_no_more(project: Raw, opentok_emulator: Emulator, recording: str) -> None:
    call(project, "POST", f"/{recording}/stop")
    opentok_emulator.advance(1)
    for step, state in ((0, "available"), (72 * HOUR, "expired")):
        opentok_emulator.advance(step)
        with pytest.raises(ValueError, match=f"the archive is {state}: it can no longer fail"):
            opentok_emulator.fail_archive(recording)
        assert status(project, recording) == state
    with pytest.raises(LookupError, match="no such archive"):
        opentok_emulator.fail_archive(UNKNOWN)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": "explode"},
        {"event": "fail", "why": "x"},
        {"event": "fail", "reason": ""},
        {"event": "fail", "reason": None},
        {"event": "fail", "reason": 1},
        {"event": "fail", "reason": "two\nlines"},
        {"event": "fail", "reason": "\ud800"},
        {"event": "fail", "reason": "x" * 501},
        [],
    ],
)
@pytest.mark.parametrize("kind", ["archives", "renders"])
def test_what_the_control_call_does_not_take(project: Raw, opentok_emulator: Emulator, recording: str, kind: str, body: Any) -> None:
    made = recording if kind == "archives" else render(project, opentok_emulator)
    answer = requests.post(f"{opentok_emulator.url}/_emulator/{kind}/{made}", json=body, timeout=60)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert status(project, recording) == "started"


def test_all_archives_are_seen(project: Raw, opentok_emulator: Emulator, recording: str) -> None:
    session_id = archive(project, recording)["sessionId"]
    other = start(project, session_id, multiArchiveTag="a", outputMode="individual")["id"]
    for archive_id in (recording, other):
        call(project, "POST", f"/{archive_id}/stop")
    opentok_emulator.advance(1)
    assert call(project, "DELETE", f"/{other}").status_code == 204
    seen = opentok_emulator.all_archives()
    assert [(each["id"], each["status"]) for each in seen] == [(recording, "available"), (other, "deleted")]
    assert (seen[0], opentok_emulator.archive(UNKNOWN)) == ({**(opentok_emulator.archive(recording) or {}), "url": seen[0]["url"]}, None)
    assert len(requests.get(seen[0]["url"], timeout=60).content) == seen[0]["size"]


def render(project: Raw, emulator: Emulator, **fields: Any) -> str:
    body = {"sessionId": session(project), "token": "a-token", "url": PAGE, **fields}
    answer = project.send("POST", f"/v2/project/{project.key}/render", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def seen(project: Raw, render_id: str) -> dict[str, Any]:
    return dict(project.send("GET", f"/v2/project/{project.key}/render/{render_id}").json())


@pytest.mark.parametrize(("wait", "shows_stream"), [(0, False), (3, True)])
def test_a_render_fails(project: Raw, opentok_emulator: Emulator, wait: int, shows_stream: bool) -> None:
    with Receiver() as receiver:
        render_id = render(project, opentok_emulator, statusCallbackUrl=receiver.url)
        opentok_emulator.advance(wait)
        receiver.rest()
        told = opentok_emulator.fail_render(render_id)
        opentok_emulator.settle()
        assert [(each.body["status"], each.body["reason"]) for each in receiver.rest()] == [("failed", "Could not load URL")]
    shown = seen(project, render_id)
    assert (shown["status"], shown["reason"], "streamId" in shown, shown) == ("failed", "Could not load URL", shows_stream, told)
    known = opentok_emulator.session(shown["sessionId"]) or {}
    assert (known["connections"], known["streams"]) == ([], [])
    opentok_emulator.advance(100)
    assert seen(project, render_id) == shown
    assert project.send("DELETE", f"/v2/project/{project.key}/render/{render_id}").status_code == 200
    assert seen(project, render_id) == shown


def test_a_render_that_has_ended_can_fail_no_more(project: Raw, opentok_emulator: Emulator) -> None:
    render_id = render(project, opentok_emulator)
    project.send("DELETE", f"/v2/project/{project.key}/render/{render_id}")
    with pytest.raises(ValueError, match="the render is stopped: it can no longer fail"):
        opentok_emulator.fail_render(render_id, "x")
    assert seen(project, render_id)["reason"] == "Stop Requested"
    with pytest.raises(LookupError, match="no such render"):
        opentok_emulator.fail_render(UNKNOWN)
