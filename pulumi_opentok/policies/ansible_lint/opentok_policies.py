# SPDX-License-Identifier: Apache-2.0
"""The rules for tasks of `opentok.cloud`, for ansible-lint. Their settings stand in `opentok-policies.json`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansiblelint.rules import AnsibleLintRule

from pulumi_opentok.policies.actions import COLLECTION
from pulumi_opentok.policies.playbooks import Task, tasks_of
from pulumi_opentok.policies.rules import RULES
from pulumi_opentok.policies.settings import ADVISORY, DISABLED, SettingsError, read_settings

if TYPE_CHECKING:
    from ansiblelint.errors import MatchError
    from ansiblelint.file_utils import Lintable
    from ansiblelint.utils import Task as LintedTask


def _role_names_collection(path: Path) -> bool:
    """Whether the file is of a role whose `meta/main.yml` names the collection: its tasks may go by short names."""
    roles = [folder.parent for folder in path.parents if folder.name in ("tasks", "handlers")]
    metas = [role / "meta" / f"main.{ending}" for role in roles for ending in ("yml", "yaml")]
    return any(COLLECTION in meta.read_text(encoding="utf-8", errors="replace") for meta in metas if meta.is_file())


class OpentokPolicies(AnsibleLintRule):
    """What may be declared of OpenTok."""

    id = "opentok-policies"
    shortdesc = "What may be declared of OpenTok"
    description = "The rules of pulumi_opentok.policies, which a policy pack applies to Pulumi programs alike."
    severity = "HIGH"
    tags = ["opentok"]  # noqa: RUF012  (as the base class declares it)
    version_changed = "0.1.0"

    def matchtasks(self, file: Lintable) -> list[MatchError]:
        self._tasks = {}
        if file.kind in ("playbook", "tasks", "handlers"):
            self._tasks = tasks_of(file.data, file.path.with_suffix("").parts, short=_role_names_collection(file.path))
        if not self._tasks:
            return []
        try:
            self._settings = read_settings()
        except SettingsError as error:  # ansible-lint would go on after it, and find nothing
            return [self.create_matcherror(message=str(error), filename=file, tag=f"{self.id}[settings]")]
        return super().matchtasks(file)

    def matchtask(self, task: LintedTask, file: Lintable | None = None) -> list[MatchError]:
        found = self._tasks.get(task.position, [])
        wrong = dict.fromkeys(each for task in found for each in self._wrong(task))
        return [self._match(rule, text, file, task.line) for rule, text in wrong]

    def _wrong(self, task: Task) -> Iterator[tuple[str, str]]:
        for rule in RULES:
            text = rule.wrong(task.declared, self._settings.of(rule.name))
            if text and self._settings.level(rule.name) != DISABLED:
                yield rule.name, f"{task.name} {text}"

    def _match(self, rule: str, text: str, file: Lintable | None, line: int) -> MatchError:
        options: dict[str, Any] = {"filename": file} if file else {}
        found = self.create_matcherror(message=text, lineno=line, tag=f"{self.id}[{rule}]", **options)
        if self._settings.level(rule) == ADVISORY:
            # A copy of the rule is in each match; what is experimental is a warning, as long as the user's warn_list has that word.
            found.rule.tags = [*self.tags, "experimental"]
        return found
