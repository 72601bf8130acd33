# SPDX-License-Identifier: Apache-2.0
"""Archives (recordings) of a project's sessions.

Source: https://tokbox.com/developer/rest/ and https://tokbox.com/developer/guides/archiving/.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ... import operations
from ...checks import id_problems, raise_if_any
from ...errors import InvalidResponse, Problem, quote
from ...http.calls import Calls
from ...http.connection import UUID
from ...http.objects import same, text
from ...http.pages import DEFAULT_COUNT, PAGE, page_problems, walk
from ...operations import Operation
from ..layouts import Layout
from ..session_ids import session_problems
from .objects import Archive, read_archive
from .options import ArchiveOptions


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArchivePage:
    """Some archives, newest first. ``total``: how many there are in all, deleted ones not counted."""

    total: int
    items: tuple[Archive, ...]


class Archives(Calls):
    """The archives of one project. Each call raises :class:`InvalidInput` before any request if its arguments are invalid."""

    def start(self, session_id: str, options: ArchiveOptions | None = None) -> Archive:
        """Starts recording a routed session that has a connected client. Not idempotent: never sent again blindly.

        Raises :class:`NotFound` when nobody has connected yet, :class:`ApiError` (409) when the session is relayed or is already recorded
        without another ``multi_archive_tag``.
        """
        options = options or ArchiveOptions()
        problems = [*session_problems(session_id, self._signer.credentials.key), *options.problems()]
        raise_if_any(problems)
        about = f"an archive of session {session_id}"
        row = self._call(operations.ARCHIVE_START, about, json=options.as_json(session_id))
        return self._read(row, operations.ARCHIVE_START, about, session=session_id)

    def stop(self, archive_id: str) -> Archive:
        """Ends the recording. Raises :class:`NotFound`; :class:`ApiError` (409) when it does not record, or records automatically."""
        return self._one(operations.ARCHIVE_STOP, archive_id)

    def get(self, archive_id: str) -> Archive:
        """The archive of this id. Raises :class:`NotFound`."""
        return self._one(operations.ARCHIVE_GET, archive_id)

    def list(self, *, offset: int = 0, count: int = DEFAULT_COUNT, session_id: str | None = None) -> ArchivePage:
        """One page: ``count`` (1 to 1,000) archives after the ``offset`` newest, of all sessions or of one."""
        total, rows = self._page(offset, count, session_id)
        about = self._all_of(session_id)
        return ArchivePage(total=total, items=tuple(self._read(row, operations.ARCHIVE_LIST, about, session=session_id) for row in rows))

    def iterate(self, *, session_id: str | None = None, page_size: int = PAGE) -> Iterator[Archive]:
        """All archives, newest first, of all sessions or of one; a page is loaded when it is needed, and only one is kept.

        Starting or deleting an archive meanwhile, even in the loop itself, neither repeats nor omits any of the others.
        """
        about = self._all_of(session_id)
        rows = walk(lambda offset, count: self._page(offset, count, session_id), page_size, _id_of)
        return (self._read(row, operations.ARCHIVE_LIST, about, session=session_id) for row in rows)

    def delete(self, archive_id: str) -> None:
        """Deletes the archive and its file in OpenTok's cloud (an uploaded file stays). Raises :class:`NotFound`.

        :class:`ApiError` (409) unless its status is available, uploaded or deleted.
        """
        self._call(operations.ARCHIVE_DELETE, _about(archive_id), archive_id=archive_id)

    def set_layout(self, archive_id: str, layout: Layout) -> None:
        """Changes the layout of a composed archive that is recording. Raises :class:`NotFound`."""
        about = _about(archive_id, layout.problems())
        self._call(operations.ARCHIVE_SET_LAYOUT, about, json=layout.as_json(), archive_id=archive_id)

    def add_stream(self, archive_id: str, stream_id: str, *, has_audio: bool = True, has_video: bool = True) -> None:
        """Records a stream, or some of its tracks, in a manual archive. Raises :class:`NotFound`; :class:`ApiError` (405) when it is auto."""
        about = _about(archive_id, id_problems("stream_id", stream_id))
        body = {"addStream": stream_id, "hasAudio": has_audio, "hasVideo": has_video}
        self._call(operations.ARCHIVE_UPDATE_STREAMS, about, json=body, archive_id=archive_id)

    def remove_stream(self, archive_id: str, stream_id: str) -> None:
        """Stops recording a stream in a manual archive. Raises as :meth:`add_stream`."""
        about = _about(archive_id, id_problems("stream_id", stream_id))
        self._call(operations.ARCHIVE_UPDATE_STREAMS, about, json={"removeStream": stream_id}, archive_id=archive_id)

    def _one(self, operation: Operation, archive_id: str) -> Archive:
        about = _about(archive_id)
        return self._read(self._call(operation, about, archive_id=archive_id), operation, about, archive=archive_id.lower())

    def _read(self, row: Any, operation: Operation, about: str, **wanted: str | None) -> Archive:
        """The archive, if it is this project's and the one that is ``wanted``."""
        shown = read_archive(row, operation, about)
        wanted["project"] = self._signer.credentials.key
        same(operation, about, wanted, {"archive": shown.id.lower(), "session": shown.session_id, "project": shown.project_id})
        return shown

    def _page(self, offset: int, count: int, session_id: str | None) -> tuple[int, Sequence[Any]]:
        problems = session_problems(session_id, self._signer.credentials.key) if session_id is not None else []
        raise_if_any([*problems, *page_problems(offset, count)])
        query = {"offset": offset, "count": count, "sessionId": session_id}
        about = self._all_of(session_id)
        answer = self._call(operations.ARCHIVE_LIST, about, query=query)
        try:
            total, rows = answer["count"], answer["items"]
            if isinstance(total, int) and isinstance(rows, list):
                return total, rows
        except (KeyError, TypeError):
            pass
        raise InvalidResponse(f"archive.list of {about}: the answer has no count and items", operation="archive.list")

    def _all_of(self, session_id: str | None) -> str:
        return f"the archives of {f'session {session_id}' if session_id else f'project {self._signer.credentials.key}'}"

    def _call(self, operation: Operation, about: str, **send: Any) -> Any:
        return self._transport.call(operation, self._signer, about=about, api_key=self._signer.credentials.key, **send)


def _id_of(row: Any) -> object:
    return text(row, "id") if isinstance(row, Mapping) else None


def archive_id_problems(field: str, value: Any) -> list[Problem]:
    """What is wrong with the id of an archive."""
    if isinstance(value, str) and UUID.fullmatch(value):
        return []
    return [Problem(field, f"must be an archive id (a UUID), not {quote(value)}")]


def _about(archive_id: str, problems: Sequence[Problem] = ()) -> str:
    """How errors name the archive. Raises :class:`InvalidInput`; because ``archive/storage`` is another resource, not every string is an id."""
    raise_if_any([*archive_id_problems("archive_id", archive_id), *problems])
    return f"archive {archive_id}"
