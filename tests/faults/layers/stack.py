# SPDX-License-Identifier: Apache-2.0
"""What Pulumi's engine keeps of a stack between runs, and the program that a schedule changes: names of resources, aliases, names of projects."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any
from unittest import mock

import pulumi
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_opentok.project import Project
from tests.protocol.dynamic_server import TYPE, Saved


@dataclasses.dataclass
class Entry:
    """A resource in the state. ``delete``: it was replaced and is still to be deleted. ``recreate``: it was deleted and is still to be replaced.

    ``unfinished``: the provider has failed and kept it, so that the next run updates it whatever the comparison says.
    """

    resource: str
    saved: Saved
    delete: bool = False
    recreate: bool = False
    unfinished: bool = False


@dataclasses.dataclass
class Resource:
    """A resource of the program: its name, and those that it had and has aliases of."""

    name: str
    aliases: tuple[str, ...] = ()


class Stack:
    """``generated``: the program gives no names to projects, so that they have generated ones; else each has its own and ``adopt``.

    ``type_``: the type of each resource. ``named``: whether the program generates the name, and not the provider.
    """

    def __init__(self, type_: str = TYPE, *, named: bool = True) -> None:
        self._type, self._named = type_, named
        self.entries: list[Entry] = []
        self.generated = True
        self.name = "dev"
        self.requested: dict[str, str] = {}
        """By project: what kind of replacement this run is asked for."""
        self._program: dict[str, Resource] = {}
        self._moves = 0

    def resource(self, name: str) -> str:
        """The name of the resource that stands for the project ``name``."""
        return self._program.setdefault(name, Resource(name)).name

    def aliases(self, name: str) -> tuple[str, ...]:
        """The names that this resource had and is still known by."""
        self.resource(name)
        return self._program[name].aliases

    def of(self, name: str) -> Entry | None:
        """What the state has for the project ``name``: under the resource's name, or one that it has an alias of."""
        names = (self.resource(name), *self.aliases(name))
        return next((entry for entry in self.entries if entry.resource in names and not entry.delete), None)

    def registered(self, name: str) -> Entry | None:
        """:meth:`of`, as the engine does it when the program registers the resource: under its new name from then on."""
        entry = self.of(name)
        if entry is not None:
            entry.resource = self.resource(name)
        return entry

    def keep(self, name: str, saved: Saved, *, unfinished: bool) -> None:
        """A resource was created: in place of what was deleted for it, if anything was."""
        entry = self.of(name)
        if entry is not None:
            self.entries.remove(entry)
        self.entries.append(Entry(self.resource(name), saved, unfinished=unfinished))

    def urn(self, resource: str) -> str:
        return f"urn:pulumi:{self.name}::proof::{self._type}::{resource}"

    def move(self, name: str, what: str) -> None:
        """One of ``MOVES``."""
        if what.startswith("replace"):
            self.requested[name] = what
            return
        self._moves += 1
        if what == "stack":
            self.name = f"dev{self._moves}"
            return
        before = self.resource(name)
        aliases = (*self.aliases(name), before) if what == "alias" else ()
        self._program[name] = Resource(f"{name}{self._moves}", aliases)

    def arguments(self, name: str) -> dict[str, Any]:
        """What the resource of the project ``name`` gives the engine of its own accord, as the program says it; ``None``: nothing."""
        arguments: dict[str, Any] = {} if self.generated else {"name": name, "adopt": True}
        return properties(self.resource(name), self.name, **arguments) if self._named else {"name": None, **arguments}

    def title(self, name: str) -> str:
        """What the project is called that a create makes."""
        return str(properties(self.resource(name), self.name)["name"]) if self.generated else name


_one_at_a_time = threading.Lock()


class _Registered(Exception):
    pass


def properties(resource: str, stack: str, **arguments: Any) -> dict[str, Any]:
    """The properties that ``Project(resource, **arguments)`` registers in a stack of this name."""

    def register(_self: Any, _type: str, _name: str, props: dict[str, Any], _opts: Any = None) -> None:
        raise _Registered(props)

    with (
        _one_at_a_time,
        mock.patch.object(pulumi, "get_stack", return_value=stack),
        mock.patch.object(pulumi, "get_project", return_value="proof"),
        mock.patch.object(pulumi.CustomResource, "__init__", register),
    ):
        try:
            Project(resource, **arguments)
        except _Registered as done:
            return {name: value for name, value in done.args[0].items() if value is not None and name != PROVIDER_KEY}
    raise AssertionError("a project that does not register itself")
