# SPDX-License-Identifier: Apache-2.0
"""The wire vocabulary: each operation of the OpenTok REST API by name.

Transport, error texts, the emulator's journal, its faults and the docs all use these names.
Source: the index of operations in https://tokbox.com/developer/rest/ and the account management guide.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Operation:
    """One call of the API.

    ``path`` is below the API's base URL, with ``{placeholders}`` for identifiers. ``credentials`` names the pair that must sign it:
    ``account`` or ``project``. ``repeatable`` says whether doing it twice is the same as doing it once: only then may an unanswered
    request be sent again. ``success`` are the status codes that mean it was done. ``paged``: a list that is asked for in pages.
    """

    name: str
    method: str
    path: str
    credentials: str
    repeatable: bool
    success: tuple[int, ...] = (200,)
    paged: bool = False

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing, so that it never matters whether it was done."""
        return self.method == "GET"


_PROJECT = "/v2/project/{api_key}"

PROJECT_CREATE = Operation("project.create", "POST", "/v2/project", "account", repeatable=False)
PROJECT_LIST = Operation("project.list", "GET", "/v2/project", "account", repeatable=True)
PROJECT_GET = Operation("project.get", "GET", "/v2/project/{api_key}", "account", repeatable=True)
PROJECT_SET_STATUS = Operation("project.set_status", "PUT", "/v2/project/{api_key}", "account", repeatable=True)
PROJECT_REFRESH_SECRET = Operation("project.refresh_secret", "POST", "/v2/project/{api_key}/refreshSecret", "account", repeatable=False)
PROJECT_DELETE = Operation("project.delete", "DELETE", "/v2/project/{api_key}", "account", repeatable=True, success=(204,))

SESSION_CREATE = Operation("session.create", "POST", "/session/create", "project", repeatable=False)

ARCHIVE_START = Operation("archive.start", "POST", _PROJECT + "/archive", "project", repeatable=False)
ARCHIVE_LIST = Operation("archive.list", "GET", _PROJECT + "/archive", "project", repeatable=True, paged=True)
ARCHIVE_GET = Operation("archive.get", "GET", _PROJECT + "/archive/{archive_id}", "project", repeatable=True)
ARCHIVE_STOP = Operation("archive.stop", "POST", _PROJECT + "/archive/{archive_id}/stop", "project", repeatable=False)
ARCHIVE_DELETE = Operation("archive.delete", "DELETE", _PROJECT + "/archive/{archive_id}", "project", repeatable=True, success=(204,))
ARCHIVE_SET_LAYOUT = Operation("archive.set_layout", "PUT", _PROJECT + "/archive/{archive_id}/layout", "project", repeatable=True)
ARCHIVE_UPDATE_STREAMS = Operation(
    "archive.update_streams", "PATCH", _PROJECT + "/archive/{archive_id}/streams", "project", repeatable=False, success=(204,)
)

STORAGE_SET = Operation("archive_storage.set", "PUT", _PROJECT + "/archive/storage", "project", repeatable=True)
STORAGE_DELETE = Operation("archive_storage.delete", "DELETE", _PROJECT + "/archive/storage", "project", repeatable=True, success=(204,))

BROADCAST_START = Operation("broadcast.start", "POST", _PROJECT + "/broadcast", "project", repeatable=False)
BROADCAST_LIST = Operation("broadcast.list", "GET", _PROJECT + "/broadcast", "project", repeatable=True, paged=True)
BROADCAST_GET = Operation("broadcast.get", "GET", _PROJECT + "/broadcast/{broadcast_id}", "project", repeatable=True)
BROADCAST_STOP = Operation("broadcast.stop", "POST", _PROJECT + "/broadcast/{broadcast_id}/stop", "project", repeatable=False)
BROADCAST_SET_LAYOUT = Operation("broadcast.set_layout", "PUT", _PROJECT + "/broadcast/{broadcast_id}/layout", "project", repeatable=True)
BROADCAST_UPDATE_STREAMS = Operation(
    "broadcast.update_streams", "PATCH", _PROJECT + "/broadcast/{broadcast_id}/streams", "project", repeatable=False, success=(204,)
)

SIP_DIAL = Operation("sip.dial", "POST", _PROJECT + "/dial", "project", repeatable=False)
DTMF_TO_ALL = Operation("dtmf.to_all", "POST", _PROJECT + "/session/{session_id}/play-dtmf", "project", repeatable=False)
DTMF_TO_ONE = Operation("dtmf.to_one", "POST", _PROJECT + "/session/{session_id}/connection/{connection_id}/play-dtmf", "project", repeatable=False)

CONNECTION_DISCONNECT = Operation(
    "connection.disconnect", "DELETE", _PROJECT + "/session/{session_id}/connection/{connection_id}", "project", repeatable=True, success=(204,)
)
STREAM_MUTE = Operation("stream.mute", "POST", _PROJECT + "/session/{session_id}/stream/{stream_id}/mute", "project", repeatable=False)
SESSION_MUTE = Operation("session.mute", "POST", _PROJECT + "/session/{session_id}/mute", "project", repeatable=False)

