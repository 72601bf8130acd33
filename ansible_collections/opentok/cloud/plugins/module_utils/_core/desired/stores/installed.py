# SPDX-License-Identifier: Apache-2.0
"""Targets of others: each entry point of the group ``opentok.publishers`` makes, of what follows its name and a colon, what publishes there.

    [project.entry-points."opentok.publishers"]
    mine = "acme_publishers:Mine"           # mine:PLACE is published to by Mine("PLACE")

What it makes is a :class:`~..publish.Publisher` or a :class:`~..publish.Comparer`. It may raise ``ValueError`` for a place that is none, and
anything else where a store cannot be reached: each becomes one line that names the target, without the secret.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ...errors import InvalidInput, OpenTokError, Problem, join_words, one_line, quote
from ..publish import Document, PublishError, Target
from .document import from_content
from .failures import scrubbed

GROUP = "opentok.publishers"

_ANYTHING = (Exception, SystemExit)
"""One that ends the program (``sys.exit``) has failed as well: the run goes on with what is begun."""

T = TypeVar("T")


def schemes() -> list[str]:
    """The names of all that are installed."""
    return sorted({entry.name for entry in importlib.metadata.entry_points(group=GROUP)})


def maker(scheme: str) -> Callable[[str], Target] | None:
    """What makes the publisher of a place after ``scheme:``; ``None`` where nobody has installed any. Loads nothing yet."""
    found = tuple(importlib.metadata.entry_points(group=GROUP, name=scheme))
    return (lambda place: _made(found, scheme, place)) if found else None


def _made(found: tuple[importlib.metadata.EntryPoint, ...], scheme: str, place: str) -> Target:
    whose = [_distribution(entry) for entry in found]
    target = quote(f"{scheme}:{place}", 120)
    if len(found) > 1:
        raise InvalidInput(Problem("publish", f"{target}: several have installed {scheme}: ({join_words(sorted(whose))}): uninstall all but one"))
    broken = f"{target}: {scheme}: of {whose[0]} is broken"
    try:
        make = found[0].load()
    except _ANYTHING as error:  # whatever its module does
        raise InvalidInput(Problem("publish", f"{broken}: it cannot be loaded: {_told(error)}: update or uninstall it")) from None
    try:
        made = make(place)
        compares = callable(getattr(made, "holds", None))
        lacking = [name for name in ("preflight", "write", "holds" if compares else "read") if not callable(getattr(made, name, None))]
        where = getattr(made, "where", None)
    except OpenTokError:
        raise
    except ValueError as error:
        raise InvalidInput(Problem("publish", f"{target}: {_text(error) or 'is no place'}")) from None
    except _ANYTHING as error:
        raise InvalidInput(Problem("publish", f"{broken}: {_told(error)}: update or uninstall it")) from None
    if lacking or not isinstance(where, str) or not where.strip():
        lack = join_words([*lacking, *([] if isinstance(where, str) and where.strip() else ["where, a text"])])
        raise InvalidInput(Problem("publish", f"{broken}: what it makes of a place lacks {lack}: update or uninstall it"))
    return _Comparer(made, where, whose[0]) if compares else _Publisher(made, where, whose[0])


def _distribution(entry: importlib.metadata.EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else f"the module {entry.module}"


def _told(error: BaseException) -> str:
    text = _text(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _text(error: BaseException) -> str:
    try:
        return one_line(str(error), 400).strip()
    except _ANYTHING:
        return ""


class _Foreign:
    """What others have ``made``, of which every failure is a ``PublishError``."""

    def __init__(self, made: Any, where: str, whose: str) -> None:
        self.where = one_line(where, 300)
        self._made = made
        self._whose = whose

    def preflight(self) -> None:
        self._ask("preflight", self._made.preflight)

    def write(self, document: Document) -> None:
        self._ask("write", lambda: self._made.write(dict(document)), document)

    def _ask(self, step: str, call: Callable[[], T], document: Document | None = None) -> T:
        try:
            return call()
        except _ANYTHING as error:  # of whatever library it uses
            said = scrubbed(_told(error), [(document or {}).get("api_secret")])
        # Outside, so that the error is not chained to one that may quote the secret.
        raise PublishError(f"{self.where}: {step} failed: {said} (a target of {self._whose})")

    def _wrong(self, step: str, wanted: str, found: object) -> PublishError:
        return PublishError(f"{self.where}: {step} must give {wanted}, not {type(found).__name__}: update or uninstall {self._whose}")


class _Publisher(_Foreign):
    def read(self) -> Document | None:
        there = self._ask("read", self._made.read)
        if there is not None and not isinstance(there, Mapping):
            raise self._wrong("read", "a document or None", there)
        return None if there is None else from_content(there, self.where)


class _Comparer(_Foreign):
    def holds(self, document: Document) -> bool:
        holds = self._ask("holds", lambda: self._made.holds(dict(document)), document)
        if not isinstance(holds, bool):
            raise self._wrong("holds", "True or False", holds)
        return holds
