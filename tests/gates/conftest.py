# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.conftest import engine
from tests.gates.workspace import Workspace, ansible_home, copy_collection

__all__ = ["engine", "workspace"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A fresh copy of the collection."""
    copy_collection(tmp_path)
    return Workspace(tmp_path, ansible_home())
