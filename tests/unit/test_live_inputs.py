# SPDX-License-Identifier: Apache-2.0
"""What is refused before any request: streams, signals, moderation, SIP, callbacks. The transport of these tests can send nothing."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_opentok.core import Credentials, InvalidInput
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.sip.calls import SipAuth
from pulumi_opentok.core.http.objects import moment


def session_id(key: str = "46000001", flags: str = "") -> str:
    return "1_" + base64.urlsafe_b64encode(f"1~{key}~~1700000000000~abcdefghijklmnopqrstuvwx~{flags}~~".encode()).decode().rstrip("=")


SESSION, FOREIGN, RELAYED = session_id(), session_id("46000002"), session_id(flags="P")
TOKEN, URI = "T1==abc", "sip:user@sip.example.com"


class NoTransport:
    def call(self, *_: Any, **__: Any) -> None:
        raise RuntimeError("a request was sent")


@pytest.fixture
def client() -> OpenTok:
    return OpenTok(Credentials(key="46000001", secret="s" * 40, kind="project"), transport=NoTransport())  # type: ignore[arg-type]


def dial(client: OpenTok, **options: Any) -> Any:
    return client.sip.dial(**{"session_id": SESSION, "token": TOKEN, "uri": URI, **options})


WRONG: list[tuple[list[str], Callable[[OpenTok], Any]]] = [
    (["session_id"], lambda client: client.streams.list("nope")),
    (["session_id"], lambda client: client.streams.list(FOREIGN)),
    (["session_id"], lambda client: client.streams.connections("1_")),
    (["session_id", "stream_id"], lambda client: client.streams.get("", "")),
    (["stream_id"], lambda client: client.streams.get(SESSION, "a/b")),
    (["stream_id"], lambda client: client.streams.get(SESSION, "a" * 256)),
    (["classes"], lambda client: client.streams.set_layout_classes(SESSION, {})),
    (["classes", "classes['b']"], lambda client: client.streams.set_layout_classes(SESSION, {"a b": ["full"], "b": "full"})),
    (["classes['a']"], lambda client: client.streams.set_layout_classes(SESSION, {"a": ["two words"]})),
    (["data"], lambda client: client.signals.to_all(SESSION, "d" * 8193)),
    (["data"], lambda client: client.signals.to_all(SESSION, "é" * 4097)),
    (["data"], lambda client: client.signals.to_all(SESSION, None)),  # type: ignore[arg-type]
    (["data"], lambda client: client.signals.to_all(SESSION, "\ud800")),
    (["signal_type"], lambda client: client.signals.to_all(SESSION, "d", signal_type="t" * 129)),
    (["signal_type"], lambda client: client.signals.to_all(SESSION, "d", signal_type="a b")),
    (["signal_type"], lambda client: client.signals.to_all(SESSION, "d", signal_type="a\n")),
    (["session_id", "connection_id", "data"], lambda client: client.signals.to_one("x", " ", 1)),  # type: ignore[arg-type]
    (["connection_id"], lambda client: client.moderation.disconnect(SESSION, "a\n")),
    (["stream_id"], lambda client: client.moderation.mute_stream(SESSION, "é")),
    (["excluded_stream_ids"], lambda client: client.moderation.mute_session(SESSION, excluded_stream_ids="abc")),
    (["excluded_stream_ids[1]"], lambda client: client.moderation.mute_session(SESSION, excluded_stream_ids=["a", ""])),
    (["session_id"], lambda client: client.moderation.lift_mute(FOREIGN)),
    (["session_id"], lambda client: dial(client, session_id=RELAYED)),
    (["token"], lambda client: dial(client, token="")),
    (["uri"], lambda client: dial(client, uri="user@sip.example.com")),
    (["uri"], lambda client: dial(client, uri="sip:sip.example.com")),
    (["uri"], lambda client: dial(client, uri="sip:user@")),
    (["uri"], lambda client: dial(client, uri="sip:us er@example.com")),
    (["uri"], lambda client: dial(client, uri="sip:user@example.com\n")),
    (["uri"], lambda client: dial(client, uri="sip:user@" + "e" * 2048)),
    (["sender"], lambda client: dial(client, sender=" ")),
    (["headers"], lambda client: dial(client, headers={"a b": "c"})),
    (["headers.X-A"], lambda client: dial(client, headers={"X-A": "c\r\nVia: evil"})),
    (["headers.X-A"], lambda client: dial(client, headers={"X-A": 1})),
    (["auth"], lambda client: dial(client, auth=SipAuth(username="", password="p"))),
    (["secure", "video", "observe_force_mute"], lambda client: dial(client, secure="yes", video=1, observe_force_mute=None)),
    (["streams[0]"], lambda client: dial(client, streams=[1])),
    (["session_id", "token", "uri"], lambda client: dial(client, session_id=1, token=2, uri=3)),
    (["digits"], lambda client: client.sip.dtmf_to_all(SESSION, "")),
    (["digits"], lambda client: client.sip.dtmf_to_all(SESSION, "12a")),
    (["digits"], lambda client: client.sip.dtmf_to_all(SESSION, "1\n")),
    (["connection_id", "digits"], lambda client: client.sip.dtmf_to_one(SESSION, "", "P")),
    (["group", "event", "url"], lambda client: client.callbacks.register("", "a b", "ftp://example.com")),
    (["url"], lambda client: client.callbacks.register("archive", "status", "https://")),
    (["url"], lambda client: client.callbacks.register("archive", "status", "https://[")),
    (["url"], lambda client: client.callbacks.register("archive", "status", "https://example.com/" + "a" * 8096)),
    (["callback_id"], lambda client: client.callbacks.delete("..//")),
]


@pytest.mark.parametrize(("fields", "call"), WRONG, ids=range(len(WRONG)))
def test_refused_before_any_request(client: OpenTok, fields: list[str], call: Callable[[OpenTok], Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        call(client)
    assert [problem.field for problem in caught.value.problems] == fields


RIGHT: list[Callable[[OpenTok], Any]] = [
    lambda client: client.signals.to_all(SESSION, "", signal_type=""),
    lambda client: client.signals.to_all(SESSION, "é" * 4096, signal_type="aZ9-_~" + "t" * 122),
    lambda client: dial(client, uri="SIP:+15551234@sip.example.com:5061;transport=tls?X-A=b"),
    lambda client: dial(client, uri="sips:user:secret@[::1]".replace("[::1]", "example.com"), headers={"X-A": "", "User-to-User": "a;b=c"}),
    lambda client: client.sip.dtmf_to_all(SESSION, "0123456789*#p"),
    lambda client: client.callbacks.register("broadcast", "status", "http://localhost:8080/a?b=c"),
]


@pytest.mark.parametrize("call", RIGHT, ids=range(len(RIGHT)))
def test_what_is_right_is_sent(client: OpenTok, call: Callable[[OpenTok], Any]) -> None:
    with pytest.raises(RuntimeError, match="a request was sent"):
        call(client)


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(SipAuth(username="u", password="hunter2"))


@pytest.mark.parametrize(("value", "text"), [(1386521692000, "2013-12-08T16:54:52+00:00"), ("2013-12-08 17:14:52.0", "2013-12-08T17:14:52+00:00")])
def test_times_of_the_api(value: Any, text: str) -> None:
    found = moment(value)
    assert found is not None
    assert found.isoformat() == text
    assert moment(str(value)) == found


@pytest.mark.parametrize("value", [None, "soon", [], {}, 10**30, float("nan")])
def test_times_that_are_none(value: Any) -> None:
    assert moment(value) is None
