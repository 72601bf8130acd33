# SPDX-License-Identifier: Apache-2.0
"""Runs the example of each resource's docstring without an engine, and prints {token: what it declares, as a program in YAML}.

Each output is the text that names it in YAML (``${acme.apiKey}``), so what refers to another resource does so there too.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import json
import re
import sys
from collections.abc import Collection
from typing import Any, NoReturn
from unittest import mock

import pulumi
import yaml
from pulumi.runtime import mocks
from pulumi.runtime.rpc import is_rpc_secret, unwrap_rpc_secret
from pulumi.runtime.stack import wait_for_rpcs

import pulumi_opentok as opentok
from pulumi_opentok import _package as schema
from pulumi_opentok._names import camel
from pulumi_opentok.functions.calling import PACKAGE
from tools.kinds import every_kind
from tools.schema.resources import derived_of

DYNAMIC = "pulumi-python:dynamic/opentok:"
EXAMPLE = re.compile(r"## Example Usage\s+```python\n(.*?)```", re.DOTALL)


class Program(mocks.Mocks):
    """What a program declares."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.config: dict[str, Any] = {}
        self.resources: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        token = f"{PACKAGE}:{args.typ.removeprefix(DYNAMIC)}"
        given = {name: value for name, value in whole(args.inputs).items() if value is not None}
        as_written = dict(sorted(given.items(), key=lambda item: self.code.find(f"{item[0]}=") % len(self.code)))
        if args.name in self.resources or args.name in self.config:
            raise ValueError(f"{args.name}: two things of this name, which YAML does not take")
        self.resources[args.name] = {"type": token, "properties": schema.to_wire(token, as_written, outputs=False, known_only=True)}
        shown = {wire: f"${{{args.name}.{wire}}}" for wire in schema.properties(token, outputs=True)}
        return f"${{{args.name}.id}}", schema.from_wire(token, shown, outputs=True)

    def call(self, args: mocks.MockCallArgs) -> NoReturn:
        raise ValueError(f"{args.token}: an example of a resource calls no function")

    def setting(self, name: str, *, secret: bool = False) -> str:
        self.config[name] = {"type": "string", **({"secret": True} if secret else {})}
        return f"${{{name}}}"

    def as_yaml(self) -> str:
        parts = {"config": self.config, "resources": self.resources, "outputs": self.outputs}
        return yaml.safe_dump({name: part for name, part in parts.items() if part}, sort_keys=False, allow_unicode=True, width=1000)


def whole(value: Any) -> Any:
    """Pulumi has floating-point numbers only, and marks secrets."""
    if is_rpc_secret(value):
        return whole(unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {name: whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


async def run(resource: type[Any], derived: Collection[str]) -> Program:
    """Runs the example of a resource, and waits for all that it declares. ``derived``: its outputs that are computed of others."""
    program, outputs = Program(example_of(resource)), dict[str, pulumi.Output[Any]]()
    mocks.set_mocks(program, project="example", stack="dev")
    config = mock.Mock(require=program.setting, require_secret=lambda name: program.setting(name, secret=True))
    with contextlib.ExitStack() as patched:
        patched.enter_context(mock.patch.object(pulumi, "Config", return_value=config))
        patched.enter_context(mock.patch.object(pulumi, "export", outputs.__setitem__))
        for name in derived:
            patched.enter_context(mock.patch.object(resource, name, property(functools.partial(named, name))))
        exec(compile(program.code, "example", "exec"), {"__name__": "__main__"})  # our own docstring
    await wait_for_rpcs()
    program.outputs = {name: await output.future() for name, output in outputs.items()}
    return program


def named(name: str, resource: pulumi.CustomResource) -> pulumi.Output[str]:
    return resource.id.apply(lambda there: there.replace(".id}", f".{camel(name)}}}"))


def example_of(resource: type[Any]) -> str:
    """Raises ``ValueError`` where its docstring has none."""
    found = EXAMPLE.search(inspect.cleandoc(resource.__doc__ or ""))
    if found is None:
        raise ValueError(f"{resource.__name__}: its docstring has no example")
    return found[1]


async def every_example() -> dict[str, str]:
    """In one event loop, as the SDK wants it."""
    kinds = [found for found in every_kind() if found.resource in opentok.__all__]
    return {found.resource: (await run(getattr(opentok, found.resource), derived_of(found.kind))).as_yaml() for found in kinds}


def main() -> None:
    """Prints them."""
    json.dump(asyncio.run(every_example()), sys.stdout)


if __name__ == "__main__":
    main()
