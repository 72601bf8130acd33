# SPDX-License-Identifier: Apache-2.0
"""How the page says things: times, outcomes and states in words, with a sign and a tone, so that colour is never alone."""

from __future__ import annotations

import datetime
import http
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..callbacks.rows import shown_url

_UNITS = ((86_400, "day"), (3_600, "h"), (60, "min"), (1, "s"))
_LONGEST_TEXT = 200


class Badge(NamedTuple):
    """A state: its tone (a class of the stylesheet), a sign for the eye, and the words."""

    tone: str
    sign: str
    text: str


_STATES: Mapping[str, tuple[str, str]] = {
    "VALID": ("good", "✓"),
    "ACTIVE": ("good", "✓"),
    "SUSPENDED": ("warn", "■"),
    "started": ("busy", "●"),
    "starting": ("busy", "○"),
    "paused": ("warn", "‖"),
    "stopped": ("quiet", "■"),
    "uploaded": ("good", "↑"),
    "available": ("good", "✓"),
    "expired": ("quiet", "○"),
    "deleted": ("quiet", "✕"),
    "failed": ("bad", "✕"),
    "DIALING": ("busy", "○"),
    "RINGING": ("busy", "○"),
    "ON_HOLD": ("warn", "‖"),
    "HANGUP": ("quiet", "■"),
}


def state(status: str) -> Badge:
    """A status as the API spells it."""
    return Badge(*_STATES.get(status, ("quiet", "○")), status)


def outcome(entry: Mapping[str, Any]) -> Badge:
    """How a request of the journal ended."""
    status: int | None = entry["status"]
    if status is None:
        dropped = str(entry["fault"]).startswith(("drop", "late"))
        return Badge("bad", "✕", "connection dropped") if dropped else Badge("busy", "○", "no answer yet")
    try:
        text = f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        text = str(status)
    return Badge("good", "✓", text) if status < 400 else Badge("warn", "▲", text) if status < 500 else Badge("bad", "✕", text)


def fault_state(fault: Mapping[str, Any]) -> Badge:
    """Whether a fault can still fire."""
    if is_used_up(fault):
        return Badge("quiet", "■", "used up")
    if fault["seen"] < fault["after"]:
        return Badge("busy", "○", f"lets {fault['after'] - fault['seen']} more pass")
    return Badge("warn", "▲", "armed")


def delivery(row: Mapping[str, Any]) -> Badge:
    """What became of a webhook."""
    if not row["attempts"]:
        return Badge("quiet", "✕", row["error"]) if row["error"] else Badge("busy", "○", "not attempted yet")
    if row["error"] is None:
        return Badge("good", "✓", f"answered {row['status']}")
    return Badge("bad", "✕", row["error"]) if row["next_at"] is None else Badge("warn", "▲", row["error"])


def is_used_up(fault: Mapping[str, Any]) -> bool:
    """Whether a fault has fired for the last time."""
    return fault["times"] is not None and fault["fired"] >= fault["times"]


def iso(milliseconds: int) -> str:
    """For machines: ``2026-11-25T22:14:50.123Z``."""
    return _moment(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def absolute(milliseconds: int) -> str:
    """For people, in UTC: ``2026-11-25 22:14:50``."""
    return _moment(milliseconds).strftime("%Y-%m-%d %H:%M:%S")


def relative(milliseconds: int, now: int) -> str:
    """``3 min ago``, ``in 2 days``, ``just now``, seen from ``now``."""
    seconds = abs(now - milliseconds) // 1000
    if seconds < 1:
        return "just now"
    text = span(seconds)
    return f"{text} ago" if milliseconds < now else f"in {text}"


def span(seconds: int) -> str:
    """A length of time in its largest unit: ``45 s``, ``3 min``, ``2 days``."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds >= size or size == 1)
    number = seconds // size
    return f"{number} {unit}{'s' if unit == 'day' and number != 1 else ''}"


def address(url: str) -> str:
    """A URL without what may be secret in it."""
    try:
        return short(shown_url(url))
    except ValueError:
        return "(not a URL)"


def sip_address(uri: str) -> str:
    """A SIP URI without its password, parameters and headers."""
    scheme, _, rest = uri.partition(":")
    user, _, host = rest.rpartition("@")
    for end in (";", "?"):
        host = host.partition(end)[0]
    return short(f"{scheme}:{user.partition(':')[0]}@{host}")


def short(text: str) -> str:
    """A text that a client chose, cut to a bearable length."""
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"


def _moment(milliseconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
