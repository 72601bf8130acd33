# SPDX-License-Identifier: Apache-2.0
"""What `.ci/run` asks make for, with a make that only writes it down and fake Pythons."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.packaging.building import REPO

MAKE = """\
#!/bin/sh
printf "%s|" "$@" >> "$LOG"
echo >> "$LOG"
case "$*" in *"$FAIL"*) exit 2 ;; esac
"""
RUNS = "#!/bin/sh\n"
SHIM = "#!/bin/sh\nexit 127\n"


class Machine:
    def __init__(self, root: Path) -> None:
        self.bin, self.pyenv, self.log = root / "bin", root / "pyenv", root / "log"
        self.executable(self.bin / "make", MAKE)

    def executable(self, path: Path, text: str) -> str:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    def run(self, fail: str = "nothing") -> tuple[int, list[list[str]], str]:
        """Exit status, the arguments of each make, standard error."""
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "PYENV_ROOT": str(self.pyenv), "HOME": "/nowhere", "FAIL": fail, "LOG": str(self.log)}
        done = subprocess.run(["bash", str(REPO / ".ci" / "run")], cwd="/", env=env, capture_output=True, text=True, check=False)
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return done.returncode, [line.rstrip("|").split("|") for line in lines], done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Every python3.x of PATH is a shim that fails, in front of the system's own."""
    made = Machine(tmp_path)
    for minor in range(11, 15):
        made.executable(made.bin / f"python3.{minor}", SHIM)
    return made


def test_a_short_leg_on_the_oldest_then_everything_on_the_newest(machine: Machine) -> None:
    oldest = machine.executable(machine.pyenv / "versions" / "3.11.7" / "bin" / "python", RUNS)
    newest = machine.executable(machine.bin / "python3.13", RUNS)
    machine.executable(machine.pyenv / "versions" / "3.12.1" / "bin" / "python", RUNS)
    status, (short, whole), _ = machine.run()
    assert status == 0
    assert short[:4] == ["test", "VENV=build/oldest", f"PYTHON={oldest}", "ENGINE=oldest"]
    paths, twins = short[4].removeprefix("T=").split(" -k ")
    assert [path for path in paths.split() if not (REPO / path).exists()] == []
    assert twins == "'not [native'"
    assert whole == ["test", f"PYTHON={newest}"], "last, so that what pytest says last is of the whole"


@pytest.mark.parametrize(("fail", "legs"), [("ENGINE=oldest", 1), ("3.13", 2)])
def test_a_leg_that_fails_is_a_failure(machine: Machine, fail: str, legs: int) -> None:
    machine.executable(machine.pyenv / "versions" / "3.11.7" / "bin" / "python", RUNS)
    machine.executable(machine.bin / "python3.13", RUNS)
    status, ran, _ = machine.run(fail)
    assert (status, len(ran)) == (2, legs)


def test_no_python_is_one_line(machine: Machine) -> None:
    status, ran, said = machine.run()
    assert (status, ran, said) == (1, [], "error: no Python of 3.11 3.12 3.13 3.14 here\n")
