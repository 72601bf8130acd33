# SPDX-License-Identifier: Apache-2.0
"""What is declared of something that runs in a session, and what is there of it: the list shows both what runs and what has ended."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from ...api.session_ids import session_owner

RUNNING, STOPPED = "running", "stopped"
STATES = (RUNNING, STOPPED)


class Found(Protocol):
    """What all of them show: a dataclass of the client."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def status(self) -> str | None:
        """What the API says of it."""

    @property
    def session_id(self) -> str | None:
        """Where it runs."""

    @property
    def created_at(self) -> datetime.datetime | None:
        """When it was started."""


FoundT = TypeVar("FoundT", bound=Found)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunSpec:
    """What is declared of every one.

    ``state``: one of ``STATES``. ``restart``: one that has ended elsewhere is started again. ``unfinished`` is never declared: the last run has
    ended one to start another in its place, and did not get that far.
    """

    session: str = ""
    state: str = RUNNING
    restart: bool = False
    on_delete: str = "stop"
    unfinished: bool = False
    begun: Begun | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Begun:
    """A start that got no answer so far: when it was sent (:func:`to_text`), and the ids of what ran then. ``fresh``: it may still be carried out."""

    at: str
    there: tuple[str, ...] = ()
    fresh: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunState(Generic[FoundT]):
    """What there is of it in ``session``. ``key`` tells it from others there, see :func:`key_of`.

    ``found`` is what runs, or else what ran last; where there is a record, the one that it knows, ``None``: nothing that is known. ``twins`` run and
    have the same key, and so have ``foreign``, which a record does not know; ``beside`` are others that run. ``begun``: a start that got no answer;
    ``unsure``: what may have come of it, where the list does not tell. ``seen``: the ids of all that were listed, ``at``: when. ``declared``: a run
    has carried out a declaration of it, so that it exists even where nothing is found.
    """

    session: str
    key: str | None = None
    found: FoundT | None = None
    twins: tuple[FoundT, ...] = ()
    foreign: tuple[FoundT, ...] = ()
    beside: tuple[FoundT, ...] = ()
    unsure: tuple[FoundT, ...] = ()
    begun: Begun | None = None
    at: datetime.datetime | None = None
    seen: frozenset[str] = frozenset()
    declared: bool = False
    account_key: str | None = None

    @property
    def identity(self) -> str:
        """It stays the same when another one is started in place of one that has ended."""
        return self.session if self.key is None else f"{self.session}/{self.key}"

    @property
    def project(self) -> str:
        return session_owner(self.session)


def key_of(*parts: str | None) -> str | None:
    """What tells it from others of the session, as part of an identity, which is public: the parts (a name, a URL) may hold a secret."""
    if not any(parts):
        return None
    return hashlib.sha256("\n".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[:16]


def oldest_first(found: Iterable[FoundT]) -> Sequence[FoundT]:
    """Every run that sees the same ones has them in the same order."""
    return sorted(found, key=lambda one: (one.created_at is None, one.created_at.timestamp() if one.created_at else 0.0, one.id))
