# SPDX-License-Identifier: Apache-2.0
"""Credentials to where they are used: each store holds the live ones.

A publication is desired state as well: a store that does not hold the live credentials gets them, so a run whose publishing failed is
repaired by the next run, which rotates nothing. Built-in stores are in ``stores``; others' own are of these protocols too (docs/publish.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Union, runtime_checkable

from ..errors import OpenTokError, quote
from ..http.auth import fingerprint

Document = Mapping[str, Any]
"""``platform`` (``opentok``), ``api_key``, ``api_secret``, ``version`` and ``rotated_at`` (either ``None`` where no record is kept)."""


class _Place(Protocol):
    @property
    def where(self) -> str:
        """The place, for texts; never a secret. Two targets with the same are one place, see :func:`place_of`."""

    def preflight(self) -> None:
        """Shows that ``write`` will be allowed, before a secret is rotated that could then not be published. Raises ``PublishError``.

        May change what no reader of the place sees; never called in a check.
        """

    def write(self, document: Document) -> None:
        """Puts the whole document there. Raises ``PublishError``."""


class Publisher(_Place, Protocol):
    """A place in a store that holds one credential document, written whole or not at all."""

    def read(self) -> Document | None:
        """What is there; ``None`` for nothing. Changes nothing. Raises ``PublishError``, also for something that is no such document.

        A store that shows no secret has its ``secret_fingerprint`` in place of ``api_secret``; ``None`` where it cannot tell whose it is.
        """


@runtime_checkable
class Comparer(_Place, Protocol):
    """A place that shows nothing of what it holds: it answers a question instead of being read."""

    def holds(self, document: Document) -> bool:
        """Whether platform, key and secret of ``document`` are what is there. Changes nothing. Raises ``PublishError``."""


Target = Union[Publisher, Comparer]  # noqa: UP007 - which pylint does not know of protocols
"""What can be published to."""


def place_of(target: Target) -> str:
    """What tells it from other places: the real path of a file, to which several may lead, and ``where`` of all others."""
    return str(getattr(target, "real_path", target.where))


class Hearer(Protocol):
    """Hears of each place."""

    def writing(self, where: str) -> None:
        """The place ``where`` is written to next."""

    def holds(self, where: str, *, written: bool) -> None:
        """It holds the live credentials: they were there, or are ``written`` now."""


class PublishError(OpenTokError):
    """A store cannot be read or written. Nothing is lost: OpenTok shows the live secret at any time, and the next run publishes it."""


AGAIN = "put that right and run again, which publishes it and rotates nothing for that"
REPEATS = "put that right and publish it by a run that does not rotate (the same declaration with apply, or without rotate: always)"


class Publication:
    """All places that one thing's credentials are published to."""

    def __init__(self, publishers: Sequence[Target]) -> None:
        self._publishers = tuple(publishers)

    def preflight(self) -> None:
        """Every place can be written to. Raises :class:`PublishError` that names each one that cannot."""
        failed = _each(self._publishers, lambda publisher: publisher.preflight())
        if failed:
            raise PublishError(f"{'; '.join(failed)}. No secret was issued: put that right and run again")

    def planned(self, document: Document | None) -> tuple[str, ...]:
        """What :meth:`ensure` would do, a line each; a document without a secret is one that is not known yet. Raises :class:`PublishError`."""
        texts: list[str] = []

        def look(publisher: Target) -> None:
            seen = _Look(publisher)
            if document is not None and not seen.holds(document):
                texts.append(_text(publisher, seen.there, document))

        failed = _each(self._publishers if document is not None else (), look)
        if failed:
            raise PublishError("; ".join(failed))
        return tuple(texts)

    def ensure(
        self,
        document: Document | None,
        *,
        before: Document | None = None,
        look: Callable[[], Document] | None = None,
        repeats: bool = False,
        hearer: Hearer | None = None,
    ) -> tuple[tuple[str, ...], OpenTokError | None]:
        """Each place holds ``document``: one that does already is only read. Returns what was done, and what failed; no failure stops the rest.

        ``before``: what was live when the run began. A place that holds neither, or cannot be read, may have the secret of a run that was
        quicker: ``look`` reads the live one anew before anything is overwritten. ``repeats``: the same run again would issue another secret.
        """
        done: list[str] = []

        def write(publisher: Target, seen: _Look, live: Document) -> None:
            if hearer is not None:
                hearer.writing(publisher.where)
            publisher.write(live)
            done.append(_text(publisher, seen.there, live))

        def publish(publisher: Target) -> None:
            if document is None:
                return
            seen, live = _Look(publisher), document
            there = seen.holds(document)
            if not there and look is not None and seen.may_be_newer(document, before):
                live = look()
                there = _differs(document, live) and seen.holds(live)
            if not there:
                write(publisher, seen, live)
            if hearer is not None:
                hearer.holds(publisher.where, written=not there)

        failed = _each(self._publishers if document is not None else (), publish)
        if not failed:
            return tuple(done), None
        return tuple(done), PublishError(f"{'; '.join(failed)}. Nothing is lost: OpenTok shows the live secret, so {REPEATS if repeats else AGAIN}")


class _Look:
    """One look at a place: what is ``there``, where that can be read."""

    def __init__(self, publisher: Target) -> None:
        self._publisher = publisher
        self.there = None if isinstance(publisher, Comparer) else publisher.read()

    def holds(self, document: Document) -> bool:
        """Whether that is there."""
        if not isinstance(self._publisher, Comparer):
            return not _differs(self.there, document)
        # A secret that is not known yet is nowhere.
        return document["api_secret"] is not None and self._publisher.holds(document)

    def may_be_newer(self, document: Document, before: Document | None) -> bool:
        """Whether another secret of this project may be there than this run knows of."""
        return isinstance(self._publisher, Comparer) or _may_be_newer(self.there, document, before)


def _each(publishers: Sequence[Target], do: Callable[[Target], None]) -> list[str]:
    """Does it for every one; the texts of those that failed."""
    failed = []
    for publisher in publishers:
        try:
            do(publisher)
        except OpenTokError as error:
            failed.append(str(error))
    return failed


def _differs(there: Document | None, wanted: Document) -> bool:
    # Version and time may be unknown here (no ledger) and known there: they are no reason to write.
    same = ("platform", "api_key")
    return there is None or any(there.get(name) != wanted[name] for name in same) or not _holds(there, wanted["api_secret"])


def _may_be_newer(there: Document | None, document: Document, before: Document | None) -> bool:
    """Whether another secret of this project is there than this run knows of."""
    if there is None or there.get("api_key") != document["api_key"]:
        return False
    return before is None or not _holds(there, before["api_secret"])


def _holds(there: Document, secret: str | None) -> bool:
    """Whether this secret is there, by itself or by its fingerprint; one that is not known yet never is."""
    if secret is None:
        return False
    if "api_secret" in there or "secret_fingerprint" not in there:
        return bool(there.get("api_secret") == secret)
    return bool(there["secret_fingerprint"] == fingerprint(secret))


def _text(publisher: Target, there: Document | None, document: Document) -> str:
    text = f"publish the credentials of project {document['api_key'] or '(new)'} to {publisher.where}"
    if there is None or there.get("api_key") == document["api_key"]:
        return text
    return f"{text}, in place of those of project {quote(there.get('api_key'))}"
