# SPDX-License-Identifier: Apache-2.0
"""A dynamic resource that does nothing, with the properties of a project: their names, sizes and secrets come from a real one."""

from __future__ import annotations

import json
import os
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi.runtime import rpc

TEMPLATE = "BENCH_NOOP_OUTPUTS"
"""The variable with the outputs of a real project as JSON: ``plain`` and ``secret`` ones."""


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
