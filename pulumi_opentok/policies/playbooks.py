# SPDX-License-Identifier: Apache-2.0
"""The tasks of `opentok.cloud` in a playbook or a file of tasks, as declarations. A value that a template makes is not known."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .declared import Declared

COLLECTION = "opentok.cloud."
GROUP = f"group/{COLLECTION}opentok"
FLEET = f"{COLLECTION}projects"
OWN = "__"
"""Begins the keys that ansible-lint itself writes into what it reads."""

_REGISTERED = re.compile(r"\{\{\s*(\w+)\b")
_SECTIONS = ("pre_tasks", "tasks", "post_tasks", "handlers", "block", "rescue", "always")


@dataclasses.dataclass(frozen=True)
class Task:
    """A task as it is named in messages, and what it declares."""

    name: str
    declared: Declared
    register: str | None = None


def tasks_of(data: Any, places: Sequence[str]) -> dict[str, list[Task]]:
    """Position (``.[0].tasks[2].block[1]``) -> task, of the document that ansible-lint has read. ``places``: folders and file of it.

    A task of the module ``projects`` is one for each entry that is written there.
    """
    tasks = list(_walk(data, "", {}, places))
    sessions = {task.register: task.declared for _, task in tasks if task.register and task.declared.kind == "session"}
    found: dict[str, list[Task]] = {}
    for position, task in tasks:
        found.setdefault(position, []).append(_recording(task, sessions))
    return found


def _walk(data: Any, position: str, defaults: Mapping[str, Any], places: Sequence[str]) -> Iterator[tuple[str, Task]]:
    for number, entry in enumerate(data if isinstance(data, list) else ()):
        if not isinstance(entry, dict):
            continue
        at = f"{position or '.'}[{number}]"
        within = {**defaults, **_map(entry.get("module_defaults"))}
        for section in _SECTIONS:
            yield from _walk(entry.get(section), f"{at}.{section}", within, places)
        for key, options in entry.items():
            if key.startswith(COLLECTION):
                yield from ((at, task) for task in _tasks(entry, key, options, within, places))


def _tasks(entry: Mapping[str, Any], module: str, options: Any, defaults: Mapping[str, Any], places: Sequence[str]) -> Iterator[Task]:
    if module != FLEET:
        yield _task(entry, module, options, defaults, places)
        return
    given = {**_map(defaults.get(GROUP)), **_map(defaults.get(module)), **_map(options)}
    declared = given.get("projects")
    projects = list(declared.values()) if isinstance(declared, dict) else declared if isinstance(declared, list) else []
    common = {**_map(given.get("defaults")), **({"account_key": given["account_key"]} if "account_key" in given else {})}
    for project in projects:
        if isinstance(project, dict):
            yield _task(entry, f"{COLLECTION}project", {**common, **project}, {}, places)


def _task(entry: Mapping[str, Any], module: str, options: Any, defaults: Mapping[str, Any], places: Sequence[str]) -> Task:
    given = {**_map(defaults.get(GROUP)), **_map(defaults.get(module)), **_map(options)}
    given = {name: value for name, value in given.items() if not name.startswith(OWN)}
    unknown = {name for name, value in given.items() if _templated(value)}
    if isinstance(options, str):  # all options by a template
        unknown |= {"on_delete", "secret_max_age", "require_encryption", "media_mode"}
    properties = {name: value for name, value in given.items() if name not in unknown}
    absent = properties.get("state") == "absent"
    declared = Declared(
        kind=module.removeprefix(COLLECTION),
        properties={**properties, **({"session": given["session"]} if "session" in given else {})},
        unknown=unknown,
        places=places,
        present=not absent and "state" not in unknown,
        ends=absent,
        account_key=str(properties["account_key"]) if "account_key" in properties else None,
    )
    return Task(str(entry.get("name") or module), declared, entry.get("register"))


def _recording(task: Task, sessions: Mapping[str, Declared]) -> Task:
    registered = _REGISTERED.search(str(task.declared.properties.get("session", "")))
    session = sessions.get(registered[1]) if registered else None
    return dataclasses.replace(task, declared=dataclasses.replace(task.declared, records=session))


def _map(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _templated(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_templated(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_templated(item) for item in value)
    return isinstance(value, str) and "{{" in value
