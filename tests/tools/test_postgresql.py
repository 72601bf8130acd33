# SPDX-License-Identifier: Apache-2.0
"""How PostgreSQL is found or installed, with an apt-get that writes down what it was asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import postgresql
from tools.postgresql import POOLER, PROGRAMS, NoPostgresql, Postgresql, ensure_postgresql

ROOT = Path(__file__).resolve().parents[2]
APT = f"""\
#!/bin/sh
case "$*" in
    *update*) echo update >> "$LOG"; exit ;;
esac
echo install >> "$LOG"
[ -e "$BIN/refuse" ] && {{ echo "E: it is full" >&2; exit 100; }}
mkdir -p "$DEBIAN/15/bin"
for name in {" ".join(PROGRAMS)}; do echo > "$DEBIAN/15/bin/$name"; chmod +x "$DEBIAN/15/bin/$name"; done
echo > "$BIN/{POOLER}"; chmod +x "$BIN/{POOLER}"
"""


class Machine:
    """A PATH of its own, and a folder for Debian's servers."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.log, self.debian = folder / "bin", folder / "log", folder / "debian"
        self.bin.mkdir()
        (folder / "tools").mkdir()
        for tool in ("sh", "mkdir", "chmod"):
            (folder / "tools" / tool).symlink_to(f"/bin/{tool}")
        path = os.pathsep.join((str(self.bin), str(folder / "tools")))
        cache = str(folder / "cache")
        self.env = {"PATH": path, "XDG_CACHE_HOME": cache, "LOG": str(self.log), "BIN": str(self.bin), "DEBIAN": str(self.debian)}

    def server(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name in PROGRAMS:
            self.program(folder / name)
        return folder

    def program(self, path: Path, text: str = "#!/bin/sh\n") -> None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def ensure(self) -> Postgresql:
        return ensure_postgresql(self.env, self.debian, str(self.bin))

    def asked(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").split() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Where this is root, with a good apt-get."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    made = Machine(tmp_path)
    made.program(made.bin / "apt-get", APT)
    return made


def test_the_newest_of_debians_is_taken_and_nothing_is_installed(machine: Machine) -> None:
    for version in ("9", "15", "17"):
        machine.server(machine.debian / version / "bin")
    (machine.debian / "17" / "bin" / "initdb").unlink()  # a client alone is of no use
    machine.program(machine.bin / POOLER)
    assert machine.ensure() == Postgresql(machine.debian / "15" / "bin", machine.bin / POOLER)
    assert machine.asked() == []


def test_one_on_path_does_as_well(machine: Machine) -> None:
    machine.server(machine.bin)
    machine.program(machine.bin / POOLER)
    assert machine.ensure().programs == machine.bin
    assert machine.asked() == []


def test_it_is_installed_once(machine: Machine) -> None:
    assert machine.ensure().programs == machine.debian / "15" / "bin"
    machine.ensure()
    assert machine.asked() == ["install"]


def test_what_apt_get_says_is_the_reason(machine: Machine) -> None:
    (machine.bin / "refuse").touch()
    with pytest.raises(
        NoPostgresql, match=r"^no PostgreSQL with PgBouncer: apt-get could not install one \(E: it is full\); put `initdb`, .* on PATH"
    ):
        machine.ensure()


def test_nobody_but_root_installs(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.server(machine.bin)
    with pytest.raises(NoPostgresql, match=r"not root to install one; .*apt-get install postgresql pgbouncer"):
        machine.ensure()
    assert machine.asked() == []


def test_a_cache_that_cannot_be_written_is_said(machine: Machine) -> None:
    Path(machine.env["XDG_CACHE_HOME"]).write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(NoPostgresql, match=r"\S+/pulumi-opentok cannot be written .* XDG_CACHE_HOME$"):
        machine.ensure()


def test_the_command_prints_where_they_are(machine: Machine) -> None:
    machine.server(machine.bin)
    machine.program(machine.bin / POOLER)
    done = subprocess.run([sys.executable, postgresql.__file__], env=machine.env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, str(machine.bin / POOLER))
