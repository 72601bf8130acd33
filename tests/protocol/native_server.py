# SPDX-License-Identifier: Apache-2.0
"""The real plugin, in a process of its own, driven over gRPC as the engine drives it, by the same calls as the server for dynamic providers."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2, status_pb2

from pulumi_opentok import _package
from pulumi_opentok._dynamic import EXPLICIT, KindProvider
from pulumi_opentok._names import snake
from pulumi_opentok._schema import CAMEL, form_of
from pulumi_opentok.core.desired import Kind
from pulumi_opentok.project import ProjectProvider
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, Saved, Seen
from tests.protocol.engine_log import EngineLog
from tests.protocol.wire import SECRET_SIGNATURE, SIGNATURE, Secret, from_struct, to_struct

_SOME, _NONE = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE


class NativeServer(DynamicServer):
    """Property maps have the names that they have in Python: what goes over the wire is spelt in camelCase, and secrets are marked there."""

    module = "pulumi_opentok._native"
    said: list[tuple[str, str]]
    """What the engine says of resources that are not finished is added to it, as a dynamic provider's log would have it."""

    def __init__(self, env: Mapping[str, str], *, engine: str = "", provider: type[KindProvider] = ProjectProvider) -> None:
        """Without an ``engine`` it has one of its own, whose log nobody reads: a plugin ends where there is none."""
        self._engine = None if engine else EngineLog()
        super().__init__(env, engine=self._engine.address if self._engine else engine, provider=provider)

    def close(self) -> str:
        if self._engine:
            self._engine.stop()
        return super().close()

    def configure(self, config: Mapping[str, Any] | None = None) -> provider_pb2.ConfigureResponse:
        """``config``: as of a dynamic provider, keys with their namespace."""
        given = {key.removeprefix("opentok:"): as_sent(value) for key, value in (config or {}).items() if key != EXPLICIT}
        name = (config or {}).get(EXPLICIT, "default")
        urn = f"urn:pulumi:dev::proof::{_package.PROVIDER}::{name}"
        request = provider_pb2.ConfigureRequest(args=to_struct(given), acceptSecrets=True, urn=urn, name=name, type=_package.PROVIDER)
        return self._call(self._stub.Configure, request)

    def check(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, **rules: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """``rules``: those of the stack's config for names (``pulumi:autonaming``)."""
        autonaming = provider_pb2.CheckRequest.AutonamingOptions(**rules) if rules else None
        request = provider_pb2.CheckRequest(urn=self._urn, olds=self._inputs(olds or {}), news=self._inputs(news), autonaming=autonaming)
        answer = self._call(self._stub.Check, request)
        failures: dict[str, str] = {}
        for failure in answer.failures:
            name, reason = as_in_python(failure.property), as_in_python(failure.reason)
            failures[name] = "\n".join([*([failures[name]] if name in failures else []), reason])
        return self._read_back(answer.inputs, outputs=False), failures

    def diff(self, saved: Saved, news: Mapping[str, Any]) -> Difference:
        olds, before = self._outs(saved.outs), self._inputs(saved.inputs)
        request = provider_pb2.DiffRequest(id=saved.id, urn=self._urn, olds=olds, news=self._inputs(news), old_inputs=before)
        answer = self._call(self._stub.Diff, request)
        shown = answer.detailedDiff and "accountKey" not in answer.replaces
        changes = None if shown else {_SOME: True, _NONE: False}[answer.changes]
        return Difference(changes, tuple(map(snake, answer.replaces)), answer.deleteBeforeReplace)

    def create(self, inputs: Mapping[str, Any], *, preview: bool = False) -> Saved:
        answer = self._call(self._stub.Create, provider_pb2.CreateRequest(urn=self._urn, properties=self._inputs(inputs), preview=preview))
        return Saved(answer.id, dict(inputs), self._read_back(answer.properties))

    def read(self, id_: str, state: Mapping[str, Any] | None, inputs: Mapping[str, Any] | None = None) -> Seen:
        sent = {"properties": state and self._outs(state), "inputs": inputs and self._inputs(inputs)}
        answer = self._call(self._stub.Read, provider_pb2.ReadRequest(id=id_, urn=self._urn, **sent))
        found = self._read_back(answer.inputs, outputs=False) if answer.HasField("inputs") else None
        if found and "__secret" not in (inputs or {}):
            found.pop("__secret", None)
        return Seen(answer.id, self._read_back(answer.properties), found)

    def update(self, saved: Saved, news: Mapping[str, Any], *, preview: bool = False) -> Saved:
        olds, before = self._outs(saved.outs), self._inputs(saved.inputs)
        request = provider_pb2.UpdateRequest(id=saved.id, urn=self._urn, olds=olds, news=self._inputs(news), old_inputs=before, preview=preview)
        return Saved(saved.id, dict(news), self._read_back(self._call(self._stub.Update, request).properties))

    def delete(self, saved: Saved) -> None:
        outs, inputs = self._outs(saved.outs), self._inputs(saved.inputs)
        self._call(self._stub.Delete, provider_pb2.DeleteRequest(id=saved.id, urn=self._urn, properties=outs, old_inputs=inputs))

    def takes(self, kind: Kind[Any, Any, Any], inputs: Mapping[str, Any]) -> bool:
        """What has no name is given one."""
        return not kind.generated or bool({*kind.generated, *kind.names_other} & inputs.keys())

    def invoke(self, function: str, **args: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """What it finds, and what is wrong with its arguments, both as they go over the wire."""
        answer = self._call(self._stub.Invoke, provider_pb2.InvokeRequest(tok=f"opentok:index:{function}", args=to_struct(args)))
        return from_struct(getattr(answer, "return")), {failure.property: failure.reason for failure in answer.failures}

    def _call(self, method: Callable[..., Any], request: Any) -> Any:
        try:
            return super()._call(method, request)
        except OperationFailed as error:
            kept = _kept(error.__context__)
            if kept is None:
                error.args = (as_in_python(str(error)),)
                raise
            for reason in kept.reasons:
                self.said.append(("error", as_in_python(reason)))
            return kept

    def _means(self, provider: type[KindProvider]) -> None:
        super()._means(provider)
        self.token = f"opentok:index:{provider.__name__.removesuffix('Provider')}"
        self._urn = f"urn:pulumi:dev::proof::{self.token}::t"

    def _inputs(self, values: Mapping[str, Any]) -> Any:
        secret = set(values.get("__secret") or ())
        known = {name: Secret(value) if name in secret else value for name, value in values.items() if name != "__secret"}
        return to_struct(as_sent(_package.to_wire(self.token, known, outputs=False)))

    def _outs(self, values: Mapping[str, Any]) -> Any:
        """What the dynamic provider has written comes as it is."""
        return to_struct(as_sent(_package.to_wire(self.token, values, outputs=True) if form_of(values) == CAMEL else values))

    def _read_back(self, struct: Any, *, outputs: bool = True) -> dict[str, Any]:
        values = from_struct(struct)
        secret = {name for name, value in values.items() if isinstance(value, Secret)}
        inside = {name: value.value if name in secret else value for name, value in values.items()}
        named = {_package.from_wire(self.token, {name: None}, outputs=outputs).popitem()[0] for name in secret}
        return {n: Secret(v) if n in named else v for n, v in _package.from_wire(self.token, inside, outputs=outputs).items()}


def _kept(error: Any) -> provider_pb2.ErrorResourceInitFailed | None:
    """What the engine saves of a resource that is there and not finished."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            kept = provider_pb2.ErrorResourceInitFailed()
            assert status_pb2.Status.FromString(value).details[0].Unpack(kept)
            return kept
    return None


@functools.cache
def _wire_words() -> re.Pattern[str]:
    package = _package.package()
    objects = [package["provider"], *package["types"].values(), *package["resources"].values()]
    names = {name for said in objects for names in ("properties", "inputProperties") for name in said.get(names, ())}
    return re.compile(rf"(?<!opentok:)\b({'|'.join(sorted(name for name in names if snake(name) != name))})\b")


def as_in_python(text: str) -> str:
    """A message with the names of properties as a program in Python writes them."""
    return _wire_words().sub(lambda found: snake(found[0]), text)


def as_sent(value: Any) -> Any:
    """`value` as a provider that accepts secrets gets it."""
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_SIGNATURE, "value": as_sent(value.value)}
    if isinstance(value, Mapping):
        return {key: as_sent(item) for key, item in value.items() if item is not None}
    return [as_sent(item) for item in value] if isinstance(value, (list, tuple)) else value
