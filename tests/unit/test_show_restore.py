# SPDX-License-Identifier: Apache-2.0
"""What is shown is saved, and what is saved is read back as the state and record that were shown."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core import Project
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectRecord, ProjectState
from pulumi_opentok.core.desired.times import from_text, to_text
from tests.unit.things import CREATED, ID, NOTHING, NOW, SECRET, project, record

moments = st.datetimes(min_value=datetime.datetime(2008, 1, 1), max_value=datetime.datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=datetime.timezone.utc)
)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
projects = st.builds(
    Project,
    id=st.from_regex(r"[0-9]{1,9}", fullmatch=True),
    name=texts,
    status=st.sampled_from(["active", "suspended"]),
    secret=st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=40),
    environment=st.none() | st.just("standard"),
    created_at=st.none() | moments,
)


@given(
    projects,
    st.none() | st.just("100"),
    st.none() | texts,
    st.sampled_from(["delete", "suspend", "retain"]),
    st.dictionaries(texts, texts, max_size=3),
    st.integers(min_value=1, max_value=99),
    st.none() | moments,
)
def test_a_round_trip_through_the_state_file(
    there: Project, account: str | None, name: str | None, on_delete: str, triggers: dict[str, str], version: int, rotated: Any
) -> None:
    state = ProjectState(project=there)
    before = ProjectRecord(
        account_key=account,
        name=name,
        on_delete=on_delete,
        secret_triggers=triggers,
        secret_fingerprint=there.secret_fingerprint,
        secret_version=version,
        secret_rotated_at=rotated,
    )
    inputs = {"on_delete": on_delete, "secret_triggers": triggers}
    saved = json.loads(json.dumps({**inputs, **PROJECT.show(state, before), "declared": {"name": name}}))
    assert PROJECT.restore(there.id, saved) == (state, before)


def test_what_is_shown() -> None:
    shown = PROJECT.show(ProjectState(project=project()), record(secret_version=3, secret_rotated_at=NOW))
    assert shown == {
        "id": ID,
        "api_key": ID,
        "active_key": ID,
        "draining_key": None,
        "drains_until": None,
        "api_secret": SECRET,
        "secret_fingerprint": project().secret_fingerprint,
        "secret_version": 3,
        "secret_rotated_at": "2026-03-01T12:00:00Z",
        "secret_rotation_due_at": None,
        "status": "active",
        "name": "acme",
        "environment": "standard",
        "created_at": "2026-01-02T03:04:05Z",
        "account_key": "100",
    }


@pytest.mark.parametrize("state", [ProjectState(project=project()), NOTHING, ProjectState(missing_id=ID)])
@pytest.mark.parametrize("before", [None, record()])
def test_all_keys_are_always_there(state: ProjectState, before: ProjectRecord | None) -> None:
    assert tuple(PROJECT.show(state, before)) == PROJECT.outputs


def test_secret_outputs_are_the_only_ones_that_show_it() -> None:
    shown = PROJECT.show(ProjectState(project=project()), record())
    assert [name for name, value in shown.items() if SECRET in str(value)] == list(PROJECT.secret_outputs)


def test_a_state_of_long_ago_is_read_with_defaults() -> None:
    state, before = PROJECT.restore(ID, {"api_secret": SECRET})
    assert state.project == dataclasses.replace(project(), name="", environment=None, created_at=None)
    assert before == ProjectRecord()


def test_numbers_that_pulumi_saved_are_the_text_that_was_declared() -> None:
    _state, before = PROJECT.restore(ID, {"api_secret": SECRET, "secret_triggers": {"v": 3.0, "w": True}, "secret_version": 2.0})
    assert before.secret_triggers == PROJECT.parse({"name": "a", "secret_triggers": {"v": 3, "w": True}}).secret_triggers
    assert before.secret_version == 2


@pytest.mark.parametrize(("text", "moment"), [("2026-01-02T03:04:05Z", CREATED), ("2026-01-02T05:04:05+02:00", CREATED), (None, None), ("", None)])
def test_times_are_read_in_any_zone(text: str | None, moment: datetime.datetime | None) -> None:
    assert from_text(text) == moment


def test_times_are_written_in_utc() -> None:
    assert to_text(CREATED.astimezone(datetime.timezone(datetime.timedelta(hours=-8)))) == "2026-01-02T03:04:05Z"
