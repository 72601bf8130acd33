# SPDX-License-Identifier: Apache-2.0
"""A file that remembers what runs without a state of their own have done. Private to opentok.cloud and pulumi_opentok.

JSON, mode 0600, replaced atomically, locked while a run is under way; fingerprints only.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any


class Book:
    """The entries of a ledger while it is open. ``enter`` and ``forget`` are on the disk when they return."""

    def entry(self, key: str) -> Mapping[str, Any] | None:
        """What is remembered under ``key``."""
        raise NotImplementedError

    def enter(self, key: str, entry: Mapping[str, Any]) -> None:
        """Remembers ``entry``; does not touch the disk when it is what is remembered already."""
        raise NotImplementedError

    def forget(self, key: str) -> None:
        """Removes ``key``."""
        raise NotImplementedError


class Ledger:
    """The ledger at ``path``; made at the first write."""

    def __init__(self, path: str, *, patience: float = 60.0) -> None:
        self.path = path
        self.patience = patience

    @contextlib.contextmanager
    def locked(self) -> Iterator[Book]:
        """Holds the ledger for this run alone."""
        raise NotImplementedError
        yield

    @contextlib.contextmanager
    def read_only(self) -> Iterator[Book]:
        """Reads the ledger as it is, without waiting for anyone."""
        raise NotImplementedError
        yield
