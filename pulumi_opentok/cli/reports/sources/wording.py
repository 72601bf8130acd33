# SPDX-License-Identifier: Apache-2.0
"""What a text of a plan says, where it stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ENDS = re.compile(r"\bstops? working\b")


def disruptive(texts: Sequence[str]) -> list[str]:
    """Those of ``texts`` by which something stops working for someone: a plan says it in these words. Nobody uses what is only created."""
    return [] if any(text.startswith("create ") for text in texts) else [text for text in texts if _ENDS.search(text)]
