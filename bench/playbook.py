# SPDX-License-Identifier: Apache-2.0
"""Bare runs of ansible-playbook, with nothing of the tests in them, and what they cost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.emulator_process import ROOT


@dataclass(frozen=True)
class Cost:
    """Seconds: by the clock, and of CPU with all processes that it started."""

    wall: float
    cpu: float


class Playbooks:
    """Plays tasks on localhost with a home in ``folder``."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OPENTOK_"))}
        self._environ = {
            **kept,
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            **environ,
        }

    def play(self, tasks: Sequence[Mapping[str, Any]]) -> Cost:
        """Plays them. Raises RuntimeError with the output unless the playbook ends with 0 and changes nothing."""
        playbook = self._folder / "play.yml"
        playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}]), encoding="utf-8")
        command = [str(Path(sys.prefix, "bin", "ansible-playbook")), str(playbook)]
        used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, env=self._environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        wall, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode or "changed=0" not in done.stdout:
            raise RuntimeError(done.stdout + done.stderr)
        return Cost(wall, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
