# SPDX-License-Identifier: Apache-2.0
"""Explicit credentials for some native resources of a program."""

from __future__ import annotations

import json
from typing import Any

import pulumi

from .. import provider
from .._resource import NATIVE
from .._settings import STACK_CONFIG
from ..core.version import VERSION


class Provider(provider.Provider):
    """Credentials and address for native resources: :class:`pulumi_opentok.Provider`, natively."""

    def _register(self, resource_name: str, opts: pulumi.ResourceOptions | None) -> None:
        props = {STACK_CONFIG[name].partition(":")[2]: _as_text(value) for name, value in self._given().items()}
        opts = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=VERSION), opts)
        pulumi.ProviderResource.__init__(self, NATIVE, resource_name, props, opts)


def _as_text(value: Any) -> Any:
    """A plugin's config is text: numbers and booleans go as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, (bool, int, float)) else pulumi.Output.from_input(value).apply(_as_text)
