# SPDX-License-Identifier: Apache-2.0
"""``?keep=N`` of a target: how many versions a store keeps."""

from __future__ import annotations

from urllib.parse import parse_qsl

from ...errors import InvalidInput, Problem, quote

MAX_KEEP = 1000


def name_and_keep(scheme: str, place: str) -> tuple[str, int | None]:
    """The place without its settings, and how many versions it keeps, the live one among them; ``None`` for all. Raises ``InvalidInput``."""
    name, mark, query = place.partition("?")
    settings = dict(parse_qsl(query, keep_blank_values=True))
    keep = settings.get("keep", "")
    if not mark:
        return name, None
    if set(settings) != {"keep"} or not (keep.isascii() and keep.isdecimal() and 1 <= int(keep) <= MAX_KEEP):
        wanted = f"takes only ?keep=, how many versions stay usable: 1 to {MAX_KEEP}, such as ?keep=3"
        raise InvalidInput(Problem("publish", f"{quote(f'{scheme}:{place}', 120)} {wanted}"))
    return name, int(keep)
