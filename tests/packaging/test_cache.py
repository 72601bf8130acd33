# SPDX-License-Identifier: Apache-2.0
"""A HOME that nobody can write to, for those tests that make environments."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gates.workspace import ansible_home
from tests.packaging.matrix import with_dependencies


@pytest.mark.parametrize("use", [lambda: with_dependencies(Path(sys.executable), "3.0", []), ansible_home], ids=["environment", "ansible-test"])
def test_a_cache_that_cannot_be_written_is_one_line(use: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, but not below a file."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(pytest.skip.Exception) as skipped:
        use()
    assert str(skipped.value) == f"cannot write to {tmp_path}/file/pulumi-opentok (Not a directory): set XDG_CACHE_HOME"


def test_one_that_can_be_written_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    assert ansible_home() == tmp_path / "new" / "pulumi-opentok" / "ansible-test"
