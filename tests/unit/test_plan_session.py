# SPDX-License-Identifier: Apache-2.0
"""The plans of a session as a table: what is declared, what is there, what was declared before, and what follows. What is shown, saved, noted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core import Connection
from pulumi_opentok.core.api.sessions import RESOLUTIONS
from pulumi_opentok.core.desired import NOT_YET_KNOWN, Applied, Scope
from pulumi_opentok.core.desired.session import IMMUTABLE, SESSION, SessionSpec, SessionState
from tests.things.sessions import ACME, GLOBEX, OLD, OTHER_ROOM, PLACED, RELAYED, ROOM, session, session_id, there
from tests.unit.things import NOW

SCOPE = Scope(Connection.resolve(environ={}))
NOTHING = SessionState()

CREATED = [
    # declared, what is said of it
    ({"media_mode": "relayed"}, f"create a session in project {ACME} (relayed)"),
    ({}, f"create a session in project {ACME} (routed)"),
    ({"archive_mode": "always"}, f"create a session in project {ACME} (routed, archived from its start)"),
    ({"e2ee": True}, f"create a session in project {ACME} (routed, end-to-end encrypted)"),
    ({"name": "support desk"}, f"create a session 'support desk' in project {ACME} (routed)"),
]


@pytest.mark.parametrize(("declared", "text"), CREATED, ids=str)
def test_create(declared: dict[str, Any], text: str) -> None:
    spec = session(**declared)
    plan = SESSION.plan(spec, NOTHING, None, NOW)
    assert plan.texts == (text,)
    assert (plan.before, plan.replaces, plan.reasons, plan.warnings, plan.changes_api) == (None, (), (), (), True)
    unknown = dict.fromkeys(("id", "session_id", "created_at"), NOT_YET_KNOWN)
    assert plan.after == {**unknown, "api_key": ACME, **spec.made_with}
    assert plan.actions[0].args == spec.made_with


TAKEN = [
    # declared, the session that is there, what is believed
    ({}, ROOM, None),
    ({"media_mode": None}, ROOM, None),
    ({"media_mode": None}, RELAYED, None),
    ({"location": "198.51.100.7"}, PLACED, None),
    ({"e2ee": True}, ROOM, "e2ee"),
    ({"archive_mode": "always", "archive_name": "a"}, ROOM, "archive_mode and archive_name"),
    ({"location": "198.51.100.7"}, ROOM, "location"),
    ({}, OLD, "media_mode"),
    ({"media_mode": None}, OLD, None),
]


@pytest.mark.parametrize(("declared", "identity", "believed"), TAKEN, ids=str)
def test_take_over(declared: dict[str, Any], identity: str, believed: str | None) -> None:
    spec = session(**declared, existing_id=identity)
    state = SESSION.find(SCOPE, spec)
    plan = SESSION.plan(spec, state, None, NOW)
    assert plan.texts == (f"take over session {identity} of project {ACME} as it is",)
    assert (plan.changes, plan.changes_api, plan.replaces) == (True, False, ())
    doubt = f"an id does not show {believed}: session {identity} is believed to be as declared"
    assert plan.warnings == ((doubt,) if believed else ())
    assert SESSION.apply(SCOPE, plan, state).state == state


ARCHIVED = {"archive_mode": "always", "archive_name": "a", "archive_resolution": "640x480"}
COMPARED = [
    # declared before, declared now, what asks for another session
    ({}, {}, ()),
    ({}, {"archive_mode": "manual", "e2ee": False}, ()),
    ({"media_mode": "relayed"}, {"media_mode": None}, ()),
    ({"name": "a"}, {"name": "b"}, ()),
    ({}, {"existing_id": ROOM}, ()),
    ({}, {"project": GLOBEX}, ("project",)),
    ({}, {"media_mode": "relayed"}, ("media_mode",)),
    ({}, {"archive_mode": "always"}, ("archive_mode",)),
    ({}, {"e2ee": True}, ("e2ee",)),
    ({}, {"location": "198.51.100.7"}, ("location",)),
    ({}, {"existing_id": OTHER_ROOM}, ("existing_id",)),
    (ARCHIVED, ARCHIVED, ()),
    (ARCHIVED, {**ARCHIVED, "archive_name": "b"}, ("archive_name",)),
    (ARCHIVED, {**ARCHIVED, "archive_resolution": "1280x720"}, ("archive_resolution",)),
    (ARCHIVED, {}, ("archive_mode", "archive_name", "archive_resolution")),
    ({"e2ee": True}, {"media_mode": None}, ("media_mode", "e2ee")),
]


@pytest.mark.parametrize(("before", "declared", "replaces"), COMPARED, ids=str)
def test_compare(before: dict[str, Any], declared: dict[str, Any], replaces: tuple[str, ...]) -> None:
    spec = session(**declared)
    plan = SESSION.plan(spec, there(), session(**before), NOW)
    assert (plan.replaces, plan.actions, plan.changes) == (replaces, (), bool(replaces))
    assert plan.before == SESSION.show(there(), session(**before))
    if not replaces:
        assert (plan.after, plan.reasons, plan.warnings) == (plan.before, (), ())
        return
    assert plan.after is not None
    assert plan.after["session_id"] == NOT_YET_KNOWN
    assert {name: plan.after[name] for name in IMMUTABLE} == spec.made_with
    (reason,) = plan.reasons
    assert reason.startswith("a session cannot be changed (")
    assert all(name in reason for name in replaces)
    assert plan.warnings == (f"session {ROOM} is replaced by another one with another id; it lives on for whoever has its id and a client token",)


def test_a_layer_without_replacements_makes_a_new_one() -> None:
    spec = session(name="desk", e2ee=True)
    plan = SESSION.plan(spec, there(), session(name="desk"), NOW)
    instead = SESSION.plan_replacement(spec, there(), plan)
    assert instead is not None
    assert (instead.replaces, instead.before, instead.after, instead.warnings) == ((), plan.before, plan.after, plan.warnings)
    (create,) = instead.actions
    assert (create.do, create.args) == ("create", spec.made_with)
    assert create.text.endswith(f"in place of {ROOM}: a session cannot be changed (e2ee False to True)")
    taken = session(existing_id=OTHER_ROOM)
    assert SESSION.plan_replacement(taken, there(), SESSION.plan(taken, there(), session(), NOW)) is None, "that one is not ours to replace"


def test_its_end() -> None:
    plan = SESSION.plan_absent(session(name="desk"), there())
    (text,) = plan.texts
    assert text == f"forget session {ROOM}: the API cannot delete one, so whoever has its id and a client token can still use it"
    assert (plan.changes_api, plan.after, plan.actions[0].disrupts) == (False, None, False)
    assert not SESSION.exists(SESSION.apply(SCOPE, plan, there()).state)
    assert SESSION.plan_absent(session(name="desk"), NOTHING).actions == ()


specs = st.builds(
    lambda project, how, location, name: session(project=project, location=location, name=name, **how),
    st.sampled_from([ACME, GLOBEX]),
    st.sampled_from([{"media_mode": "relayed"}, {"media_mode": "routed"}, {"e2ee": True}])
    | st.fixed_dictionaries(
        {"archive_mode": st.just("always"), "archive_name": st.text("abcé🎥", min_size=1), "archive_resolution": st.sampled_from(RESOLUTIONS)}
    ),
    st.none() | st.ip_addresses(v=4).map(str),
    st.none(),
)


@given(specs)
def test_a_round_trip_through_the_state_file(spec: SessionSpec) -> None:
    identity = session_id(str(spec.project), relayed=spec.media_mode == "relayed", location=spec.location)
    state = there(identity)
    saved = json.loads(json.dumps({**SESSION.show(state, spec), "declared": {}, "private": SESSION.private_state(spec, {})}))
    assert tuple(saved)[: len(SESSION.outputs)] == SESSION.outputs
    assert SESSION.restore(identity, saved) == (state, spec)
    assert not SESSION.plan(spec, *SESSION.restore(identity, saved), NOW).changes


def test_what_is_shown() -> None:
    assert SESSION.show(there(PLACED), session(location="198.51.100.7", e2ee=True)) == {
        "id": PLACED,
        "session_id": PLACED,
        "api_key": ACME,
        "created_at": "2026-01-02T03:04:05Z",
        "project": ACME,
        "media_mode": "routed",
        "archive_mode": "manual",
        "archive_name": None,
        "archive_resolution": None,
        "location": "198.51.100.7",
        "e2ee": True,
    }


@pytest.mark.parametrize("state", [NOTHING, there(), there(OLD)], ids=["nothing", "room", "old"])
@pytest.mark.parametrize("record", [None, session()], ids=["unknown", "declared"])
def test_all_keys_are_always_there(state: SessionState, record: SessionSpec | None) -> None:
    assert tuple(SESSION.show(state, record)) == SESSION.outputs


def test_an_id_alone_shows_what_it_says_and_no_more() -> None:
    shown = SESSION.show(SESSION.read(SCOPE, PLACED), None)
    known = {name for name, value in shown.items() if value is not None}
    assert known == {"id", "session_id", "api_key", "created_at", "project", "media_mode", "location"}


def test_the_record_is_what_was_declared() -> None:
    spec, before = session(e2ee=True), session()
    assert SESSION.record(spec, Applied(state=there()), before, NOW) is spec
    assert SESSION.refresh_record(there(), before, NOW) is before
    assert SESSION.refresh(SCOPE, there()) == there()


def test_a_ledger_knows_it_by_project_and_name() -> None:
    assert SESSION.ledger_key(session(name="desk")) == f"{ACME}/desk"
    assert SESSION.ledger_key(session(name="desk", project=GLOBEX)) == f"{GLOBEX}/desk"
    assert SESSION.ledger_key(session()) is None


def test_the_default_media_mode_is_relayed() -> None:
    usual = {**dict.fromkeys(IMMUTABLE), "project": ACME, "media_mode": "relayed", "archive_mode": "manual", "e2ee": False}
    assert SESSION.parse({"project": ACME}).made_with == usual
