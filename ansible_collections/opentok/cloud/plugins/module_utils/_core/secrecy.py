# SPDX-License-Identifier: Apache-2.0
"""Objects that hold secrets."""

from __future__ import annotations

import dataclasses
from typing import Any


def equal_as_a_whole(self: Any, other: object) -> Any:
    """``==`` of a dataclass that holds a secret: write ``__eq__ = equal_as_a_whole`` in it.

    For objects with the ``==`` that a dataclass generates, pytest prints each field that differs, even with ``repr=False``. For all
    others, it prints both reprs.
    """
    fields = dataclasses.fields(self)
    if other.__class__ is not self.__class__:
        return NotImplemented
    return all(getattr(self, field.name) == getattr(other, field.name) for field in fields if field.compare)
