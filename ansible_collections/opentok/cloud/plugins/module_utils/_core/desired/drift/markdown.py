# SPDX-License-Identifier: Apache-2.0
"""A drift document as Markdown, for a comment of a pull request or an issue.

Whatever others named or answered stands in code spans: there GitHub and GitLab read no mention, link, reference, HTML or quick action.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...errors import InvalidInput, Problem
from .document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, Document
from .plain import plain
from .words import day, explained, heading, title

MARKER = "opentok-drift"
LIMIT = 65_536
"""Characters of a comment at GitHub, at most."""

_REST = 100
"""Characters that are kept for saying how much was cut."""

LONGEST_MARKER = 100
_MARKER = re.compile(r"[A-Za-z0-9]+(?:[-_./][A-Za-z0-9]+)*")


def of_document(document: Document, *, marker: str = MARKER, limit: int = LIMIT) -> str:
    """The report, in at most ``limit`` characters (as UTF-16 counts them). Its first line is hidden and the ``marker`` of all such reports."""
    kept: list[str] = []
    room = limit - _REST
    lines = [f"<!-- {checked_marker(marker)} -->", *_lines(document)]
    for place, line in enumerate(lines):
        room -= len(f"{line}\n".encode("utf-16-le")) // 2
        if room < 0:
            rest = sum(one.startswith("- ") for one in lines[place:])
            kept += ["", f"… and {rest} more: the JSON document has them all."]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def checked_marker(text: str) -> str:
    """``text``, if it can stand in a comment of HTML and is found again as it is. Raises :class:`InvalidInput`."""
    if len(text) > LONGEST_MARKER or not _MARKER.fullmatch(text):
        raise InvalidInput(Problem("marker", "must be letters and digits with single '-', '_', '.' or '/' between them, at most 100 characters"))
    return text


def _lines(document: Document) -> Iterator[str]:
    yield f"### OpenTok: {heading(document)}"
    yield ""
    account = f", account {code(document['account_key'])}" if document["account_key"] else ""
    yield f"Looked at {day(document['looked_at'])} by {code(document['source'])}{account}."
    items = document["items"]
    ending = (text for one in (*items, *document["undeclared"]) for text in one["disruptive"])
    yield from _section("Stops working for someone", map(_bullet, ending))
    yield from _section("Could not look", map(_bullet, document["errors"]))
    for name, concerned, texts in _SECTIONS:
        several = document["undeclared"] if name == NOT_DECLARED else items
        if name != COULD_NOT or not document["errors"]:
            yield from _section(name, (line for one in several if concerned(one) for line in _entry(one, texts(one))))
    yield from _section("Warnings", (_bullet(text) for one in items for text in one["warnings"]))


def _section(name: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", f"**{name}**", "", *found] if found else []


def _entry(one: Document, texts: Sequence[str]) -> list[str]:
    since = f", since {day(one['first_seen'])}" if one["first_seen"] and one["result"] != AS_DECLARED else ""
    return [f"{_bullet(title(one))}{since}", *(f"  {_bullet(text)}" for text in texts)]


def _bullet(text: str) -> str:
    return f"- {code(text)}"


def _due(one: Document) -> Sequence[str]:
    due = one["due"]
    opens = [f"waits for its window, which opens {day(due['opens'])}"] if due["opens"] else []
    return [*due["reasons"], *opens]


def code(text: object) -> str:
    """A code span with just this text in it, on one line."""
    shown = plain(str(text)) or "(empty)"
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


NOT_DECLARED = "Not declared"
COULD_NOT = "Could not look at"

_SECTIONS: Sequence[tuple[str, Callable[[Document], bool], Callable[[Document], Sequence[str]]]] = (
    ("To do", lambda one: one["result"] == DRIFT and not one["error"], lambda one: one["actions"] or explained(one)),
    ("Cannot be made as declared", lambda one: one["result"] == DRIFT and bool(one["error"]), lambda one: [one["error"], *explained(one)]),
    (NOT_DECLARED, lambda one: one["result"] == DRIFT, lambda one: one["actions"] or explained(one)),
    ("A rotation is due", lambda one: one["due"] is not None, _due),
    ("Changed elsewhere, nothing to do", lambda one: one["result"] == AS_DECLARED and bool(one["differs"]), explained),
    ("Only recorded", lambda one: bool(one["recorded"]), lambda one: one["recorded"]),
    (COULD_NOT, lambda one: one["result"] == COULD_NOT_LOOK, lambda one: [one["error"] or COULD_NOT_LOOK]),
)
"""Name, which items it is about, and what it says of each."""
