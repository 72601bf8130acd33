# SPDX-License-Identifier: Apache-2.0
"""A stack that moves between the dynamic and the native provider, and what has to be the same after it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pulumi

import pulumi_opentok as dynamic
from pulumi_opentok import _package, native
from pulumi_opentok._properties import marked_names
from pulumi_opentok._schema import CAMEL, SNAKE
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED, Outcome
from tests.engine.project_stack import NewStack, ProjectStack
from tests.kinds.kinds import every_kind

FORMS = {dynamic: SNAKE, native: CAMEL}
OF_PROVIDERS = {dynamic: "pulumi:providers:pulumi-python", native: "pulumi:providers:opentok"}
SECRET = "4dabf18193072939515e22adb298388d"
"""The key that marks a secret in a state."""

KINDS = {found.resource: found.kind for found in every_kind()}
READS = (".get", ".list")


class Moving(ProjectStack):
    """Declares what `declare(package)` does with `pulumi_opentok` or `pulumi_opentok.native`: `package`, which is changed between runs."""

    def __init__(self, new_stack: NewStack, emulator: Emulator, declare: Callable[[Any], Any], **options: Any) -> None:
        super().__init__(new_stack, emulator, also=self._declare, **options)
        self.declare = declare
        self.package: ModuleType = dynamic
        self.without_aliases = False
        """As of a pulumi-opentok that is older than the native provider."""

    def _declare(self) -> None:
        if self.without_aliases:
            pulumi.runtime.register_stack_transformation(_without_aliases)
        self.declare(self.package)

    def entries(self) -> list[dict[str, Any]]:
        """Our resources in the state, decrypted, by the kinds' names; of outputs that are secret the names are in ``secret``."""
        return [entry(row) for row in self.stack.exported().get("resources", []) if kind_of(row)]

    def by_name(self) -> dict[str, dict[str, Any]]:
        """The same by their names in the program, of which each has one."""
        found = {row["name"]: row for row in self.entries()}
        assert len(found) == len(self.entries())
        return found

    def providers(self) -> set[str]:
        """The types of the providers in the state."""
        return {row["type"] for row in self.stack.exported().get("resources", []) if str(row["type"]).startswith("pulumi:providers:")}

    def move(self, package: ModuleType, **options: Any) -> Outcome:
        """An `up` with the classes of the other package. Updates in place and nothing else, and only the read requests."""
        self.package = package
        before = self.by_name()
        self.planned_move()
        moved = self.up(**options).ok()
        assert not written(self.requests())
        assert {name for name in before if moved.ops(name) != ["update"]} == set(), moved.text
        assert others(moved) == []
        self.same_as(before)
        return moved

    def planned_move(self) -> Outcome:
        """A preview of it."""
        self.emulator.clear_journal()
        planned = self.preview(expect_no_changes=True)
        assert planned.code == NO_CHANGES_EXPECTED, planned.text
        assert others(planned) == [], planned.text
        assert not written(self.requests())
        return planned

    def same_as(self, before: Mapping[str, Mapping[str, Any]]) -> None:
        """Nothing is lost: ids, outputs, what is remembered, what is encrypted, options, all in the form of the package."""
        after = self.by_name()
        assert after.keys() == before.keys()
        assert {row["outputs"].pop("__schema") for row in after.values()} == {FORMS[self.package]}
        was = {name: {**row, "outputs": {key: value for key, value in row["outputs"].items() if key != "__schema"}} for name, row in before.items()}
        other = {name: (was[name], row) for name, row in after.items() if row != was[name]}
        assert other == {}, other
        assert OF_PROVIDERS[self.package] in self.providers()

    def settled(self) -> bool:
        """Whether preview, refresh and then `up` find nothing to do."""
        assert self.quiet()
        calm = self.refresh(expect_no_changes=True).ok()
        assert not calm.changed, calm.text
        return self.up_again_is_quiet()


def _without_aliases(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    args.opts.aliases = []
    return pulumi.ResourceTransformationResult(args.props, args.opts)


def kind_of(row: Mapping[str, Any]) -> str:
    """``SipTrunk`` of a resource of ours in the state, else empty."""
    package, _, name = str(row["type"]).rpartition(":")
    ours = package in ("opentok:index", "pulumi-python:dynamic/opentok") and f"opentok:index:{name}" in _package.package()["resources"]
    return name if ours else ""


def kinds_of(stack: Moving) -> set[str]:
    """``SipTrunk`` and so on of all that is in the state."""
    return {kind_of(row) for row in stack.stack.exported()["resources"]} - {""}


def entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """A resource of ours in the state without what says which provider it is of."""
    token = f"opentok:index:{kind_of(row)}"
    outputs = {name: value for name, value in row["outputs"].items() if name not in ("__provider", "id")}
    kind = KINDS[kind_of(row)]
    by_kind = _package.from_wire(token, {name: clear(value) for name, value in outputs.items()}, outputs=True)
    # The native one writes what is derived of them too, and that what is always secret is secret.
    by_kind = {name: value for name, value in by_kind.items() if name not in kind.derived(by_kind)}
    by_kind |= {"__secret": sorted(set(by_kind.get("__secret", ())) - {*marked_names(kind)})}
    secret = sorted(_package.from_wire(token, {name: 0 for name, value in outputs.items() if is_secret(value)}, outputs=True))
    options = {name: row[name] for name in ("protect", "retainOnDelete", "id") if name in row}
    others = {name: str(row[name]).rpartition("::")[2] for name in ("deletedWith", "parent") if row.get(name)}
    return {"name": str(row["urn"]).rpartition("::")[2], "outputs": by_kind, "secret": secret, **options, **others}


def is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and SECRET in value


def clear(value: Any) -> Any:
    """`value` without the marks of what is secret in it."""
    if is_secret(value):
        return clear(json.loads(value["plaintext"]))
    if isinstance(value, Mapping):
        return {key: clear(item) for key, item in value.items()}
    return [clear(item) for item in value] if isinstance(value, list) else value


def written(asked: Counter[str]) -> dict[str, int]:
    """The requests that are no reads."""
    return {name: count for name, count in asked.items() if not name.endswith(READS)}


def others(outcome: Outcome) -> list[tuple[str, str]]:
    """What is done other than an update; providers aside, of which the former one goes."""
    return [(step.op, step.name) for step in outcome.steps if step.op not in ("update", "same")]


__all__ = ["Moving", "dynamic", "native", "others", "written"]
