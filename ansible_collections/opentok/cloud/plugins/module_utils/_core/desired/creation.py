# SPDX-License-Identifier: Apache-2.0
"""Creates a project exactly once.

Names are not unique in the API and there is no idempotency key, so the account's list before and after is the only witness: of whether a
create whose answer was lost has happened, and of whether another run has created the same at the same moment.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ..api.account import Project, Projects
from ..errors import ApiError, InvalidResponse, OpenTokError, OutcomeUnknown, PlanError, ServerError, join_words, quote
from .known_projects import KnownProjects
from .looking import UNIT, looks

ATTEMPTS = 4
"""How often a create is tried in all when each time the answer is lost and no project appears."""

PAUSE = UNIT
"""Seconds before the second look; doubles each time."""

Warn = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class _Made:
    """A project of this run. ``alone``: no other project may have its name."""

    project: Project
    alone: bool


class Creation:
    """The creates of one run. Thread-safe: creates of one name wait for each other, creates of different names do not.

    ``warn`` hears of what concerns no single create.
    """

    def __init__(
        self, projects: Projects, *, pause: float = PAUSE, sleep: Callable[[float], None] = time.sleep, warn: Warn = lambda _text: None
    ) -> None:
        self._projects = projects
        self._pause = pause
        self._sleep = sleep
        self._warn = warn
        self._lock = threading.Lock()
        self._known: KnownProjects | None = None
        self._old = False
        self._created: dict[str, Project] = {}
        self._gone: set[str] = set()
        self._by_name: dict[str, threading.Lock] = {}
        self._under_way = 0
        self._unchecked: list[_Made] = []

    def listing(self) -> tuple[Project, ...]:
        """The account's projects, with those that this run has created. The account is listed at the first call, and after :meth:`look_anew`."""
        with self._lock:
            return self._now().all()

    def look_anew(self) -> None:
        """What was listed may be old: other runs have had the ledger since."""
        with self._lock:
            self._old = True

    def namesakes(self, name: str | None) -> tuple[Project, ...]:
        """The account's projects of exactly this name, as in :meth:`listing`."""
        with self._lock:
            return self._now().named(name or "")

    def of_id(self, project_id: str) -> Project | None:
        """The project of this id, as in :meth:`listing`."""
        with self._lock:
            return self._now().get(project_id)

    def similar(self, name: str) -> tuple[Project, ...]:
        """Those whose name is not this one, but could be taken for it, or cut from it."""
        with self._lock:
            return self._now().similar(name)

    def could_become(self, name: str, there: str) -> bool:
        """Whether the server may have made the name ``there`` of ``name``, as far as the names of the account show."""
        with self._lock:
            return self._now().writing().could_become(name, there)

    def create(self, name: str | None, *, expected: Collection[str] | None, warn: Warn) -> Project:
        """Creates a project of this name (``None``: unnamed) and returns it, also when the answer is lost on its way.

        Its name is another one than was asked for where the server writes names in its own way. ``expected`` are the ids of the namesakes that
        the caller has seen and accepts (``None``: any). Raises :class:`PlanError` when there are others by now, or when several newcomers of the
        name appear and none can be told to be ours; :class:`OutcomeUnknown` when none is seen; else the error of the last try. Whoever has called
        it calls :meth:`twins` afterwards, whatever came of it.
        """
        with self._lock:
            lock = self._by_name.setdefault(name or "", threading.Lock())
        with lock, self._counted():
            others = [project.id for project in self.namesakes(name) if expected is not None and project.id not in expected]
            if others:
                what = f"project {quote(name or '')} was created by another part of this run (id {join_words(others)})"
                raise PlanError(f"{what}: each project needs a name of its own")
            project = self._create(name, warn)
            if not project.whole:
                project = self._projects.get(project.id)
            self._remember(_Made(project, alone=expected is not None))
            return project

    def twins(self) -> dict[str, OpenTokError]:
        """One more list, for all that was created since the last: by id, what is wrong with a project of this run that has a namesake by now.

        While another create is under way it is left to whoever waits for that one, so that many creates side by side share few lists.
        """
        with self._lock:
            if self._under_way or not self._unchecked:
                return {}
            made, self._unchecked = self._unchecked, []
            made = [one for one in made if one.project.id not in self._gone]
        try:
            listing = self._list_with({one.project.id for one in made}) if made else []
        except OpenTokError as error:
            return {one.project.id: _cannot_tell(one.project, f"the account cannot be listed afterwards ({error})") for one in made}
        shown = {project.id for project in listing}
        newcomers: dict[str, list[Project]] = {}
        for project in self._not_known(listing):
            newcomers.setdefault(project.name, []).append(project)
        found: dict[str, OpenTokError] = {}
        for one in made:
            others = newcomers.get(one.project.name, [])
            if others and one.alone:
                found[one.project.id] = _twins(one.project, others)
            elif others:
                ids = join_words(project.id for project in others)
                self._warn(f"beside {one.project}, which this run created, there is another new project of that name now: id {ids}")
            elif one.project.id not in shown:
                found[one.project.id] = _cannot_tell(one.project, "the list of the account does not show it yet")
        return found

    def forget(self, project_id: str) -> None:
        """The project was deleted: its name is free again."""
        with self._lock:
            self._gone.add(project_id)
            if self._known is not None:
                self._known.forget(project_id)

    def _now(self) -> KnownProjects:
        """What is known, for who has the lock; listed where that was not done yet, or may be old."""
        if self._known is None or self._old:
            known = KnownProjects(self._projects.list())
            for project in self._created.values():
                known.add(project)
            for gone in self._gone:
                known.forget(gone)
            self._known, self._old = known, False
        return self._known

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def _create(self, name: str | None, warn: Warn) -> Project:
        what = f"project {quote(name)}" if name else "a project without name"
        lost: OpenTokError | None = None
        for sent in range(1, ATTEMPTS + 1):
            began = time.monotonic()
            try:
                project = self._ours(name, what, self._projects.create(name))
            except OpenTokError as error:
                if not error.outcome_unknown or isinstance(error, PlanError):
                    if lost is None or isinstance(error, PlanError):
                        raise
                    raise _not_seen(what, sent, f"the last one was refused: {error}") from None
                lost = error
                found = self._newcomer(name, what, error, began)
                if found is None and isinstance(error, ApiError) and not isinstance(error, ServerError):
                    raise _refused(error, what, sent) from None
                if found is None:
                    continue
                project = found
                warn(f"the answer to creating {what} was lost ({error}); the list of the account shows that it was created: id {project.id}")
            if sent > 1:
                late = "an earlier one may still be carried out, so look at the list for a second project of that name"
                warn(f"the create of {what} was sent {sent} times, for no answer came and the project was not seen: {late}")
            return project
        raise _not_seen(what, ATTEMPTS, str(lost))

    def _ours(self, name: str | None, what: str, answered: Project) -> Project:
        """``answered``, if it is the project that was created. Raises :class:`InvalidResponse`: a proxy has answered with another one."""
        with self._lock:
            known = answered.id in (self._known or ())
        other = InvalidResponse(f"project.create of {what}: the answer shows {answered}, which is another", operation="project.create")
        if known:
            raise other
        if answered.name == (name or ""):
            return answered
        newcomers: list[Project] = []
        for _look in self._looks(time.monotonic()):
            newcomers = self._newcomers(what, other)
            if any(project.name == (name or "") for project in newcomers):
                raise other
        if answered.id not in {project.id for project in newcomers}:
            raise OutcomeUnknown(f"{other}, and the list of the account shows neither: look at the list, then run again")
        return answered

    def _newcomer(self, name: str | None, what: str, lost: OpenTokError, began: float) -> Project | None:
        """The one project of this name that is new since this run listed the account. Raises :class:`PlanError` when none can be told to be ours."""
        for _look in self._looks(began):
            newcomers = self._newcomers(what, lost)
            exact = [project for project in newcomers if project.name == (name or "")]
            if len(exact) > 1:
                raise PlanError(
                    f"the answer to creating {what} was lost ({lost}), and {len(exact)} new projects have that name: ids"
                    f" {join_words(project.id for project in exact)}. Look at them, delete what is not wanted, and name the one to keep by its id"
                )
            if exact:
                return exact[0]
        from .names import similar

        close = [project for project in newcomers if name and similar(name, project.name)]
        if close:
            raise OutcomeUnknown(
                f"the answer to creating {what} was lost ({lost}), and the list of the account shows a new one of a similar name, which may be it:"
                f" {join_words(str(project) for project in close)}. If it is, declare its name, or its id"
            )
        return None

    def _newcomers(self, what: str, lost: OpenTokError) -> list[Project]:
        """The projects that are new since this run listed the account."""
        try:
            listing = self._projects.list()
        except OpenTokError as error:
            raise OutcomeUnknown(
                f"the answer to creating {what} was lost ({lost}), and the account cannot be listed to see whether it was created ({error})."
                " Run again: a project of that name, if there is one, will be found"
            ) from None
        return self._not_known(listing)

    def _not_known(self, listing: Iterable[Project]) -> list[Project]:
        with self._lock:
            return [project for project in listing if project.id and project.id not in (self._known or ())]

    def _list_with(self, wanted: Collection[str]) -> list[Project]:
        """The account's list, one that shows these ids if there is such a one: a server that lags behind them shows no others either."""
        listing: list[Project] = []
        for _look in self._looks(time.monotonic()):
            listing = self._projects.list()
            if {project.id for project in listing}.issuperset(wanted):
                break
        return listing

    def _looks(self, began: float) -> Iterator[None]:
        """The moments to look at, after a request that was sent at ``began``."""
        for wait in looks(time.monotonic() - began):
            if wait:
                self._sleep(wait * self._pause)
            yield

    def _remember(self, made: _Made) -> None:
        project = made.project
        with self._lock:
            self._unchecked.append(made)
            self._created[project.id] = project
            if self._known is not None:
                self._known.add(project)


