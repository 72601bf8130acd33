# SPDX-License-Identifier: Apache-2.0
"""Whether what would be done now is what was approved: by the documents of both, in the plan's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from .document import AS_DECLARED, COULD_NOT_LOOK, Document

ONLY = ("rotations", "nothing")
"""What may be approved without a document."""

_ROTATION = "rotate the secret of "


def unlike(approved: Document, now: Document) -> list[str]:
    """What differs, one line each; nothing where ``now`` would be done exactly what was ``approved``. When each was looked at makes no difference."""
    seen = _unseen(approved, "approved") + _unseen(now, "now")
    if seen:
        return seen
    before, after = Counter(_changes(approved)), Counter(_changes(now))
    return [
        *(f"would be done, and was not approved: {text}" for text in (after - before).elements()),
        *(f"was approved, and would no longer be done: {text}" for text in (before - after).elements()),
        *_of_other_things(approved, now),
    ]


def _of_other_things(approved: Document, now: Document) -> Iterator[str]:
    """What would be done in the same words, and not to what it was approved for: a project that is active again, a secret that was rotated since."""
    before, after = ({(one["kind"], one["key"]): one for one in _all(document) if one["actions"]} for document in (approved, now))
    for key in before.keys() & after.keys():
        then, found = before[key], after[key]
        for property_ in ("status", "secret_fingerprint"):
            if None not in (then[property_], found[property_]) and then[property_] != found[property_]:
                was = f"its {property_} was {then[property_]} when that was approved, and is {found[property_]}"
                yield f"would be done to another state: {' '.join(key)}: {was}"


def _all(document: Document) -> Iterator[Document]:
    yield from (*document["items"], *document["undeclared"])


def beyond(only: str, now: Document) -> list[str]:
    """What would be done ``now`` besides that one of ONLY, one line each."""
    allowed: Callable[[str], bool] = {"rotations": lambda text: text.startswith(_ROTATION), "nothing": lambda text: False}[only]
    items = [one for one in _all(now) if one["result"] != AS_DECLARED]
    strange = [text for one in items for text in _texts(one) if not allowed(text)]
    return _unseen(now, "now") or [f"would be done, and only {only} may be: {text}" for text in strange]


def _unseen(document: Document, when: str) -> list[str]:
    """Nobody may approve what was not seen."""
    if document["result"] != COULD_NOT_LOOK:
        return []
    failed = [f"{one['key']}: {one['error']}" for one in document["items"] if one["result"] == COULD_NOT_LOOK]
    return [f"could not look ({when}): {text}" for text in document["errors"] or failed]


def _changes(document: Document) -> Iterator[str]:
    for one in _all(document):
        if one["result"] != AS_DECLARED:
            yield from (f"{one['kind']} {one['key']}: {text}" for text in _texts(one))


def _texts(one: dict[str, Any]) -> list[str]:
    """What would be done, else why nothing can be, else what differs."""
    if one["actions"]:
        return list(one["actions"])
    return [one["error"]] if one["error"] else [f"{each['property']} {each['found']!r} is not {each['expected']!r}" for each in one["differs"]]
