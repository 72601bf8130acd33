# SPDX-License-Identifier: Apache-2.0
"""Experience Composer: web pages that are rendered into a session.

Source: https://tokbox.com/developer/guides/experience-composer/ and the reference of ``/render``.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

from .. import operations
from ..checks import choice_problems, id_problems, length_problems, number_problems, raise_if_any, token_problems, url_problems
from ..http.calls import Calls
from ..http.objects import identified, moment, same, text
from ..http.pages import DEFAULT_COUNT, PAGE, Page, iterate, page_problems, read_page
from ..operations import Operation
from .session_ids import session_problems

RESOLUTIONS = ("640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920")
MIN_DURATION = 60
MAX_DURATION = 36_000
MAX_NAME = 200


@dataclasses.dataclass(frozen=True, kw_only=True)
class Render:
    """A render as the API shows it.

    ``status``: starting, started, stopped or failed. ``stream_id`` is ``None`` while it starts. ``reason`` says why it stopped or failed.
    """

    id: str
    status: str | None = None
    session_id: str | None = None
    project_id: str | None = None
    url: str | None = None
    resolution: str | None = None
    stream_id: str | None = None
    reason: str | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None


class Renders(Calls):
    """The renders of one project."""

    def start(
        self,
        session_id: str,
        token: str,
        url: str,
        *,
        name: str | None = None,
        max_duration: int = 7200,
        resolution: str = "1280x720",
        status_callback_url: str | None = None,
    ) -> Render:
        """Opens ``url`` in a browser of the service and publishes what it shows into a routed session.

        ``token``: a client token of the session. ``url`` and ``status_callback_url``: 15 to 2,048 characters. ``name``: of the stream,
        1 to 200 characters. ``max_duration``: 60 to 36,000 seconds. ``resolution``: one of ``RESOLUTIONS``. Not idempotent. Raises
        :class:`InvalidInput` before any request, :class:`Forbidden` where the feature is off, :class:`ApiError`.
        """
        problems = [
            *session_problems(session_id, self._signer.credentials.key),
            *token_problems(token),
            *url_problems("url", url or ""),
            *length_problems("name", name, 1, MAX_NAME),
            *number_problems("max_duration", max_duration, MIN_DURATION, MAX_DURATION, "seconds"),
            *choice_problems("resolution", resolution, RESOLUTIONS),
            *url_problems("status_callback_url", status_callback_url),
        ]
        raise_if_any(problems)
        body: dict[str, Any] = {"sessionId": session_id, "token": token, "url": url, "maxDuration": max_duration, "resolution": resolution}
        if name is not None:
            body["properties"] = {"name": name}
        if status_callback_url is not None:
            body["statusCallbackUrl"] = status_callback_url
        about = f"a render of session {session_id}"
        answer = self._transport.call(operations.RENDER_START, self._signer, about=about, json=body, api_key=self._signer.credentials.key)
        return self._read(answer, operations.RENDER_START, about, session=session_id)

    def get(self, render_id: str) -> Render:
        """The render of this id. Raises :class:`NotFound`."""
        row = self._call(operations.RENDER_GET, render_id)
        return self._read(row, operations.RENDER_GET, f"render {render_id}", render=render_id)

    def stop(self, render_id: str) -> None:
        """Ends a render. Raises :class:`NotFound`. The API answers 200 or 204: SDKs disagree, and both are accepted."""
        self._call(operations.RENDER_STOP, render_id)

    def list(self, *, offset: int = 0, count: int = DEFAULT_COUNT) -> Page[Render]:
        """One page: ``count`` (1 to 1,000) renders of the project, of all states, after the ``offset`` newest."""
        raise_if_any(page_problems(offset, count))
        operation, key = operations.RENDER_LIST, self._signer.credentials.key
        about, query = f"the renders of project {key}", {"offset": offset, "count": count}
        answer = self._transport.call(operation, self._signer, about=about, query=query, api_key=key)
        return read_page(answer, operation, about, lambda row: self._read(row, operation, about))

    def iterate(self, *, page_size: int = PAGE) -> Iterator[Render]:
        """All renders of the project, loaded page by page as needed; only one page is kept."""
        return iterate(lambda offset, count: self.list(offset=offset, count=count), page_size)

    def _read(self, row: Any, operation: Operation, about: str, **wanted: str) -> Render:
        """The render, if it is this project's and the one that is ``wanted``."""
        shown = _render(row, operation, about)
        wanted["project"] = self._signer.credentials.key
        same(operation, about, wanted, {"render": shown.id, "session": shown.session_id, "project": shown.project_id})
        return shown

    def _call(self, operation: Operation, render_id: str) -> Any:
        raise_if_any(id_problems("render_id", render_id))
        key = self._signer.credentials.key
        return self._transport.call(operation, self._signer, about=f"render {render_id}", api_key=key, render_id=render_id)


def _render(row: Any, operation: Operation, about: str) -> Render:
    return Render(
        id=identified(row, operation, about),
        status=text(row, "status"),
        session_id=text(row, "sessionId"),
        project_id=text(row, "projectId"),
        url=text(row, "url"),
        resolution=text(row, "resolution"),
        stream_id=text(row, "streamId"),
        reason=text(row, "reason"),
        created_at=moment(row.get("createdAt")),
        updated_at=moment(row.get("updatedAt")),
    )
