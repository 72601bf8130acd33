# SPDX-License-Identifier: Apache-2.0
"""A dynamic resource that does nothing, with the properties of a project: their names, sizes and secrets come from a real one."""

from __future__ import annotations

import functools
import json
import os
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi.runtime import rpc

TEMPLATE = "BENCH_NOOP_OUTPUTS"
"""The variable with the outputs of a real project as JSON: ``plain`` and ``secret`` ones."""


OUTPUTS = "BENCH_TWIN_OUTPUTS"
"""The variable with the path of a JSON file: by a resource's name its ``id``, and its ``plain`` and ``secret`` outputs."""


class NoopProvider(ResourceProvider):
    """Everything but create is what the SDK does by itself."""

    serialize_as_secret_always = False

    def create(self, props: Any) -> CreateResult:
        outputs = json.loads(os.environ[TEMPLATE])
        secret = {name: rpc.wrap_rpc_secret(value) for name, value in outputs["secret"].items()}
        return CreateResult(props["name"], {**outputs["plain"], **secret, "name": props["name"]})


class Noop(Resource, module="bench", name="Noop"):
    """Looks like a project in the state."""

    def __init__(self, resource_name: str, name: str, status: str, properties: list[str], secrets: list[str]) -> None:
        props: dict[str, Any] = {**dict.fromkeys(properties), "name": name, "status": status}
        super().__init__(NoopProvider(), resource_name, props, pulumi.ResourceOptions(additional_secret_outputs=secrets))


class TwinProvider(ResourceProvider):
    """As :class:`NoopProvider`, for resources of any kind."""

    serialize_as_secret_always = False

    def create(self, props: Any) -> CreateResult:
        found = _outputs_by_name(os.environ[OUTPUTS])[props["twin_of"]]
        secret = {name: rpc.wrap_rpc_secret(value) for name, value in found["secret"].items()}
        return CreateResult(found["id"], {**props, **found["plain"], **secret})


class Twin(Resource, module="bench", name="Twin"):
    """Looks like the real resource of this name in the state."""

    def __init__(self, resource_name: str, inputs: dict[str, Any], properties: list[str], secrets: list[str]) -> None:
        props: dict[str, Any] = {**dict.fromkeys(properties), **inputs, "twin_of": resource_name}
        super().__init__(TwinProvider(), resource_name, props, pulumi.ResourceOptions(additional_secret_outputs=secrets))


@functools.cache
def _outputs_by_name(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found
