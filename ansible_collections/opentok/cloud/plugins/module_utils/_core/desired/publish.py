# SPDX-License-Identifier: Apache-2.0
"""Credentials to where they are used: each store holds the live ones. Private to opentok.cloud and pulumi_opentok.

A publication is desired state as well: a store that does not hold the live credentials gets them, so a run whose publishing failed is
repaired by the next run. Built-in stores are in ``stores``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..errors import OpenTokError

Document = Mapping[str, Any]
"""``platform`` (``opentok``), ``api_key``, ``api_secret``, ``version`` and ``rotated_at`` (either ``None`` where no record is kept)."""


class Publisher(Protocol):
    """A place in a store that holds one credential document, written whole or not at all."""

    @property
    def where(self) -> str:
        """The place, for texts; never a secret."""

    def preflight(self) -> None:
        """Shows that ``write`` will be allowed, before a secret is rotated that could then not be published. Raises ``PublishError``."""

    def read(self) -> Document | None:
        """What is there; ``None`` for nothing. Raises ``PublishError``."""

    def write(self, document: Document) -> None:
        """Puts the whole document there. Raises ``PublishError``."""


class PublishError(OpenTokError):
    """A store cannot be read or written. Nothing is lost: OpenTok shows the live secret at any time, and the next run publishes it."""


class Publication:
    """All places that one thing's credentials are published to."""

    def __init__(self, publishers: Sequence[Publisher]) -> None:
        self._publishers = tuple(publishers)

    def preflight(self) -> None:
        """Every place can be written to. Raises :class:`PublishError`."""
        for publisher in self._publishers:
            publisher.preflight()

    def planned(self, document: Document | None) -> tuple[str, ...]:
        """What :meth:`ensure` would do, a line each; a document without a secret is one that is not known yet."""
        if document is None:
            return ()
        return tuple(_text(publisher, document) for publisher in self._publishers if _differs(publisher.read(), document))

    def ensure(self, document: Document | None) -> tuple[tuple[str, ...], OpenTokError | None]:
        """Each place holds ``document``. Returns what was done, and the error of the first place that failed; the others are still tried."""
        done: list[str] = []
        failed: OpenTokError | None = None
        for publisher in self._publishers if document is not None else ():
            try:
                if document is not None and _differs(publisher.read(), document):
                    publisher.write(document)
                    done.append(_text(publisher, document))
            except PublishError as error:
                failed = failed or error
        return tuple(done), failed


def _differs(there: Document | None, wanted: Document) -> bool:
    # Version and time may be unknown here (no ledger) and known there: they are no reason to write.
    same = ("platform", "api_key", "api_secret")
    return there is None or any(there.get(name) != wanted[name] for name in same)


def _text(publisher: Publisher, document: Document) -> str:
    return f"publish the credentials of project {document['api_key'] or '(new)'} to {publisher.where}"
