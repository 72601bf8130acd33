# SPDX-License-Identifier: Apache-2.0
"""Every method that asks the API, with a wrong secret and with the key of no project: what each SDK makes of the two 403s."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.calling import NOWHERE, refusal
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk
from tests.conformance.table import GO, LOCAL, PYTHON

SESSION = "(a session)"
CALLS: dict[str, dict[str, tuple[Any, ...]]] = {
    "python": {
        **dict.fromkeys(("create_session", "get_archives", "list_archives", "list_renders"), ()),
        **dict.fromkeys(("start_archive", "list_streams", "disable_force_mute"), (SESSION,)),
        **dict.fromkeys(("get_stream", "force_disconnect", "mute_stream"), (SESSION, NOWHERE)),
        **dict.fromkeys(("stop_archive", "get_archive", "delete_archive", "stop_broadcast", "get_broadcast", "get_render"), (NOWHERE,)),
        **dict.fromkeys(("stop_render", "stop_captions"), (NOWHERE,)),
        **dict.fromkeys(("set_archive_layout", "set_broadcast_layout"), (NOWHERE, "pip")),
        **dict.fromkeys(("add_archive_stream", "remove_archive_stream", "add_broadcast_stream", "remove_broadcast_stream"), (NOWHERE, NOWHERE)),
        **dict.fromkeys(("send_signal", "signal"), (SESSION, {"data": "x"})),
        "start_broadcast": (SESSION, {"outputs": {"hls": {}}}),
        "dial": (SESSION, "token", "sip:a@example.com"),
        "play_dtmf": (SESSION, NOWHERE, "1"),
        "mute_all": (SESSION, None),
        "set_stream_class_lists": (SESSION, []),
        "start_render": (SESSION, "token", "https://example.com"),
        "connect_audio_to_websocket": (SESSION, "token", {"uri": "wss://example.com"}),
        "start_captions": (SESSION, "token"),
    },
    "go": {
        "CreateSession": ({},),
        **dict.fromkeys(("ListArchives", "ListBroadcasts"), (None,)),
        **dict.fromkeys(("StartArchive", "StartBroadcast"), (SESSION, None)),
        **dict.fromkeys(("StopArchive", "GetArchive", "DeleteArchive", "StopBroadcast", "GetBroadcast"), (NOWHERE,)),
        **dict.fromkeys(("SetArchiveLayout", "SetBroadcastLayout"), (NOWHERE, {"Type": "pip"})),
        "SetArchiveStorage": ({"type": "azure", "config": {"accountName": "a", "accountKey": "k", "container": "c"}},),
        "DeleteArchiveStorage": (),
        "SendDTMF": (SESSION, "1"),
        "SendDTMFToClient": (SESSION, NOWHERE, "1"),
        **dict.fromkeys(("ForceDisconnect", "MuteStream", "GetStream"), (SESSION, NOWHERE)),
        "MuteSession": (SESSION, {}),
        "SendSessionSignal": (SESSION, {"Data": "x"}),
        "SendConnectionSignal": (SESSION, NOWHERE, {"Data": "x"}),
        "ListStreams": (SESSION,),
        "SetStreamClassLists": (SESSION, {"Items": []}),
    },
}
WORDS = {"wrong": "Invalid signature", "unknown": "Issuer not found"}
IN_PYTHON = {
    "RequestError": {"create_session", "send_signal", "signal"}
    | {f"{does}_{what}_stream" for does in ("add", "remove") for what in ("archive", "broadcast")},
    "OpenTokException": {"mute_stream", "mute_all", "disable_force_mute", "play_dtmf"},
}


@pytest.mark.parametrize("how", WORDS)
@pytest.mark.parametrize("method", CALLS["python"])
def test_python(scene: Scene, python: Sdk, method: str, how: str) -> None:
    session = scene.session()
    arguments = [session if one == SESSION else one for one in CALLS["python"][method]]
    expected = next((kind for kind, methods in IN_PYTHON.items() if method in methods), "AuthError")
    scene.emulator.clear_journal()
    assert refusal(getattr(scene, how)(python), method, *arguments).kind == expected
    assert scene.asked() == [(PYTHON[f"Client.{method}"].replace("signal.to_one", "signal.to_all"), 403)]


@pytest.mark.parametrize("how", WORDS)
@pytest.mark.parametrize("method", CALLS["go"])
def test_go(scene: Scene, go: Sdk, method: str, how: str) -> None:
    session = scene.session()
    arguments = [session if one == SESSION else one for one in CALLS["go"][method]]
    scene.emulator.clear_journal()
    said = refusal(getattr(scene, how)(go), method, *arguments)
    if "Signal" in method:  # refused in XML, of which the SDK reads the status only
        assert said.text.startswith("Error decoding response from Tokbox: statusCode: 403; ")
    else:
        assert (said.status, said.text) == (403, f"TokBox error: code: 403; message: {WORDS[how]}")
    assert scene.asked() == [(GO[f"OpenTok.{method}"], 403)]


def test_no_method_is_left_out() -> None:
    """Account management has its own test; Dial of the Go SDK checks the session's key first."""
    asking = {method.removeprefix("Client.") for method, operation in PYTHON.items() if method.startswith("Client.") and operation != LOCAL}
    assert asking == set(CALLS["python"])
    methods = {method.removeprefix("OpenTok.") for method, operation in GO.items() if operation != LOCAL and not operation.startswith("project.")}
    assert {method for method in methods if "." not in method and not method.endswith("Context")} == {*CALLS["go"], "Dial"}
