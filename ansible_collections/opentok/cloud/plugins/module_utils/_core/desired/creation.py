# SPDX-License-Identifier: Apache-2.0
"""Creates a project exactly once. Private to opentok.cloud and pulumi_opentok.

Names are not unique in the API and there is no idempotency key, so the account's list before and after is the only witness of whether
a create whose answer was lost has happened.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

from ..account import Project, Projects
from ..errors import ApiError, OpenTokError, PlanError, ServerFault, listed, quoted

ATTEMPTS = 4
"""How often a create is tried in all when each time the answer is lost and no project appears."""

LOOKS = 3
"""How often the account is listed after a lost answer before it counts as not created: the server may still be at it."""

PAUSE = 0.5
"""Seconds before the second look; doubles each time."""


class Creation:
    """The creates of one run. Thread-safe: creates of one name wait for each other, creates of different names do not."""

    def __init__(self, projects: Projects, *, pause: float = PAUSE, sleep: Callable[[float], None] = time.sleep) -> None:
        self._projects = projects
        self._pause = pause
        self._sleep = sleep
        self._lock = threading.Lock()
        self._known: dict[str, Project] | None = None
        self._gone: set[str] = set()
        self._by_name: dict[str, threading.Lock] = {}

    def listing(self) -> tuple[Project, ...]:
        """The account's projects, with those that this run has created. The account is listed once a run, at the first call."""
        with self._lock:
            if self._known is None:
                # A row without an id counts for its name.
                self._known = {project.id or f"/{number}": project for number, project in enumerate(self._projects.list())}
            return tuple(project for project in self._known.values() if project.id not in self._gone)

    def namesakes(self, name: str | None) -> tuple[Project, ...]:
        """The account's projects of exactly this name, as in :meth:`listing`."""
        return tuple(project for project in self.listing() if project.name == (name or ""))

    def create(self, name: str | None, *, expected: Collection[str] | None, warn: Callable[[str], None]) -> Project:
        """Creates a project of this name (``None``: unnamed) and returns it, also when the answer is lost on its way.

        ``expected`` are the ids of the namesakes that the caller has seen and accepts (``None``: any). Raises :class:`PlanError` when there
        are others by now, or when several newcomers of the name appear and none can be told to be ours; else the error of the last try.
        """
        with self._lock:
            lock = self._by_name.setdefault(name or "", threading.Lock())
        with lock:
            others = [project.id for project in self.namesakes(name) if expected is not None and project.id not in expected]
            if others:
                what = f"project {quoted(name or '')} was created by another part of this run (id {listed(others)})"
                raise PlanError(f"{what}: each project needs a name of its own")
            project = self._create(name, warn)
            if not project.whole:
                project = self._projects.get(project.id)
            self._remember(project)
            return project

    def forget(self, project_id: str) -> None:
        """The project was deleted: its name is free again."""
        with self._lock:
            # Kept among the known: a list that still shows it must not make it a newcomer.
            self._gone.add(project_id)

    def _create(self, name: str | None, warn: Callable[[str], None]) -> Project:
        what = f"project {quoted(name)}" if name else "a project without name"
        attempt = 1
        lost: OpenTokError | None = None
        while True:
            try:
                project = self._projects.create(name)
                if lost is not None:
                    self._no_late_twin(name, what, lost)
                return project
            except OpenTokError as error:
                if not error.outcome_unknown:
                    raise
                lost = error
                newcomer = self._newcomer(name, what, error)
                if newcomer is None and isinstance(error, ApiError) and not isinstance(error, ServerFault):
                    raise
                if newcomer is not None:
                    warn(f"the answer to creating {what} was lost ({error}); the list of the account shows that it was created: id {newcomer.id}")
                    return newcomer
                if attempt == ATTEMPTS:
                    tried = f"could not create {what}: {attempt} tries got no answer, and the list of the account shows that none was created"
                    raise PlanError(f"{tried}: {error}") from None
                attempt += 1

    def _newcomer(self, name: str | None, what: str, lost: OpenTokError) -> Project | None:
        """The one project of this name that is new since this run listed the account."""
        for look in range(LOOKS):
            if look:
                self._sleep(self._pause * 2 ** (look - 1))
            newcomers = self._newcomers(name, what, lost)
            if newcomers:
                return newcomers[0]
        return None

    def _no_late_twin(self, name: str | None, what: str, lost: OpenTokError) -> None:
        """After a second try: the first may have been carried out when nobody looked for it any more."""
        self._newcomers(name, what, lost)

    def _newcomers(self, name: str | None, what: str, lost: OpenTokError) -> list[Project]:
        """The projects of this name that are new, one at most. Raises :class:`PlanError` for more: none can be told to be ours."""
        try:
            listing = self._projects.list()
        except OpenTokError as error:
            raise PlanError(
                f"the answer to creating {what} was lost ({lost}), and the account cannot be listed to see whether it was created ({error})."
                " Run again: a project of that name, if there is one, will be found"
            ) from None
        with self._lock:
            known = self._known or {}
            newcomers = [project for project in listing if project.name == (name or "") and project.id not in known]
        if len(newcomers) > 1:
            raise PlanError(
                f"the answer to creating {what} was lost ({lost}), and {len(newcomers)} new projects have that name: ids"
                f" {listed(project.id for project in newcomers)}. Look at them, delete what is not wanted, and name the one to keep by its id"
            )
        return newcomers

    def _remember(self, project: Project) -> None:
        with self._lock:
            if self._known is not None:
                self._known[project.id] = project
