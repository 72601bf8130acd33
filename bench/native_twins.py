# SPDX-License-Identifier: Apache-2.0
"""Resources of a native provider that does nothing, which look like ours."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi

from bench.native_noop import PACKAGE
from pulumi_opentok import _package, native
from pulumi_opentok._properties import HIDDEN
from pulumi_opentok.native._resource import NativeResource


def native_twins(kept: Path) -> Callable[[], None]:
    """A program with a twin of each native resource in the file ``kept``, as :func:`bench.up_again.outputs_of` tells of them."""

    def program() -> None:
        made: dict[str, pulumi.CustomResource] = {}
        for name, row in json.loads(kept.read_text(encoding="utf-8")).items():
            # They wait for their projects as the real ones do.
            whose = {"project": made[row["inputs"]["project"]].id} if "project" in row["inputs"] else {}
            made[row["id"]] = twin_of(row["type"])(name, {**row["inputs"], **whose})

    return program


@functools.cache
def twin_of(resource: str) -> Callable[[str, dict[str, Any]], pulumi.CustomResource]:
    """The twin with the typed inputs and outputs of the resource, as any generated package has them."""
    real: type[NativeResource] = getattr(native, resource)
    kind, token = real._provider_type.kind, f"opentok:index:{resource}"

    class Twin(pulumi.CustomResource):
        def __init__(self, name: str, inputs: dict[str, Any]) -> None:
            args = real._inputs()
            given = {name: value for name, value in inputs.items() if not name.startswith(HIDDEN)}
            names = dict.fromkeys(name for name in (*kind.inputs, *kind.outputs) if name != "id")
            vars(args).update(names, **_package.from_wire(token, given, outputs=False))
            opts = pulumi.ResourceOptions(additional_secret_outputs=[*kind.secret_outputs, *kind.encrypted_inputs])
            super().__init__(f"{PACKAGE}:index:{resource}", name, args, opts)

    for name, value in vars(real).items():
        if isinstance(value, property):
            setattr(Twin, name, value)
    return Twin
