# SPDX-License-Identifier: Apache-2.0
"""What all stores say when something fails."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import MissingLibrary, one_line

PIECE = 8
"""So many characters of a secret in a row are taken for a part of it: servers and proxies quote and cut what they were sent."""


class MissingStoreLibrary(MissingLibrary):
    """The client of a store is not installed. ``extra`` is the extra of ``pulumi-opentok`` that brings it."""

    def __init__(self, library: str, *, extra: str, target: str) -> None:
        super().__init__(library, extra=extra, target=target)


def scrubbed(said: str, secrets: Iterable[str | None]) -> str:
    """``said``, which a server wrote, with every part of a secret in it as ``***``; cut where it gets long."""
    covered = bytearray(len(said))
    for secret in filter(None, secrets):
        size = min(PIECE, len(secret))
        pieces = {secret[start : start + size] for start in range(len(secret) - size + 1)}
        for start in range(len(said) - size + 1):
            if said[start : start + size] in pieces:
                covered[start : start + size] = b"\1" * size
    shown: list[str] = []
    for char, secret_part in zip(said, covered, strict=True):
        if not secret_part:
            shown.append(char)
        elif shown[-1:] != ["***"]:
            shown.append("***")
    return one_line("".join(shown), 400)
