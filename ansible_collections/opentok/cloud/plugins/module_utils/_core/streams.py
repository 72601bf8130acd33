# SPDX-License-Identifier: Apache-2.0
"""Who is in a session and what they publish. Private to opentok.cloud and pulumi_opentok.

Source: https://tokbox.com/developer/rest/ (streams), the layout guide, and the Java, PHP and .NET SDKs for connections.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from . import operations
from .auth import Signer
from .checks import id_problems, moment, refuse, session_problems, unreadable
from .errors import Problem, quoted
from .operations import Operation
from .transport import Transport


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stream:
    """A stream that is published now. ``video_type``: camera, screen or custom. ``layout_classes`` place it in archives and broadcasts."""

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


class Streams:
    """Streams and connections of one project's sessions.

    A session is not found (:class:`NotFound`) until its first client has connected; afterwards its lists may be empty.
    """

    def __init__(self, transport: Transport, signer: Signer) -> None:
        self._transport = transport
        self._signer = signer
        self._key = signer.credentials.key

    def list(self, session_id: str) -> list[Stream]:
        """The streams that are published now."""
        refuse(session_problems(session_id, self._key))
        about = f"session {session_id}"
        return [_stream(row, operations.STREAM_LIST, about) for row in self._items(operations.STREAM_LIST, session_id, about)]

    def get(self, session_id: str, stream_id: str) -> Stream:
        """One stream. Raises :class:`NotFound` when it is not published, for which the API says 408."""
        refuse([*session_problems(session_id, self._key), *id_problems("stream_id", stream_id)])
        about, operation = f"stream {stream_id} of session {session_id}", operations.STREAM_GET
        row = self._transport.call(operation, self._signer, about=about, api_key=self._key, session_id=session_id, stream_id=stream_id)
        return _stream(row, operation, about)

    def set_layout_classes(self, session_id: str, classes: Mapping[str, Sequence[str]]) -> None:
        """Replaces the layout classes of streams; ``classes`` has a list for each stream id, an empty one clears them.

        Raises :class:`InvalidInput` for a class that is no single word, :class:`NotFound`.
        """
        refuse([*session_problems(session_id, self._key), *_class_problems(classes)])
        body = {"items": [{"id": stream_id, "layoutClassList": [*names]} for stream_id, names in classes.items()]}
        about = f"session {session_id}"
        self._transport.call(operations.STREAM_SET_LAYOUT_CLASSES, self._signer, about=about, json=body, api_key=self._key, session_id=session_id)

    def connections(self, session_id: str) -> Sequence[Client]:
        """The clients that are connected now, SIP calls and Audio Connectors among them."""
        refuse(session_problems(session_id, self._key))
        about, operation = f"session {session_id}", operations.CONNECTION_LIST
        return [_client(row, operation, about) for row in self._items(operation, session_id, about)]

    def _items(self, operation: Operation, session_id: str, about: str) -> Sequence[Any]:
        answer = self._transport.call(operation, self._signer, about=about, api_key=self._key, session_id=session_id)
        items = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(items, Sequence) or isinstance(items, str):
            raise unreadable(operation, about, "a list of items", answer)
        return items


def _class_problems(classes: Any) -> Sequence[Problem]:
    if not isinstance(classes, Mapping) or not classes:
        return [Problem("classes", "must have at least one stream id, each with its list of layout classes")]
    problems = []
    for stream_id, names in classes.items():
        problems += id_problems("classes", stream_id)
        if isinstance(names, str) or not isinstance(names, Sequence):
            problems.append(Problem(f"classes[{quoted(stream_id)}]", f"must be a list of layout classes, not {type(names).__name__}"))
            continue
        wrong = [name for name in names if not isinstance(name, str) or not name or not name.isprintable() or " " in name]
        problems += [Problem(f"classes[{quoted(stream_id)}]", f"a layout class is one word, not {quoted(name)}") for name in wrong]
    return problems


def _stream(row: Any, operation: Operation, about: str) -> Stream:
    try:
        return Stream(
            id=str(row["id"]),
            name=row.get("name") or "",
            video_type=row.get("videoType"),
            layout_classes=tuple(str(name) for name in row.get("layoutClassList") or ()),
        )
    except (KeyError, TypeError, AttributeError):
        raise unreadable(operation, about, "a stream", row) from None


def _client(row: Any, operation: Operation, about: str) -> Client:
    try:
        return Client(connection_id=str(row["connectionId"]), state=row.get("connectionState"), created_at=moment(row.get("createdAt")))
    except (KeyError, TypeError, AttributeError):
        raise unreadable(operation, about, "a connection", row) from None