def oldest(projects: Sequence[Project]) -> Project:
    """The one to keep of several of a name: every run that sees them picks the same."""
    return min(projects, key=lambda project: (project.created_at is None, project.created_at or 0, len(project.id), project.id))


def _twins(mine: Project, others: Sequence[Project]) -> PlanError:
    everyone = sorted((mine, *others), key=lambda project: (len(project.id), project.id))
    keep = oldest(everyone)
    ids = join_words(project.id for project in everyone)
    whose = f"this run created {mine.id}, and another run at the same moment, or a request that arrived twice, the other"
    advice = f"Keep {keep.id}, the oldest, delete the other once you know that nothing uses it, and run again"
    return PlanError(f"{len(everyone)} projects are named {quote(mine.name)} now: ids {ids}. {whose[0].upper()}{whose[1:]}. {advice}")


def _cannot_tell(project: Project, why: str) -> PlanError:
    return OutcomeUnknown(
        f"{project} was created, but {why}, so it cannot be told whether another run has created one of that name at the same moment: run again"
    )


def _not_seen(what: str, sent: int, last: str) -> PlanError:
    how = f"{sent} creates were sent" if sent > 1 else "a create was sent"
    return OutcomeUnknown(
        f"{what} is not seen: {how} and got no usable answer, and the list of the account does not show it; one may still be carried out,"
        f" so look at the list, then run again: {last}"
    )


def _refused(error: ApiError, what: str, sent: int) -> OpenTokError:
    if sent > 1:
        return _not_seen(what, sent, f"the last one was refused: {error}")
    said = f"{error}; the list of the account does not show {what}"
    refused = type(error)(said, operation=error.operation or "", status=error.status, code=error.code, server_message=error.server_message)
    refused.outcome_unknown = True
    return refused
