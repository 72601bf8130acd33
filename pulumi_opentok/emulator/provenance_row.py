# SPDX-License-Identifier: Apache-2.0
"""One row of the table of provenance, and the words of its status."""

from __future__ import annotations

import dataclasses

DOCUMENTED = "documented"
SEEN = "seen in an SDK"
ASSUMED = "assumed"
REST = "REST reference (tokbox.com/developer/rest)"


@dataclasses.dataclass(frozen=True)
class Row:
    """One behaviour.

    ``operation`` is its name, "*" for all, or "webhook" for what is delivered; ``status`` one of documented, seen in an SDK, assumed.
    """

    operation: str
    what: str
    status: str
    source: str
