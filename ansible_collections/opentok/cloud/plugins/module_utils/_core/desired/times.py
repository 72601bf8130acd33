# SPDX-License-Identifier: Apache-2.0
"""Moments as texts, in results, states and ledgers."""

from __future__ import annotations

import datetime


def to_text(moment: datetime.datetime | None) -> str | None:
    """RFC 3339 in UTC with seconds: ``2026-11-23T07:02:00Z``."""
    if moment is None:
        return None
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def from_text(text: str | None) -> datetime.datetime | None:
    """The reverse of :func:`to_text`; without an offset it is UTC."""
    if not text:
        return None
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
