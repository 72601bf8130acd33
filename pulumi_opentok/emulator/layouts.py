# SPDX-License-Identifier: Apache-2.0
"""The layout of a composed archive or broadcast, as requests give it. Source: REST reference; see provenance.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import fields
from .errors import bad_request

TYPES = ("bestFit", "pip", "verticalPresentation", "horizontalPresentation", "custom")
DEFAULT = {"type": "bestFit"}


def check(layout: Mapping[str, Any]) -> dict[str, str]:
    """The layout that a JSON object describes. Raises ApiError (400)."""
    kind = fields.needed_text(layout, "type")
    if kind not in TYPES:
        raise bad_request(f"The layout's type must be one of {', '.join(TYPES)}")
    stylesheet = fields.text(layout, "stylesheet", least=1)
    if kind == "custom" and not stylesheet:
        raise bad_request("A custom layout needs a stylesheet")
    if kind != "custom" and stylesheet:
        raise bad_request("stylesheet needs the layout type custom")
    screenshare = fields.text(layout, "screenshareType")
    if screenshare and kind != "bestFit":
        raise bad_request("screenshareType needs the layout type bestFit")
    if screenshare and screenshare not in TYPES[:-1]:
        raise bad_request(f"screenshareType must be one of {', '.join(TYPES[:-1])}")
    layout = {"type": kind, "stylesheet": stylesheet, "screenshareType": screenshare}
    return {name: value for name, value in layout.items() if value}
