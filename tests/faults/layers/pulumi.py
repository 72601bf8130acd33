# SPDX-License-Identifier: Apache-2.0
"""The Pulumi provider: the server ``pulumi.dynamic``, a process each run, and around it the engine's order of calls.

The server is the SDK's own ``__main__``, run in a process that is forked from one that has its imports. What it is killed in is a request
whose answer the emulator holds back.
"""

from __future__ import annotations

import io
import json
import os
import runpy
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_opentok.project import ProjectProvider
from tests.engine.environment import whole_environment
from tests.faults import processes
from tests.faults.haste import make_haste
from tests.faults.layers.base import Declaration, Layer, Outcome, Result
from tests.faults.layers.watch import Watch
from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Moment
from tests.protocol.dynamic_server import DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog


class ForkedServer(DynamicServer):
    """A server that starts in milliseconds."""

    def __init__(self, env: Mapping[str, str], engine: str) -> None:
        self.killed = False
        self._means(ProjectProvider)
        self._stderr = tempfile.NamedTemporaryFile("r")  # noqa: SIM115 - closed with the process
        environ = whole_environment({"PULUMI_PROJECT": "proof", **env})
        self._forked, self._connection = processes.start(_serve, environ, engine, self._stderr.name)
        port = os.read(self._connection.fileno(), 20)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(port)}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def kill(self) -> None:
        self.killed = True
        processes.end(self._forked)

    def close(self) -> str:
        self._channel.close()
        if not self.killed:
            processes.end(self._forked)
        self._connection.close()
        printed = self._stderr.read()
        self._stderr.close()
        return printed


def _serve(connection: processes.Connection, env: Mapping[str, str], engine: str, errors: str) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.dup2(os.open(errors, os.O_WRONLY), 2)
    os.dup2(connection.fileno(), 1)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0), write_through=True)
    make_haste()
    sys.argv = ["pulumi.dynamic", engine]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


class PulumiLayer(Layer):
    """Drives the provider as ``pulumi up`` does. ``state`` is what the engine has saved."""

    remembers_begun = False
    deletes_unsaved = False

    def __init__(self, opentok: OpenTokProcess, folder: Path) -> None:
        super().__init__(opentok, folder)
        self.state: dict[str, Saved] = {}
        self._log = EngineLog()

    def identity(self, name: str) -> str | None:
        return self.state[name].id if name in self.state else None

    def saved(self) -> str:
        # A Secret shows nothing of itself: the engine encrypts it.
        return json.dumps({name: [saved.id, saved.inputs, saved.outs] for name, saved in self.state.items()}, default=repr)

    def end(self) -> None:
        self._log.stop()

    def run(self, declared: Mapping[str, Declaration], *, timeout: float, moment: Moment | None, refresh: bool) -> Result:
        result = Result()
        self._log.clear()
        server = ForkedServer({**self.opentok.env, "OPENTOK_TIMEOUT": str(timeout)}, self._log.address)
        try:
            with Watch(self.opentok, moment, server.kill):
                self._up(server, declared, refresh, result)
        finally:
            result.killed = server.killed
            result.texts += [server.close(), *(text for _severity, text in self._log.said)]
        return result

    def _up(self, server: ForkedServer, declared: Mapping[str, Declaration], refresh: bool, result: Result) -> None:
        try:
            server.configure()
            if refresh:
                for name, saved in list(self.state.items()):
                    self._keep(name, server.refresh(saved))
        except OperationFailed as error:
            result.texts.append(str(error))
            return
        for name, declaration in declared.items():
            if server.killed:
                return
            outcome = self._one(server, name, declaration)
            if outcome is not None and not (server.killed and not outcome.ok):
                result.outcomes[name] = outcome
                result.texts.append(outcome.error)

    def _one(self, server: ForkedServer, name: str, declaration: Declaration) -> Outcome | None:
        said = len(self._log.texts("error"))
        try:
            changed = self._create_or_update(server, name, declaration) if declaration.present else self._delete(server, name)
        except OperationFailed as error:
            return Outcome(ok=False, error=str(error))
        unfinished = self._log.texts("error")[said:]
        saved = self.state.get(name)
        shown = None if saved is None else {**saved.outs, "id": saved.id, "api_secret": saved.outs["api_secret"].value}
        return Outcome(ok=not unfinished, changed=changed, shown=shown, kept=True, error="; ".join(unfinished))

    def _create_or_update(self, server: ForkedServer, name: str, declaration: Declaration) -> bool:
        saved = self.state.get(name)
        checked, failures = server.check({**declaration.inputs(), "__take_by_name": True}, saved.inputs if saved else {})
        assert failures == {}
        if saved is None:
            self._keep(name, server.create(checked))
            return True
        difference = server.diff(saved, checked)
        assert not difference.replaces, "nothing that a schedule does asks for another project"
        if checked != saved.inputs if difference.changes is None else difference.changes:
            self._keep(name, server.update(saved, checked))
            return True
        self._keep(name, Saved(saved.id, checked, saved.outs))
        return False

    def _delete(self, server: ForkedServer, name: str) -> bool:
        saved = self.state.get(name)
        if saved is None:
            return False
        server.delete(saved)
        self._keep(name, None)
        return True

    def _keep(self, name: str, saved: Saved | None) -> None:
        if saved is None:
            self.state.pop(name, None)
        else:
            self.state[name] = saved

