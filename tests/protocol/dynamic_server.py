# SPDX-License-Identifier: Apache-2.0
"""The real server for dynamic providers, in a process of its own, driven over gRPC as the engine drives it."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_opentok._dynamic import KindProvider
from pulumi_opentok._resource import serialized as _serialized
from pulumi_opentok.core.desired import Kind
from pulumi_opentok.project import ProjectProvider
from tests import forking
from tests.engine.environment import REPO, whole_environment
from tests.protocol.wire import Secret, annotated, from_struct, marked, plain, to_struct

TYPE = "pulumi-python:dynamic/opentok:Project"
NOWHERE = "127.0.0.1:1"
DEADLINE = 60.0
"""Seconds: an operation that never answers (the SDK's way of dying of a SystemExit) has to end the test, not hang it."""


def serialized(provider: type[KindProvider]) -> str:
    """What a resource of it has in the property `__provider`."""
    return _serialized(provider())


PROVIDER = serialized(ProjectProvider)


class OperationFailed(Exception):
    """The provider raised; the text is what the engine shows to the user."""

    def __init__(self, error: grpc.RpcError) -> None:
        super().__init__((error.details() or "").strip())
        self.code = error.code()


@dataclasses.dataclass(frozen=True)
class Saved:
    """A resource as the engine keeps it in its state."""

    id: str
    inputs: dict[str, Any]
    outs: dict[str, Any]

    @property
    def in_clear(self) -> str:
        """What whoever reads the state file reads of the outputs."""
        return json.dumps({name: value for name, value in self.outs.items() if not isinstance(value, Secret)})

    @property
    def encrypted(self) -> Saved:
        """The same as it is written now: the first releases had in clear what they remember under no name of an input."""
        hidden = {name: Secret(value) for name, value in self.outs.items() if name in ("__declared", "__private") and value}
        return Saved(self.id, self.inputs, {**self.outs, **hidden})


@dataclasses.dataclass(frozen=True)
class Difference:
    """An answer to Diff. `changes` `None`: the engine compares the inputs by itself."""

    changes: bool | None
    replaces: tuple[str, ...]
    delete_before_replace: bool = dataclasses.field(default=False, compare=False)


@dataclasses.dataclass(frozen=True)
class Seen:
    """An answer to Read. `inputs` `None`: the engine keeps those it has."""

    id: str
    outs: dict[str, Any]
    inputs: dict[str, Any] | None


class DynamicServer:
    """Starts with no `OPENTOK_*` or `PULUMI_*` of the surrounding process; `env` is its own.

    Property maps are plain dicts without `__provider`, which is sent by itself: `provider` is the class of the resources that are meant,
    :meth:`of` has those of another one in the same process. Raises :class:`OperationFailed`.
    """

    module = "pulumi.dynamic"

    def __init__(self, env: Mapping[str, str], *, engine: str = NOWHERE, provider: type[KindProvider] = ProjectProvider) -> None:
        self._means(provider)
        self._printed: str | None = None
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        # Processes of one run find each other by the engine's address, which servers of several runs share here.
        self._run = tempfile.TemporaryDirectory(prefix="run-")
        reading, writing = os.pipe()
        self._stdout = open(reading, encoding="utf-8")  # noqa: SIM115 - closed with the process
        whole = whole_environment({"PYTHONPATH": str(REPO), "PULUMI_PROJECT": "proof", "TMPDIR": self._run.name, **env})
        self.process = forking.start(self.module, [engine], env=whole, stdout=writing, stderr=self._stderr)
        os.close(writing)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self._stdout.readline())}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def of(self, provider: type[KindProvider]) -> DynamicServer:
        """The same process, for resources of another class."""
        other = copy.copy(self)
        other._means(provider)
        return other

    def named(self, resource: str) -> DynamicServer:
        """The same process, for the resource of another name in the program."""
        other = copy.copy(self)
        other._urn = self._urn.rpartition("::")[0] + f"::{resource}"
        return other

    def configure(self, config: Mapping[str, Any] | None = None) -> provider_pb2.ConfigureResponse:
        """The whole stack config, keys with their namespace."""
        args = to_struct({key: marked(value) for key, value in (config or {}).items()})
        return self._call(self._stub.Configure, provider_pb2.ConfigureRequest(args=args, acceptSecrets=True, acceptResources=True))

    def check(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, str]]:
        """The checked inputs, and the failures by property; several of one (``""``: none is named) are lines."""
        request = provider_pb2.CheckRequest(urn=self._urn, olds=self._sent(olds or {}), news=self._sent(news))
        answer = self._call(self._stub.Check, request)
        failures: dict[str, str] = {}
        for failure in answer.failures:
            failures[failure.property] = "\n".join([*([failures[failure.property]] if failure.property in failures else []), failure.reason])
        return self._received(answer.inputs, news), failures

    def diff(self, saved: Saved, news: Mapping[str, Any]) -> Difference:
        request = provider_pb2.DiffRequest(id=saved.id, urn=self._urn, olds=self._sent(saved.outs), news=self._sent(news))
        answer = self._call(self._stub.Diff, request)
        changes = {provider_pb2.DiffResponse.DIFF_SOME: True, provider_pb2.DiffResponse.DIFF_NONE: False}.get(answer.changes)
        return Difference(changes, tuple(answer.replaces), answer.deleteBeforeReplace)

    def create(self, inputs: Mapping[str, Any]) -> Saved:
        answer = self._call(self._stub.Create, provider_pb2.CreateRequest(urn=self._urn, properties=self._sent(inputs)))
        return Saved(answer.id, dict(inputs), self._received(answer.properties, inputs))

    def read(self, id_: str, state: Mapping[str, Any] | None, inputs: Mapping[str, Any] | None = None) -> Seen:
        """A refresh sends the outputs as `state`; a look-up sends the given properties, newer engines as `inputs` only."""
        sent = {"properties": state and self._sent(state), "inputs": inputs and self._sent(inputs)}
        answer = self._call(self._stub.Read, provider_pb2.ReadRequest(id=id_, urn=self._urn, **sent))
        found = self._received(answer.inputs, inputs or {}) if answer.HasField("inputs") else None
        return Seen(answer.id, self._received(answer.properties, state or {}), found)

    def refresh(self, saved: Saved) -> Saved | None:
        """`pulumi refresh`: what the engine then keeps, `None` for a resource that is gone."""
        seen = self.read(saved.id, saved.outs, saved.inputs)
        return Saved(seen.id, saved.inputs if seen.inputs is None else seen.inputs, seen.outs) if seen.id else None

    def update(self, saved: Saved, news: Mapping[str, Any]) -> Saved:
        request = provider_pb2.UpdateRequest(id=saved.id, urn=self._urn, olds=self._sent(saved.outs), news=self._sent(news))
        answer = self._call(self._stub.Update, request)
        return Saved(saved.id, dict(news), self._received(answer.properties, news))

    def delete(self, saved: Saved) -> None:
        self._call(self._stub.Delete, provider_pb2.DeleteRequest(id=saved.id, urn=self._urn, properties=self._sent(saved.outs)))

    def takes(self, kind: Kind[Any, Any, Any], inputs: Mapping[str, Any]) -> bool:
        """Whether these inputs reach the kind as they are."""
        return True

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def close(self) -> str:
        """Ends the process; what it printed. A second call does nothing."""
        if self._printed is None:
            self._channel.close()
            self.process.terminate()
            out = self._stdout.read()
            self.process.wait()
            self.process.close()
            self._stdout.close()
            self._stderr.seek(0)
            self._printed = out + self._stderr.read()
            self._stderr.close()
            self._run.cleanup()
        return self._printed

    def _means(self, provider: type[KindProvider]) -> None:
        self.provider_class = provider
        self.provider = serialized(provider)
        self._urn = f"urn:pulumi:dev::proof::pulumi-python:dynamic/opentok:{provider.__name__.removesuffix('Provider')}::t"

    def _call(self, method: Callable[..., Any], request: Any) -> Any:
        try:
            return method(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            raise OperationFailed(error) from None

    def _sent(self, values: Mapping[str, Any]) -> Any:
        return to_struct({**plain(values), "__provider": self.provider})

    def _received(self, struct: Any, sent: Mapping[str, Any]) -> dict[str, Any]:
        values = annotated(from_struct(struct), sent)
        values.pop("__provider", None)
        return values
