# SPDX-License-Identifier: Apache-2.0
"""Sessions of a project. Source: https://tokbox.com/developer/guides/create-session/."""

from __future__ import annotations

import dataclasses
import ipaddress
import unicodedata
from collections.abc import Iterator
from typing import Any

from .. import operations
from ..checks import raise_if_any
from ..errors import InvalidInput, InvalidResponse, Problem, quote
from ..http.calls import Calls
from ..http.objects import same
from .session_ids import session_owner

MEDIA_MODES = ("relayed", "routed")
ARCHIVE_MODES = ("manual", "always")
RESOLUTIONS = ("640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920")
MAX_ARCHIVE_NAME = 80


@dataclasses.dataclass(frozen=True, kw_only=True)
class Session:
    """A session that the API has created. It never expires, and the API can neither show nor delete it."""

    session_id: str
    api_key: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """What a session is made with.

    ``media_mode``: ``relayed`` (media goes from client to client) or ``routed`` (needed for archives, broadcasts, SIP, e2ee).
    ``archive_mode``: ``manual`` or ``always``. ``archive_name`` (1 to 80 characters) and ``archive_resolution`` (one of
    ``RESOLUTIONS``) only with ``always``. ``location``: an IPv4 address near the clients. ``e2ee``: routed sessions without
    ``always`` only.
    """

    media_mode: str = "relayed"
    archive_mode: str = "manual"
    archive_name: str | None = None
    archive_resolution: str | None = None
    location: str | None = None
    e2ee: bool = False

    def problems(self) -> list[Problem]:
        """What the API would refuse, or silently do otherwise."""
        return [*self._mode_problems(), *self._archive_problems(), *self._location_problems()]

    def _mode_problems(self) -> Iterator[Problem]:
        if self.media_mode not in MEDIA_MODES:
            yield Problem("media_mode", f"must be 'relayed' or 'routed', not {quote(self.media_mode)}")
        if self.archive_mode not in ARCHIVE_MODES:
            yield Problem("archive_mode", f"must be 'manual' or 'always', not {quote(self.archive_mode)}")
        if self.archive_mode == "always" and self.media_mode == "relayed":
            yield Problem("archive_mode", "'always' needs media_mode 'routed': only routed media can be archived")
        if self.e2ee and (self.media_mode == "relayed" or self.archive_mode == "always"):
            yield Problem("e2ee", "needs media_mode 'routed' and archive_mode 'manual': encrypted media cannot be archived")

    def _archive_problems(self) -> Iterator[Problem]:
        name, resolution = self.archive_name, self.archive_resolution
        for field, value in (("archive_name", name), ("archive_resolution", resolution)):
            if value is not None and self.archive_mode != "always":
                yield Problem(field, "needs archive_mode 'always'")
        if name is not None and not 1 <= len(name) <= MAX_ARCHIVE_NAME:
            yield Problem("archive_name", f"must have 1 to {MAX_ARCHIVE_NAME} characters")
        elif name is not None and any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
            yield Problem("archive_name", "must not contain control characters or line breaks")
        if resolution is not None and resolution not in RESOLUTIONS:
            yield Problem("archive_resolution", f"must be one of {', '.join(RESOLUTIONS)}, not {quote(resolution)}")

    def _location_problems(self) -> Iterator[Problem]:
        if self.location is not None and not _is_ipv4(self.location):
            yield Problem("location", f"must be an IPv4 address, not {quote(self.location)}")

    def as_form(self) -> dict[str, str]:
        """The body of a create; what is not set is left out."""
        form = {
            "p2p.preference": "enabled" if self.media_mode == "relayed" else "disabled",
            "archiveMode": self.archive_mode,
            "archiveName": self.archive_name,
            "archiveResolution": self.archive_resolution,
            "location": self.location,
            "e2ee": "true" if self.e2ee else None,
        }
        return {name: value for name, value in form.items() if value}


class Sessions(Calls):
    """Creates sessions of one project."""

    def create(self, options: SessionOptions | None = None, **said: Any) -> Session:
        """Creates a session. ``said``: fields of :class:`SessionOptions`, in place of ``options`` or on top of them.

        Raises :class:`InvalidInput` before any request if these contradict each other.
        """
        options = dataclasses.replace(options or SessionOptions(), **said)
        raise_if_any(options.problems())
        key = self._signer.credentials.key
        about = f"a session of project {key}"
        rows = self._transport.call(operations.SESSION_CREATE, self._signer, about=about, form=options.as_form())
        operation = operations.SESSION_CREATE
        try:
            session_id = str(rows[0]["session_id"])
            owner = session_owner(session_id)
        except (KeyError, IndexError, TypeError, InvalidInput):
            raise InvalidResponse(f"session.create of {about}: the answer has no session id", operation=operation.name) from None
        same(operation, about, {"project": key}, {"project": owner})
        return Session(session_id=session_id, api_key=key)


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
