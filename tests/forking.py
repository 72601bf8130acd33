# SPDX-License-Identifier: Apache-2.0
"""Python programs that start in milliseconds: forked from one clean process that has imported what they need, and nothing else.

    process = start("pulumi.dynamic", ["127.0.0.1:1"], env={...}, stdout=pipe, stderr=file)
    process.terminate(), process.wait()

What runs is the program itself (``python -u -m pulumi.dynamic 127.0.0.1:1``), with its own arguments, environment, folder and files.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, Any, NoReturn

from tests.engine.environment import REPO, whole_environment

IMPORTED = {"pulumi.dynamic": [
    "asyncio", "concurrent.futures.thread", "dill", "grpc", "pulumi.dynamic", "pulumi.runtime", "pulumi_opentok", "requests",
]}
"""Module of a program -> what is imported before the fork: whatever it imports at its start anyway."""


class Forked:
    """A process that is nobody's child here: told by a file descriptor of it, so that its number cannot become another's."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def wait(self) -> None:
        """Until it has ended."""
        select.select([self._handle], [], [])

    def close(self) -> None:
        """Forgets it."""
        os.close(self._handle)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            signal.pidfd_send_signal(self._handle, number)


def start(module: str, arguments: Sequence[str], *, env: Mapping[str, str], stdout: IO[str] | int, stderr: IO[str] | int) -> Forked:
    """``python -u -m module *arguments`` with this environment."""
    parent = _parent(module)
    request = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": os.getcwd()}).encode()
    files = [stream if isinstance(stream, int) else stream.fileno() for stream in (stdout, stderr)]
    socket.send_fds(parent, [request], files)
    return Forked(int(parent.recv(32)))


@functools.cache
def _parent(module: str) -> socket.socket:
    """The connection to the process that forks; with the connection it ends."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-u", "-m", "tests.forking", module, str(theirs.fileno())]
    process = subprocess.Popen(
        command, cwd=REPO, env=whole_environment({"PYTHONPATH": str(REPO)}), stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
    )
    theirs.close()
    atexit.register(lambda: (ours.close(), process.wait()))
    return ours


def _serve(module: str, requests: socket.socket) -> None:
    for name in IMPORTED[module]:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    path = [entry for entry in sys.path if entry and entry != str(REPO)]
    while True:
        message, files, _flags, _address = socket.recv_fds(requests, 1 << 20, 2)
        if not message:
            return
        pid = os.fork()
        if not pid:
            requests.close()
            _become(module, json.loads(message), files, path)
        for file in files:
            os.close(file)
        requests.send(str(pid).encode())


def _become(module: str, request: dict[str, Any], files: list[int], path: list[str]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, file in enumerate(files, 1):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    tempfile.tempdir = None
    sys.argv[:] = [module, *request["arguments"]]
    sys.path[:] = [request["cwd"], *filter(None, request["env"].get("PYTHONPATH", "").split(os.pathsep)), *path]
    status = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
