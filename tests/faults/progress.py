# SPDX-License-Identifier: Apache-2.0
"""Which chunks are done: a file for each worker in the cache, a line for each chunk. A restart reads them all and goes on."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]


def commit() -> str:
    """The commit of this tree, with ``+`` where what is tested is not what was committed."""
    parts = ["pulumi_opentok", "ansible_collections", "tests/faults", "tests/protocol"]
    found = _git("rev-parse", "--short=12", "HEAD")
    return found + ("+" if _git("status", "--porcelain", "--", *parts) else "")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=REPO, capture_output=True, text=True, check=True).stdout.strip()


class Progress:
    """The chunks of one seed and commit."""

    def __init__(self, base: int, version: str) -> None:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self.folder = cache / "pulumi-opentok" / "faults" / f"{base}-{version}"
        self.folder.mkdir(parents=True, exist_ok=True)

    def done(self) -> dict[int, dict[str, Any]]:
        """What is noted, by chunk; a line that was cut off does not count."""
        found: dict[int, dict[str, Any]] = {}
        for path in sorted(self.folder.glob("worker-*.jsonl")):
            for line in path.read_text().splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue
                found[entry["chunk"]] = entry
        return found

    def note(self, worker: int, entry: dict[str, Any]) -> None:
        with (self.folder / f"worker-{worker}.jsonl").open("a") as file:
            file.write(json.dumps(entry) + "\n")
