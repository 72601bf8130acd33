# SPDX-License-Identifier: Apache-2.0
"""The process that forks provider servers outlives those who ask it and are killed before they have said what for, or before they hear."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import forking
from tests.engine.environment import REPO, whole_environment

ASKED = {"arguments": ["127.0.0.1:1"], "env": {"PYTHONPATH": str(REPO)}, "cwd": str(REPO)}


@pytest.mark.parametrize("said", [None, ASKED], ids=["nothing", "all of it"])
def test_who_asked_was_killed(said: object, tmp_path: Path) -> None:
    python = forking.command("pulumi.dynamic")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as killed, open(os.devnull, "w", encoding="utf-8") as nowhere:
        killed.connect(forking.parent("pulumi.dynamic").address)
        if said is not None:
            socket.send_fds(killed, [json.dumps(said).encode()], [nowhere.fileno(), nowhere.fileno()])
    env = whole_environment({"PYTHONPATH": str(REPO), "TMPDIR": str(tmp_path)})
    with subprocess.Popen([python, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"], env=env, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert int(server.stdout.readline()) > 0, "the port that it serves"
        server.kill()


@pytest.mark.parametrize("heard", [False, True])
def test_what_was_forked_ends_with_who_asked(heard: bool) -> None:
    """Also with one that was killed before it has read the process's number: else whoever reads what it prints would wait for ever."""
    reading, writing = os.pipe()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as killed:
        killed.connect(forking.parent("pulumi.dynamic").address)
        socket.send_fds(killed, [json.dumps(ASKED).encode()], [writing, writing])
        os.close(writing)
        select.select([killed], [], [])
        if heard:
            assert int(killed.recv(32)) > 0
    with open(reading, encoding="utf-8") as printed:
        printed.read()


def test_the_process_that_forks_was_harmed(tmp_path: Path) -> None:
    """The interpreter itself takes its place where a program is started by others, and then another one; what it has forked lives on."""
    python, harmed = forking.command("pulumi.dynamic"), forking.parent("pulumi.dynamic").process
    with forked(tmp_path) as before:
        harmed.kill()
        harmed.wait()
        env = whole_environment({"PYTHONPATH": str(REPO), "TMPDIR": str(tmp_path)})
        with subprocess.Popen([python, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"], env=env, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert int(server.stdout.readline()) > 0, "the port that it serves"
            server.kill()
        with forked(tmp_path) as port:
            assert port > 0
        socket.create_connection(("127.0.0.1", before)).close()


@contextlib.contextmanager
def forked(folder: Path) -> Iterator[int]:
    """The port of a provider server."""
    reading, writing = os.pipe()
    env = whole_environment({"PYTHONPATH": str(REPO), "TMPDIR": str(folder)})
    server = forking.start("pulumi.dynamic", ["127.0.0.1:1"], env=env, stdout=writing, stderr=writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as printed:
        try:
            yield int(printed.readline())
        finally:
            server.kill()
            server.wait()
            server.close()
