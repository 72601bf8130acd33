# SPDX-License-Identifier: Apache-2.0
"""The plans of an archive storage that only a preview or a check sees, and what is taken, shown and saved. What runs come to: tests/core."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired import NOT_YET_KNOWN, Applied
from pulumi_opentok.core.desired.archive_storage.kind import ARCHIVE_STORAGE, LOST
from pulumi_opentok.core.desired.archive_storage.state import SECRETS, ArchiveStorageRecord, ArchiveStorageState
from tests.things.archive_storage import AZURE_KEY, GOOD_STORAGES, NO_S3, SECRET_KEY, TO_AZURE, TO_S3, storage
from tests.things.sessions import ACME, GLOBEX
from tests.unit.things import NOW

HTTP = "endpoint: http:// sends archives unencrypted across the internet: use https://"


def remembered(**inputs: Any) -> tuple[ArchiveStorageState, ArchiveStorageRecord]:
    """As it was set before."""
    spec = storage(**inputs)
    state = ArchiveStorageState(spec=spec, account_key="100")
    return state, ARCHIVE_STORAGE.record(spec, Applied(state=state), None, NOW)


@pytest.mark.parametrize("inputs", GOOD_STORAGES, ids=lambda value: str(value)[:60])
def test_what_is_taken(inputs: dict[str, Any]) -> None:
    declared = {name: value for name, value in {**TO_S3, **inputs}.items() if value is not None}
    spec = ARCHIVE_STORAGE.parse(declared)
    assert spec == ARCHIVE_STORAGE.parse(ARCHIVE_STORAGE.canonical(declared))
    state, record = remembered(**inputs)
    assert not ARCHIVE_STORAGE.plan(spec, state, record, NOW).changes


@pytest.mark.parametrize("name", ARCHIVE_STORAGE.inputs)
def test_what_is_not_known_yet_is_not_judged(name: str) -> None:
    for usual in (TO_S3, {**NO_S3, **TO_AZURE}):
        spec = ARCHIVE_STORAGE.parse({key: value for key, value in usual.items() if key != name}, unknown=[name])
        ARCHIVE_STORAGE.plan(spec, *remembered(), NOW)


def test_warnings_are_of_what_is_set_anew() -> None:
    public = {"endpoint": "http://s3.example.com", "fallback": "none"}
    new = ARCHIVE_STORAGE.plan(storage(**public), ArchiveStorageState(), None, NOW)
    assert new.warnings == (LOST, HTTP)
    assert ARCHIVE_STORAGE.plan(storage(**public), *remembered(**public), NOW).warnings == ()
    local = ARCHIVE_STORAGE.plan(storage(endpoint="http://minio.local:9000"), ArchiveStorageState(), None, NOW)
    assert local.warnings == ()


def test_another_project_has_another_storage() -> None:
    plan = ARCHIVE_STORAGE.plan(storage(project=GLOBEX), *remembered(), NOW)
    assert (plan.replaces, plan.actions) == (("project",), ())
    assert plan.reasons == (f"each project has an archive storage of its own: that of project {ACME} is removed",)


@pytest.mark.parametrize(
    ("unknown", "present", "actions", "warned"),
    [
        (["project"], True, 1, False),
        (["project", "secret_key"], True, 1, False),
        (["project"], False, 0, False),
        (["bucket", "access_key", "secret_key"], True, 0, True),
        (["secret_key"], False, 0, False),
    ],
)
def test_a_check_after_steps_that_were_only_checked(unknown: list[str], present: bool, actions: int, warned: bool) -> None:
    spec = ARCHIVE_STORAGE.parse({name: value for name, value in TO_S3.items() if name not in unknown}, unknown=unknown)
    plan = ARCHIVE_STORAGE.plan_unknown(spec, unknown, present=present)
    assert plan is not None
    assert (len(plan.actions), bool(plan.warnings)) == (actions, warned)
    if present:
        assert {name for name, value in (plan.after or {}).items() if value == NOT_YET_KNOWN} == {
            *(name for name in unknown if name not in SECRETS),
            *(["id"] if "project" in unknown else []),
            *("account_key", "set_at"),
        }
    assert ARCHIVE_STORAGE.plan_unknown(spec, ["api_secret"], present=present) is None


def test_no_secret_is_shown() -> None:
    for inputs, secret in (({}, SECRET_KEY), ({**NO_S3, **TO_AZURE}, AZURE_KEY)):
        spec, (state, record) = storage(**inputs), remembered(**{**inputs, "fallback": "none"})
        plans = [ARCHIVE_STORAGE.plan(spec, *there, NOW) for there in ((state, record), (ArchiveStorageState(), None))]
        plans.append(ARCHIVE_STORAGE.plan_absent(spec, state))
        texts = [repr([spec, state, record, plans]), json.dumps([[plan.before, plan.after, plan.warnings] for plan in plans])]
        assert [text for text in texts if secret in text] == []


@pytest.mark.parametrize("inputs", GOOD_STORAGES, ids=lambda value: str(value)[:60])
def test_a_ledger_restores_what_it_kept(inputs: dict[str, Any]) -> None:
    state, record = remembered(**inputs)
    shown = {name: value for name, value in ARCHIVE_STORAGE.show(state, record).items() if name not in SECRETS}
    entry = {**shown, **ARCHIVE_STORAGE.record_to_dict(record), "private": ARCHIVE_STORAGE.private_state(record, {})}
    assert [secret for secret in (SECRET_KEY, AZURE_KEY, "minioadmin") if secret in json.dumps(entry)] == []
    restored = ARCHIVE_STORAGE.restore(ACME, json.loads(json.dumps(entry)))
    spec = storage(**inputs)
    assert not ARCHIVE_STORAGE.plan(spec, *restored, NOW).changes
    assert ARCHIVE_STORAGE.private_state(ARCHIVE_STORAGE.record(spec, Applied(state=restored[0]), restored[1], NOW), {}) == entry["private"]


def test_what_ends_needs_the_project_alone() -> None:
    assert ARCHIVE_STORAGE.needed_to_end == ("project",)
    with pytest.raises(InvalidInput, match="project: missing"):
        ARCHIVE_STORAGE.parse({}, unknown=[name for name in ARCHIVE_STORAGE.inputs if name != "project"])
