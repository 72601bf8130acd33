# SPDX-License-Identifier: Apache-2.0
"""Disconnecting and muting clients.

Source: https://tokbox.com/developer/guides/moderation/rest/.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from .. import operations
from ..checks import id_problems, ids_problems, raise_if_any
from ..http.calls import Calls
from .session_ids import session_problems


class Moderation(Calls):
    """Moderates one project's sessions. Every call raises :class:`NotFound` if the session, client or stream does not exist."""

    def disconnect(self, session_id: str, connection_id: str) -> None:
        """Disconnects a client; its streams end. This is also how a SIP call is hung up."""
        raise_if_any([*session_problems(session_id, self._key), *id_problems("connection_id", connection_id)])
        call = functools.partial(self._transport.call, api_key=self._key, session_id=session_id, connection_id=connection_id)
        about = f"connection {connection_id} of session {session_id}"
        call(operations.CONNECTION_DISCONNECT, self._signer, about=about)

    def mute_stream(self, session_id: str, stream_id: str) -> None:
        """Mutes the audio of a stream. Its client may unmute itself."""
        raise_if_any([*session_problems(session_id, self._key), *id_problems("stream_id", stream_id)])
        call = functools.partial(self._transport.call, api_key=self._key, session_id=session_id, stream_id=stream_id)
        call(operations.STREAM_MUTE, self._signer, about=f"stream {stream_id} of session {session_id}", json={})

    def mute_session(self, session_id: str, *, excluded_stream_ids: Sequence[str] = ()) -> None:
        """Mutes all streams except the excluded ones, including those published later, until :meth:`lift_mute`."""
        raise_if_any([*session_problems(session_id, self._key), *ids_problems("excluded_stream_ids", excluded_stream_ids)])
        excluded = [*excluded_stream_ids]
        # The documented name, and the one of the Python, Ruby and PHP SDKs: under the wrong one alone, all would be muted.
        names = {"excludedStreamIds": excluded, "excludedStreams": excluded} if excluded else {}
        self._mute(session_id, {"active": True, **names})

    def lift_mute(self, session_id: str) -> None:
        """Ends :meth:`mute_session` for streams that are published from now on; the muted ones stay muted until their clients unmute."""
        raise_if_any(session_problems(session_id, self._key))
        self._mute(session_id, {"active": False})

    def _mute(self, session_id: str, body: dict[str, Any]) -> None:
        about = f"session {session_id}"
        self._transport.call(operations.SESSION_MUTE, self._signer, about=about, json=body, api_key=self._key, session_id=session_id)
