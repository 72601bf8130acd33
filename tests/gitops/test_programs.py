# SPDX-License-Identifier: Apache-2.0
"""Programs are built once; what cannot be built is one line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.building import REPO
from tools.programs import NAMES, NoProgram, ensure

FAKE_GO = """\
#!/bin/sh
case "$1" in
    env) echo go1.99.0 ;;
    build) echo "$@" >> "$LOG"; [ -z "$BREAKS" ] || { echo "main.go:7:1: no such thing" >&2; exit 1; }
           while [ "$1" != -o ]; do shift; done; echo "#!/bin/sh" > "$2"; chmod +x "$2" ;;
esac
"""


@pytest.mark.parametrize("name", NAMES)
def test_each_runs(program: Callable[[str], Path], name: str) -> None:
    done = subprocess.run([str(program(name)), "--help"], capture_output=True, text=True, check=False)
    assert name in done.stdout + done.stderr


def test_built_once(tmp_path: Path) -> None:
    go, log = tmp_path / "bin" / "go", tmp_path / "log"
    go.parent.mkdir()
    go.write_text(FAKE_GO, encoding="utf-8")
    go.chmod(0o755)
    environ = {"PATH": f"{go.parent}:/usr/bin:/bin", "HOME": str(tmp_path), "LOG": str(log)}
    with pytest.raises(NoProgram, match=r"^`go build` of act failed: main.go:7:1: no such thing$"):
        ensure("act", {**environ, "BREAKS": "1"})
    assert [ensure("act", environ) for _ in range(2)] == [ensure("act", {**environ, "PATH": os.defpath})] * 2
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2, "one that failed, one that did not"


def test_a_strange_name_is_one_line() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.programs", "make"], cwd=REPO, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"error: make: the programs are {', '.join(NAMES)}\n")
