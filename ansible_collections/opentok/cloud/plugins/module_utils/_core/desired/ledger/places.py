# SPDX-License-Identifier: Apache-2.0
"""The ledger that a text names.

/var/lib/opentok/ledger.json           a file
postgresql://host/database             PostgreSQL
s3://bucket/key                        S3, or a store with its conditional writes
vault:mount/path                       HashiCorp Vault, KV version 2
kubernetes://namespace/name            the API of a Kubernetes cluster
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...errors import InvalidInput, Problem, quote
from .ledger import PATIENCE, Ledger

if TYPE_CHECKING:
    from .shared import Store

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SLASHES_FORGOTTEN = re.compile(
    r"(postgres(?:ql)?|psql|s3|kubernetes|k8s|rediss?|mysql|mariadb|mongodb|sqlite|etcd|consul|https?|gs|gcs|azblob|azurerm|dynamodb):(?!//)",
    re.IGNORECASE,
)
"""What no file is called, and stores are: the rest could have a password in it. A file is called so with ``./`` before."""

WAYS = "the path of a file, postgresql://HOST/DATABASE, s3://BUCKET/KEY, vault:MOUNT/PATH or kubernetes://NAMESPACE/NAME"


def ledger_at(place: str, *, patience: float = PATIENCE, warn: Callable[[str], None] | None = None) -> Ledger:
    """The ledger at ``place``; sends nothing anywhere.

    ``patience``: seconds that a run waits at most for another one; ``warn`` says so. Raises :class:`InvalidInput` for a text that names none, and
    :class:`MissingLibrary` for a store whose client is not installed.
    """
    make = _maker(place)
    if make is None:
        from .local import FileLedger

        return FileLedger(place.removeprefix("file:"), patience=patience, warn=warn)
    from .shared import SharedLedger

    return SharedLedger(lambda: make(place), make(place).where, patience=patience, warn=warn)


def is_file(place: str) -> bool:
    """Whether ``place`` is a file, or is no ledger at all: not one in a store, neither one that is known nor what is written like one."""
    return _scheme(place) in (None, "file")


def _scheme(place: str) -> str | None:
    """The word before the ``:``, in small letters; ``None`` for a path."""
    if place[:6].lower() == "vault:":
        return "vault"
    match = _SCHEME.match(place) or _SLASHES_FORGOTTEN.match(place)
    return None if match is None else match[1].lower()


def _maker(place: str) -> Callable[[str], Store] | None:
    """What makes the store of ``place``; ``None`` for a file."""
    scheme = _scheme(place)
    if is_file(place):
        return None
    if not place.isprintable():
        raise InvalidInput(Problem("ledger", "has a character in it that cannot be printed"))
    if _SLASHES_FORGOTTEN.match(place):
        raise InvalidInput(Problem("ledger", f"must be {WAYS}, not {scheme}: without // (a file of that name is ./{scheme}:…)"))
    if scheme in ("postgresql", "postgres"):
        from .postgresql import PostgresqlStore

        return PostgresqlStore.of
    from .cell_store import CellStore

    if scheme in ("s3", "vault", "kubernetes") and not place.startswith(f"{scheme}:"):
        raise InvalidInput(Problem("ledger", f"must begin with {scheme}: in small letters"))
    if scheme == "s3":
        from .s3 import S3Cells

        return lambda place: CellStore(S3Cells.of(place))
    if scheme == "vault":
        from .vault import VaultCells

        return lambda place: CellStore(VaultCells.of(place))
    if scheme == "kubernetes":
        from .kubernetes import KubernetesCells

        return lambda place: CellStore(KubernetesCells.of(place))
    raise InvalidInput(Problem("ledger", f"must be {WAYS}, not {quote(scheme)}://…"))
