# SPDX-License-Identifier: Apache-2.0
"""The emulator as a process of its own, as users start it: what it costs is not charged to the side that is measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.emulator.client import Control

ROOT = Path(__file__).resolve().parents[1]


class EmulatorProcess(Control):
    """`opentok-emulator` on a free port, with these options, on the given CPUs or on any."""

    def __init__(self, *options: str, cpus: Collection[int] | None = None) -> None:
        command = [sys.executable, "-m", "pulumi_opentok.emulator", "--port", "0", "--json", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if cpus is not None:
            os.sched_setaffinity(self._process.pid, cpus)  # before it has threads: they inherit it
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        super().__init__(said["url"])
        self.account_key, self.account_secret = said["account_key"], said["account_secret"]

    def __enter__(self) -> EmulatorProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._process.terminate()
        self._process.wait()

    @property
    def env(self) -> dict[str, str]:
        """The variables that point a client here."""
        return {"OPENTOK_API_URL": self.url, "OPENTOK_ACCOUNT_KEY": self.account_key, "OPENTOK_ACCOUNT_SECRET": self.account_secret}

    @property
    def credentials(self) -> Credentials:
        """The account pair."""
        return Credentials(key=self.account_key, secret=self.account_secret, kind="account")

    def account(self) -> Account:
        """A client of the core for it."""
        return Account(self.credentials, api_url=self.url)

    def cpu_seconds(self) -> float:
        """What the process has used so far."""
        return process_cpu_seconds(self._process.pid)

    def megabytes(self, field: str = "VmRSS") -> float:
        """What the process has in memory now, or with ``VmHWM`` at most had until now."""
        return status_megabytes(self._process.pid, field)


def process_cpu_seconds(process: int) -> float:
    """What a process has used so far, its children aside."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def status_megabytes(process: int | str, field: str) -> float:
    """A field of /proc/PID/status in millions of bytes."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(f"{field}:"))
