# SPDX-License-Identifier: Apache-2.0
"""What a render may be, and what becomes of it with time."""

from __future__ import annotations

import dataclasses
from typing import Any

from .. import fields
from ..errors import bad_request
from ..sessions.rules import RESOLUTIONS
from ..sessions.token_data import connection_data

DEFAULT_RESOLUTION = "1280x720"
DEFAULT_DURATION = 7200  # seconds
STARTING = 2_000  # milliseconds until the page is there
STOP_REQUESTED = "Stop Requested"
DURATION_EXCEEDED = "Max duration exceeded"
NOT_LOADED = "Could not load URL"


@dataclasses.dataclass(frozen=True)
class RenderParams:
    """A render that may begin."""

    url: str
    name: str
    resolution: str
    max_duration: int
    callback_url: str | None
    data: str


def check(body: dict[str, Any]) -> RenderParams:
    """The render that a body asks for. Raises ApiError (400)."""
    token = fields.needed_text(body, "token")
    url = fields.needed_text(body, "url", least=15, most=2048)
    if not url.lower().startswith(("http://", "https://")):
        raise bad_request("url must be a URL")
    properties = fields.mapping(body, "properties") or {}
    return RenderParams(
        url=url,
        name=fields.text(properties, "name", least=1, most=200) or "",
        resolution=fields.one_of(body, "resolution", RESOLUTIONS, DEFAULT_RESOLUTION),
        max_duration=fields.whole_number(body, "maxDuration", 60, 36_000) or DEFAULT_DURATION,
        callback_url=fields.callback_url(body),
        data=connection_data(token),
    )
