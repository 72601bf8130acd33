# SPDX-License-Identifier: Apache-2.0
"""All public methods of both SDKs: the operation that each calls (LOCAL: none), and the bugs that no server can satisfy."""

from __future__ import annotations

from pulumi_opentok.emulator.operations import NAMES
from tests.conformance.covering import covered

LOCAL = "(local)"
LANGUAGES = {"python": "Python: opentok 3.15.0", "go": "Go: github.com/calvertyang/opentok-go-sdk/v2 v2.3.2"}

PYTHON: dict[str, str] = {
    **dict.fromkeys(
        (
            *("Client.app_version", "Client.append_to_user_agent", "Client.generate_token", "Client.get_headers", "Client.get_json_headers"),
            *("Client.headers", "Client.json_headers", "Client.jwt_livetime", "Client.proxies", "Client.user_agent"),
            *("Client.validate_websocket_options", "Session.generate_token"),
        ),
        LOCAL,
    ),
    "Client.create_session": "session.create",
    "Client.start_archive": "archive.start",
    "Client.stop_archive": "archive.stop",
    "Client.get_archive": "archive.get",
    "Client.get_archives": "archive.list",
    "Client.list_archives": "archive.list",
    "Client.delete_archive": "archive.delete",
    "Client.set_archive_layout": "archive.set_layout",
    "Client.add_archive_stream": "archive.update_streams",
    "Client.remove_archive_stream": "archive.update_streams",
    "Archive.attrs": "archive.start",
    "Archive.json": "archive.start",
    "Archive.stop": "archive.stop",
    "Archive.delete": "archive.delete",
    "ArchiveList.attrs": "archive.list",
    "ArchiveList.json": "archive.list",
    "Client.start_broadcast": "broadcast.start",
    "Client.stop_broadcast": "broadcast.stop",
    "Client.get_broadcast": "broadcast.get",
    "Client.set_broadcast_layout": "broadcast.set_layout",
    "Client.add_broadcast_stream": "broadcast.update_streams",
    "Client.remove_broadcast_stream": "broadcast.update_streams",
    "Broadcast.json": "broadcast.start",
    "Client.dial": "sip.dial",
    "SipCall.json": "sip.dial",
    "Client.play_dtmf": "dtmf.to_one",
    "OpenTok.play_dtmf": "dtmf.to_one",
    "Client.force_disconnect": "connection.disconnect",
    "Client.mute_stream": "stream.mute",
    "OpenTok.mute_stream": "stream.mute",
    "Client.mute_all": "session.mute",
    "OpenTok.mute_all": "session.mute",
    "Client.disable_force_mute": "session.mute",
    "OpenTok.disable_force_mute": "session.mute",
    "Client.send_signal": "signal.to_one",
    "Client.signal": "signal.to_one",
    "Client.get_stream": "stream.get",
    "Client.list_streams": "stream.list",
    "Client.set_stream_class_lists": "stream.set_layout_classes",
    "Stream.attrs": "stream.get",
    "Stream.json": "stream.get",
    "StreamList.json": "stream.list",
    "Client.start_render": "render.start",
    "Client.get_render": "render.get",
    "Client.list_renders": "render.list",
    "Client.stop_render": "render.stop",
    "Render.attrs": "render.start",
    "Render.json": "render.start",
    "RenderList.attrs": "render.list",
    "RenderList.json": "render.list",
    "Client.connect_audio_to_websocket": "audio_connector.start",
    "WebSocketAudioConnection.attrs": "audio_connector.start",
    "WebSocketAudioConnection.json": "audio_connector.start",
    "Client.start_captions": "captions.start",
    "Client.stop_captions": "captions.stop",
    "Captions.json": "captions.start",
}

