# SPDX-License-Identifier: Apache-2.0
"""Session create, and the simulated clients of a session."""

from __future__ import annotations

import base64
import re
import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from pulumi_opentok.emulator.sessions import control
from tests.emulator.raw import Raw

JSON = {"Accept": "application/json"}


def decode(session_id: str) -> list[str]:
    """The fields of a session id, as the SDKs read it."""
    assert session_id.startswith("1_")
    assert len(session_id) <= 255
    text = session_id[2:]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").split("~")


def create(client: Raw, form: dict[str, str] | None = None) -> str:
    answer = client.send("POST", "/session/create", data=form or {}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["session_id"])


def test_json_when_it_is_asked_for(project: Raw) -> None:
    answer = project.send("POST", "/session/create", data={"p2p.preference": "enabled"}, headers=JSON)
    assert answer.headers["Content-Type"] == "application/json"
    (made,) = answer.json()
    assert made["project_id"] == made["partner_id"] == project.key
    assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d P[SD]T \d{4}", made["create_dt"])
    assert uuid.UUID(made["session_segment_id"]).version == 4
    assert made["media_server_url"] == ""


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "text/xml"}])
def test_xml_otherwise(project: Raw, headers: dict[str, str]) -> None:
    answer = project.send("POST", "/session/create", headers=headers)
    assert answer.headers["Content-Type"] == "text/xml"
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><sessions><Session>')
    root = ElementTree.fromstring(answer.content)
    assert root.findtext("Session/partner_id") == project.key
    assert root.findtext("Session/create_dt")
    assert decode(root.findtext("Session/session_id") or "")[1] == project.key


def test_the_ids_of_relayed_and_routed_sessions(project: Raw, opentok_emulator: Emulator) -> None:
    relayed = decode(create(project, {"p2p.preference": "enabled", "location": "203.0.113.7"}))
    routed = decode(create(project, {"p2p.preference": "disabled"}))
    assert relayed[:3] == ["1", project.key, "203.0.113.7"]
    assert routed[:3] == ["1", project.key, ""]
    assert 0 <= opentok_emulator.now() - int(routed[3]) / 1000 < 60
    assert re.fullmatch("[A-Za-z0-9+/]{24}", relayed[4])
    assert relayed[4] != routed[4]
    assert relayed[5:] == ["P", "", ""]
    assert routed[5:] == ["", "", ""]


def test_what_is_made_is_kept(project: Raw, opentok_emulator: Emulator) -> None:
    form = {
        "archiveMode": "always",
        "archiveName": "n" * 80,
        "archiveResolution": "1080x1920",
        "p2p.preference": "disabled",
        "e2ee": "False",
    }
    kept = opentok_emulator.session(create(project, form))
    assert kept is not None
    assert (kept["projectId"], kept["mediaMode"], kept["archiveMode"]) == (project.key, "routed", "always")
    assert (kept["archiveName"], kept["archiveResolution"], kept["e2ee"]) == ("n" * 80, "1080x1920", False)
    assert opentok_emulator.session("1_nope") is None


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"e2ee": "True", "p2p.preference": "disabled"},
        {"location": ""},
        {"api_key": "123", "whatever": "x"},
        {"archiveMode": "manual", "p2p.preference": "enabled", "e2ee": "false"},
    ],
)
def test_forms_that_sdks_send(project: Raw, form: dict[str, str]) -> None:
    create(project, form)


