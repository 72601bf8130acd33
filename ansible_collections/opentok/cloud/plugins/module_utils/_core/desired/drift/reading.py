# SPDX-License-Identifier: Apache-2.0
"""Checks a document that was read from somewhere, before anything is taken from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...errors import InvalidInput, Problem
from ..times import from_text
from .document import AS_DECLARED, FORMAT, RESULTS, VERSION, Document, result_of, summary_of

Fits = Callable[[Any], bool]


def read(document: Any, called: str) -> Document:
    """The document, if it is one of this version. Raises :class:`InvalidInput`, which names what was ``called`` so, and shows no value of it."""
    try:
        if not isinstance(document, Mapping) or document.get("format") != FORMAT:
            raise ValueError("format")
        _check(document, _WHOLE, "")
    except ValueError as error:
        what = f"is no document of the drift of projects ({FORMAT}, version {VERSION}): {error} is missing or wrong"
        raise InvalidInput(Problem(called, what)) from None
    contradiction = _contradiction(document)
    if contradiction:
        raise InvalidInput(Problem(called, f"is damaged, it contradicts itself: {contradiction}"))
    return dict(document)


def _contradiction(document: Mapping[str, Any]) -> str | None:
    """What of the whole document cannot be so, if anything."""
    items = [*document["items"], *document["undeclared"]]
    for one in items:
        if len(one["does"]) != len(one["actions"]):
            return "an item says of more or fewer actions what they do than it has"
        if one["result"] == AS_DECLARED and (one["actions"] or one["disruptive"] or one["error"]):
            return "an item is as declared, and something would be done about it"
    result = result_of(items, document["errors"])
    if result != document["result"]:
        return f"its result is {document['result']!r}, what it has comes to {result!r}"
    counted = summary_of(document["items"], document["undeclared"], document["summary"]["declared"])
    wrong = [name for name, number in counted.items() if document["summary"][name] != number]
    return f"summary.{wrong[0]} is not what it has" if wrong else None


def _check(found: Any, fields: Mapping[str, Fits], where: str) -> None:
    """Raises ``ValueError`` with the path of the first field that does not fit."""
    for name, fits in fields.items():
        if not isinstance(found, Mapping) or name not in found or not fits(found[name]):
            raise ValueError(f"{where}{name}")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _maybe(fits: Fits) -> Fits:
    return lambda value: value is None or fits(value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) >= len("2026-11-28T03:00Z") and from_text(value) is not None
    except ValueError:
        return False


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool))


def _map(fields: Mapping[str, Fits], where: str) -> Fits:
    def fits(value: Any) -> bool:
        _check(value, fields, f"{where}.")
        return True

    return fits


def _list(fits: Fits) -> Fits:
    return lambda value: isinstance(value, list) and all(map(fits, value))


_SUMMARY = dict.fromkeys(("declared", "drift", "could_not_look", "disruptive", "due", "undeclared"), _number)
_DUE: Mapping[str, Fits] = {"reasons": _texts, "since": _maybe(_moment), "opens": _maybe(_moment)}
_DIFFERS: Mapping[str, Fits] = {"property": _text, "expected": _scalar, "found": _scalar}
_ITEM: Mapping[str, Fits] = {
    "key": _text,
    "kind": _text,
    "id": _maybe(_text),
    "name": _maybe(_text),
    "status": _maybe(_text),
    "secret_fingerprint": _maybe(_text),
    "result": lambda value: value in RESULTS,
    "first_seen": _maybe(_moment),
    "by": _maybe(_text),
    "differs": _list(_map(_DIFFERS, "differs")),
    "actions": _texts,
    "does": _texts,
    "disruptive": _texts,
    "recorded": _texts,
    "reasons": _texts,
    "warnings": _texts,
    "error": _maybe(_text),
    "due": _maybe(_map(_DUE, "due")),
    "secret_rotated_at": _maybe(_moment),
    "secret_rotation_due_at": _maybe(_moment),
}
_WHOLE: Mapping[str, Fits] = {
    "version": lambda value: _number(value) and value == VERSION,
    "result": lambda value: value in RESULTS,
    "source": _text,
    "account_key": _maybe(_text),
    "looked_at": _moment,
    "summary": _map(_SUMMARY, "summary"),
    "items": _list(_map(_ITEM, "items")),
    "undeclared": _list(_map(_ITEM, "undeclared")),
    "errors": _texts,
}
