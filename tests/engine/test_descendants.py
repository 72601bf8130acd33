# SPDX-License-Identifier: Apache-2.0
"""The processes of a test are found by /proc, and by `ps` where there is none."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.descendants import PROC, descendants, from_proc, from_ps

GRANDCHILD = "import os; print(os.getpid(), flush=True); input()"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}, 'grandchild'])"


def test_children_of_children_are_found_each_way_that_there_is() -> None:
    ways = [*([from_proc] if PROC.exists() else []), *([from_ps] if shutil.which("ps") else [])]
    child = subprocess.Popen([sys.executable, "-c", CHILD, "child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        pids = [child.pid, int(child.stdout.readline())]  # printed: the grandchild has its own words by now
        family = list(zip(pids, ["child", "grandchild"], strict=True))
        assert [(pid, words[-1]) for pid, words in descendants() if pid in pids] == family
        for way in ways:
            assert {(pid, words[-1]) for pid, _, words in way() if words} >= set(family)
    finally:
        child.communicate(b"\n")
