# SPDX-License-Identifier: Apache-2.0
"""What all stores say when something fails."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...http import redaction

_TOKEN = re.compile(r"\b(bearer)\W+[\w.~+/=-]{16,}|\beyJ[\w-]{8,}(\.[\w-]*)*", re.IGNORECASE)
"""A token in a quoted header, and a JWT anywhere."""


def scrubbed(said: str, secrets: Iterable[str | None]) -> str:
    """``said``, which a server wrote, with every token and every part of a secret in it as ``***``; cut where it gets long."""
    return redaction.scrubbed(_TOKEN.sub(lambda match: f"{match[1]} ***" if match[1] else "***", said), secrets)
