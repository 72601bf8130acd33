# SPDX-License-Identifier: Apache-2.0
"""The tasks of `opentok.cloud` in a playbook or a file of tasks, as declarations. A value that a template makes is not known."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .actions import COLLECTION, Action, action_of, canonical, facts_of
from .declared import Declared

GROUP = f"group/{COLLECTION}.opentok"
FLEET = "projects"

_SECTIONS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")
_JUDGED = frozenset(("state", "status", "name", "on_delete", "secret_max_age", "require_encryption", "media_mode", "account_key"))
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_VARIABLE = re.compile(r"(?<![\w.'\"])[A-Za-z_]\w*")
_ACCOUNT = "OPENTOK_ACCOUNT_KEY"


@dataclasses.dataclass(frozen=True)
class Task:
    """A task as it is named in messages, and what it declares."""

    name: str
    declared: Declared


@dataclasses.dataclass(frozen=True)
class _Scope:
    """What the play and the blocks around a task say that holds for it."""

    places: Sequence[str]
    short: bool
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    variables: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    environment: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def within(self, entry: Mapping[str, Any]) -> _Scope:
        """That of a play, block or task in this one."""
        environment = entry.get("environment")
        named = entry.get("collections")
        return dataclasses.replace(
            self,
            short=self.short or (isinstance(named, (list, str)) and COLLECTION in named),
            defaults={**self.defaults, **_map(entry.get("module_defaults"))},
            variables={**self.variables, **_map(entry.get("vars"))},
            environment={**self.environment, **_merged(environment if isinstance(environment, list) else [environment])},
        )


def tasks_of(data: Any, places: Sequence[str], *, short: bool = False) -> dict[str, list[Task]]:
    """Position (``.[0].tasks[2].block[1]``) -> task, of the document that ansible-lint has read. ``places``: folders and file of it.
    ``short``: whether the collection's modules go by their short names, also where the document does not say so.

    A task of the module ``projects`` is one for each entry that is written there.
    """
    found: dict[str, list[Task]] = {}
    facts: dict[str, Any] = {}
    for position, entry, scope in _walk(data, "", _Scope(places, short)):
        action = action_of(entry, scope.short)
        tasks = [] if action is None else list(_tasks(entry, action, scope))
        names = {**scope.variables, **facts, **_loop(entry)}
        if tasks:
            found[position] = [_recording(task, names) for task in tasks]
        facts.update(facts_of(entry))
        if isinstance(entry.get("register"), str):
            facts[entry["register"]] = next((task.declared for task in tasks if task.declared.kind == "session"), None)
    return found


def _walk(data: Any, position: str, around: _Scope) -> Iterator[tuple[str, Mapping[str, Any], _Scope]]:
    for number, entry in enumerate(data if isinstance(data, list) else ()):
        if not isinstance(entry, dict):
            continue
        at = f"{position or '.'}[{number}]"
        scope = around.within(entry)
        yield at, entry, scope
        for section in _SECTIONS:
            yield from _walk(entry.get(section), f"{at}.{section}", scope)


def _tasks(entry: Mapping[str, Any], action: Action, scope: _Scope) -> Iterator[Task]:
    defaults = _merged([scope.defaults.get(GROUP), scope.defaults.get(f"{COLLECTION}.{action.module}")])
    action = dataclasses.replace(action, options={**canonical(action.module, defaults), **action.options})
    if action.module != FLEET:
        yield _task(entry, action, scope)
        return
    given = action.options
    declared = given.get("projects")
    projects = list(declared.values()) if isinstance(declared, dict) else declared if isinstance(declared, list) else []
    common = {**_map(given.get("defaults")), **({"account_key": given["account_key"]} if "account_key" in given else {})}
    for project in projects:
        if isinstance(project, dict):
            yield _task(entry, Action("project", canonical("project", {**common, **project}), action.open), scope)


def _task(entry: Mapping[str, Any], action: Action, scope: _Scope) -> Task:
    given = action.options
    unknown = {name for name, value in given.items() if _templated(value)} | (_JUDGED - set(given) if action.open else set())
    properties = {name: value for name, value in given.items() if name not in unknown}
    absent = properties.get("state") == "absent"
    account = properties.get("account_key", scope.environment.get(_ACCOUNT) if "account_key" not in unknown else None)
    declared = Declared(
        kind=action.module,
        properties={**properties, **({"session": given["session"]} if "session" in given else {})},
        unknown=unknown,
        places=scope.places,
        present=not absent and "state" not in unknown,
        creates="name" in given or "existing_id" not in given,
        ends=absent,
        account_key=None if account is None or _templated(account) else str(account),
    )
    return Task(str(entry.get("name") or f"{COLLECTION}.{action.module}"), declared)


def _recording(task: Task, names: Mapping[str, Any]) -> Task:
    sessions = list(_sessions(task.declared.properties.get("session"), dict(names)))
    one = sessions[0] if sessions and all(session is sessions[0] for session in sessions) else None
    return dataclasses.replace(task, declared=dataclasses.replace(task.declared, records=one))


def _sessions(value: Any, names: dict[str, Any]) -> Iterator[Declared]:
    """The sessions that the value may come from, through the variables ``names``; each of these is used up, so that circles end."""
    if isinstance(value, Declared):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _sessions(item, names)
    elif isinstance(value, str):
        for name in _VARIABLE.findall(" ".join(_TEMPLATE.findall(value))):
            yield from _sessions(names.pop(name, None), names)


def _loop(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The variable of the task's loop, with what it goes over."""
    over = [value for key, value in entry.items() if key == "loop" or str(key).startswith("with_")]
    return {str(_map(entry.get("loop_control")).get("loop_var", "item")): over[0]} if over else {}


def _map(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _merged(maps: Sequence[Any]) -> dict[str, Any]:
    return {name: value for each in maps for name, value in _map(each).items()}


def _templated(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_templated(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_templated(item) for item in value)
    return isinstance(value, str) and ("{{" in value or "{%" in value)
