# SPDX-License-Identifier: Apache-2.0
"""The process that forks provider servers outlives those who ask it and are killed before they have said what for, or before they hear."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests import forking
from tests.descendants import descendants
from tests.engine.environment import REPO, whole_environment

ASKED = {"arguments": ["127.0.0.1:1"], "env": {"PYTHONPATH": str(REPO)}, "cwd": str(REPO)}


@pytest.mark.parametrize("said", [None, ASKED], ids=["nothing", "all of it"])
def test_who_asked_was_killed(said: object, tmp_path: Path) -> None:
    python = forking.command("pulumi.dynamic")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as killed, open(os.devnull, "w", encoding="utf-8") as nowhere:
        killed.connect(forking.address("pulumi.dynamic"))
        if said is not None:
            socket.send_fds(killed, [json.dumps(said).encode()], [nowhere.fileno(), nowhere.fileno()])
    env = whole_environment({"PYTHONPATH": str(REPO), "TMPDIR": str(tmp_path)})
    with subprocess.Popen([python, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"], env=env, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert int(server.stdout.readline()) > 0, "the port that it serves"
        server.kill()


def test_the_process_that_forks_was_harmed(tmp_path: Path) -> None:
    """The interpreter itself takes its place where a program is started by others, and then another one."""
    env = whole_environment({"PYTHONPATH": str(REPO), "TMPDIR": str(tmp_path)})
    python = forking.command("pulumi.dynamic")
    (forks,) = [pid for pid, words in descendants() if words[3:5] == ["tests.forking", "module=pulumi.dynamic"]]
    os.kill(forks, signal.SIGKILL)
    os.waitpid(forks, 0)
    with subprocess.Popen([python, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"], env=env, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert int(server.stdout.readline()) > 0, "the port that it serves"
        server.kill()
    reading, writing = os.pipe()
    again = forking.start("pulumi.dynamic", ["127.0.0.1:1"], env=env, stdout=writing, stderr=writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as printed:
        assert int(printed.readline()) > 0
        again.kill()
        again.wait()
        again.close()
