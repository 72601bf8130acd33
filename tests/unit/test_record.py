# SPDX-License-Identifier: Apache-2.0
"""What is remembered after a run, and after a look at what is there."""

from __future__ import annotations

import pytest

from pulumi_opentok.core import OpenTokError, fingerprint
from pulumi_opentok.core.desired import Action, Applied
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectRecord, ProjectState
from tests.unit.things import CREATED, ELSEWHERE, NEW_SECRET, NOW, SECRET, project, record, spec


def applied(*steps: str, secret: str = SECRET, unfinished: OpenTokError | None = None) -> Applied[ProjectState]:
    """The steps were done and the project is there now."""
    actions = tuple(Action(do=step, text=step, args={"replaces": fingerprint(SECRET)}) for step in steps)
    return Applied(state=ProjectState(project=project(secret=secret)), done=actions, unfinished=unfinished)


AFTER = [
    # what, done, secret now, record before, version, rotated at
    ("created", ("create",), SECRET, None, 1, CREATED),
    ("created suspended", ("create", "set_status"), SECRET, None, 1, CREATED),
    ("taken over: first seen now", ("adopt",), SECRET, None, 1, NOW),
    ("nothing done", (), SECRET, record(secret_version=3), 3, CREATED),
    ("suspended", ("set_status",), SECRET, record(secret_version=3), 3, CREATED),
    ("rotated", ("refresh_secret",), NEW_SECRET, record(secret_version=3), 4, NOW),
    ("rotated and suspended", ("refresh_secret", "set_status"), NEW_SECRET, record(secret_version=3), 4, NOW),
    ("rotated elsewhere, suspended by us", ("set_status",), NEW_SECRET, record(secret_version=3), 4, NOW),
]


@pytest.mark.parametrize(("steps", "secret", "before", "version", "rotated_at"), [row[1:] for row in AFTER], ids=[row[0] for row in AFTER])
def test_the_record_after_a_run(steps: tuple[str, ...], secret: str, before: ProjectRecord | None, version: int, rotated_at: object) -> None:
    wanted = spec(on_delete="retain", secret_triggers={"v": "2"})
    previous = fingerprint(SECRET) if version == 4 else None
    assert PROJECT.record(wanted, applied(*steps, secret=secret), before, NOW) == ProjectRecord(
        account_key="100",
        name="acme",
        on_delete="retain",
        secret_triggers={"v": "2"},
        secret_fingerprint=fingerprint(secret),
        secret_version=version,
        secret_rotated_at=rotated_at,  # type: ignore[arg-type]
        secret_previous=previous,
    )


def test_a_rotation_is_of_now_also_where_no_secret_was_recorded() -> None:
    after = PROJECT.record(spec(), applied("refresh_secret", secret=NEW_SECRET), record(secret_fingerprint=None), NOW)
    assert (after.secret_rotated_at, after.secret_fingerprint) == (NOW, fingerprint(NEW_SECRET))


def test_a_rotation_that_was_done_before_it_stopped_is_not_wanted_again() -> None:
    stopped = applied("refresh_secret", secret=NEW_SECRET, unfinished=OpenTokError("the status change failed"))
    after = PROJECT.record(spec(secret_triggers={"v": "2"}), stopped, record(secret_triggers={"v": "1"}), NOW)
    assert after.secret_triggers == {"v": "2"}
    assert (after.secret_version, after.secret_fingerprint) == (2, fingerprint(NEW_SECRET))


def test_a_rotation_that_was_not_done_stays_wanted() -> None:
    stopped = applied("set_status", unfinished=OpenTokError("the rotation failed"))
    after = PROJECT.record(spec(secret_triggers={"v": "2"}), stopped, record(secret_triggers={"v": "1"}), NOW)
    assert after.secret_triggers == {"v": "1"}


SEEN = [
    ("as recorded", record().secret_fingerprint, 1, CREATED),
    ("rotated elsewhere", ELSEWHERE, 2, NOW),
    ("never recorded: no rotation", None, 1, CREATED),
]


@pytest.mark.parametrize(("recorded", "version", "rotated_at"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_what_a_look_takes_note_of(recorded: str | None, version: int, rotated_at: object) -> None:
    after = PROJECT.refresh_record(ProjectState(project=project()), record(secret_fingerprint=recorded), NOW)
    assert after is not None
    assert (after.secret_version, after.secret_rotated_at) == (version, rotated_at)
    assert after.secret_fingerprint == fingerprint(SECRET)


def test_a_second_look_takes_note_of_nothing_more() -> None:
    state = ProjectState(project=project())
    once = PROJECT.refresh_record(state, record(secret_fingerprint=ELSEWHERE), NOW)
    assert PROJECT.refresh_record(state, once, CREATED) == once


def test_what_is_gone_leaves_the_record_as_it_was() -> None:
    assert PROJECT.refresh_record(ProjectState(missing_id="1"), record(), NOW) == record()
    assert PROJECT.refresh_record(ProjectState(project=project()), None, NOW) is None
