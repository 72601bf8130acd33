# SPDX-License-Identifier: Apache-2.0
"""What a session may be: the parameters of ``POST /session/create`` and how they go together."""

from __future__ import annotations

import dataclasses
import ipaddress
import urllib.parse
from collections.abc import Mapping

from ..errors import bad_request

RESOLUTIONS = ("640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920")
LONGEST_ARCHIVE_NAME = 80  # characters


@dataclasses.dataclass(frozen=True)
class SessionParams:
    """A session that may be made."""

    media_mode: str
    archive_mode: str
    archive_name: str | None
    archive_resolution: str | None
    location: str | None
    e2ee: bool


def read_form(body: bytes, content_type: str) -> dict[str, str]:
    """The form fields; of a repeated one the last value. Raises ApiError (400)."""
    kind = content_type.partition(";")[0].strip().lower()
    if body and kind not in ("", "application/x-www-form-urlencoded"):
        raise bad_request("The body must be application/x-www-form-urlencoded")
    try:
        return dict(urllib.parse.parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100))
    except ValueError as error:
        raise bad_request("The body is not a form") from error


def check(form: Mapping[str, str]) -> SessionParams:
    """The session that a form asks for. Unknown fields are ignored: the PHP SDK sends ``api_key``. Raises ApiError (400)."""
    relayed = _one_of(form, "p2p.preference", ("disabled", "enabled")) == "enabled"
    archive_mode = _one_of(form, "archiveMode", ("manual", "always"))
    e2ee = _one_of({name: value.lower() for name, value in form.items()}, "e2ee", ("false", "true")) == "true"
    always = archive_mode == "always"
    if always and relayed:
        raise bad_request("archiveMode always needs a routed session")
    if e2ee and relayed:
        raise bad_request("e2ee needs a routed session")
    if e2ee and always:
        raise bad_request("e2ee and archiveMode always exclude each other")
    return SessionParams(
        media_mode="relayed" if relayed else "routed",
        archive_mode=archive_mode,
        archive_name=_archive_name(form, always=always),
        archive_resolution=_archive_resolution(form, always=always),
        location=_location(form),
        e2ee=e2ee,
    )


def _one_of(form: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    """The value of a field; the first of ``values`` is the default."""
    value = form.get(name, values[0])
    if value not in values:
        raise bad_request(f"{name} must be one of {', '.join(values)}")
    return value


def _archive_name(form: Mapping[str, str], *, always: bool) -> str | None:
    name = form.get("archiveName")
    if name is None:
        return None
    if not 1 <= len(name) <= LONGEST_ARCHIVE_NAME:
        raise bad_request(f"archiveName must have 1 to {LONGEST_ARCHIVE_NAME} characters")
    if not always:
        raise bad_request("archiveName needs archiveMode always")
    return name


def _archive_resolution(form: Mapping[str, str], *, always: bool) -> str | None:
    resolution = form.get("archiveResolution")
    if resolution is None:
        return None
    if resolution not in RESOLUTIONS:
        raise bad_request(f"archiveResolution must be one of {', '.join(RESOLUTIONS)}")
    if not always:
        raise bad_request("archiveResolution needs archiveMode always")
    return resolution


def _location(form: Mapping[str, str]) -> str | None:
    location = form.get("location")
    if not location:
        return None
    try:
        return str(ipaddress.IPv4Address(location))
    except ValueError as error:
        raise bad_request("location must be an IPv4 address") from error
