# SPDX-License-Identifier: Apache-2.0
"""How programs of npm are found or installed, with an npm and an apt-get that write down what they were asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools import node

ROOT = Path(__file__).resolve().parents[2]
NPM = """\
#!/bin/sh
echo "$@" >> "$LOG"
[ -e "$BIN/refuse" ] && { echo "npm error code ENOTFOUND" >&2; exit 1; }
mkdir -p node_modules/.bin && touch node_modules/.bin/gitlab-ci-local
"""
APT = '#!/bin/sh\necho "apt-get" >> "$LOG"\ntouch "$BIN/rsync" && chmod +x "$BIN/rsync"\n'
CI = "ci --ignore-scripts --no-audit --no-fund --loglevel=error"


class Machine:
    """A PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.bin, self._log = folder / "bin", folder / "log"
        self.bin.mkdir()
        for tool in ("sh", "mkdir", "touch", "chmod"):
            (self.bin / tool).symlink_to(f"/bin/{tool}")
        self.env = {"PATH": str(self.bin), "XDG_CACHE_HOME": str(folder / "cache"), "LOG": str(self._log), "BIN": str(self.bin)}
        for name, text in {"npm": NPM, "apt-get": APT, "node": "#!/bin/sh\n", "git": "#!/bin/sh\n", "rsync": "#!/bin/sh\n"}.items():
            (self.bin / name).write_text(text, encoding="utf-8")
            (self.bin / name).chmod(0o755)

    def ensure(self) -> Path:
        return node.ensure("gitlab-ci-local", self.env)

    def asked(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Where this is root."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return Machine(tmp_path)


def test_four_at_once_install_once_from_the_lock_file(machine: Machine) -> None:
    threads = [threading.Thread(target=machine.ensure) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    folder = machine.ensure().parent
    assert machine.asked() == [CI]
    assert (folder / "package-lock.json").read_bytes() == (ROOT / "tools" / "node" / "gitlab-ci-local" / "package-lock.json").read_bytes()
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".install-")] == []


def test_rsync_is_installed_by_root_and_by_nobody_else(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.bin / "rsync").unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(node.NoProgram, match=r"^no gitlab-ci-local here \(no rsync: not root to install one\): put `node`, .*apt-get install nodejs"):
        machine.ensure()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.ensure()
    assert machine.asked() == ["apt-get", CI]


def test_what_npm_says_is_the_reason_and_nothing_is_left(machine: Machine) -> None:
    (machine.bin / "refuse").touch()
    with pytest.raises(node.NoProgram, match=r"^`npm ci` of gitlab-ci-local failed: npm error code ENOTFOUND$"):
        machine.ensure()
    (machine.bin / "npm").unlink()
    with pytest.raises(node.NoProgram, match=r"^no gitlab-ci-local here \(no npm on PATH\): put"):
        machine.ensure()
    assert [path.name for path in (Path(machine.env["XDG_CACHE_HOME"]) / "pulumi-opentok" / "node").iterdir()] == ["lock"]


def test_no_lock_file_names_a_host() -> None:
    assert [name for name in node.NAMES if '"resolved"' in (node.HERE / name / "package-lock.json").read_text(encoding="utf-8")] == []
    assert node.NAMES == ("gitlab-ci-local", "npm-groovy-lint", "pulumi")


def test_a_strange_name_is_one_line() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.node", "left-pad"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: left-pad: the programs are gitlab-ci-local, npm-groovy-lint, pulumi\n")
