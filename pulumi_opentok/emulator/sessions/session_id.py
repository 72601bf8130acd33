# SPDX-License-Identifier: Apache-2.0
"""Session ids: ``1_`` and the base64 of ``1~<key>~<location>~<milliseconds>~<random>~<flags>~~``.

Source: ids in the fixtures of the official SDKs, decoded. The flag ``P`` marks a relayed session.
"""

from __future__ import annotations

import base64


def make(key: str, location: str | None, milliseconds: int, random: str, *, relayed: bool) -> str:
    """A session id. ``random`` is text without "~"."""
    plain = f"1~{key}~{location or ''}~{milliseconds}~{random}~{'P' if relayed else ''}~~"
    return "1_" + base64.urlsafe_b64encode(plain.encode("ascii")).decode("ascii").rstrip("=")
