# SPDX-License-Identifier: Apache-2.0
"""Callbacks: where the API posts events.

Source: the old API page, opentok-node's lib/callbacks.js and the Postman collection; current documents name the dashboard instead.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .. import operations
from ..checks import address_problems, id_problems, raise_if_any
from ..errors import Problem, quote
from ..http.calls import Calls
from ..http.objects import moment, safe_id, same, text, unreadable
from ..operations import Operation

KNOWN = (
    ("archive", "status"),
    ("connection", "created"),
    ("connection", "destroyed"),
    ("stream", "created"),
    ("stream", "destroyed"),
    ("sip_call", "created"),
    ("sip_call", "destroyed"),
)
"""The documented pairs of group and event; the API may have more."""
MAX_BODY = 8096
"""Bytes of the whole registration."""
_FRAME = 100  # more than the braces, names and quotes of the registration's JSON


@dataclasses.dataclass(frozen=True, kw_only=True)
class Callback:
    """A registered callback. ``created_at`` is in UTC, ``None`` if the API does not say."""

    id: str
    group: str | None
    event: str | None
    url: str | None
    created_at: datetime.datetime | None


class Callbacks(Calls):
    """The callbacks of one project."""

    def register(self, group: str, event: str, url: str) -> Callback:
        """Registers ``url`` (http or https) for an event, see ``KNOWN``. Not idempotent. Raises :class:`InvalidInput`."""
        raise_if_any(callback_problems(group, event, url))
        body, operation = {"group": group, "event": event, "url": url}, operations.CALLBACK_REGISTER
        about = f"a callback of project {self._key}"
        row = self._transport.call(operation, self._signer, about=about, json=body, api_key=self._key)
        # The old API page shows an answer of id and uri alone.
        shown = _callback({**body, **row} if isinstance(row, dict) else row, operation, about)
        same(operation, about, {"group": group, "event": event}, {"group": shown.group, "event": shown.event})
        return shown

    def list(self) -> list[Callback]:
        """All callbacks of the project."""
        about, operation = f"project {self._key}", operations.CALLBACK_LIST
        rows = self._transport.call(operation, self._signer, about=about, api_key=self._key)
        if not isinstance(rows, Sequence) or isinstance(rows, str):
            raise unreadable(operation, about, "a list of callbacks", rows)
        return [_callback(row, operation, about) for row in rows]

    def delete(self, callback_id: str) -> None:
        """Removes a callback. Raises :class:`NotFound`."""
        raise_if_any(id_problems("callback_id", callback_id))
        about = f"callback {callback_id} of project {self._key}"
        self._transport.call(operations.CALLBACK_DELETE, self._signer, about=about, api_key=self._key, callback_id=callback_id)


def callback_problems(group: Any, event: Any, url: Any) -> Sequence[Problem]:
    """What the API would refuse."""
    problems = []
    for field, value in (("group", group), ("event", event)):
        if not isinstance(value, str) or not value or not value.isascii() or not value.replace("_", "").isalnum():
            problems.append(Problem(field, f"must be a word such as those of {', '.join('/'.join(pair) for pair in KNOWN)}, not {quote(value)}"))
    problems += _url_problems(url)
    if not problems and len(group) + len(event) + len(url) > MAX_BODY - _FRAME:
        problems.append(Problem("url", f"is too long: a registration has at most {MAX_BODY:,} bytes"))
    return problems


def same_url(one: str | None, other: str | None) -> bool:
    """Whether two URLs are the same by RFC 3986: scheme and host in any case, the usual port left out, no path for ``/``."""
    return one == other or (one is not None and other is not None and normal_url(one) == normal_url(other))


def normal_url(url: str) -> tuple[str, ...]:
    """The parts of a URL, the same for all that :func:`same_url` takes for the same."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return (url,)
    return (parts.scheme, parts.hostname or "", str(port), parts.path or "/", parts.query, parts.fragment)


def _url_problems(url: Any) -> list[Problem]:
    # One text, as the pattern of `prune` is judged by it too.
    good = not address_problems("url", url, ("http", "https")) and url.isascii()
    return [] if good else [Problem("url", "must be an http or https URL of printable ASCII characters, with a host")]


def _callback(row: Any, operation: Operation, about: str) -> Callback:
    if not isinstance(row, Mapping) or (callback_id := safe_id(row.get("id"))) is None:
        raise unreadable(operation, about, "a callback", row)
    return Callback(
        id=callback_id,
        group=text(row, "group"),
        event=text(row, "event"),
        url=text(row, "url") or text(row, "uri"),
        created_at=moment(row.get("createdAt")),
    )