SIGNAL_TO_ALL = Operation("signal.to_all", "POST", _PROJECT + "/session/{session_id}/signal", "project", repeatable=False, success=(204,))
SIGNAL_TO_ONE = Operation(
    "signal.to_one", "POST", _PROJECT + "/session/{session_id}/connection/{connection_id}/signal", "project", repeatable=False, success=(204,)
)

STREAM_LIST = Operation("stream.list", "GET", _PROJECT + "/session/{session_id}/stream", "project", repeatable=True)
STREAM_GET = Operation("stream.get", "GET", _PROJECT + "/session/{session_id}/stream/{stream_id}", "project", repeatable=True)
STREAM_SET_LAYOUT_CLASSES = Operation("stream.set_layout_classes", "PUT", _PROJECT + "/session/{session_id}/stream", "project", repeatable=True)
CONNECTION_LIST = Operation("connection.list", "GET", _PROJECT + "/session/{session_id}/connection", "project", repeatable=True, paged=True)

RENDER_START = Operation("render.start", "POST", _PROJECT + "/render", "project", repeatable=False, success=(202,))
RENDER_LIST = Operation("render.list", "GET", _PROJECT + "/render", "project", repeatable=True, paged=True)
RENDER_GET = Operation("render.get", "GET", _PROJECT + "/render/{render_id}", "project", repeatable=True)
RENDER_STOP = Operation("render.stop", "DELETE", _PROJECT + "/render/{render_id}", "project", repeatable=True, success=(200, 204))

AUDIO_CONNECTOR_START = Operation("audio_connector.start", "POST", _PROJECT + "/connect", "project", repeatable=False)
AUDIO_CONNECTOR_STOP = Operation(
    "audio_connector.stop", "POST", _PROJECT + "/connect/{connection_id}/stop", "project", repeatable=False, success=(200, 204)
)

CAPTIONS_START = Operation("captions.start", "POST", _PROJECT + "/captions", "project", repeatable=False, success=(200, 202))
CAPTIONS_STOP = Operation("captions.stop", "POST", _PROJECT + "/captions/{captions_id}/stop", "project", repeatable=False, success=(202,))

CALLBACK_REGISTER = Operation("callback.register", "POST", _PROJECT + "/callback", "project", repeatable=False)
CALLBACK_LIST = Operation("callback.list", "GET", _PROJECT + "/callback", "project", repeatable=True)
CALLBACK_DELETE = Operation("callback.delete", "DELETE", _PROJECT + "/callback/{callback_id}", "project", repeatable=True, success=(204,))

ACCOUNT = (PROJECT_CREATE, PROJECT_LIST, PROJECT_GET, PROJECT_SET_STATUS, PROJECT_REFRESH_SECRET, PROJECT_DELETE)
SESSIONS = (SESSION_CREATE,)
ARCHIVES = (ARCHIVE_START, ARCHIVE_LIST, ARCHIVE_GET, ARCHIVE_STOP, ARCHIVE_DELETE, ARCHIVE_SET_LAYOUT, ARCHIVE_UPDATE_STREAMS)
STORAGE = (STORAGE_SET, STORAGE_DELETE)
BROADCASTS = (BROADCAST_START, BROADCAST_LIST, BROADCAST_GET, BROADCAST_STOP, BROADCAST_SET_LAYOUT, BROADCAST_UPDATE_STREAMS)
SIP = (SIP_DIAL, DTMF_TO_ALL, DTMF_TO_ONE)
MODERATION = (CONNECTION_DISCONNECT, STREAM_MUTE, SESSION_MUTE)
SIGNALS = (SIGNAL_TO_ALL, SIGNAL_TO_ONE)
STREAMS = (STREAM_LIST, STREAM_GET, STREAM_SET_LAYOUT_CLASSES, CONNECTION_LIST)
RENDERS = (RENDER_START, RENDER_LIST, RENDER_GET, RENDER_STOP)
AUDIO_CONNECTOR = (AUDIO_CONNECTOR_START, AUDIO_CONNECTOR_STOP)
CAPTIONS = (CAPTIONS_START, CAPTIONS_STOP)
CALLBACKS = (CALLBACK_REGISTER, CALLBACK_LIST, CALLBACK_DELETE)

OPERATIONS: tuple[Operation, ...] = (
    *ACCOUNT,
    *SESSIONS,
    *ARCHIVES,
    *STORAGE,
    *STREAMS,
    *SIGNALS,
    *MODERATION,
    *SIP,
    *CALLBACKS,
    *BROADCASTS,
    *RENDERS,
    *CAPTIONS,
    *AUDIO_CONNECTOR,
)
"""The operations that this client and the emulator have; a group joins when both have it."""

READS = frozenset(operation.name for operation in OPERATIONS if operation.is_read)
"""The names of those that change nothing."""
