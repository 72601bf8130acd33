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
    before: Mapping[str, Sequence[Mapping[str, Any]]] = {name: (previous or {}).get(name, ()) for name in LISTS}
    known = {(name, *_identity(one)): one for name in LISTS for one in before[name]}
    found = {name: [_with_first_seen(one, known.get((name, *_identity(one))), document["looked_at"]) for one in document[name]] for name in LISTS}
    # The engine of Pulumi tells only of what it came to, and says of many things nothing.
    forgotten = _not_seen(found["items"], before["items"]) if document["result"] == COULD_NOT_LOOK else []
    found["items"] += forgotten
    found["undeclared"] += _not_seen(found["undeclared"], before["undeclared"]) if document["errors"] else []
    summary = dict(document["summary"])
    summary.update(could_not_look=summary["could_not_look"] + len(forgotten), declared=max(summary["declared"], len(found["items"])))
    return {**document, **found, "summary": summary if forgotten else document["summary"]}


def _with_first_seen(one: Document, before: Mapping[str, Any] | None, now: str) -> Document:
    remembered = one["first_seen"] if before is None else before["first_seen"] or one["first_seen"]
    if one["result"] == COULD_NOT_LOOK:
        return {**one, "first_seen": remembered}
    if one["due"] and one["due"]["since"] is None:
        # By a trigger: nothing but a look can say since when.
        known = (before or {}).get("due") or {}
        unseen = remembered if before is not None and before["result"] == COULD_NOT_LOOK else None
        one = {**one, "due": {**one["due"], "since": known.get("since") or unseen or now}}
    odd = bool(one["differs"] or one["actions"] or one["error"] or one["due"])
    return {**one, "first_seen": (remembered or now) if odd else None}


def _not_seen(here: Sequence[Document], before: Sequence[Mapping[str, Any]]) -> list[Document]:
    """What had drifted and this look says nothing of. Only since when is still known of it."""
    seen = {_identity(one) for one in here}
    left = [one for one in before if one["first_seen"] and _identity(one) not in seen]
    nothing: Document = {"differs": [], "actions": [], "does": [], "disruptive": [], "recorded": [], "reasons": [], "warnings": [], "due": None}
    return [{**one, **nothing, "result": COULD_NOT_LOOK, "error": COULD_NOT_LOOK} for one in left]


def _identity(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one["kind"]), str(one["key"])
