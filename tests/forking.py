# SPDX-License-Identifier: Apache-2.0
"""Python programs that start in milliseconds: forked from one clean process that has imported what they need, and nothing else.

    process = start("pulumi.dynamic", ["127.0.0.1:1"], env={...}, stdout=pipe, stderr=file)
    process.terminate(), process.wait()
    subprocess.run([command("pulumi.dynamic"), "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"])
    run("pulumi_opentok.cli", ["list"], env={...}, cwd=folder).returncode

What runs is the program itself (``python -u -m pulumi.dynamic 127.0.0.1:1``), with its own arguments, environment, folder and files.
It dies with whoever started it.
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
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from tests.engine.environment import REPO, whole_environment

PACKED = "AnsiballZ"
"""What packed Ansible modules are called, the scripts that Ansible starts."""

IMPORTED = {
    PACKED: ("ansible.module_utils.basic", "ansible.module_utils._internal._ansiballz._loader", "base64", "requests", "zipfile"),
    "pulumi_opentok._native": ("concurrent.futures.thread", "grpc.experimental", "pulumi.runtime.proto.provider_pb2_grpc", "requests"),
    "pulumi_opentok.cli": ("pulumi_opentok.cli", "requests", "yaml"),
    "pulumi_opentok.cli.ledger": ("pulumi_opentok.cli", "requests", "yaml"),
    "pulumi.dynamic": ("asyncio", "concurrent.futures.thread", "dill", "grpc.experimental", "pulumi.dynamic", "pulumi.runtime", "requests"),
    "tests.ledgers.party": ("boto3", "hvac", "requests", "tests.ledgers.imported"),
    "tests.ledgers.run": tuple(f"pulumi_opentok.core.desired.ledger.{name}" for name in ("kubernetes", "s3", "shared", "vault")),
    "tools.language_host": ("grpc.experimental", "google.protobuf.empty_pb2", "pulumi", "pulumi.automation._server", "requests", "yaml"),
}
"""Module of a program -> what is imported before the fork: whatever it imports at its start anyway. With Pulumi all of ``pulumi_opentok`` is, too.

A packed module brings its own of the collection, and Ansible's, which are those of this environment.
"""

WATCHES = "pulumi_opentok._native"
"""The program that ends with its parent, which is another process here."""

CLIENT = """\
import json, os, signal, socket, sys
connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
packed = os.path.basename(sys.argv[1]).startswith({packed!r})
module, arguments = ({packed!r}, sys.argv[1:]) if packed else (sys.argv[3], sys.argv[4:])
try:
    connection.connect({addresses!r}[module])
except (KeyError, OSError):
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
request = {{"arguments": arguments, "env": dict(os.environ), "cwd": os.getcwd()}}
socket.send_fds(connection, [json.dumps(request).encode()], [1, 2])
pid = int(connection.recv(32))
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(pid, number))
connection.settimeout(0.5)
parent = os.getppid()
while True:
    try:
        connection.recv(1)
        break
    except TimeoutError:
        if os.getppid() != parent and module == {watches!r}:
            os.kill(pid, signal.SIGTERM)
"""
"""What stands for the interpreter where a program is started by others: it passes signals on, and ends with the program.

