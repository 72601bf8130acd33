# SPDX-License-Identifier: Apache-2.0
"""What all stores say when something fails."""

from __future__ import annotations

from ...errors import MissingLibrary
from ...http.redaction import scrubbed as scrubbed  # what others said, of whatever store


class MissingStoreLibrary(MissingLibrary):
    """The client of a store is not installed. ``extra`` is the extra of ``pulumi-opentok`` that brings it."""

    def __init__(self, library: str, *, extra: str, target: str) -> None:
        super().__init__(library, extra=extra, target=target)
