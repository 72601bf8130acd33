# SPDX-License-Identifier: Apache-2.0
"""How the browser is found or installed, with an apt-get that writes down what it was asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools import chromium
from tools.chromium import NoBrowser, ensure_browser

ROOT = Path(__file__).resolve().parents[2]
APT = """\
#!/bin/sh
for word in "$@"; do case "$word" in install|update) echo "$word" >> "$LOG" ;; esac; done
[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 3
case "$*" in
    *update*) touch "$BIN/lists" ;;
    *install*)
        [ -e "$BIN/lists" ] || { echo "E: Unable to locate package chromium" >&2; exit 100; }
        [ -e "$BIN/refuse" ] && { echo "E: it is full" >&2; exit 100; }
        for name in chromium chromedriver; do printf '#!/bin/sh\\n' > "$BIN/$name"; chmod +x "$BIN/$name"; done ;;
esac
"""


class Machine:
    """A PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.log = folder / "bin", folder / "log"
        self.bin.mkdir()
        tools = os.pathsep.join((str(self.bin), str(folder / "tools")))
        (folder / "tools").mkdir()
        for tool in ("sh", "touch", "chmod"):
            (folder / "tools" / tool).symlink_to(f"/bin/{tool}")
        self.env = {"PATH": tools, "XDG_CACHE_HOME": str(folder / "cache"), "LOG": str(self.log), "BIN": str(self.bin)}

    def program(self, name: str, text: str = "#!/bin/sh\n") -> None:
        (self.bin / name).write_text(text, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def asked(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").split() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Where this is root, with a good apt-get."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    made = Machine(tmp_path)
    made.program("apt-get", APT)
    return made


def test_a_browser_on_path_is_taken_and_nothing_is_installed(machine: Machine) -> None:
    machine.program("google-chrome")
    machine.program("chromedriver")
    found = ensure_browser(machine.env)
    assert (found.browser, found.driver) == (machine.bin / "google-chrome", machine.bin / "chromedriver")
    assert (machine.asked(), Path(machine.env["XDG_CACHE_HOME"]).exists()) == ([], False)


def test_without_package_lists_they_are_fetched_and_a_second_run_does_nothing(machine: Machine) -> None:
    assert ensure_browser(machine.env).browser == machine.bin / "chromium"
    assert machine.asked() == ["install", "update", "install"]
    ensure_browser(machine.env)
    assert machine.asked() == ["install", "update", "install"]


def test_with_package_lists_they_are_not_fetched_again(machine: Machine) -> None:
    (machine.bin / "lists").touch()
    machine.program("chromium")  # without its driver it is of no use
    ensure_browser(machine.env)
    assert machine.asked() == ["install"]


def test_two_at_once_install_once(machine: Machine) -> None:
    (machine.bin / "lists").touch()
    threads = [threading.Thread(target=ensure_browser, args=(machine.env,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert machine.asked() == ["install"]


def test_what_apt_get_says_is_the_reason(machine: Machine) -> None:
    (machine.bin / "refuse").touch()
    with pytest.raises(NoBrowser, match=r"^no browser: apt-get could not install one \(E: it is full\); put `chromium` and `chromedriver` on PATH"):
        ensure_browser(machine.env)


def test_nobody_but_root_installs(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NoBrowser, match=r"none on PATH, and not root to install one; .*apt-get install chromium chromium-driver"):
        ensure_browser(machine.env)
    assert machine.asked() == []


def test_a_cache_that_cannot_be_written_is_said(machine: Machine) -> None:
    Path(machine.env["XDG_CACHE_HOME"]).write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(NoBrowser, match=r"^no browser: none on PATH, and \S+/pulumi-opentok cannot be written .*: put `chromium`.* XDG_CACHE_HOME$"):
        ensure_browser(machine.env)


def test_without_apt_get_the_command_says_so_in_one_line(machine: Machine) -> None:
    (machine.bin / "apt-get").unlink()
    done = subprocess.run([sys.executable, chromium.__file__], env=machine.env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert done.stderr.startswith("error: no browser: none on PATH, and no apt-get to install one; ")