@pytest.mark.parametrize(
    "form",
    [
        {"archiveMode": "sometimes"},
        {"archiveMode": ""},
        {"archiveName": ""},
        {"archiveName": "", "archiveMode": "always"},
        {"archiveName": "n" * 81, "archiveMode": "always"},
        {"archiveName": "n"},
        {"archiveResolution": "640x480", "archiveMode": "manual"},
        {"archiveResolution": "1x1", "archiveMode": "always"},
        {"archiveMode": "always", "p2p.preference": "enabled"},
        {"e2ee": "true", "p2p.preference": "enabled"},
        {"e2ee": "true", "archiveMode": "always"},
        {"e2ee": "yes"},
        {"location": "example.com"},
        {"location": "::1"},
        {"location": "1.2.3.256"},
        {"p2p.preference": "maybe"},
    ],
)
def test_what_is_refused(project: Raw, form: dict[str, str], opentok_emulator: Emulator) -> None:
    answer = project.send("POST", "/session/create", data=form, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, -1)
    as_xml = project.send("POST", "/session/create", data=form)
    assert (as_xml.status_code, as_xml.headers["Content-Type"]) == (400, "application/xml")
    root = ElementTree.fromstring(as_xml.content)
    assert [root.tag, *(child.tag for child in root)] == ["errorPayload", "code", "message", "description"]
    assert root.findtext("message") == answer.json()["message"]
    assert opentok_emulator.all_sessions() == []


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_the_list_of_all_sessions_is_whole(
    project: Raw, opentok_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """It is read and written in pieces."""
    monkeypatch.setattr(control, "_PAGE", 3)
    made = [project.send("POST", "/session/create", headers=JSON).json()[0]["session_id"] for _ in range(count)]
    assert [session["id"] for session in opentok_emulator.all_sessions()] == made


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"a=%ff", b"&".join(b"a%d=1" % number for number in range(200))])
def test_bodies_that_are_no_form(project: Raw, body: bytes) -> None:
    answer = project.send("POST", "/session/create", data=body, headers={**JSON, "Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.json()["code"]) == (400, -1)


def test_a_json_body_is_no_form(project: Raw) -> None:
    assert project.send("POST", "/session/create", json={"e2ee": "true"}).status_code == 400


def test_authentication_failures_are_xml_unless_json_is_asked_for(project: Raw) -> None:
    assert project.send("POST", "/session/create", token="x").headers["Content-Type"] == "application/xml"
    assert project.send("POST", "/session/create", token="x", headers=JSON).json()["message"] == "Invalid token format"


def test_simulated_clients(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = create(project)
    viewer = opentok_emulator.connect(session_id, data="viewer")
    screen = opentok_emulator.publish(session_id, name="desk", video_type="screen", connection_id=viewer)
    camera = opentok_emulator.publish(session_id)
    assert screen["connectionId"] == viewer != camera["connectionId"]
    kept = opentok_emulator.session(session_id) or {}
    assert [each["connectionId"] for each in kept["connections"]] == [viewer, camera["connectionId"]]
    assert kept["streams"][0] == {
        "streamId": screen["streamId"], "connectionId": viewer, "name": "desk", "videoType": "screen", "layoutClassList": [], "muted": False,
    }  # fmt: skip
    opentok_emulator.unpublish(session_id, camera["streamId"])
    opentok_emulator.disconnect(session_id, viewer)
    kept = opentok_emulator.session(session_id) or {}
    assert kept["streams"] == []
    assert [each["connectionId"] for each in kept["connections"]] == [camera["connectionId"]]


def test_simulated_clients_need_what_they_name(project: Raw, opentok_emulator: Emulator) -> None:
    session_id = create(project)
    wrong: list[tuple[str, str, Any, int]] = [
        ("POST", "1_nope/connections", {}, 404),
        ("POST", f"{session_id}/streams", {"connectionId": "nope"}, 404),
        ("POST", f"{session_id}/streams", {"videoType": "hologram"}, 400),
        ("POST", f"{session_id}/streams", {"what": 1}, 400),
        ("DELETE", f"{session_id}/streams/nope", None, 404),
        ("DELETE", f"{session_id}/connections/nope", None, 404),
    ]
    for method, path, body, status in wrong:
        answer = requests.request(method, f"{opentok_emulator.url}/_emulator/sessions/{path}", json=body, timeout=60)
        assert (answer.status_code, list(answer.json())) == (status, ["error"])
