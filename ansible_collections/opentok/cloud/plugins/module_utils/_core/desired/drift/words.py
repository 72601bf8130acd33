# SPDX-License-Identifier: Apache-2.0
"""What reports call things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .document import AS_DECLARED, COULD_NOT_LOOK
from .plain import plain


def count(number: int, what: str) -> str:
    """``1 project``, ``2 projects``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def title(one: Mapping[str, Any]) -> str:
    """What stands for an item: its key, and its name and id where those are others."""
    key, name, id_ = (plain(str(one[field] or "")) for field in ("key", "name", "id"))
    named = f" {name}" if name and name != key else ""
    return f"{key}{named}{f' ({id_})' if id_ and id_ != key else ''}"


def day(moment: str) -> str:
    """A moment of a document as people read it: ``2026-11-28 03:00 UTC``."""
    return f"{plain(moment[:10])} {plain(moment[11:16])} UTC"


def heading(document: Mapping[str, Any]) -> str:
    """The result in one line, as plain text."""
    summary, items = document["summary"], document["items"]
    total = summary["declared"]
    # Where not all are told of, nobody knows what the others are.
    projects = total <= len(items) and all(one["kind"] == "project" for one in items)
    things = count(total, "project" if projects else "resource")
    if document["errors"] or (document["result"] == COULD_NOT_LOOK and summary["could_not_look"] >= total):
        return "could not look"
    strangers = f"{count(summary['undeclared'], 'project')} {'is' if summary['undeclared'] == 1 else 'are'} not declared"
    if document["result"] == COULD_NOT_LOOK:
        return f"could not look at {summary['could_not_look']} of {things}, {summary['drift']} not as declared"
    if document["result"] == AS_DECLARED:
        return f"{things} {'is' if total == 1 else 'are'} as declared"
    if not summary["drift"]:
        return f"{strangers}, {things} as declared"
    drifted = f"{summary['drift']} of {things} {'is' if summary['drift'] == 1 else 'are'} not as declared"
    return f"{drifted}, {strangers}" if summary["undeclared"] else drifted


_EXPLAINED = {
    "declared": "is there, and nobody declares it",
    "active_key": "the active one of its two projects is gone: it was deleted elsewhere, and the other one has its place again",
    "draining_key": "the draining one of its two projects is gone: it was deleted elsewhere",
    "secret_fingerprint": "the secret is not the recorded one: it was rotated elsewhere, or by a run that was killed",
}


def explained(one: Mapping[str, Any]) -> list[str]:
    """What differs, a text each."""
    return [_explained(each) for each in one["differs"]]


def _explained(each: Mapping[str, Any]) -> str:
    if each["property"] == "exists":
        return "is not there" if each["expected"] else "is still there"
    if each["property"] in _EXPLAINED:
        return _EXPLAINED[each["property"]]
    if each["property"] == "draining_status":
        return f"the draining one of its two projects is {each['found']}, the last run left it {each['expected']}"
    return f"{each['property']} is {each['found']!r}, declared is {each['expected']!r}"
