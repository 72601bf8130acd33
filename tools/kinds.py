# SPDX-License-Identifier: Apache-2.0
"""Finds every kind of desired state: whatever module in `_core/desired` makes one. No list is kept by hand."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Any

import pulumi_opentok as opentok
import pulumi_opentok.core.desired as desired
from pulumi_opentok._dynamic import KindProvider
from pulumi_opentok.core.desired import Kind


@dataclass(frozen=True)
class Found:
    """A kind, the name of the constant that is it (``SIP_TRUNK``) and of its Pulumi resource (``SipTrunk``)."""

    kind: Kind[Any, Any, Any]
    constant: str

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def resource(self) -> str:
        return "".join(word.capitalize() for word in self.kind.name.split("_"))

    @property
    def provider(self) -> type[KindProvider]:
        """The class that its resources name in the state."""
        module = importlib.import_module(getattr(opentok, self.resource).__module__)
        provider: type[KindProvider] = getattr(module, f"{self.resource}Provider")
        return provider


def every_kind() -> list[Found]:
    """All of them, by name."""
    found = {}
    for module in pkgutil.walk_packages(desired.__path__, f"{desired.__name__}."):
        names = vars(importlib.import_module(module.name))
        found.update({value.name: Found(value, name) for name, value in names.items() if isinstance(value, Kind)})
    return [found[name] for name in sorted(found)]
