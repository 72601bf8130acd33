# SPDX-License-Identifier: Apache-2.0
"""Installing with a pip that waits, and one that fails."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.engine.environment import REPO


def command(folder: Path, pip: str) -> tuple[list[str], dict[str, str]]:
    """The command with a pip whose `__main__` is this text, and its environment."""
    (folder / "pip").mkdir()
    (folder / "pip" / "__init__.py").touch()
    (folder / "pip" / "__main__.py").write_text(f"import os, sys\n{pip}", encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(REPO)])}
    return [sys.executable, "-m", "tools.pip_install", "--editable", ".[dev]"], env


def test_it_says_what_pip_is_at_while_pip_works(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    run, env = command(tmp_path, f"print('Collecting things>=3', flush=True)\nopen({str(gate)!r}).read()\n")
    ours, theirs = pty.openpty()
    with subprocess.Popen(run, cwd=tmp_path, env=env, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        shown = b""
        while b"pip: Collecting things>=3 (" not in shown:
            shown += os.read(ours, 4096)
        gate.write_text("go on", encoding="utf-8")
        assert process.communicate()[0] == b""
    os.close(ours)
    assert process.returncode == 0
    assert shown.startswith(b"\rpip: installing what tests and demo need (0 s)")


def test_what_pip_says_last_is_shown_when_it_fails(tmp_path: Path) -> None:
    lines = "for number in range(99): print('Collecting', number)\nprint('ERROR: no matching distribution', file=sys.stderr)\nsys.exit(7)\n"
    run, env = command(tmp_path, lines)
    done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (7, "")
    assert "ERROR: no matching distribution" in done.stderr.splitlines()
    assert len(done.stderr.splitlines()) < 25


def test_pip_gets_the_arguments(tmp_path: Path) -> None:
    run, env = command(tmp_path, "print(sys.argv[1:])\nsys.exit(1)\n")
    done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "['install', '--disable-pip-version-check', '--progress-bar', 'off', '--editable', '.[dev]']"
