# SPDX-License-Identifier: Apache-2.0
"""The processes of a test are found by /proc, and by `ps` where there is none."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.descendants import PROC, descendants, from_proc, from_ps

CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()', 'grandchild'])"


def test_children_of_children_are_found_each_way_that_there_is() -> None:
    ways = [*([from_proc] if PROC.exists() else []), *([from_ps] if shutil.which("ps") else [])]
    before = descendants()  # of other tests
    child = subprocess.Popen([sys.executable, "-c", CHILD, "child"], stdin=subprocess.PIPE)
    try:
        while len(found := [(pid, words[-1]) for pid, words in descendants() if words and (pid, words) not in before]) < 2:
            assert child.poll() is None
        assert [name for _, name in found] == ["child", "grandchild"]
        for way in ways:
            assert {(pid, words[-1]) for pid, _, words in way() if words} >= set(found)
    finally:
        child.communicate(b"\n")
