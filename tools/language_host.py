# SPDX-License-Identifier: Apache-2.0
"""Language hosts for Python, TypeScript and Go: let the CLI itself run a project's folder (`pulumi up`, typed in a shell).

Users have Pulumi's own with the CLI; an engine that was built here has none. The one for Python is the server of the SDK's Automation API with what
the CLI asks besides, and runs the program in its own process. The others start what Pulumi's own start: `cmd/run` of the npm package, and the
executable that Go has made. None installs anything: whatever a program imports has to be there. (YAML's host is Pulumi's own: `tools.programs`.)
"""

from __future__ import annotations

import abc
import functools
import json
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
from google.protobuf.empty_pb2 import Empty
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tools import languages

NAME = "pulumi-language-"
SCRIPT = """\
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
exec "${{PULUMI_PYTHON_CMD:-python3}}" -u -m tools.language_host {language} "$@"
"""
LOGGED = 32
"""The status of a program that has said itself what is wrong."""


class LanguageHost(LanguageServer):
    """The answers to what the CLI asks of a host; of one for Python, if nothing else is said."""

    def __init__(self, engine: str) -> None:
        super().__init__(lambda: None)
        self.engine = engine

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


class ProcessHost(LanguageHost, abc.ABC):
    """A host whose programs are processes."""

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        folder = Path(request.info.program_directory or request.pwd)
        config = {"PULUMI_CONFIG": json.dumps(dict(request.config)), "PULUMI_CONFIG_SECRET_KEYS": json.dumps([*request.configSecretKeys])}
        command, env = self.start(request, folder)
        # What it prints goes where the engine reads what the host prints.
        program = subprocess.Popen(command, cwd=folder, env={**os.environ, **config, **env}, stdin=subprocess.DEVNULL)
        context.add_callback(program.kill)
        status = program.wait()
        if status in (0, LOGGED):
            return language_pb2.RunResponse(bail=status == LOGGED)
        return language_pb2.RunResponse(error=f"the program ended with status {status}")

    @abc.abstractmethod
    def start(self, request: Any, folder: Path) -> tuple[list[str], dict[str, str]]:
        """The command that runs the program of the folder, and its variables."""


class NodeHost(ProcessHost):
    """For JavaScript and TypeScript: the folder has its `node_modules`."""

    def start(self, request: Any, folder: Path) -> tuple[list[str], dict[str, str]]:
        run = folder / "node_modules" / "@pulumi" / "pulumi" / "cmd" / "run"
        told = {"monitor": request.monitor_address, "engine": self.engine, "parallel": request.parallel, "pwd": request.pwd, **_where(request)}
        options = [f"--{name.replace('_', '-')}={value}" for name, value in told.items()]
        preview = ["--dry-run"] if request.dryRun else []
        return ["node", str(run), *options, *preview, request.info.entry_point or "."], {"PULUMI_NODEJS_TYPESCRIPT": "true"}


class GoHost(ProcessHost):
    """For Go."""

    def start(self, request: Any, folder: Path) -> tuple[list[str], dict[str, str]]:
        told = {"monitor": request.monitor_address, "engine": self.engine, "parallel": request.parallel, **_where(request)}
        env = {f"PULUMI_{name.upper()}": str(value) for name, value in told.items()}
        return [str(languages.go_program(folder))], {**env, "PULUMI_DRY_RUN": str(request.dryRun).lower()}


def _where(request: Any) -> dict[str, str]:
    names = {"project": request.project, "stack": request.stack, "organization": request.organization}
    return {**names, "root_directory": request.info.root_directory}


HOSTS = {"python": LanguageHost, "nodejs": NodeHost, "go": GoHost}


def run_folder(folder: str) -> None:
    """Runs the program of a folder, as `python folder` does."""
    runpy.run_path(os.path.join(folder, "__main__.py"), run_name="__main__")


def install(folder: Path, language: str = "python") -> Path:
    """Puts the executable that the CLI looks for on PATH into `folder`; the repository has to be on PYTHONPATH. Returns its path."""
    path = folder / f"{NAME}{language}"
    path.write_text(SCRIPT.format(language=language), encoding="utf-8")
    path.chmod(0o755)
    return path


def main() -> int:
    """Serves until the CLI has had enough of it. The first line that it prints is its port."""
    over, parent = threading.Event(), os.getppid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    language, *_options, engine = sys.argv[1:]
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(HOSTS[language](engine), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    while os.getppid() == parent and not over.wait(2):  # a CLI that is killed says nothing
        pass
    server.stop(grace=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
