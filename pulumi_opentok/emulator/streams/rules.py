# SPDX-License-Identifier: Apache-2.0
"""What layout classes may be."""

from __future__ import annotations

from typing import Any

from .. import fields
from ..errors import bad_request


def layout_classes(body: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Stream ids and their classes, of ``{"items": [{"id", "layoutClassList"}]}``. Raises ApiError (400)."""
    items = body.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_request("items must be a list of objects")
    return [(fields.needed_text(item, "id"), _classes(item.get("layoutClassList"))) for item in items]


def _classes(names: Any) -> list[str]:
    if not isinstance(names, list):
        raise bad_request("layoutClassList must be a list")
    return [fields.needed_text({"layoutClassList": name}, "layoutClassList") for name in names]