Where the process that forks has come to harm in a test, it becomes the interpreter itself.
"""


class Forked:
    """A process that is nobody's child here: told by a file descriptor of it, so that its number cannot become another's."""

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self._connection = connection
        self._handle = os.pidfd_open(pid)

    def status(self) -> int:
        """Its exit status, once it has ended."""
        said = b""
        with contextlib.suppress(ConnectionResetError):  # it was killed before it had read all of what it was told
            said = self._connection.recv(32)
        self.wait()
        return int(said or -signal.SIGKILL)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def interrupt(self) -> None:
        self._signal(signal.SIGINT)

    def wait(self) -> None:
        """Until it has ended."""
        select.select([self._handle], [], [])

    def close(self) -> None:
        """Forgets it."""
        os.close(self._handle)
        self._connection.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            signal.pidfd_send_signal(self._handle, number)


def run(module: str, arguments: Sequence[str], *, env: Mapping[str, str], cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """``python -u -m module *arguments`` to its end. What it reads and prints is files; variables that are read at the start of Python do nothing."""
    with contextlib.ExitStack() as open_files:
        streams = [open_files.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(3)]
        streams[0].write(stdin)
        streams[0].seek(0)
        forked = start(module, arguments, env=env, stdin=streams[0], stdout=streams[1], stderr=streams[2], cwd=cwd)
        status = forked.status()
        forked.close()
        for stream in streams:
            stream.seek(0)
        return subprocess.CompletedProcess([module, *arguments], status, streams[1].read(), streams[2].read())


def start(
    module: str,
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    stdout: IO[str] | int,
    stderr: IO[str] | int,
    stdin: IO[str] | int | None = None,
    cwd: Path | None = None,
) -> Forked:
    """``python -u -m module *arguments`` with this environment, and with the packages of the first folder of its ``PYTHONPATH``."""
    tree = env["PYTHONPATH"].split(os.pathsep)[0]
    connection = _socket()
    connection.connect(parent(module, tree).address)
    request = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": str(cwd or Path.cwd())}).encode()
    streams = [stream for stream in (stdin, stdout, stderr) if stream is not None]
    socket.send_fds(connection, [request], [stream if isinstance(stream, int) else stream.fileno() for stream in streams])
    return Forked(int(connection.recv(32)), connection)


class Parent(NamedTuple):
    """A process that forks, and its socket. What it has forked has its command line, too: only ``process`` tells them apart."""

    process: subprocess.Popen[bytes]
    address: str


_parents: dict[tuple[str, str], Parent] = {}


def parent(module: str, tree: str = str(REPO)) -> Parent:
    """The one that has its imports from ``tree``, started where there is none (any more); it ends with this process."""
    known = _parents.get((module, tree))
    if known is None or known.process.poll() is not None:
        known = _parents[module, tree] = _start_parent(module, tree)
    return known


def command(*modules: str) -> str:
    """A command that takes the place of the interpreter, as ``PULUMI_PYTHON_CMD`` for example: ``python -u -m module`` of these is forked."""
    return _script(**{module: parent(module).address for module in modules})


@functools.cache
def _script(**addresses: str) -> str:
    folder = _folder()
    client, script = folder / "client.py", folder / "python"
    client.write_text(CLIENT.format(addresses=addresses, packed=PACKED, python=sys.executable, watches=WATCHES), encoding="utf-8")
    script.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-IS", str(client)])} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def _start_parent(module: str, tree: str) -> Parent:
    address = str(_folder() / "socket")
    with _socket() as listener:
        listener.bind(address)
        listener.listen()
        number = listener.fileno()
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.forking", f"module={module}", str(number)],
            cwd=tree,
            env=whole_environment({"PYTHONPATH": os.pathsep.join([tree, str(REPO)])}),
            stdin=subprocess.PIPE,
            pass_fds=[number],
        )
    atexit.register(process.communicate)
    return Parent(process, address)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="forking-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _serve(module: str, listener: socket.socket) -> None:
    for name in IMPORTED[module]:
        with contextlib.suppress(ImportError):  # of another ansible-core
            importlib.import_module(name)
    if "pulumi" in sys.modules:
        pulumi_opentok = importlib.import_module("pulumi_opentok")
        for name in pulumi_opentok.__all__:
            with contextlib.suppress(Exception):  # a broken one fails where it is used
                getattr(pulumi_opentok, name)
    path = [entry for entry in sys.path if entry not in ("", str(REPO), os.getcwd())]
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        with listener.accept()[0] as connection, contextlib.suppress(OSError):  # who asked may have been killed meanwhile
            message, files, _flags, _address = socket.recv_fds(connection, 1 << 20, 3)
            if not message:
                continue
            pid = os.fork()
            if not pid:
                listener.close()
                _become(module, json.loads(message), files, path, connection)
            for file in files:
                os.close(file)
            connection.send(str(pid).encode())
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _become(module: str, request: dict[str, Any], files: list[int], path: list[str], connection: socket.socket) -> NoReturn:
    if len(files) == 2:
        files.insert(0, os.open(os.devnull, os.O_RDONLY))
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    time.tzset()
    tempfile.tempdir = None
    packed = module == PACKED
    sys.argv[:] = request["arguments"] if packed else [module, *request["arguments"]]
    first = os.path.dirname(sys.argv[0]) if packed else request["cwd"]
    sys.path[:] = [first, *filter(None, request["env"].get("PYTHONPATH", "").split(os.pathsep)), *path]
    threading.Thread(target=_die_with, args=[connection], daemon=True).start()
    status = 1
    try:
        if packed:
            runpy.run_path(sys.argv[0], run_name="__main__")
        else:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - whatever the interpreter would print
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError):  # nobody waits for it any more
            connection.send(str(status).encode())
        os._exit(status)


def _die_with(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it was killed before it had read the process's number
        connection.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _serve(sys.argv[1].removeprefix("module="), socket.socket(fileno=int(sys.argv[2])))
