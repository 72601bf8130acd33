# SPDX-License-Identifier: Apache-2.0
"""A plugin as a process of its own, called as the engine calls it, without the engine."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from bench.emulator_process import ROOT, process_cpu_seconds, status_megabytes
from pulumi_opentok import _package
from tests.engine.environment import whole_environment


@dataclasses.dataclass(frozen=True)
class Replayed:
    """A resource as it is declared, and as it was saved."""

    name: str
    token: str
    declared: Mapping[str, Any]
    id: str = ""
    inputs: struct_pb2.Struct | None = None
    outputs: struct_pb2.Struct | None = None

    @classmethod
    def project(cls, number: int) -> Replayed:
        """One of many."""
        return cls(f"tenant-{number}", "opentok:index:Project", {"name": f"Tenant {number:03} GmbH", "status": "active"})

    @classmethod
    def inside(cls, number: int, project: Replayed) -> list[Replayed]:
        """What a program of :func:`bench.stacks.mixed` declares beside each project."""
        trunk = {"uri": f"sip:{number}@sip.example.com;transport=tls", "requireEncryption": True}
        callback = {"project": project.id, "group": "connection", "event": "created", "url": "https://hooks.example.com/a"}
        return [
            cls(f"room-{number}", "opentok:index:Session", {"project": project.id, "mediaMode": "routed"}),
            cls(f"lobby-{number}", "opentok:index:Session", {"project": project.id}),
            cls(f"trunk-{number}", "opentok:index:SipTrunk", trunk)
            if number % 5 < 2
            else cls(f"joined-{number}", "opentok:index:Callback", callback),
        ]

    @property
    def urn(self) -> str:
        """As in a stack."""
        return f"urn:pulumi:dev::bench::{self.token}::{self.name}"


class PluginProcess:
    """``module`` as a plugin that waits to be attached to an engine."""

    def __init__(self, module: str = "pulumi_opentok._native", env: Mapping[str, str] | None = None) -> None:
        whole = whole_environment({"PYTHONPATH": str(ROOT), **(env or {})})
        self._process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=whole, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self._process.stdout.readline())}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)  # type: ignore[no-untyped-call]

    def __enter__(self) -> PluginProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self._process.kill()
        self._process.communicate()

    def configure(self) -> None:
        """As the default provider of a stack without config."""
        self.stub.Configure(provider_pb2.ConfigureRequest(args=struct_pb2.Struct(), acceptSecrets=True, name="default", type=_package.PROVIDER))

    def make(self, resource: Replayed) -> Replayed:
        """Check and Create."""
        declared = struct_pb2.Struct()
        declared.update(resource.declared)
        inputs = self.stub.Check(provider_pb2.CheckRequest(urn=resource.urn, news=declared)).inputs
        made = self.stub.Create(provider_pb2.CreateRequest(urn=resource.urn, properties=inputs))
        return dataclasses.replace(resource, id=made.id, inputs=inputs, outputs=made.properties)

    def again(self, resource: Replayed) -> None:
        """Check and Diff of what has not changed."""
        news = self.stub.Check(provider_pb2.CheckRequest(urn=resource.urn, olds=resource.inputs, news=resource.inputs)).inputs
        asked = provider_pb2.DiffRequest(id=resource.id, urn=resource.urn, olds=resource.outputs, news=news, old_inputs=resource.inputs)
        assert self.stub.Diff(asked).changes == provider_pb2.DiffResponse.DIFF_NONE

    def read(self, resource: Replayed) -> None:
        """Read, as a refresh does."""
        asked = provider_pb2.ReadRequest(id=resource.id, urn=resource.urn, properties=resource.outputs, inputs=resource.inputs)
        assert self.stub.Read(asked).id == resource.id

    def cpu_seconds(self) -> float:
        """What the process has used so far."""
        return process_cpu_seconds(self._process.pid)

    def megabytes(self, field: str = "VmRSS") -> float:
        """What it has in memory now, or with ``VmHWM`` at most had until now."""
        return status_megabytes(self._process.pid, field)