_GO_WITH_CONTEXT = {
    "OpenTok.CreateProject": "project.create",
    "OpenTok.ListProjects": "project.list",
    "OpenTok.GetProject": "project.get",
    "OpenTok.ChangeProjectStatus": "project.set_status",
    "OpenTok.RefreshProjectSecret": "project.refresh_secret",
    "OpenTok.DeleteProject": "project.delete",
    "OpenTok.CreateSession": "session.create",
    "OpenTok.StartArchive": "archive.start",
    "OpenTok.StopArchive": "archive.stop",
    "OpenTok.ListArchives": "archive.list",
    "OpenTok.GetArchive": "archive.get",
    "OpenTok.DeleteArchive": "archive.delete",
    "OpenTok.SetArchiveLayout": "archive.set_layout",
    "OpenTok.SetArchiveStorage": "archive_storage.set",
    "OpenTok.DeleteArchiveStorage": "archive_storage.delete",
    "OpenTok.StartBroadcast": "broadcast.start",
    "OpenTok.StopBroadcast": "broadcast.stop",
    "OpenTok.ListBroadcasts": "broadcast.list",
    "OpenTok.GetBroadcast": "broadcast.get",
    "OpenTok.SetBroadcastLayout": "broadcast.set_layout",
    "OpenTok.Dial": "sip.dial",
    "Session.Dial": "sip.dial",
    "OpenTok.SendDTMF": "dtmf.to_all",
    "Session.SendDTMF": "dtmf.to_all",
    "OpenTok.SendDTMFToClient": "dtmf.to_one",
    "Session.SendDTMFToClient": "dtmf.to_one",
    "OpenTok.ForceDisconnect": "connection.disconnect",
    "OpenTok.MuteStream": "stream.mute",
    "Session.MuteStream": "stream.mute",
    "OpenTok.MuteSession": "session.mute",
    "Session.Mute": "session.mute",
    "OpenTok.SendSessionSignal": "signal.to_all",
    "Session.SendSignal": "signal.to_all",
    "OpenTok.SendConnectionSignal": "signal.to_one",
    "Session.SendConnectionSignal": "signal.to_one",
    "OpenTok.ListStreams": "stream.list",
    "OpenTok.GetStream": "stream.get",
    "OpenTok.SetStreamClassLists": "stream.set_layout_classes",
}

GO: dict[str, str] = {
    **dict.fromkeys(("New", "UserAgent", "Version", "OpenTok.Debug", "OpenTok.GenerateToken", "OpenTok.SetAPIHost"), LOCAL),
    **dict.fromkeys(("OpenTok.SetHTTPClient", "ResponseError.Error", "Session.GenerateToken"), LOCAL),
    "Archive.Stop": "archive.stop",
    "Archive.Delete": "archive.delete",
    "Broadcast.Stop": "broadcast.stop",
    **{f"{name}{twin}": operation for name, operation in _GO_WITH_CONTEXT.items() for twin in ("", "Context")},
}

METHODS = {"python": PYTHON, "go": GO}

BUGS: dict[tuple[str, str], str] = {
    ("python", "Client.append_to_user_agent"): "what is appended is never sent: get_headers() builds the OpenTok User-Agent anew",
    ("python", "ArchiveList.json"): "its items are a map object, which json.dumps turns into null",
    ("python", "RenderList.json"): "its items are a map object, which json.dumps refuses (TypeError)",
}
"""Methods that fail, or do not do what they say, whatever the server answers. A test pins how, so that a fixed SDK is noticed."""

_SIGNALS = ("OpenTok.SendSessionSignal", "OpenTok.SendConnectionSignal", "Session.SendSignal", "Session.SendConnectionSignal")
_CHANGES_OF_STREAMS = ("Client.add_archive_stream", "Client.remove_archive_stream", "Client.add_broadcast_stream", "Client.remove_broadcast_stream")
_MUTES = ("mute_stream", "mute_all", "disable_force_mute", "play_dtmf")

QUIRKS: dict[tuple[str, str], str] = {
    ("python", "Client.create_session"): "its AuthError ends as a RequestError",
    **{("python", name): "every refusal is a RequestError" for name in ("Client.send_signal", "Client.signal", *_CHANGES_OF_STREAMS)},
    **{("python", f"{kind}.{name}"): "hides why it was refused" for kind in ("Client", "OpenTok") for name in _MUTES},
    **{("go", f"OpenTok.CreateProject{twin}"): "a quote in the name breaks its JSON: 400" for twin in ("", "Context")},
    **{("go", f"{name}{twin}"): "cannot read a refusal, which is XML unless asked for" for name in _SIGNALS for twin in ("", "Context")},
    **{("go", f"{kind}.GenerateToken"): "joins layout classes with a comma, not a space" for kind in ("OpenTok", "Session")},
}
"""Methods that work, with a weakness that tests pin."""


def state(language: str, method: str, covered_ones: set[str]) -> str:
    """One of: green, expected failure, what it waits for."""
    if method in covered_ones:
        bug, quirk = BUGS.get((language, method)), QUIRKS.get((language, method))
        return f"expected failure: {bug}" if bug else f"green: {quirk}" if quirk else "green"
    operation = METHODS[language][method]
    return "not tested" if operation in (LOCAL, *NAMES) else "the emulator does not have it"


def rows(language: str) -> list[tuple[str, str, str]]:
    """Method, operation and state of every method of an SDK."""
    have = covered(language)
    return [(method, operation, state(language, method, have)) for method, operation in sorted(METHODS[language].items())]
