# SPDX-License-Identifier: Apache-2.0
"""The Pulumi provider: the server ``pulumi.dynamic``, a process each run, and around it the engine's order of calls.

What is modelled of the engine: aliases, targets, ``--replace`` (no Diff; a Check as of a new resource), create before delete with the old one
kept as a pending delete, delete before replace, deletes at the end of a run in which nothing failed. ``engine.py`` has the engine itself.
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
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_opentok.project import ProjectProvider
from tests.engine.environment import whole_environment
from tests.faults import processes
from tests.faults.haste import make_haste
from tests.faults.layers.base import Declaration, Layer, Outcome, Result
from tests.faults.layers.stack import Entry, Stack
from tests.faults.layers.watch import Watch
from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Step
from tests.protocol.dynamic_server import DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog

ANOTHER = "another resource of the program failed"


class ForkedServer(DynamicServer):
    """A server that starts in milliseconds."""

    unfinished = False
    """Whether the last answer was a failure that keeps the resource."""

    def __init__(self, env: Mapping[str, str], engine: str) -> None:
        self.killed = False
        self._means(ProjectProvider)
        self.answer: Any = None
        """The last one, with what no method tells."""
        self._stderr = tempfile.NamedTemporaryFile("r")  # noqa: SIM115 - closed with the process
        environ = whole_environment({"PULUMI_PROJECT": "proof", **env})
        self._forked, self._connection = processes.start(self._work(), environ, engine, self._stderr.name)
        port = os.read(self._connection.fileno(), 20)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(port)}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def _work(self) -> Callable[..., None]:
        return serve

    def about(self, urn: str) -> None:
        """Whose calls come next."""
        self._urn = urn

    def _call(self, method: Callable[..., Any], request: Any) -> Any:
        self.answer = super()._call(method, request)
        return self.answer

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


def settle(connection: processes.Connection, env: Mapping[str, str], errors: str) -> None:
    """Makes this process one that prints its port into the ``connection``, and errors into the file of that name."""
    os.environ.clear()
    os.environ.update(env)
    os.dup2(os.open(errors, os.O_WRONLY), 2)
    os.dup2(connection.fileno(), 1)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0), write_through=True)
    make_haste()


def serve(connection: processes.Connection, env: Mapping[str, str], engine: str, errors: str) -> None:
    """The SDK's server, in a process of its own."""
    settle(connection, env, errors)
    sys.argv = ["pulumi.dynamic", engine]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


