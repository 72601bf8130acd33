# SPDX-License-Identifier: Apache-2.0
"""What one run of the engine did or would do, as plain data read off its event stream."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pulumi.automation.events import DiagnosticEvent, EngineEvent, StepEventMetadata

NO_CHANGES_EXPECTED = 7
"""Exit code of `--expect-no-changes` where something would change."""


class EngineError(AssertionError):
    """A run that had to succeed did not; the text is all that it printed."""


@dataclass(frozen=True)
class Step:
    """One operation on one resource.

    Attributes:
        op: `same`, `create`, `update`, `delete`, `create-replacement`, `replace`, `delete-replaced`, `read`. Of a refresh, what
            it found: `same`, `update` (drifted), `delete` (gone).
        name: the resource's name in the program.
        type: its type token.
        diff: path -> kind of change (`add`, `update`, `update-replace`, ...), as the engine shows it; of a refresh, what drifted.
        replaces: the keys that force a replacement.
    """

    op: str
    name: str
    type: str
    diff: dict[str, str] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: StepEventMetadata) -> Step:
        """Reads an event of the engine."""
        diff = {path: change.diff_kind.value for path, change in (data.detailed_diff or {}).items()}
        return cls(str(getattr(data.op, "value", data.op)), name_of(data.urn), data.type, diff, tuple(data.keys or ()))


@dataclass(frozen=True)
class Outcome:
    """A run of the engine: `preview`, `up`, `refresh` or `destroy`.

    Attributes:
        code: exit code of the CLI: 0, 7 (changes where none were expected), else a failure.
        stdout: what the CLI printed, without colour.
        stderr: likewise.
        changes: number of resources by operation, e.g. `{"create": 2, "same": 1}`; empty when the run ended early.
        steps: what was or would be done, in the engine's order, without the stack itself and the providers.
        warnings: texts of warnings, in order.
        errors: texts of errors, in order.
        infos: texts of other messages.
        under: resource's name -> texts of all messages that stand under it, in order.
    """

    code: int
    stdout: str
    stderr: str
    changes: dict[str, int]
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]
    errors: tuple[str, ...]
    infos: tuple[str, ...]
    under: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything that a person, or a log, would have seen: for searching it for secrets."""
        return "\n".join((self.stdout, self.stderr, *self.warnings, *self.errors, *self.infos))

    @property
    def changed(self) -> bool:
        """Whether anything but `same` and `read` was or would be done."""
        return any(count for op, count in self.changes.items() if op not in {"same", "read"})

    def ops(self, name: str) -> list[str]:
        """The operations on the resource `name`, in order: `["update"]`, `["create-replacement", "replace", "delete-replaced"]`."""
        return [step.op for step in self.steps if step.name == name]

    def step(self, name: str) -> Step:
        """The only step of the resource `name`, or the one that says why it is replaced."""
        found = [step for step in self.steps if step.name == name]
        telling = [step for step in found if step.op in {"replace", "create-replacement"}] or found
        if not telling:
            raise EngineError(f"no step of {name!r}; there are {[(s.op, s.name) for s in self.steps]}\n{self.stdout}")
        return telling[0]

    def ok(self) -> Outcome:
        """Itself, if the CLI exited 0.

        Raises:
            EngineError: it did not; with all that was printed.
        """
        if self.code != 0:
            raise EngineError(f"pulumi exited {self.code}\n{self.stdout}\n{self.stderr}")
        return self


def outcome(code: int, stdout: str, stderr: str, events: Iterable[EngineEvent]) -> Outcome:
    """Reads the events of a run."""
    changes: dict[str, int] = {}
    steps: list[Step] = []
    said: dict[str, list[str]] = {"warning": [], "error": [], "info": []}
    under: dict[str, tuple[str, ...]] = {}
    for event in events:
        if event.summary_event:
            changes = {str(getattr(op, "value", op)): n for op, n in event.summary_event.resource_changes.items()}
        if event.resource_pre_event and not is_plumbing(event.resource_pre_event.metadata):
            steps.append(Step.of(event.resource_pre_event.metadata))
        if event.res_outputs_event:
            settle_refresh(steps, Step.of(event.res_outputs_event.metadata))
        if event.diagnostic_event:
            text, name = plain(event.diagnostic_event), name_of(event.diagnostic_event.urn or "")
            said.setdefault(event.diagnostic_event.severity, []).append(text)
            under[name] = (*under.get(name, ()), text)
    infos = [text for severity, texts in said.items() if severity not in {"warning", "error"} for text in texts]
    return Outcome(code, stdout, stderr, changes, tuple(steps), tuple(said["warning"]), tuple(said["error"]), tuple(infos), under)


def is_plumbing(data: StepEventMetadata) -> bool:
    """Whether a step is about the stack itself or a provider and not about a resource of the program."""
    return data.type == "pulumi:pulumi:Stack" or data.type.startswith("pulumi:providers:")


def settle_refresh(steps: list[Step], ended: Step) -> None:
    """Puts what a refresh found in the place of its `refresh` step; the engine tells it when the step ends."""
    for index, step in enumerate(steps):
        if step.op == "refresh" and step.name == ended.name and step.type == ended.type:
            steps[index] = ended
            return


def name_of(urn: str) -> str:
    """The resource's name in its URN."""
    return urn.rsplit("::", 1)[-1]


def plain(event: DiagnosticEvent) -> str:
    """A message without the engine's colour marks."""
    return re.sub(r"<\{%.*?%\}>", "", event.message).strip()
