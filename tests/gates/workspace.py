# SPDX-License-Identifier: Apache-2.0
"""A copy of the collection for one gate, and the tools of this interpreter's environment to run in it.

A copy, because ansible-test writes into the tree it tests and several gates run at once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.gates import ansible_test_home
from tests.packaging.cache import writable_cache
from tools.lock import one_at_a_time

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "ansible_collections" / "opentok" / "cloud"


@dataclass(frozen=True)
class Workspace:
    """`collections` is the folder that holds `ansible_collections`; `home` is what the tools take for the user's home, `bin` is where they are."""

    collections: Path
    home: Path
    bin: Path = Path(sys.prefix, "bin")

    @property
    def collection(self) -> Path:
        return self.collections / "ansible_collections" / "opentok" / "cloud"

    def run(self, *command: str, cwd: Path | None = None) -> str:
        """Runs a tool in the collection (or ``cwd``) and returns what it said; a status other than 0 is an AssertionError with all of it."""
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=cwd or self.collection,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def ansible_test(self, *arguments: str) -> str:
        """`ansible-test` with the cached home; the first run on a machine builds its environments, later ones find them.

        One of a command at a time on this machine: it would build the same environments twice in the same place.
        """
        with one_at_a_time(self.home / "prepare.lock", on_wait=_in_silence):
            ansible_test_home.prepare(self.home, self.bin / "python")
        with one_at_a_time(self.home / f"{arguments[0]}.lock", on_wait=_in_silence):
            return self.run("ansible-test", *arguments)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OPENTOK_", "GALAXY_"))}
        return {
            **kept,
            "HOME": str(self.home),
            "PATH": tool_path(self.bin, os.environ.get("PATH", os.defpath)),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }


def _in_silence() -> None:
    """pytest shows nothing while a test runs."""


def tool_path(first: Path, path: str) -> str:
    """An environment's tools first, and no version manager's shims: those look like Pythons that fail when they are run."""
    kept = [entry for entry in path.split(os.pathsep) if Path(entry).name != "shims"]
    return os.pathsep.join([str(first), *kept])


def copy_collection(collections: Path) -> Path:
    """Copies the collection as git would see it: tracked and new files, nothing ignored."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."]
    names = subprocess.run(listed, cwd=COLLECTION, check=True, stdout=subprocess.PIPE, text=True).stdout
    target = collections / "ansible_collections" / "opentok" / "cloud"
    for name in filter(None, names.split("\0")):
        if (COLLECTION / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(COLLECTION / name, target / name)
    return target


def ansible_home() -> Path:
    """Outside the tree, kept from run to run."""
    return writable_cache() / "ansible-test"
