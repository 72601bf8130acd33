# SPDX-License-Identifier: Apache-2.0
"""The real main() of the modules that read what is in a session or a project: bad input, and who is not there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.archive_info import main as archive_info
from ansible_collections.opentok.cloud.plugins.modules.broadcast_info import main as broadcast_info
from ansible_collections.opentok.cloud.plugins.modules.connection_info import main as connection_info
from ansible_collections.opentok.cloud.plugins.modules.render_info import main as render_info
from ansible_collections.opentok.cloud.plugins.modules.session_info import main as session_info
from ansible_collections.opentok.cloud.plugins.modules.stream_info import main as stream_info

from .conftest import Run
from .live_server import KEY, LiveServer, session_id

ROOM = session_id()
UNIFIED = session_id("01234567-89ab-cdef-0123-456789abcdef")
UUID = "b40ef09b-3811-4726-b508-e41a0f96c68f"
LIKE_A_SECRET = "s3cr3t" * 6 + "abcd"
OF_A_SESSION = (stream_info, connection_info, session_info)
OF_A_PROJECT = (archive_info, broadcast_info, render_info)

BAD: list[tuple[Any, dict[str, Any], str, str]] = [
    *((main, {"session": UNIFIED}, "session", "is a session of the unified Vonage platform") for main in (*OF_A_SESSION, *OF_A_PROJECT)),
    *(
        (main, {"session": ROOM[:20]}, "session", "is not a session id: it does not decode (was it cut off?)")
        for main in (*OF_A_SESSION, *OF_A_PROJECT)
    ),
    *((main, {"session": 7}, "session", "must be a session id such as '1_MX40") for main in (*OF_A_SESSION, *OF_A_PROJECT)),
    *((main, {"session": LIKE_A_SECRET}, "session", "must be a session id such as") for main in (*OF_A_SESSION, *OF_A_PROJECT)),
    *((main, {"session": ROOM, "id": "a/b"}, "id", "must be an id as returned by the API") for main in (stream_info, connection_info)),
    *((main, {"project": True}, "project", "must be a project id") for main in OF_A_PROJECT),
    *((main, {"project": "../46"}, "project", "must be a project id") for main in OF_A_PROJECT),
    *((main, {"project": "46000002", "session": ROOM}, "session", f"belongs to project {KEY}, not to 46000002") for main in OF_A_PROJECT),
    *((main, {"id": UUID, "session": ROOM}, "session", "contradicts id, which asks for one: leave it out") for main in OF_A_PROJECT),
    *((main, {"id": UUID, "limit": 5}, "limit", "contradicts id, which asks for one: leave it out") for main in OF_A_PROJECT),
    *((main, {"limit": 0}, "limit", "must be a whole number from 1 to 1000000 objects, not 0") for main in OF_A_PROJECT),
    (archive_info, {"id": "storage"}, "id", "must be an archive id (a UUID), not 'storage'"),
    (archive_info, {"id": UUID[:-4]}, "id", "must be an archive id (a UUID), not "),
    (broadcast_info, {"id": "a b"}, "id", "must be an id as returned by the API"),
    (render_info, {"id": 7}, "id", "must be an id as returned by the API, not 7"),
]


@pytest.mark.parametrize(("main", "options", "field", "message"), BAD, ids=lambda value: getattr(value, "__module__", str(value))[-60:])
def test_bad_input_names_its_field(act: Run, live: LiveServer, main: Any, options: dict[str, Any], field: str, message: str) -> None:
    for check in (True, False):
        result = act(main, check=check, **options)
        (problem,) = result["failure"]["problems"]
        assert (problem["field"], problem["message"].startswith(message)) == (field, True), result["msg"]
        assert "\n" not in result["msg"]
        assert LIKE_A_SECRET not in json.dumps(result)
    assert live.requests == []


def test_whose(run: Run, act: Run, live: LiveServer) -> None:
    """With the account pair alone a project has to be declared; a project pair is for its own."""
    for main in OF_A_PROJECT:
        assert run(main)["msg"].startswith("project: missing: declare whose, by the project's id or a session, or give the project pair")
        assert act(main, project="46000002")["msg"].startswith("project '46000002' is declared, but api_key is '46000001'")
    assert act(stream_info, session=session_id("46000002"))["msg"].startswith("project '46000002' is declared, but api_key")
    assert live.requests == []


def test_who_is_there(act: Run, live: LiveServer) -> None:
    live.connections, live.streams = ["one", "two"], {"s1": ["focus"], "s2": []}
    assert [one["id"] for one in act(connection_info, session_id=ROOM)["connections"]] == ["one", "two"]
    (one,) = act(connection_info, session_id=ROOM, id="two")["connections"]
    assert one == {"id": "two", "session_id": ROOM, "state": "Connected", "created_at": None}
    assert [one["layout_classes"] for one in act(stream_info, session=ROOM)["streams"]] == [["focus"], []]
    (one,) = act(stream_info, session=ROOM, id="s1")["streams"]
    assert one == {"id": "s1", "session_id": ROOM, "name": "", "video_type": "camera", "layout_classes": ["focus"]}
    for main, key in ((stream_info, "streams"), (connection_info, "connections")):
        assert act(main, session=ROOM, id="gone")[key] == []


@pytest.mark.parametrize("main", [stream_info, connection_info, *OF_A_PROJECT], ids=lambda main: main.__module__)
def test_a_page_of_a_gateway_is_no_empty_list(act: Run, live: LiveServer, main: Any) -> None:
    live.gone = {"GET"}
    for options in ({"session": ROOM}, {"project": KEY, "id": UUID} if main in OF_A_PROJECT else {"session": ROOM, "id": "s1"}):
        assert act(main, **options)["failure"]["type"] == "NotTheApi"


def test_what_an_id_says(act: Run, live: LiveServer) -> None:
    relayed = session_id(relayed=True)
    nothing = {"account_key": "", "account_secret": "", "api_key": "", "api_secret": ""}
    (decoded,) = act(session_info, session_id=relayed, **nothing)["sessions"]
    assert (decoded["id"], decoded["project"], decoded["media_mode"]) == (relayed, KEY, "relayed")
    assert (decoded["created_at"], decoded["e2ee"]) == ("2023-11-14T22:13:20Z", None)
    assert live.requests == []
