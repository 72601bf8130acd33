# SPDX-License-Identifier: Apache-2.0
"""The projects of an account as a run knows them, found by id or name without a walk through all: an account may have 100,000."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..api.account import Project

if TYPE_CHECKING:
    from .names import Writing


class KnownProjects:
    """Not thread-safe: whoever has it has a lock. A row of the list without an id counts for its name."""

    def __init__(self, listed: Iterable[Project]) -> None:
        self._by_id: dict[str, Project] = {}
        self._by_name: dict[str, dict[str, Project]] = {}
        self._alike: dict[str, dict[str, Project]] | None = None
        self._gone: set[str] = set()
        self._writing: Writing | None = None
        for number, project in enumerate(listed):
            self._put(project.id or f"/{number}", project)

    def __contains__(self, project_id: str) -> bool:
        """Whether it is known, be it that it is gone."""
        return project_id in self._by_id

    def add(self, project: Project) -> None:
        """One that was created."""
        self._put(project.id, project)

    def forget(self, project_id: str) -> None:
        """It was deleted: its name is free again. A list that still shows it must not make it a newcomer, so it stays known."""
        self._gone.add(project_id)

    def all(self) -> tuple[Project, ...]:
        """Those that are there, in the server's order."""
        return tuple(project for project in self._by_id.values() if project.id not in self._gone)

    def get(self, project_id: str) -> Project | None:
        """The one of this id, if it is there."""
        return None if project_id in self._gone else self._by_id.get(project_id)

    def named(self, name: str) -> tuple[Project, ...]:
        """Those of exactly this name."""
        return self._there(self._by_name.get(name, {}))

    def similar(self, name: str) -> tuple[Project, ...]:
        """Those of another name that could be taken for this one, or cut from it."""
        from .names import SHORTEST_CUT, alike

        if self._alike is None:
            self._alike = {}
            for key, project in self._by_id.items():
                self._alike.setdefault(alike(project.name), {})[key] = project
        found = [project for project in self._there(self._alike.get(alike(name), {})) if project.name != name]
        cut = (project for length in range(SHORTEST_CUT, len(name)) for project in self.named(name[:length]))
        return (*found, *(project for project in cut if project not in found))

    def writing(self) -> Writing:
        """How the server writes names, as far as these show it."""
        if self._writing is None:
            from .names import Writing

            self._writing = Writing({project.name for project in self.all()})
        return self._writing

    def _put(self, key: str, project: Project) -> None:
        before = self._by_id.get(key)
        if before is not None:
            self._by_name[before.name].pop(key, None)
        self._by_id[key] = project
        self._by_name.setdefault(project.name, {})[key] = project
        self._writing = None
        if self._alike is not None:
            from .names import alike

            self._alike.setdefault(alike(project.name), {})[key] = project

    def _there(self, some: dict[str, Project]) -> tuple[Project, ...]:
        return tuple(project for project in some.values() if project.id not in self._gone)
