# SPDX-License-Identifier: Apache-2.0
"""A resource of the package as the engine asks for it: which kind drives it, by which names it goes, and what it is called where none is given."""

from __future__ import annotations

import dataclasses
import difflib
import functools
import importlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2

from .. import _HOMES, _package
from .._driving import Driver, Failure
from .._names import generated, snake
from .._properties import DECLARED, HIDDEN, given, marked_names
from .._schema import CAMEL
from .._secret_inputs import SECRET
from ..core import InvalidInput, Problem
from ..core.desired import Kind
from .values import received, received_with_secrets, sent
from .words import in_words


@dataclasses.dataclass(frozen=True)
class ResourceType:
    """One type of resource: its ``token``, and what drives it."""

    token: str
    driver: Driver

    @property
    def kind(self) -> Kind[Any, Any, Any]:
        return self.driver.kind

    def inputs(self, message: struct_pb2.Struct) -> dict[str, Any]:
        """Inputs by the names of the kind, and among them the names of those that are secret, as a dynamic resource sends them too."""
        found, names = received_with_secrets(message)
        values = _package.from_wire(self.token, found, outputs=False)
        values.pop(SECRET, None)
        secret = {*_package.from_wire(self.token, dict.fromkeys(names), outputs=False)} & {*self.kind.inputs}
        return {**values, SECRET: sorted(secret)} if secret else values

    def saved(self, request: Any, outputs: struct_pb2.Struct | None = None) -> dict[str, Any]:
        """The outputs as they were saved. Those of an import do not say what was declared; the inputs beside them do."""
        saved = received(request.olds if outputs is None else outputs)
        if DECLARED in saved:
            return saved
        before = self.inputs(request.old_inputs)
        return {**saved, DECLARED: {name: before[name] for name in self.kind.reports_live_value if name in before}}

    def by_name(self, saved: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs by the names of the kind."""
        return _package.from_wire(self.token, saved, outputs=True)

    def outputs(self, outs: Mapping[str, Any]) -> struct_pb2.Struct:
        """All outputs, as the engine saves them: ``outs`` by the names of the kind, and what follows from them, which is as secret as they are."""
        derived = self.kind.derived(outs)
        secret = {*(outs.get(SECRET) or ())} - {*self.kind.secret_outputs}
        return self.message({**outs, **derived}, secret=derived if secret else ())

    def message(self, values: Mapping[str, Any], *, outputs: bool = True, secret: Collection[str] = ()) -> struct_pb2.Struct:
        """``values`` by the names of the kind, as the engine takes them. ``secret``: those that are so beside the ones that always are."""
        secret = {*secret, *marked_names(self.kind), *(values.get(SECRET) or ())} & values.keys()
        marked = {self.wire_name(name, outputs=outputs) for name in secret if values[name] or not (values[name] is None or name.startswith(HIDDEN))}
        return sent(_package.to_wire(self.token, given(values), outputs=outputs), marked)

    def previewed(self, shown: Mapping[str, Any], props: Mapping[str, Any]) -> struct_pb2.Struct:
        """Outputs as a preview shows them, without those that are not of the schema. ``props``: the inputs, which say what is secret."""
        there = _package.properties(self.token, outputs=True)
        outs = {name: value for name, value in shown.items() if name.startswith(HIDDEN) or self.wire_name(name, outputs=True) in there}
        return (self.message if pulumi.contains_unknowns(outs) else self.outputs)({**outs, SECRET: props.get(SECRET)})

    def wire_name(self, path: str, *, outputs: bool = False) -> str:
        """The path of a property as programs write it."""
        return _package.path_to_wire(self.token, path, outputs=outputs)

    def in_words(self, text: str) -> str:
        """``text`` with the names of properties as programs write them."""
        return in_words(self.token, text)

    def strays(self, message: struct_pb2.Struct) -> Iterator[Failure]:
        """What is declared and is no input."""
        there = _package.properties(self.token, outputs=False)
        for name in message.fields:
            if name not in there and not name.startswith(HIDDEN):
                near = difflib.get_close_matches(snake(name), list(map(snake, there)), 1)
                hint = f"; did you mean {self.wire_name(near[0])}?" if near else f"; {self.token.rpartition(':')[2]} takes {', '.join(sorted(there))}"
                yield Failure(property="", reason=f"{name}: there is no such property{hint}")
        for path, meant in _package.misspelt(self.token, received(message)):
            yield Failure(property="", reason=f"{path}: there is no such property; did you mean {meant}?")

    def named(self, olds: Mapping[str, Any], news: Mapping[str, Any], request: provider_pb2.CheckRequest) -> dict[str, Any]:
        """``news`` with a name for what has none and takes none over: the one of ``olds``, or else the same in each run of this stack, unless the
        stack's config has rules."""
        made = dict(news)
        for name, mark in self.kind.generated.items():
            if not any(made.get(other) is not None for other in (name, *self.kind.names_other)):
                made |= {name: (olds.get(HIDDEN + mark) and olds.get(name)) or _generated(name, request), HIDDEN + mark: True}
        return made


@functools.cache
def resource_type(token: str) -> ResourceType:
    """Raises :class:`InvalidInput` for a token that is no resource of the package."""
    name = token.rpartition(":")[2]
    if token not in _package.package()["resources"]:
        raise InvalidInput(Problem("type", f"there is no resource {token} in the package opentok {_package.package()['version']}"))
    module = importlib.import_module(f"..{_HOMES[name]}", __package__)
    return ResourceType(token, Driver(getattr(module, f"{name}Provider").kind, form=CAMEL))


def of_urn(urn: str) -> ResourceType:
    """``urn:pulumi:stack::project::parent$type::name``."""
    return resource_type(urn.split("::")[2].rpartition("$")[2])


def _generated(name: str, request: provider_pb2.CheckRequest) -> str:
    rules, proposes = request.autonaming, provider_pb2.CheckRequest.AutonamingOptions
    if request.HasField("autonaming") and rules.mode == proposes.DISABLE:
        raise InvalidInput(Problem(name, "missing: the stack's config (pulumi:autonaming) asks for explicit names"))
    if request.HasField("autonaming") and rules.proposed_name:
        return str(rules.proposed_name)
    stack, project, _, resource = request.urn.removeprefix("urn:pulumi:").split("::", 3)
    return generated(project, stack, resource)
