# SPDX-License-Identifier: Apache-2.0
"""An empty place of each store. None of the user's own is seen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledgers.stores import STORES, Place
from tests.moto_server import moto_server
from tests.postgresql_server import postgresql_server

__all__ = ["moto_server", "postgresql_server"]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("AWS_", "VAULT_", "KUBE", "PG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


SHARED = [name for name in STORES if name != "file"]
EITHER = SHARED if os.environ.get("EVERY_STORE") else ["postgresql", "s3"]
"""A store whose runners are sessions, and one of cells, in which they give signs of life: what runs do stands on what each store promises
(``test_contract.py``), and Vault and Kubernetes are cells as S3 is. ``EVERY_STORE=1`` is for a change to what runs ask of a ledger.
"""


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """One of every store."""
    with STORES[request.param](request) as one:
        yield one


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest) -> Iterator[Place]:
    """One of every store that many runs share."""
    with STORES[request.param](request) as one:
        yield one


@pytest.fixture(params=EITHER)
def either(request: pytest.FixtureRequest) -> Iterator[Place]:
    """One of each sort of store that many runs share."""
    with STORES[request.param](request) as one:
        yield one
