# SPDX-License-Identifier: Apache-2.0
"""Whether what would be done now is what was approved: by the documents of both, in the plan's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .document import AS_DECLARED, COULD_NOT_LOOK, PUBLISH, ROTATE, Document

ONLY = ("rotations", "nothing")
"""What may be approved without a document."""

_KINDS_OF_PLAN = {
    "opentok-projects plan": "opentok-projects",
    "opentok-projects drift": "opentok-projects",
    "opentok.cloud.projects": "opentok.cloud",
    "opentok.cloud.projects_drift": "opentok.cloud",
}
"""Which sources may stand for each other; any other only for itself."""

DONE = "would be done, and was not approved"

MAY_NOT_KNOW_THE_ACCOUNT = ("pulumi preview", "opentok.cloud.projects")
"""Sources whose first plan, of nothing but what is new, does not name the account."""


def unlike(approved: Document, now: Document) -> list[str]:
    """What differs, one line each; nothing where ``now`` would be done exactly what was ``approved``. When each was looked at makes no difference."""
    seen = _unseen(approved, "approved") + _unseen(now, "now")
    if seen:
        return seen
    return [
        *_other_whole(approved, now),
        *_other_identity(approved, now),
        *_other_state(approved, now),
        *_compared(_changes, approved, now, DONE, "was approved, and would no longer be done"),
        *_compared(_texts_of("recorded"), approved, now, "would be recorded, and was not approved", "was approved, and would no longer be recorded"),
        *_disruptive(approved, now),
        *_compared(_texts_of("warnings"), approved, now, "is warned of, and was not when it was approved", None),
    ]


def beyond(only: str, now: Document) -> list[str]:
    """What would be done ``now`` besides that one of ONLY, one line each."""
    unseen = _unseen(now, "now")
    if unseen:
        return unseen
    allowed: Callable[[Document], frozenset[str]] = {"rotations": _with_a_rotation, "nothing": lambda one: frozenset()}[only]
    lines = []
    for one in _all(now):
        done = zip(one["actions"], one["does"], strict=True)
        lines += [f"would be done, and only {only} may be: {text}" for text, does in done if does not in allowed(one)]
        lines += [f"would be recorded, and only {only} may be done: {text}" for text in one["recorded"]]
        if one["result"] != AS_DECLARED and not one["actions"] and not _only_reported(one):
            lines += [f"would be done, and only {only} may be: {text}" for text in _reasons(one)]
    return lines


def unsaid(*documents: Document) -> list[str]:
    """What the comparison could not compare."""
    unknown = all(one["account_key"] is None for one in documents)
    return ["the account is not compared: the plan does not name it, for it has only what is new"] if unknown else []


def _with_a_rotation(one: Document) -> frozenset[str]:
    """A new secret is published where the declaration says so; without a rotation, nothing is."""
    return frozenset({ROTATE, PUBLISH} if ROTATE in one["does"] else ())


def _unseen(document: Document, when: str) -> list[str]:
    """Nobody may approve what was not seen."""
    if document["result"] != COULD_NOT_LOOK:
        return []
    failed = [f"{one['key']}: {one['error']}" for one in _all(document) if one["result"] == COULD_NOT_LOOK]
    return [f"could not look ({when}): {text}" for text in document["errors"] or failed]


def _other_whole(approved: Document, now: Document) -> Iterator[str]:
    """Of another account, or another kind of plan."""
    kinds = [_KINDS_OF_PLAN.get(one["source"], one["source"]) for one in (approved, now)]
    if kinds[0] != kinds[1]:
        yield f"source: approved is a plan of {approved['source']!r}, now is one of {now['source']!r}"
    before, after = approved["account_key"], now["account_key"]
    if before != after:
        yield f"account_key: approved is {_account(before)}, now is {_account(after)}"
    elif before is None and now["source"] not in MAY_NOT_KNOW_THE_ACCOUNT:
        yield f"account_key: neither names the account, which {now['source']!r} always does"


def _disruptive(approved: Document, now: Document) -> Iterator[str]:
    """What was not said to stop anything when it was approved."""
    new = Counter(_changes(now)) - Counter(_changes(approved))
    more = Counter(_texts_of("disruptive")(now)) - Counter(_texts_of("disruptive")(approved))
    yield from (f"would stop something working, and was approved as what does not: {text}" for text in (more - new).elements())


def _account(key: str | None) -> str:
    return "none that is named" if key is None else key


def _other_identity(approved: Document, now: Document) -> Iterator[str]:
    """The same key, and another project behind it."""
    before = {_key(one): one["id"] for one in _all(approved)}
    for one in _all(now):
        known = before.get(_key(one))
        if known is not None and one["id"] != known:
            yield f"{_called(one)}: id: approved is {known}, now is {one['id']}"


def _other_state(approved: Document, now: Document) -> Iterator[str]:
    """What would be done in the same words, and not to what it was approved for: a project that is active again, a secret that was rotated since."""
    before, after = ({_key(one): one for one in _all(document) if one["actions"]} for document in (approved, now))
    for key in before.keys() & after.keys():
        then, found = before[key], after[key]
        for property_ in ("status", "secret_fingerprint"):
            if None not in (then[property_], found[property_]) and then[property_] != found[property_]:
                was = f"its {property_} was {then[property_]} when that was approved, and is {found[property_]}"
                yield f"would be done to another state: {_called(found)}: {was}"


def _compared(
    texts: Callable[[Document], Iterator[str]], approved: Document, now: Document, more: str, less: str | None
) -> Iterator[str]:
    before, after = Counter(texts(approved)), Counter(texts(now))
    yield from (f"{more}: {text}" for text in (after - before).elements())
    if less is not None:
        yield from (f"{less}: {text}" for text in (before - after).elements())


def _texts_of(field: str) -> Callable[[Document], Iterator[str]]:
    return lambda document: (f"{_called(one)}: {text}" for one in _all(document) for text in one[field])


def _changes(document: Document) -> Iterator[str]:
    """What would be done, else why nothing can be, else what differs."""
    for one in _all(document):
        if one["result"] != AS_DECLARED and not _only_reported(one):
            texts = [*one["actions"], *([one["error"]] if one["error"] else [])] or _reasons(one)
            yield from (f"{_called(one)}: {text}" for text in texts)


def _reasons(one: Mapping[str, Any]) -> list[str]:
    return [one["error"]] if one["error"] else [f"{each['property']} {each['found']!r} is not {each['expected']!r}" for each in one["differs"]]


def _only_reported(one: Mapping[str, Any]) -> bool:
    """A project that nobody declares, and about which nothing would be done."""
    undeclared = any(each["property"] == "declared" for each in one["differs"])
    return undeclared and not one["actions"] and not one["error"]


def _all(document: Document) -> list[Document]:
    return [*document["items"], *document["undeclared"]]


def _key(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one["kind"]), str(one["key"])


def _called(one: Mapping[str, Any]) -> str:
    return f"{one['kind']} {one['key']}"
