# SPDX-License-Identifier: Apache-2.0
"""What ``report`` reads: a document of drift, and what others print of a plan."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ....core.desired.drift import reading
from ....core.desired.drift.document import FORMAT, Document
from ...errors import UsageError
from . import ansible, plan, pulumi

OTHERS = (pulumi, plan, ansible)


def read(found: Any, called: str, now: datetime.datetime) -> Document:
    """The document of drift that ``found`` is or comes to. ``now`` is when it was looked, where it does not say. Raises :class:`UsageError`."""
    if isinstance(found, Mapping):
        if found.get("format") == FORMAT:
            return reading.read(found, called)
        for source in OTHERS:
            if source.is_one(found):
                try:
                    # What is made of it is read as any other: nobody has checked the types of what it was made from.
                    return reading.read(source.document_of(found, now), called)
                except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                    raise UsageError(f"{called}: is not as {source.CALLED} prints it") from None
    known = ", ".join(source.CALLED for source in OTHERS)
    raise UsageError(f"{called}: is none of what can be rendered: a document of drift ({FORMAT}), the JSON of {known}")
