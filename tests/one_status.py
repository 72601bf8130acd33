# SPDX-License-Identifier: Apache-2.0
"""Pulumi's SDK and Google's libraries in one process, as a worker of pytest is one.

Each brings a ``google.rpc.Status`` of its own, and protobuf refuses the second. Here Google's libraries get Pulumi's. No process of a user needs
that: credentials are published by the command and by Ansible's modules, which have no Pulumi.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

GOOGLES = "google.rpc.status_pb2"
PULUMIS = "pulumi.runtime.proto.status_pb2"


class _OneStatus(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == GOOGLES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return importlib.import_module(PULUMIS)

    def exec_module(self, module: ModuleType) -> None:
        """It is loaded."""


def one_status() -> None:
    """From now on there is one for both."""
    sys.meta_path.insert(0, _OneStatus())
