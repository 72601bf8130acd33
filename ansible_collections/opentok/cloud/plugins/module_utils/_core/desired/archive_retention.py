# SPDX-License-Identifier: Apache-2.0
"""Deletes the archives that are older than they are to be kept.

A procedure, not a kind: what is declared is how long, not which. Nothing is deleted before all archives are listed, of which only those that are to
be deleted are held; so a list that fails on its way, one that shows others' archives, and too many of them leave everything as it was.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import operations
from ..api.account import check_project
from ..api.archives.calls import Archives
from ..api.archives.objects import Archive
from ..api.session_ids import check_session, session_problems
from ..errors import ForeignAnswer, InvalidInput, NotFound, OpenTokError, PlanError, Problem, quote
from ..http.pages import MAX_COUNT
from . import interrupts
from .durations import duration_text, parse_duration
from .inputs import Input, InputReader, text
from .listing import whose
from .parallel import each
from .plan import Action, Plan, not_yet_known
from .procedure import Procedure
from .report import Report
from .scope import Scope
from .times import to_text
from .wildcards import matches

if TYPE_CHECKING:
    from .ledger.ledger import Ledger

DELETABLE = ("available", "uploaded")
"""Others, OpenTok refuses to delete (409). Source: reference of ``DELETE /archive``."""

MOST_NAMED = 3
"""Failures that are told of in the error; the result has all."""

BOUND = "must be a whole number such as 50, or a share of all archives such as '20%'"


class Old(NamedTuple):
    """What is held of an archive that is to be deleted: of ten thousand, the archives themselves would take too much room."""

    id: str
    name: str | None
    created_at: datetime.datetime
    size: int

    @property
    def what(self) -> str:
        named = f" {quote(self.name)}" if self.name else ""
        return f"archive {self.id}{named} of {to_text(self.created_at)}"


class Bound(NamedTuple):
    """At most so many, or so many of a hundred."""

    number: int
    percent: bool

    def allows(self, some: int, total: int) -> bool:
        return some * 100 <= self.number * total if self.percent else some <= self.number

    def __str__(self) -> str:
        return f"{self.number}%" if self.percent else f"{self.number}"


def _bound(value: Any, field: str) -> Bound:
    match = re.fullmatch(r"(\d{1,9})(%?)", str(value).strip(), re.ASCII) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    if match is None or (match[2] and int(match[1]) > 100):
        raise InvalidInput(Problem(field, f"{BOUND}, not {quote(value)}"))
    return Bound(int(match[1]), bool(match[2]))


class ArchiveRetention(Procedure):
    """Deletes the archives of a project, or of one session, that began longer ago than ``keep``."""

    name = "archive_retention"
    table = (
        Input("project", check_project, names_other=True),
        Input("session", check_session, aliases=("session_id",), quoted=False, names_other=True, bounds=True),
        Input("keep", parse_duration, required=True, missing="declare how long archives are kept, such as 30d"),
        Input("name", text, bounds=True),
        Input("max_delete", _bound, bounds=True),
    )
    outputs = ("project", "session_id", "older_than", "archives", "deleted", "bytes", "failed")

    def act(
        self,
        scope: Scope,
        inputs: Mapping[str, Any],
        *,
        present: bool = True,
        ledger: Ledger | None = None,
        check: bool = False,
        unknown: Collection[str] = (),
    ) -> Report:
        reader = InputReader(inputs, unknown)
        said = reader.table(self.table)
        project = whose(reader, said, scope)
        reader.finish()
        if unknown:
            shown = {**dict.fromkeys(self.outputs), "project": said.get("project")}
            return Report(plan=Plan(kind=self.name), actions=(), shown=shown, warnings=(not_yet_known(unknown),))
        run = _Run(scope, str(project), said)
        plan = run.plan()
        if check or not plan.actions:
            return run.report(plan, run.old, {})
        interrupts.begin()
        failed = run.delete()
        return run.report(plan, [one for one in run.old if one.id not in run.left], failed)


class _Run:
    """One run: ``old`` are the archives that are to be deleted, ``left`` the ids of those that were not."""

    def __init__(self, scope: Scope, project: str, said: Mapping[str, Any]) -> None:
        self._scope = scope
        self._project = project
        self._said = said
        self._total = 0
        self._timeless = 0
        self._before: datetime.datetime | None = None
        self.old: list[Old] = []
        self.left: set[str] = set()

    def plan(self) -> Plan:
        """What would be deleted. Raises :class:`PlanError` where that is more than may be."""
        self._scope.signed(self._project, self._look)
        bound: Bound | None = self._said.get("max_delete")
        if bound is not None and not bound.allows(len(self.old), self._total):
            raise PlanError(
                f"{len(self.old)} of {self._total} archives of {self._whose} are older than {self._keep} and would be deleted, "
                f"at most {bound} may: nothing was deleted; look at them, or allow that many"
            )
        actions = tuple(Action(do="delete", text=f"delete {one.what}", args={"id": one.id}) for one in self.old)
        before = {one.id: one.what for one in self.old}
        return Plan(kind=ArchiveRetention.name, actions=actions, before=before, after={})

    def delete(self) -> dict[str, str]:
        """Deletes them, several at a time; what went wrong, by id."""
        failed: dict[str, str] = {}
        self.left = {one.id for one in self.old}
        for one, (done, error) in each(self.old, self._delete):
            if done:
                self.left.discard(one.id)
            if error is not None:
                failed[one.id] = str(error)
        return failed

    def report(self, plan: Plan, deleted: Sequence[Old], failed: Mapping[str, str]) -> Report:
        """What was deleted, or would be."""
        gone = {one.id for one in deleted}
        actions = tuple(action.text for action in plan.actions if action.args["id"] in gone)
        shown = {
            "project": self._project,
            "session_id": self._said.get("session"),
            "older_than": to_text(self._before),
            "archives": self._total,
            "deleted": [one.id for one in deleted],
            "bytes": sum(one.size for one in deleted),
            "failed": [{"id": one, "message": message} for one, message in failed.items()],
        }
        return Report(plan=plan, actions=actions, shown=shown, warnings=tuple(self._warnings(deleted)), unfinished=self._unfinished(failed))

    def _look(self, signer: Any) -> None:
        self._total, self._timeless, self.old = 0, 0, []
        for archive in Archives(self._scope.transport, signer).iterate(session_id=self._said.get("session"), page_size=MAX_COUNT):
            if self._before is None:
                # By the first page: the later it gets, the more is older.
                self._before = self._now() - self._said["keep"]
            self._take(archive, self._before)
        self.old.reverse()  # the oldest first

    def _take(self, archive: Archive, before: datetime.datetime) -> None:
        if session_problems(archive.session_id, self._project):
            what = f"archive.list of the archives of {self._whose}: archive {archive.id} is not of a session of project {self._project}"
            raise ForeignAnswer(f"{what}: nothing was deleted", operation=operations.ARCHIVE_LIST.name)
        self._total += archive.status != "deleted"
        pattern = self._said.get("name")
        if archive.status not in DELETABLE or (pattern is not None and not matches(pattern, archive.name or "")):
            return
        if archive.created_at is None:
            self._timeless += 1
        elif archive.created_at < before:
            self.old.append(Old(archive.id, archive.name, archive.created_at, archive.size))

    def _now(self) -> datetime.datetime:
        now = self._scope.transport.clock.earliest()
        if now is None:
            raise PlanError(f"the list of the archives of {self._whose} came without a date, so their age cannot be told: nothing was deleted")
        return datetime.datetime.fromtimestamp(now, datetime.timezone.utc)

    def _delete(self, one: Old) -> tuple[bool, OpenTokError | None]:
        if interrupts.received() is not None:
            return False, None
        try:
            self._scope.signed(self._project, lambda signer: Archives(self._scope.transport, signer).delete(one.id))
        except NotFound:
            return True, None  # gone is done, by a first attempt whose answer was lost, say
        except OpenTokError as error:
            return False, error
        return True, None

    def _warnings(self, deleted: Sequence[Old]) -> Iterator[str]:
        if self._timeless:
            yield f"{self._timeless} archives of {self._whose} have no time that can be read, so their age cannot be told: they stay"
        if deleted:
            many = f"{len(deleted)} of {self._total} archives" if self._total != 1 else "the only archive"
            yield f"{many} of {self._whose} {'are' if len(deleted) > 1 else 'is'} older than {self._keep}: files in OpenTok's cloud go with them"

    def _unfinished(self, failed: Mapping[str, str]) -> PlanError | None:
        if not failed:
            return None
        some = [f"archive {one}: {message}" for one, message in [*failed.items()][:MOST_NAMED]]
        more = [f"{len(failed) - MOST_NAMED} more"] if len(failed) > MOST_NAMED else []
        return PlanError(f"{len(failed)} of {len(self.old)} archives were not deleted, all others were ({'; '.join([*some, *more])})")

    @property
    def _whose(self) -> str:
        return f"session {self._said['session']}" if "session" in self._said else f"project {self._project}"

    @property
    def _keep(self) -> str:
        named = f" and named {quote(self._said['name'])}" if "name" in self._said else ""
        return f"{duration_text(self._said['keep'])}{named}"


ARCHIVE_RETENTION = ArchiveRetention()
