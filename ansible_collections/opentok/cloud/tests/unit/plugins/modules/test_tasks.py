# SPDX-License-Identifier: Apache-2.0
"""The real main() of signal, moderation, stream, captions and audio_connector against sessions on 127.0.0.1; what archive_retention refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.archive_retention import main as archive_retention
from ansible_collections.opentok.cloud.plugins.modules.audio_connector import main as audio_connector
from ansible_collections.opentok.cloud.plugins.modules.captions import main as captions
from ansible_collections.opentok.cloud.plugins.modules.moderation import main as moderation
from ansible_collections.opentok.cloud.plugins.modules.signal import main as signal
from ansible_collections.opentok.cloud.plugins.modules.stream import main as stream

from .account_server import AccountServer
from .conftest import Run
from .live_server import LiveServer, session_id

ROOM = session_id()
SENT = {"session": ROOM, "data": "hello"}
PUT_OUT = {"session": ROOM, "action": "disconnect", "connection_id": "one"}
MUTED = {"session": ROOM, "action": "mute"}
LAID_OUT = {"session": ROOM, "streams": [{"id": "s1", "layout_classes": ["focus"]}, {"id": "s2", "layout_classes": []}]}
CAPTIONED = {"session": ROOM}
SOCKET = "wss://far.example.com/t0kenInTheUri"
CONNECTED = {"session": ROOM, "uri": SOCKET}
CONNECTION = {"session": ROOM, "state": "stopped"}
KEPT = {"session": ROOM, "keep": "30d"}
BOUND = "must be a whole number such as 50, or a share of all archives such as '20%', not "
RIGHT = ((signal, SENT), (moderation, MUTED), (stream, LAID_OUT), (captions, CAPTIONED), (audio_connector, CONNECTED))
HOST, PORT = "must have a host: a name of ASCII letters", "must have a port from 1 to 65535, or none"
NO_HOSTS = ("[::1/t0ken", "[::1]x/t0ken", "exämple.com/t0ken", "1.2.3.999/t0ken", "t0ken@:80/path")
NO_ID = "must be an id as returned by the API"
NO_IDS = ("..", "a?b=c", "1_MX40NjAwMDAwMX5-", "T1==t0ken", "eyJt0ken.a.b")
ONE_WORD = "a layout class is one word, not "


def classes(*streams: Any) -> dict[str, Any]:
    return {"session": ROOM, "streams": [{"id": one, "layout_classes": names} for one, names in streams]}


BAD: list[tuple[Any, dict[str, Any], str, str]] = [
    *((main, {**right, "session": session_id("01234567-89ab-cdef-0123-456789abcdef")}, "session", "is a session of the unified")
      for main, right in RIGHT),
    *((main, {**right, "session": ROOM[:20]}, "session", "is not a session id: it does not decode (was it cut off?)")
      for main, right in RIGHT),
    *((main, {**right, "session": 7}, "session", "must be a session id such as")
      for main, right in RIGHT),
    *((main, {**right, "session": session_id(relayed=True)}, "session", "is a relayed session: ")
      for main, right in ((captions, CAPTIONED), (audio_connector, CONNECTED))),
    (captions, {**CAPTIONED, "language_code": "e"}, "language_code", "must have 2 to 35 characters, not 1"),
    (captions, {**CAPTIONED, "language_code": 7}, "language_code", "must be a string, not int 7: quote it"),
    (captions, {**CAPTIONED, "max_duration": 299}, "max_duration", "must be a whole number from 300 to 14400 seconds, not 299"),
    (captions, {**CAPTIONED, "status_callback_url": "ftp://pages.example.com"}, "status_callback_url", "must begin with http:// or https://"),
    (captions, {**CAPTIONED, "status_callback_url": ["x"]}, "status_callback_url", "must be a URL, not list"),
    *((captions, {**CAPTIONED, "status_callback_url": f"https://{host}"}, "status_callback_url", HOST) for host in NO_HOSTS),
    (captions, {**CAPTIONED, "status_callback_url": "https://h:99999/t0ken"}, "status_callback_url", PORT),
    (captions, {**CAPTIONED, "status_callback_url": "https://h/t0ken\r\nX: y"}, "status_callback_url", "must not contain blanks, control"),
    (captions, {**CAPTIONED, "captions_id": "one"}, "captions_id", "says which captions are to be stopped, and only that"),
    (captions, {**CONNECTION, "captions_id": "a b"}, "captions_id", "must be an id as returned by the API"),
    (captions, CONNECTION, "captions_id", "missing: declare which captions to stop, or give the ledger of the run that started them"),
    (audio_connector, {"session": ROOM}, "uri", "missing: declare the WebSocket that the audio is sent to"),
    (audio_connector, {**CONNECTED, "uri": "https://far.example.com"}, "uri", "must begin with ws:// or wss://"),
    (audio_connector, {**CONNECTED, "uri": "ws://a"}, "uri", "must have 15 to 2048 characters, not 6"),
    (audio_connector, {**CONNECTED, "uri": 7}, "uri", "must be the URI of a WebSocket, a string"),
    *((audio_connector, {**CONNECTED, "uri": f"wss://{host}"}, "uri", HOST) for host in NO_HOSTS),
    (audio_connector, {**CONNECTED, "uri": "wss://far.example.com:0/t0ken"}, "uri", PORT),
    (audio_connector, {**CONNECTED, "uri": "wss://far.example.com/t0ken a"}, "uri", "must not contain blanks, control characters or line breaks"),
    *((audio_connector, {**CONNECTED, "headers": {"X-Room": f"t0ken{bad}"}}, "headers", "must have values without line breaks and control")
      for bad in ("\r\nX: y", "\n", "\0", "\x7f")),
    *((audio_connector, {**CONNECTED, "headers": {name: "t0ken"}}, "headers", "must have names of letters, digits and ")
      for name in ("", "X Room", "X:t0ken", "X\r\n", "Räum")),
    (audio_connector, {**CONNECTED, "headers": {"X-A": "t0ken", "x-a": "t0ken"}}, "headers", "must have each name once"),
    (audio_connector, {**CONNECTED, "audio_transport": {"encoding": "base64"}}, "audio_transport.encoding", "needs transport 'json'"),
    *((audio_connector, {**CONNECTED, "audio_transport": {"transport": "binary", **more}}, f"audio_transport.{next(iter(more))}", "needs transport")
      for more in ({"audio_field": "a"}, {"receive_audio_field": "a"}, {"static_fields": {"a": "t0ken"}})),
    (audio_connector, {**CONNECTED, "audio_transport": {"transport": "json", "audio_field": ""}}, "audio_transport.audio_field", "must not be empty"),
    (audio_connector, {**CONNECTED, "headers": {"X-Room": 7}}, "headers", "must map names to strings"),
    (audio_connector, {**CONNECTED, "headers": {"X": "x" * 512}}, "headers", "must have at most 512 bytes as JSON, not 520"),
    (audio_connector, {**CONNECTED, "streams": ["a b"]}, "streams[0]", "must be an id as returned by the API"),
    (audio_connector, {**CONNECTED, "streams": [f"s{n}" for n in range(51)]}, "streams", "must have at most 50 streams, not 51"),
    (audio_connector, {**CONNECTED, "audio_rate": 44100}, "audio_rate", "must be one of 8000, 16000, 24000, not 44100"),
    (audio_connector, {**CONNECTED, "audio_transport": {"static_fields": {"room": 7}}}, "audio_transport.static_fields", "must map names to"),
    (audio_connector, {**CONNECTED, "connection_id": "a/b"}, "connection_id", "must be an id as returned by the API"),
    (audio_connector, {**CONNECTED, "connection_id": "a", "name": "b"}, "name", "contradicts connection_id: a name finds the connection in"),
    (audio_connector, {**CONNECTED, "name": "b"}, "name", "needs a record of the last run: give a ledger (a file or a URL), or connection_id"),
    (audio_connector, CONNECTION, "connection_id", "missing: declare which connection to end, by it or by name and ledger"),
    (archive_retention, {**KEPT, "keep": "30"}, "keep", "must be a duration such as 90d, 12h, 1w2d or P90D, not '30'"),
    (archive_retention, {**KEPT, "keep": 30}, "keep", "must be a duration such as 90d, 12h, 1w2d or P90D, not 30"),
    (archive_retention, {**KEPT, "keep": "0d"}, "keep", "must be longer than 0 and at most 3650d, not '0d'"),
    (archive_retention, {**KEPT, "project": "46000002"}, "session", "belongs to project 46000001, not to 46000002"),
    (archive_retention, {**KEPT, "project": "a" * 40}, "project", "must be a project id (= API key) such as"),
    (archive_retention, {**KEPT, "session": ROOM[:20]}, "session", "is not a session id: it does not decode (was it cut off?)"),
    (archive_retention, {**KEPT, "name": ""}, "name", "must not be empty or blank: leave it out instead"),
    (archive_retention, {**KEPT, "name": 7}, "name", "must be a string, not int 7: quote it"),
    *((archive_retention, {**KEPT, "max_delete": wrong}, "max_delete", f"{BOUND}{shown}")
      for wrong, shown in ((-1, "-1"), (True, "True"), ("101%", "'101%'"), ("half", "'half'"), (1.5, "1.5"), ("1 %", "'1 %'"))),
    *((archive_retention, {**KEPT, bound: None}, bound, "is given, but has no value") for bound in ("max_delete", "name")),
    *((audio_connector, {**CONNECTED, "streams": ["s1", wrong]}, "streams[1]", NO_ID) for wrong in NO_IDS),
    *((moderation, {**MUTED, "stream_id": wrong}, "stream_id", NO_ID) for wrong in NO_IDS),
    *((stream, classes((wrong, [])), "streams[0].id", NO_ID) for wrong in NO_IDS),
    *((signal, {**SENT, "connection_id": wrong}, "connection_id", NO_ID) for wrong in NO_IDS),
    (signal, {**SENT, "connection_id": "a/b"}, "connection_id", "must be an id as returned by the API"),
    (signal, {**SENT, "connection_id": 7}, "connection_id", "must be an id as returned by the API, not 7"),
    (signal, {**SENT, "data": 7}, "data", "must be a string, not int: quote it"),
    (signal, {**SENT, "data": True}, "data", "must be a string, not bool: quote it"),
    (signal, {**SENT, "data": ["a"]}, "data", "must be a string, not list"),
    (signal, {**SENT, "data": "x" * 8193}, "data", "must have at most 8,192 bytes, not 8,193"),
    (signal, {**SENT, "data": "é" * 4097}, "data", "must have at most 8,192 bytes, not 8,194"),
    (signal, {**SENT, "data": {"a": "x" * 8192}}, "data", "must have at most 8,192 bytes, not 8,200"),
    (signal, {**SENT, "type": "two words"}, "signal_type", "must contain only letters, digits, '-', '_' and '~', not 'two words'"),
    (signal, {**SENT, "type": "x" * 129}, "signal_type", "must have at most 128 bytes, not 129"),
    (signal, {**SENT, "type": 7}, "signal_type", "must be a string, not int: quote it"),
    (moderation, {"session": ROOM, "action": "disconnect"}, "connection_id", "missing: declare who is to be disconnected"),
    (moderation, {**PUT_OUT, "connection_id": "a b"}, "connection_id", "must be an id as returned by the API"),
    (moderation, {**PUT_OUT, "stream_id": "s1"}, "stream_id", "contradicts action 'disconnect': leave it out"),
    (moderation, {**PUT_OUT, "excluded_streams": []}, "excluded_streams", "contradicts action 'disconnect': leave it out"),
    (moderation, {**PUT_OUT, "ledger": "/nowhere/ledger.json"}, "ledger", "remembers only the mute of a whole session"),
    (moderation, {**MUTED, "connection_id": "one"}, "connection_id", "contradicts action 'mute': leave it out"),
    (moderation, {**MUTED, "stream_id": "s1", "excluded_streams": ["s2"]}, "excluded_streams", "contradicts stream_id: only the mute of a whole"),
    (moderation, {**MUTED, "stream_id": "s1", "ledger": "/nowhere/ledger.json"}, "ledger", "remembers only the mute of a whole session"),
    (moderation, {**MUTED, "stream_id": 7}, "stream_id", "must be an id as returned by the API, not 7"),
    (moderation, {**MUTED, "excluded_streams": ["s1", "s/2"]}, "excluded_streams[1]", "must be an id as returned by the API"),
    (moderation, {**MUTED, "action": "unmute", "stream_id": "s1"}, "stream_id", "contradicts action 'unmute': leave it out, for only a"),
    (moderation, {**MUTED, "action": "unmute", "excluded_streams": ["s1"]}, "excluded_streams", "contradicts action 'unmute': leave it out"),
    (stream, {**LAID_OUT, "streams": []}, "streams", "must be a list of maps such as {id: STREAM, layout_classes: [focus]}, with at least one"),
    (stream, classes(("a b", [])), "streams[0].id", "must be an id as returned by the API"),
    (stream, classes(("s1", []), (7, [])), "streams[1].id", "must be an id as returned by the API, not 7"),
    (stream, classes(("s1", []), ("s2", []), ("s1", ["a"])), "streams[2].id", "is that of streams[0]: declare each stream once"),
    (stream, classes(("s1", ["two words"])), "streams[0].layout_classes", ONE_WORD + "'two words'"),
    (stream, classes(("s1", ["focus"]), ("s2", ["a", ""])), "streams[1].layout_classes", ONE_WORD + "''"),
    (stream, classes(("s1", [1.5])), "streams[0].layout_classes", ONE_WORD + "1.5"),
    (stream, classes(("s1", ["a\n"])), "streams[0].layout_classes", ONE_WORD + "'a'"),
]  # fmt: skip


@pytest.mark.parametrize(("main", "options", "field", "message"), BAD, ids=lambda value: getattr(value, "__module__", str(value))[-60:])
def test_bad_input_names_its_field(act: Run, live: LiveServer, main: Any, options: dict[str, Any], field: str, message: str) -> None:
    for check in (True, False):
        result = act(main, check=check, **options)
        (problem,) = result["failure"]["problems"]
        assert (problem["field"], problem["message"].startswith(message)) == (field, True), result["msg"]
        assert "\n" not in result["msg"]
        assert "t0ken" not in json.dumps(result)
    assert live.requests == []


LIKE_A_SECRET = "s3cr3t" * 6 + "abcd"


@pytest.mark.parametrize(
    ("main", "options"),
    [(stream, classes((f"{LIKE_A_SECRET} ", []))), (moderation, {**MUTED, "excluded_streams": [f"{LIKE_A_SECRET} "]})],
)
def test_what_is_wrong_in_a_list_is_not_shown_among_the_options(act: Run, main: Any, options: dict[str, Any]) -> None:
    result = act(main, **options)
    assert result["failure"]["type"] == "InvalidInput"
    assert LIKE_A_SECRET not in json.dumps(result)


FOREIGN = session_id("46000002")


@pytest.mark.parametrize(("main", "options"), RIGHT)
def test_a_session_of_another_project(act: Run, live: LiveServer, main: Any, options: dict[str, Any]) -> None:
    for check in (True, False):
        message = act(main, check=check, **{**options, "session": FOREIGN})["msg"]
        assert message.startswith("project '46000002' is declared, but api_key is '46000001'")
    assert live.requests == []


WAYS: dict[str, tuple[Any, dict[str, Any]]] = {
    "signal": (signal, SENT),
    "signal to one": (signal, {**SENT, "connection_id": "one", "type": "chat"}),
    "disconnect": (moderation, PUT_OUT),
    "mute a stream": (moderation, {**MUTED, "stream_id": "s1"}),
    "mute": (moderation, {**MUTED, "excluded_streams": ["s2", "s1"]}),
    "unmute": (moderation, {**MUTED, "action": "unmute"}),
    "layout classes": (stream, LAID_OUT),
    "captions": (captions, {**CAPTIONED, "language_code": "de-DE"}),
    "stop captions": (captions, {**CONNECTION, "captions_id": "mine"}),
    "audio": (audio_connector, {**CONNECTED, "streams": ["s1"], "audio_rate": 16000}),
    "stop audio": (audio_connector, {**CONNECTION, "connection_id": "two"}),
}
ONLY_OPENTOK_CAN_GIVE = ("captions_id", "connection_id", "id")
PARTS = ("changed", "actions", "before", "after", "diff")


@pytest.mark.parametrize("way", WAYS)
def test_check_mode_says_what_the_run_does(act: Run, live: LiveServer, way: str) -> None:
    main, options = WAYS[way]
    live.connections, live.streams = ["one", "two"], {"s1": [], "s2": ["focus"]}
    live.captions = "mine" if way == "stop captions" else None
    planned = act(main, check=True, **options)
    assert [one for one in live.requests if not one.startswith("GET")] == []
    done = act(main, **options)
    assert {part: planned[part] for part in PARTS} == {part: done[part] for part in PARTS}
    told, came = (result[main.__module__.rsplit(".", 1)[1]] for result in (planned, done))
    new = [name for name in ONLY_OPENTOK_CAN_GIVE if told and told.get(name) is None]
    assert (done["changed"], told) == (True, came and {**came, **{name: None for name in new if name in came}})
    assert len([one for one in live.requests if not one.startswith("GET")]) == 1


@pytest.mark.parametrize("way", ["signal", "signal to one", "disconnect", "mute a stream"])
def test_who_is_gone(act: Run, live: LiveServer, way: str) -> None:
    """The API's own word for it; a gateway's page proves nothing."""
    main, options = WAYS[way]
    for check in (True, False):
        assert (act(main, check=check, **options)["changed"]) is False
    live.gone, live.connections = {"POST", "DELETE"}, ["one"] if way == "disconnect" else []
    failed = act(main, **options)
    assert (failed["failed"], failed["failure"]["type"]) == (True, "NotTheApi"), failed


def test_a_signal_to_nobody_is_said(act: Run, live: LiveServer) -> None:
    for check in (True, False):
        result = act(signal, check=check, **SENT)
        assert (result["signal"]["sent"], result["actions"], result["diff"]) == (False, [], [])
        assert [str(warning) for warning in result["warnings"] if "nobody is connected to session" in str(warning)] != []


def test_what_a_signal_says_is_shown_nowhere(act: Run, live: LiveServer) -> None:
    live.connections = ["one"]
    result = act(signal, session_id=ROOM, data={"pin": "4711", "on": True}, type="chat")
    assert live.bodies[-1] == {"type": "chat", "data": '{"pin":"4711","on":true}'}
    assert (result["signal"]["bytes"], result["signal"]["signal_type"]) == (24, "chat")
    assert "4711" not in json.dumps({**result, "invocation": None})


def test_a_client_is_disconnected_once(act: Run, live: LiveServer) -> None:
    live.connections = ["one", "two"]
    assert [act(moderation, **PUT_OUT)["changed"] for _attempt in range(2)] == [True, False]
    assert (live.connections, live.requests) == (["two"], ["GET connection", "DELETE one", "GET connection"])


def test_a_session_is_muted_once_with_a_ledger(act: Run, live: LiveServer, tmp_path: Path) -> None:
    live.connections = ["one"]
    remembered = {"ledger": str(tmp_path / "ledger.json")}
    muted, unmuted = {**MUTED, "excluded_streams": ["s2", "s1"], **remembered}, {**MUTED, "action": "unmute", **remembered}
    steps = [(muted, True), ({**muted, "excluded_streams": ["s1", "s2"]}, False), ({**muted, "excluded_streams": ["s1"]}, True), (unmuted, True)]
    for options, changed in [*steps, (unmuted, False), (muted, True)]:
        for check in (True, False):
            assert act(moderation, check=check, **options)["changed"] is changed
    sent = [body for body in live.bodies if body]
    assert [(body["active"], body.get("excludedStreamIds")) for body in sent] == [
        (True, ["s1", "s2"]),
        (True, ["s1"]),
        (False, None),
        (True, ["s1", "s2"]),
    ]
    assert act(moderation, **MUTED)["changed"] is act(moderation, **MUTED)["changed"] is True, "without a ledger each run does it"


def test_a_mute_in_doubt_is_not_remembered_otherwise(act: Run, live: LiveServer, tmp_path: Path) -> None:
    """What the ledger says of before must not keep the next run from doing what may be needed."""
    live.connections = ["one"]
    remembered = {"ledger": str(tmp_path / "ledger.json")}
    unmuted = {**MUTED, "action": "unmute", **remembered}
    act(moderation, **unmuted)
    live.gone = {"POST"}
    assert act(moderation, **MUTED, **remembered)["failure"]["outcome_unknown"]
    live.gone = set()
    assert act(moderation, **unmuted)["changed"] is True


@pytest.mark.parametrize("action", ["mute", "unmute"])
def test_nobody_can_be_muted_beforehand(act: Run, live: LiveServer, tmp_path: Path, action: str) -> None:
    ledger = tmp_path / "ledger.json"
    for check in (True, False):
        failed = act(moderation, check=check, session=ROOM, action=action, ledger=str(ledger))
        said = f"nobody is connected to session {ROOM}, and OpenTok can {action} a session only while it has clients: nothing was done"
        assert (failed["failed"], failed["msg"]) == (True, said)
    assert not ledger.exists()


def test_a_ledger_that_was_edited(act: Run, live: LiveServer, tmp_path: Path) -> None:
    live.connections = ["one"]
    ledger = tmp_path / "ledger.json"
    act(moderation, **MUTED, ledger=str(ledger))
    ledger.write_text(ledger.read_text().replace("true", '"yes"'))
    assert "is damaged: entry" in act(moderation, **MUTED, ledger=str(ledger))["msg"]


def test_a_ledger_of_another_account(act: Run, run: Run, live: LiveServer, account: AccountServer, tmp_path: Path) -> None:
    """Whose mute is remembered, is said before anything is asked for."""
    live.connections = ["one"]
    ledger = tmp_path / "ledger.json"
    act(moderation, **MUTED, ledger=str(ledger))
    ledger.write_text(ledger.read_text().replace('"muted"', '"account_key": "100002", "muted"'))
    for check in (True, False):
        assert "belongs to account 100002" in run(moderation, check=check, **MUTED, ledger=str(ledger))["msg"]
    assert account.requests == []


def test_only_layout_classes_that_differ_are_written(act: Run, live: LiveServer) -> None:
    live.streams = {"s1": ["b", "a"], "s2": ["full"], "s3": [], "s4": ["x"]}
    wanted = classes(("s1", ["a", "b"]), ("s2", []), ("s3", ["focus", "big"]), ("s5", ["y"]))
    done = act(stream, **wanted)
    assert live.bodies[-1] == {"items": [{"id": "s2", "layoutClassList": []}, {"id": "s3", "layoutClassList": ["focus", "big"]}]}
    assert done["actions"] == [
        f"clear the layout classes of stream s2 of session {ROOM}",
        f"set the layout classes of stream s3 of session {ROOM} to focus and big",
    ]
    assert (done["before"]["s2"], done["after"]["s3"], done["stream"]["missing"]) == (["full"], ["focus", "big"], ["s5"])
    assert [str(warning) for warning in done["warnings"] if "stream s5 is not published in session" in str(warning)] != []
    del live.requests[:]
    again = act(stream, **wanted)
    assert (again["changed"], again["stream"], live.requests) == (False, done["stream"], ["GET stream"])


def test_a_stream_that_ends_meanwhile(act: Run, live: LiveServer) -> None:
    live.streams, live.ends = {"s1": [], "s2": []}, "s1"
    done = act(stream, **classes(("s1", ["a"]), ("s2", ["b"])))
    assert (done["actions"], done["stream"]["missing"]) == ([f"set the layout classes of stream s2 of session {ROOM} to b"], ["s1"])
    assert (live.streams, live.requests) == ({"s2": ["b"]}, ["GET stream", "PUT stream"] * 2)


def test_a_session_that_is_null_does_not_mean_all_of_the_project(act: Run, live: LiveServer) -> None:
    """In a check it may not be known yet."""
    result = act(archive_retention, project="46000001", session=None, keep="30d")
    assert result["msg"] == "session: is given, but has no value (null): give it one, or leave it out (omit)"
    assert "failed" not in act(archive_retention, check=True, project="46000001", session=None, keep="30d")
    assert live.requests == []
