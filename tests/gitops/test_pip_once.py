# SPDX-License-Identifier: Apache-2.0
"""The stand-in for pip hides nothing that pip would say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.gitops.pip_once import with_pip_once

PIP = """\
import pathlib, sys
pathlib.Path("asked").touch()
sys.exit("nowhere" in pathlib.Path("requirements.txt").read_text())
"""


def test_only_what_pip_has_found_is_not_asked_again(tmp_path: Path) -> None:
    pip = tmp_path / "real" / "pip"
    pip.mkdir(parents=True)
    (pip / "__init__.py").touch()
    (pip / "__main__.py").write_text(PIP, encoding="utf-8")
    asked = tmp_path / "asked"

    def install(text: str) -> tuple[int, bool]:
        """The status, and whether pip itself was asked."""
        asked.unlink(missing_ok=True)
        (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
        env = with_pip_once({**os.environ, "PYTHONPATH": str(pip.parent), "PIP_NO_INDEX": "1"})
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--requirement", "requirements.txt"], cwd=tmp_path, env=env, check=False)
        return done.returncode, asked.exists()

    told = [install(text) for text in ("nowhere", "nowhere", "there", "there", "nowhere", "there too")]
    assert told == [(1, True), (1, True), (0, True), (0, False), (1, True), (0, True)]
