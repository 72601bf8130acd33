# SPDX-License-Identifier: Apache-2.0
"""Who is in a session and what they publish.

Source: https://tokbox.com/developer/rest/ (streams), the layout guide, and the Java, PHP and .NET SDKs for connections.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from .. import operations
from ..checks import id_problems, raise_if_any
from ..errors import CutList, Problem, quote
from ..http.calls import Calls
from ..http.objects import moment, number, safe_id, same, text, unreadable
from ..http.pages import DEFAULT_COUNT, MAX_COUNT, walk
from ..operations import Operation
from .session_ids import session_problems


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stream:
    """A currently published stream. ``video_type``: camera, screen or custom. ``layout_classes`` place it in archives and broadcasts."""

    id: str
    name: str
    video_type: str | None
    layout_classes: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Client:
    """A client of a session. ``state``: ``Connecting`` or ``Connected``. ``created_at`` is in UTC, ``None`` if the API does not say."""

    connection_id: str
    state: str | None
    created_at: datetime.datetime | None


class Streams(Calls):
    """Streams and connections of one project's sessions.

    A session is not found (:class:`NotFound`) until its first client has connected; afterwards its lists may be empty.
    """

    def list(self, session_id: str) -> list[Stream]:
        """The currently published streams."""
        raise_if_any(session_problems(session_id, self._key))
        about = f"session {session_id}"
        total, items = self._items(operations.STREAM_LIST, session_id, about)
        self._whole(operations.STREAM_LIST, about, total, items)
        return [_stream(row, operations.STREAM_LIST, about) for row in items]

    def get(self, session_id: str, stream_id: str) -> Stream:
        """One stream. Raises :class:`NotFound` when it is not published, for which the API says 408."""
        raise_if_any([*session_problems(session_id, self._key), *id_problems("stream_id", stream_id)])
        about, operation = f"stream {stream_id} of session {session_id}", operations.STREAM_GET
        row = self._transport.call(operation, self._signer, about=about, api_key=self._key, session_id=session_id, stream_id=stream_id)
        shown = _stream(row, operation, about)
        same(operation, about, {"stream": stream_id}, {"stream": shown.id})
        return shown

    def set_layout_classes(self, session_id: str, classes: Mapping[str, Sequence[str]]) -> None:
        """Replaces the layout classes of streams; ``classes`` has a list for each stream id, an empty one clears them.

        Raises :class:`InvalidInput` for a class that is not a single word, :class:`NotFound`.
        """
        raise_if_any([*session_problems(session_id, self._key), *_class_problems(classes)])
        body = {"items": [{"id": stream_id, "layoutClassList": [*names]} for stream_id, names in classes.items()]}
        about = f"session {session_id}"
        self._transport.call(operations.STREAM_SET_LAYOUT_CLASSES, self._signer, about=about, json=body, api_key=self._key, session_id=session_id)

    def connections(self, session_id: str) -> Sequence[Client]:
        """The currently connected clients, including SIP calls and Audio Connectors."""
        raise_if_any(session_problems(session_id, self._key))
        about, operation = f"session {session_id}", operations.CONNECTION_LIST
        total = 0

        def fetch(offset: int, count: int) -> tuple[int, Sequence[Client]]:
            nonlocal total
            # The documents of this call name no pages: only where there may be more is a page asked for.
            query = {"offset": offset, "count": MAX_COUNT} if offset else None
            total, items = self._items(operation, session_id, about, query)
            return total, [_client(row, operation, about) for row in items]

        found = [*walk(fetch, DEFAULT_COUNT, lambda client: client.connection_id)]
        self._whole(operation, about, total, found)
        return found

    def _items(self, operation: Operation, session_id: str, about: str, query: Mapping[str, int] | None = None) -> tuple[int, Sequence[Any]]:
        """The server's count (or else the number of items) and the items, which belong to this session."""
        answer = self._transport.call(operation, self._signer, about=about, query=query, api_key=self._key, session_id=session_id)
        items = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(items, list):
            raise unreadable(operation, about, "a list of items", answer)
        shown = {"session": text(answer, "sessionId"), "project": text(answer, "projectId")}
        same(operation, about, {"session": session_id, "project": self._key}, shown)
        total = number(answer, "count")
        return len(items) if total is None else total, items

    def _whole(self, operation: Operation, about: str, total: int, found: Sequence[object]) -> None:
        """Raises :class:`CutList` if items are missing."""
        if total > len(found):
            what = f"the list is incomplete, so it is not used: only {len(found)} of {total} came"
            raise CutList(f"{operation.name} of {about}: {what}", operation=operation.name)


def _class_problems(classes: Any) -> Sequence[Problem]:
    if not isinstance(classes, Mapping) or not classes:
        return [Problem("classes", "must map at least one stream id to a list of layout classes")]
    problems: list[Problem] = []
    for stream_id, names in classes.items():
        problems += [*id_problems("classes", stream_id), *layout_class_problems(f"classes[{quote(stream_id)}]", names)]
    return problems


def layout_class_problems(field: str, names: Any) -> Sequence[Problem]:
    """What is wrong with the layout classes of one stream."""
    if isinstance(names, str) or not isinstance(names, Sequence):
        return [Problem(field, f"must be a list of layout classes, not {type(names).__name__}")]
    wrong = [name for name in names if not isinstance(name, str) or not name or not name.isprintable() or " " in name]
    return [Problem(field, f"a layout class is one word, not {quote(name)}") for name in wrong]


def _stream(row: Any, operation: Operation, about: str) -> Stream:
    if not isinstance(row, Mapping) or (stream_id := safe_id(row.get("id"))) is None:
        raise unreadable(operation, about, "a stream", row)
    classes = row.get("layoutClassList")
    return Stream(
        id=stream_id,
        name=text(row, "name") or "",
        video_type=text(row, "videoType"),
        layout_classes=tuple(name for name in classes if isinstance(name, str)) if isinstance(classes, list) else (),
    )


def _client(row: Any, operation: Operation, about: str) -> Client:
    if not isinstance(row, Mapping) or (connection_id := safe_id(row.get("connectionId"))) is None:
        raise unreadable(operation, about, "a connection", row)
    return Client(connection_id=connection_id, state=text(row, "connectionState"), created_at=moment(row.get("createdAt")))
