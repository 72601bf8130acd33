# SPDX-License-Identifier: Apache-2.0
"""Stacks of projects on the real engine, and of their no-op twins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pulumi_opentok
from bench.emulator_process import EmulatorProcess
from bench.noop import TEMPLATE, Noop
from pulumi_opentok._properties import properties
from pulumi_opentok.core.desired.project.kind import PROJECT
from tests.engine.stack import EngineStack

IS_SECRET = "4dabf18193072939515e22adb298388d"
"""The key that marks a secret in Pulumi's state format."""


def projects(count: int, package: ModuleType = pulumi_opentok) -> Callable[[], None]:
    """A program with that many projects. ``package``: whose classes they are, those of the dynamic or of the native provider."""

    def program() -> None:
        for number in range(count):
            package.Project(f"tenant-{number}", name=name_of(number), status="active")

    return program


def noops(count: int) -> Callable[[], None]:
    """The same program with resources that do nothing."""

    def program() -> None:
        names, secrets = list(properties(PROJECT, {}, None)[0]), list(PROJECT.secret_outputs)
        for number in range(count):
            Noop(f"tenant-{number}", name_of(number), "active", names, secrets)

    return program


def call_centre(rooms: int) -> Callable[[], None]:
    """A program with a project, that many sessions in it and a SIP trunk."""

    def program() -> None:
        acme = pulumi_opentok.Project("acme", name="ACME GmbH")
        for number in range(rooms):
            pulumi_opentok.Session(f"room-{number}", project=acme, media_mode="routed")
        pulumi_opentok.SipTrunk("front", uri="sip:a@sip.example.com;transport=tls", require_encryption=True)

    return program


def many_kinds(tenants: int, with_callbacks: int) -> Callable[[], None]:
    """A program with that many projects, each with a session, and so many of them with ten callbacks each."""
    events = [(group, event) for group in ("connection", "stream", "sip_call") for event in ("created", "destroyed")]

    def program() -> None:
        for number in range(tenants):
            tenant = pulumi_opentok.Project(f"tenant-{number}", name=f"{name_of(number)} & Co", status="active")
            pulumi_opentok.Session(f"room-{number}", project=tenant)
            for one in range(10 if number < with_callbacks else 0):
                group, event = events[one % len(events)]
                url = f"https://hooks.example.com/{one}"
                pulumi_opentok.Callback(f"callback-{number}-{one}", project=tenant, group=group, event=event, url=url)  # type: ignore[arg-type]

    return program


def mixed(count: int, package: ModuleType = pulumi_opentok) -> Callable[[], None]:
    """A program with that many resources: of twenty, five are projects, ten are sessions, two trunks and three callbacks."""

    def program() -> None:
        for number in range(count // 4):
            tenant = package.Project(f"tenant-{number}", name=name_of(number), status="active")
            package.Session(f"room-{number}", project=tenant, media_mode="routed")
            package.Session(f"lobby-{number}", project=tenant)
            if number % 5 < 2:
                package.SipTrunk(f"trunk-{number}", uri=f"sip:{number}@sip.example.com;transport=tls", require_encryption=True)
            else:
                package.Callback(f"joined-{number}", project=tenant, group="connection", event="created", url="https://hooks.example.com/a")

    return program


def name_of(number: int) -> str:
    """A tenant's name."""
    return f"Tenant {number:03} GmbH"


class Stacks:
    """Makes stacks in folders of their own under ``folder``."""

    def __init__(self, engine: Path, folder: Path, opentok: EmulatorProcess) -> None:
        self._engine, self._folder, self._opentok = engine, folder, opentok
        self._made = 0
        self._template = ""

    def new(self, program: Callable[[], Any], *, fast: bool = False, **env: str) -> EngineStack:
        """An empty stack with this program. ``fast``: its state is written once a run, not with each of a thousand resources."""
        self._made += 1
        home = self._folder / f"stack-{self._made}"
        home.mkdir()
        once = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"} if fast else {}
        return EngineStack(self._engine, home, program, env={**self._opentok.env, TEMPLATE: self._template, **once, **env})

    def take_template(self) -> None:
        """From now on no-ops give the outputs that a project has right now."""
        stack = self.new(projects(1))
        stack.up().ok()
        outputs = next(row["outputs"] for row in stack.exported()["resources"] if row["type"].endswith(":Project"))
        outputs = {name: value for name, value in outputs.items() if name != "__provider"}
        secret = {name: json.loads(value["plaintext"]) for name, value in outputs.items() if isinstance(value, dict) and IS_SECRET in value}
        self._template = json.dumps({"plain": {name: value for name, value in outputs.items() if name not in secret}, "secret": secret})
        self._opentok.reset()
