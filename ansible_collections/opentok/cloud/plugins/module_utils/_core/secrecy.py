# SPDX-License-Identifier: Apache-2.0
"""Objects that hold secrets."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

SHORTEST = 8
"""Characters of what is looked for: what is shorter is found in any text, and is no secret."""


def finder(secrets: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text holds one of so many ``secrets``: in a time that does not depend on how many there are."""
    wanted = {secret for secret in secrets if len(secret) >= SHORTEST}
    lengths = sorted({len(secret) for secret in wanted})
    return lambda text: any(text[start : start + length] in wanted for length in lengths for start in range(len(text) - length + 1))


def equal_as_a_whole(self: Any, other: object) -> Any:
    """``==`` of a dataclass that holds a secret: write ``__eq__ = equal_as_a_whole`` in it.

    For objects with the ``==`` that a dataclass generates, pytest prints each field that differs, even with ``repr=False``. For all
    others, it prints both reprs.
    """
    fields = dataclasses.fields(self)
    if other.__class__ is not self.__class__:
        return NotImplemented
    return all(getattr(self, field.name) == getattr(other, field.name) for field in fields if field.compare)