class PulumiLayer(Layer):
    """Drives the provider as ``pulumi up`` does. ``state`` is what the engine has saved."""

    remembers_begun = False
    deletes_unsaved = False
    looks_always = False
    publishes = False

    def __init__(self, opentok: OpenTokProcess, folder: Path, *, party: int = 0, ledger: Path | None = None) -> None:
        super().__init__(opentok, folder, party=party, ledger=ledger)
        self._log = EngineLog()
        self.stack = self._stack()

    def _stack(self) -> Stack:
        return Stack()

    def _server(self, timeout: float) -> ForkedServer:
        return ForkedServer(self.env(timeout), self._log.address)

    def identity(self, name: str) -> str | None:
        entry = self.stack.of(name)
        return entry.saved.id if entry is not None and not entry.recreate else None

    def holds(self, project: str) -> bool:
        return any(entry.saved.id == project and not entry.recreate for entry in self.stack.entries)

    def title(self, name: str) -> str:
        entry = self.stack.of(name)
        return self.stack.title(name) if entry is None else str(entry.saved.inputs["name"])

    def saved(self) -> str:
        # A Secret shows nothing of itself: the engine encrypts it.
        return json.dumps([[entry.saved.id, entry.saved.inputs, entry.saved.outs] for entry in self.stack.entries], default=repr)

    def end(self) -> None:
        self._log.stop()

    def run(self, declared: Mapping[str, Declaration], step: Step, *, timeout: float) -> Result:
        result = Result()
        self._log.clear()
        server = self._server(timeout)
        try:
            with Watch(self.opentok, step.moment, server.kill):
                self._up(server, declared, step, result)
        finally:
            result.killed = server.killed
            result.texts += [server.close(), *(text for _severity, text in self._log.said)]
            self.stack.requested.clear()
        return result

    def _up(self, server: ForkedServer, declared: Mapping[str, Declaration], step: Step, result: Result) -> None:
        try:
            server.configure()
            if step.refresh:
                self._refresh(server, step)
        except OperationFailed as error:
            result.texts.append(str(error))
            return
        for name, declaration in declared.items():
            if declaration.present and step.target in ("", name):
                self._step(server, name, result, lambda name=name, declaration=declaration: self._bring(server, name, declaration))  # type: ignore[misc]
        if step.fails:
            result.failed = ANOTHER
        if step.fails or any(not outcome.ok for outcome in result.outcomes.values()) or server.killed:
            return
        self._deletes(server, declared, step, result)

    def _refresh(self, server: ForkedServer, step: Step) -> None:
        for entry in self.stack.entries.copy():
            if step.target and entry is not self.stack.of(step.target):
                continue
            server.about(self.stack.urn(entry.resource))
            seen = server.refresh(entry.saved)
            if seen is None:
                self.stack.entries.remove(entry)
            else:
                entry.saved, entry.unfinished = seen, False

    def _step(self, server: ForkedServer, name: str, result: Result, do: Callable[[], bool]) -> None:
        """One operation of the engine that concerns the project ``name``."""
        if server.killed:
            return
        errors, warnings = len(self._log.texts("error")), len(self._log.texts("warning"))
        try:
            changed, failure = do(), ""
        except OperationFailed as error:
            changed, failure = False, str(error)
        unfinished = self._log.texts("error")[errors:]
        if server.killed and (failure or unfinished):
            return
        entry = self.stack.of(name)
        shown = None if entry is None else {**entry.saved.outs, "id": entry.saved.id, "api_secret": entry.saved.outs["api_secret"].value}
        text = failure or "; ".join(unfinished)
        said = tuple(self._log.texts("warning")[warnings:])
        result.texts.append(text)
        result.outcomes[name] = Outcome(ok=not text, changed=changed, shown=shown, kept=not failure, error=text, warnings=said)

    def _bring(self, server: ForkedServer, name: str, declaration: Declaration) -> bool:
        stack = self.stack
        entry = stack.registered(name)
        server.about(stack.urn(stack.resource(name)))
        declared = {**declaration.inputs(), **stack.arguments(name)}
        given = {key: value for key, value in declared.items() if value is not None}
        checked = self._check(server, given, entry)
        if entry is None or entry.recreate:
            made = server.create(checked)
            stack.keep(name, made, unfinished=server.unfinished)
            return True
        if name in stack.requested:
            return self._replace(server, name, given, entry, delete_first=stack.requested[name] == "replace, delete first")
        difference = server.diff(entry.saved, checked)
        if difference.replaces:
            return self._replace(server, name, given, entry, delete_first=bool(server.answer.deleteBeforeReplace))
        if entry.unfinished or (checked != entry.saved.inputs if difference.changes is None else difference.changes):
            entry.saved = server.update(entry.saved, checked)
            entry.unfinished = server.unfinished
            return True
        entry.saved = Saved(entry.saved.id, checked, entry.saved.outs)
        return False

    def _check(self, server: ForkedServer, given: Mapping[str, Any], entry: Entry | None) -> dict[str, Any]:
        checked, failures = server.check(given, entry.saved.inputs if entry and not entry.recreate else {})
        if failures:
            raise OperationFailed(Refused(failures))
        return checked

    def _replace(self, server: ForkedServer, name: str, given: Mapping[str, Any], entry: Entry, *, delete_first: bool) -> bool:
        checked = self._check(server, given, None)
        if delete_first:
            server.delete(entry.saved)
            entry.recreate = True
        new = server.create(checked)
        if not delete_first:
            entry.delete = True
        self.stack.keep(name, new, unfinished=server.unfinished)
        return True

    def _deletes(self, server: ForkedServer, declared: Mapping[str, Declaration], step: Step, result: Result) -> None:
        stack, failed = self.stack, list[str]()
        wanted = {stack.resource(name) for name, declaration in declared.items() if declaration.present}
        for entry in reversed(stack.entries.copy()):
            if step.target and entry.resource != stack.resource(step.target):
                continue
            if entry.recreate or (entry.resource in wanted and not entry.delete):
                continue
            gone = next((name for name in declared if stack.of(name) is entry), "")

            def delete(entry: Entry = entry) -> bool:
                server.about(stack.urn(entry.resource))
                server.delete(entry.saved)
                stack.entries.remove(entry)
                return True

            if gone:
                self._step(server, gone, result, delete)
            else:
                self._step(server, "", result, delete)
                other = result.outcomes.pop("", None)
                failed += [other.error] if other is not None and not other.ok else []
        for name, declaration in declared.items():
            if not declaration.present and stack.of(name) is None and step.target in ("", name) and not server.killed:
                result.outcomes.setdefault(name, Outcome(ok=True, kept=True))
        result.failed = "; ".join(failed)


class Refused(grpc.RpcError):  # type: ignore[misc]
    """A failure of Check, which the engine shows as an error of the resource."""

    def __init__(self, failures: Mapping[str, str]) -> None:
        super().__init__()
        self._text = "; ".join(f"{name}: {reason}" for name, reason in failures.items())

    def details(self) -> str:
        return self._text

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.INVALID_ARGUMENT
