# SPDX-License-Identifier: Apache-2.0
"""Sessions of a project. Source: https://tokbox.com/developer/guides/create-session/."""

from __future__ import annotations

import dataclasses
import ipaddress
import unicodedata

from .. import operations
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


class Sessions(Calls):
    """Creates sessions of one project."""

    def create(
        self,
        *,
        media_mode: str = "relayed",
        archive_mode: str = "manual",
        archive_name: str | None = None,
        archive_resolution: str | None = None,
        location: str | None = None,
        e2ee: bool = False,
    ) -> Session:
        """Creates a session.

        ``media_mode``: ``relayed`` (media goes from client to client) or ``routed`` (needed for archives, broadcasts, SIP, e2ee).
        ``archive_mode``: ``manual`` or ``always``. ``archive_name`` (1 to 80 characters) and ``archive_resolution`` (one of
        ``RESOLUTIONS``) only with ``always``. ``location``: an IPv4 address near the clients. ``e2ee``: routed sessions without
        ``always`` only. Raises :class:`InvalidInput` before any request if these contradict each other.
        """
        problems = session_problems(
            media_mode=media_mode,
            archive_mode=archive_mode,
            archive_name=archive_name,
            archive_resolution=archive_resolution,
            location=location,
            e2ee=e2ee,
        )
        if problems:
            raise InvalidInput(problems)
        form = {"p2p.preference": "enabled" if media_mode == "relayed" else "disabled", "archiveMode": archive_mode}
        optional = {"archiveName": archive_name, "archiveResolution": archive_resolution, "location": location, "e2ee": "true" if e2ee else None}
        form.update({name: value for name, value in optional.items() if value})
        key = self._signer.credentials.key
        about = f"a session of project {key}"
        rows = self._transport.call(operations.SESSION_CREATE, self._signer, about=about, form=form)
        operation = operations.SESSION_CREATE
        try:
            session_id = str(rows[0]["session_id"])
            owner = session_owner(session_id)
        except (KeyError, IndexError, TypeError, InvalidInput):
            raise InvalidResponse(f"session.create of {about}: the answer has no session id", operation=operation.name) from None
        same(operation, about, {"project": key}, {"project": owner})
        return Session(session_id=session_id, api_key=key)


def session_problems(
    *, media_mode: str, archive_mode: str, archive_name: str | None, archive_resolution: str | None, location: str | None, e2ee: bool
) -> list[Problem]:
    """What the API would refuse or silently do differently."""
    problems = []
    if media_mode not in MEDIA_MODES:
        problems.append(Problem("media_mode", f"must be 'relayed' or 'routed', not {quote(media_mode)}"))
    if archive_mode not in ARCHIVE_MODES:
        problems.append(Problem("archive_mode", f"must be 'manual' or 'always', not {quote(archive_mode)}"))
    if archive_mode == "always" and media_mode == "relayed":
        problems.append(Problem("archive_mode", "'always' needs media_mode 'routed': only routed media can be archived"))
    if e2ee and (media_mode == "relayed" or archive_mode == "always"):
        problems.append(Problem("e2ee", "needs media_mode 'routed' and archive_mode 'manual': encrypted media cannot be archived"))
    for field, value in (("archive_name", archive_name), ("archive_resolution", archive_resolution)):
        if value is not None and archive_mode != "always":
            problems.append(Problem(field, "needs archive_mode 'always'"))
    if archive_name is not None and not 1 <= len(archive_name) <= MAX_ARCHIVE_NAME:
        problems.append(Problem("archive_name", f"must have 1 to {MAX_ARCHIVE_NAME} characters"))
    elif archive_name is not None and any(unicodedata.category(char) in ("Cc", "Cs") for char in archive_name):
        problems.append(Problem("archive_name", "must not contain control characters or line breaks"))
    if archive_resolution is not None and archive_resolution not in RESOLUTIONS:
        problems.append(Problem("archive_resolution", f"must be one of {', '.join(RESOLUTIONS)}, not {quote(archive_resolution)}"))
    if location is not None and not _is_ipv4(location):
        problems.append(Problem("location", f"must be an IPv4 address, not {quote(location)}"))
    return problems


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
