# SPDX-License-Identifier: Apache-2.0
"""Live broadcasts of a project's sessions.

Source: https://tokbox.com/developer/rest/ and https://tokbox.com/developer/guides/broadcast/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ... import operations
from ...checks import flag_problems, id_problems, raise_if_any
from ...http.calls import Calls
from ...http.objects import same
from ...http.pages import DEFAULT_COUNT, PAGE, Page, iterate, page_problems, read_page
from ...operations import Operation
from ..layouts import Layout
from ..session_ids import session_problems
from .objects import Broadcast, read_broadcast
from .options import BroadcastOptions


class Broadcasts(Calls):
    """The broadcasts of one project. Each call raises :class:`InvalidInput` before any request if its arguments are invalid."""

    def start(self, session_id: str, options: BroadcastOptions) -> Broadcast:
        """Starts broadcasting a routed session that has a connected client. Not idempotent: never sent again blindly.

        Raises :class:`NotFound` when nobody is connected, :class:`ApiError` (409) when the session is relayed or is broadcast already
        without another ``multi_broadcast_tag``. An error does not prove that the broadcast has not begun: check with :meth:`list` first.
        """
        raise_if_any([*session_problems(session_id, self._signer.credentials.key), *options.problems()])
        about = f"a broadcast of session {session_id}"
        row = self._call(operations.BROADCAST_START, about, json=options.as_json(session_id))
        return self._read(row, operations.BROADCAST_START, about, session=session_id)

    def stop(self, broadcast_id: str) -> Broadcast:
        """Ends a broadcast. Raises :class:`NotFound`; :class:`ApiError` (409, code 19002; some documents say 404) when it has ended."""
        return self._one(operations.BROADCAST_STOP, broadcast_id)

    def get(self, broadcast_id: str) -> Broadcast:
        """The broadcast of this id. Raises :class:`NotFound`."""
        return self._one(operations.BROADCAST_GET, broadcast_id)

    def list(self, *, offset: int = 0, count: int = DEFAULT_COUNT, session_id: str | None = None) -> Page[Broadcast]:
        """One page: ``count`` (1 to 1,000) broadcasts after the ``offset`` newest, of all sessions or of one.

        These are the running ones; the documents disagree on whether the API also shows those that have ended.
        """
        session = session_problems(session_id, self._signer.credentials.key) if session_id is not None else []
        raise_if_any([*session, *page_problems(offset, count)])
        about = f"the broadcasts of {f'session {session_id}' if session_id else f'project {self._signer.credentials.key}'}"
        query = {"offset": offset, "count": count, "sessionId": session_id}
        operation = operations.BROADCAST_LIST
        answer = self._call(operation, about, query=query)
        return read_page(answer, operation, about, lambda row: self._read(row, operation, about, session=session_id))

    def iterate(self, *, session_id: str | None = None, page_size: int = PAGE) -> Iterator[Broadcast]:
        """All broadcasts that :meth:`list` shows, loaded page by page as needed; only one page is kept."""
        return iterate(lambda offset, count: self.list(offset=offset, count=count, session_id=session_id), page_size)

    def set_layout(self, broadcast_id: str, layout: Layout) -> None:
        """Changes the layout of a running broadcast. Raises :class:`NotFound`."""
        about = _about(broadcast_id)
        raise_if_any(layout.problems())
        self._call(operations.BROADCAST_SET_LAYOUT, about, json=layout.as_json(), broadcast_id=broadcast_id)

    def add_stream(self, broadcast_id: str, stream_id: str, *, has_audio: bool = True, has_video: bool = True) -> None:
        """Adds a stream, or some of its tracks, to a manual broadcast. Raises :class:`NotFound`; :class:`ApiError` (405) when it is auto."""
        about = _about(broadcast_id)
        raise_if_any([*id_problems("stream_id", stream_id), *flag_problems("has_audio", has_audio), *flag_problems("has_video", has_video)])
        body = {"addStream": stream_id, "hasAudio": has_audio, "hasVideo": has_video}
        self._call(operations.BROADCAST_UPDATE_STREAMS, about, json=body, broadcast_id=broadcast_id)

    def remove_stream(self, broadcast_id: str, stream_id: str) -> None:
        """Removes a stream from a manual broadcast. Raises as :meth:`add_stream`."""
        about = _about(broadcast_id)
        raise_if_any(id_problems("stream_id", stream_id))
        self._call(operations.BROADCAST_UPDATE_STREAMS, about, json={"removeStream": stream_id}, broadcast_id=broadcast_id)

    def _one(self, operation: Operation, broadcast_id: str) -> Broadcast:
        about = _about(broadcast_id)
        return self._read(self._call(operation, about, broadcast_id=broadcast_id), operation, about, broadcast=broadcast_id)

    def _read(self, row: Any, operation: Operation, about: str, **wanted: str | None) -> Broadcast:
        """The broadcast, if it is this project's and the one that is ``wanted``."""
        shown = read_broadcast(row, operation, about)
        wanted["project"] = self._signer.credentials.key
        same(operation, about, wanted, {"broadcast": shown.id, "session": shown.session_id, "project": shown.project_id})
        return shown

    def _call(self, operation: Operation, about: str, **send: Any) -> Any:
        return self._transport.call(operation, self._signer, about=about, api_key=self._signer.credentials.key, **send)


def _about(broadcast_id: str) -> str:
    """How errors name the broadcast. Raises :class:`InvalidInput`."""
    raise_if_any(id_problems("broadcast_id", broadcast_id))
    return f"broadcast {broadcast_id}"
