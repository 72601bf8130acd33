# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with what a ledger remembers."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ...core.desired.archive.kind import ARCHIVE
from ...core.desired.archive_storage.kind import ARCHIVE_STORAGE
from ...core.desired.broadcast.kind import BROADCAST
from ...core.desired.kind import Kind
from ...core.desired.ledger.ledger import Entry, OpenLedger, names_of
from ...core.desired.project.kind import PROJECT
from ...core.desired.render import RENDER
from ...core.desired.session import SESSION
from ...core.errors import quote
from ...core.http.auth import FINGERPRINT

KINDS: Mapping[str, Kind[Any, Any, Any]] = {kind.name: kind for kind in (ARCHIVE, ARCHIVE_STORAGE, BROADCAST, PROJECT, RENDER, SESSION)}
"""Those that a ledger has records of."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """``what``: its kind, a word or two. ``key``: of the entry, ``None`` where it is about the whole ledger."""

    what: str
    key: str | None
    text: str

    def as_dict(self) -> dict[str, str | None]:
        """For ``--json``."""
        return dataclasses.asdict(self)


def damaged(entries: Mapping[str, Entry], odd: Collection[str]) -> Iterator[Finding]:
    """Entries that a run would refuse; those of the keys ``odd`` are no maps."""
    for key in sorted(odd):
        yield Finding("damaged", key, f"entry {quote(key)} is not a map: restore it, or remove it")
    for key, entry in entries.items():
        name, _, rest = key.partition("/")
        kind = KINDS.get(name)
        if not rest or (kind is not None and not _understood(kind, rest, entry)):
            yield Finding("damaged", key, f"entry {quote(key)} is damaged and cannot be understood: restore it, or remove it")
        elif kind is PROJECT and (wrong := _wrong_in_project(rest, entry)):
            yield Finding("damaged", key, f"entry {quote(key)} is damaged: {wrong}; restore it, or remove it")


def unindexed(book: OpenLedger, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """Entries that nobody finds by their name."""
    names = {name for entry in entries.values() for name in names_of(entry)}
    book.expect((), names)
    for key, entry in entries.items():
        name, _, rest = key.partition("/")
        for called in sorted(names_of(entry)):
            if rest not in book.of(name, called=called):
                yield Finding("index", key, f"entry {quote(key)} is not found by its name {quote(called)}: export the ledger and import it anew")


def differing(entries: Mapping[str, Entry], account_key: str | None, projects: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is remembered of projects of this account, and is not so at OpenTok."""
    live = {str(project.get("id")): project for project in projects}
    for key, entry in entries.items():
        kind, _, identity = key.partition("/")
        if kind != PROJECT.name or entry.get("account_key") not in (None, account_key):
            continue
        if identity not in live:
            yield Finding("gone", key, f"project {identity} {quote(entry.get('name'))} is remembered, and the account has no such project")
            continue
        fingerprint, now = entry.get("secret_fingerprint"), live[identity].get("secret_fingerprint")
        if fingerprint and now and fingerprint != now:
            said = f"project {identity} {quote(entry.get('name'))} has another secret than is remembered"
            yield Finding("secret", key, f"{said}: it was rotated elsewhere, or this ledger is an older copy (a restored backup)")


def _wrong_in_project(rest: str, entry: Entry) -> str | None:
    """What a run would not take for damage, and act upon."""
    identity, fingerprint = entry.get("id"), entry.get("secret_fingerprint")
    if identity is not None and identity != rest:
        return f"its id is {quote(identity)}, that of another project"
    if not isinstance(fingerprint, str) or not FINGERPRINT.fullmatch(fingerprint):
        return "its secret_fingerprint is not sha256: and 64 hex digits"  # and not quoted: nobody knows what was put there
    return None


def _understood(kind: Kind[Any, Any, Any], rest: str, entry: Entry) -> bool:
    if not entry or not all(entry.get(name) for name in kind.recorded):
        return False
    try:
        kind.restore(str(entry.get("id") or rest), entry)
    except (ValueError, TypeError, AttributeError, KeyError):
        return False
    return True
