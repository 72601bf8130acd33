# SPDX-License-Identifier: Apache-2.0
"""A language host for Python programs: lets the CLI itself run a folder with `Pulumi.yaml` and `__main__.py` (`pulumi up`, typed in a shell).

Users have Pulumi's own with the CLI; an engine that was built here has none. This one is the server of the SDK's Automation API with what the CLI
asks besides. It runs the program in its own process and installs nothing: whatever the program imports, this Python has to have.
"""

from __future__ import annotations

import functools
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

NAME = "pulumi-language-python"
SCRIPT = """\
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
exec "${PULUMI_PYTHON_CMD:-python3}" -u -m tools.language_host "$@"
"""


class LanguageHost(LanguageServer):
    """The answers to what the CLI asks of a host."""

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.LanguageHandshakeResponse()

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.GetProgramDependenciesResponse()

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        return iter(())

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Runs the folder of a plugin, such as a policy pack, in a process of its own, which ends with the request."""
        command = [sys.executable, "-u", request.info.program_directory, *request.args]
        env = {**os.environ, **dict(pair.split("=", 1) for pair in request.env)}
        plugin = subprocess.Popen(command, cwd=request.pwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        context.add_callback(plugin.terminate)
        with plugin:
            for line in plugin.stdout or ():
                yield language_pb2.RunPluginResponse(stdout=line)
        yield language_pb2.RunPluginResponse(exitcode=plugin.returncode)

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        folder = request.info.program_directory or request.pwd
        os.chdir(folder)
        sys.path[0] = folder
        self.program = functools.partial(run_folder, folder)
        done: Any = super().Run(request, context)  # type: ignore[no-untyped-call]
        # What went wrong is in the engine's log by now; told as an answer it would stand there twice.
        return language_pb2.RunResponse(bail=True) if done.error else done


def run_folder(folder: str) -> None:
    """Runs the program of a folder, as `python folder` does."""
    runpy.run_path(os.path.join(folder, "__main__.py"), run_name="__main__")


def install(folder: Path) -> Path:
    """Puts the executable that the CLI looks for on PATH into `folder`; the repository has to be on PYTHONPATH. Returns its path."""
    path = folder / NAME
    path.write_text(SCRIPT, encoding="utf-8")
    path.chmod(0o755)
    return path


def main() -> int:
    """Serves until the CLI has had enough of it. The first line that it prints is its port."""
    over, parent = threading.Event(), os.getppid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(lambda: None), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    while os.getppid() == parent and not over.wait(2):  # a CLI that is killed says nothing
        pass
    server.stop(grace=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
