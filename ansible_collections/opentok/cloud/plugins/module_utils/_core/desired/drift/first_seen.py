# SPDX-License-Identifier: Apache-2.0
"""Since when something has drifted: as the document before this one remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .document import COULD_NOT_LOOK, Document

LISTS = ("items", "undeclared")


def carried(document: Document, previous: Mapping[str, Any] | None) -> Document:
    """``document`` with ``first_seen`` for all that is not as declared: that of ``previous`` while it lasts, else the time of this look.

    What could not be looked at keeps what was known of it. A document of another account knows nothing of this one.
    """
    if previous is not None and None not in (previous["account_key"], document["account_key"]) and previous["account_key"] != document["account_key"]:
        previous = None
    known = {(name, *_identity(one)): one for name in LISTS for one in (previous or {}).get(name, ())}
    found = {name: [_with_first_seen(one, known.get((name, *_identity(one))), document["looked_at"]) for one in document[name]] for name in LISTS}
    if document["errors"]:
        found["undeclared"] += _not_seen(found["undeclared"], (previous or {}).get("undeclared", ()))
    return {**document, **found}


def _with_first_seen(one: Document, before: Mapping[str, Any] | None, now: str) -> Document:
    remembered = None if before is None else before["first_seen"]
    if one["result"] == COULD_NOT_LOOK:
        return {**one, "first_seen": remembered}
    odd = bool(one["differs"] or one["actions"] or one["error"] or one["due"])
    return {**one, "first_seen": (remembered or now) if odd else None}


def _not_seen(here: Sequence[Document], before: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Undeclared ones that were there, and that this run could not look for."""
    seen = {_identity(one) for one in here}
    return [{**one, "result": COULD_NOT_LOOK} for one in before if _identity(one) not in seen]


def _identity(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one["kind"]), str(one["key"])
