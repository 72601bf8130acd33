# SPDX-License-Identifier: Apache-2.0
"""A rulebook of the collection, run by the real ansible-rulebook apart from the user's own Ansible."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import pytest

from pulumi_opentok.emulator import Emulator
from tests.eda.source import PATIENCE, SECRET

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = 'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n'
START = 2 * PATIENCE
"""Seconds for what takes a JVM or a playbook; on a machine that is busy with other tests."""


class Rulebook:
    """``opentok.cloud.NAME`` with its event source on a free port; ``url`` is where to post."""

    def __init__(self, name: str, folder: Path, emulator: Emulator) -> None:
        if shutil.which("java") is None:
            pytest.skip("ansible-rulebook needs Java 17: put `java` on PATH (Debian: apt-get install openjdk-17-jre-headless)")
        self.url = ""
        self.output: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        (folder / "inventory.ini").write_text(INVENTORY, encoding="utf-8")
        (folder / "variables.yml").write_text("opentok_webhook_port: 0\n", encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "EDA_", "OPENTOK_"))}
        self._process = subprocess.Popen(
            [
                *(str(Path(sys.prefix, "bin", "ansible-rulebook")), "--rulebook", f"opentok.cloud.{name}", "--inventory", "inventory.ini"),
                *("--vars", "variables.yml", "--env-vars", "OPENTOK_SIGNATURE_SECRET", "-v"),
            ],
            cwd=folder,
            env={
                **kept,
                **emulator.env,
                "OPENTOK_SIGNATURE_SECRET": SECRET,
                "HOME": str(folder),
                "PATH": os.pathsep.join([str(Path(sys.prefix, "bin")), kept.get("PATH", os.defpath)]),
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT),
                "ANSIBLE_NOCOLOR": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Rulebook:
        try:
            self.url = self.wait_for(r"listening on (http://\S+)")[1] + "/"
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._end()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The next line in which this is found."""
        while True:
            try:
                line = self._lines.get(timeout=START)
            except queue.Empty:
                line = None
            assert line is not None, f"{pattern!r} did not come:\n{''.join(self.output)}"
            self.output.append(line)
            if match := re.search(pattern, line):
                return match

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait()
