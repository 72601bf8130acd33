# SPDX-License-Identifier: Apache-2.0
"""Two commands at the same moment, one name, no ledger."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.cli.running import PROGRAM
from tests.core.odd_server import OddServer, together
from tests.engine.environment import REPO, whole_environment


def test_two_at_once_that_create_the_same(tmp_path: Path) -> None:
    server = OddServer()
    server.next("list", *together(2))
    (tmp_path / "projects.yaml").write_text("projects: [{name: Race Co}]")
    env = whole_environment({"PYTHONPATH": str(REPO), **server.env, "OPENTOK_TIMEOUT": "120"})
    command = [*PROGRAM, "apply", "-f", "projects.yaml", "--yes"]
    started = [subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [(process.communicate(timeout=240), process.returncode) for process in started]
    server.close()
    first, second = sorted(server.rows)
    failed = [said for said, code in ended if code == 3]
    assert failed, ended
    for out, err in failed:
        assert "create project 'Race Co'" in out
        assert f"2 projects are named 'Race Co' now: ids {first} and {second}" in err
        assert f"Keep {first}, the oldest" in err
