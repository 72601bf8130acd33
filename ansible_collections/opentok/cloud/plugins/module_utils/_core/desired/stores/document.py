# SPDX-License-Identifier: Apache-2.0
"""The credential document as stores hold it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..publish import Document, PublishError

PLATFORM = "opentok"

PLACEHOLDER = {"platform": PLATFORM, "preflight": True}
"""What proves that a place can be written to. It holds no credentials, and whoever reads it finds nothing."""


def to_text(document: Mapping[str, Any]) -> str:
    """JSON that a person can read, ending in a newline."""
    return json.dumps(dict(document), indent=2, ensure_ascii=True) + "\n"


def from_text(text: str | bytes, where: str) -> Document | None:
    """The document in ``text``; ``None`` for nothing. Raises :class:`PublishError` for something of someone else's."""
    if not text.strip():
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    return from_content(content, where)


def from_content(content: Any, where: str) -> Document | None:
    """``content`` if it is a credential document; ``None`` if it is none yet. Raises :class:`PublishError` for something of someone else's."""
    if isinstance(content, Mapping) and content.get("platform") == PLATFORM:
        return None if "preflight" in content else content
    if isinstance(content, Mapping) and not content:
        return None
    raise PublishError(
        f"{where} holds something that is no OpenTok credential document, and is not overwritten: name a place for this document alone,"
        " or take away what is there"
    )
