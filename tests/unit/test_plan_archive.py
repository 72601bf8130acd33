# SPDX-License-Identifier: Apache-2.0
"""The plans of an archive as a table: what is declared, what is there, what a run remembers, and what follows. What is shown and saved."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput, PlanError
from pulumi_opentok.core.api.archives.objects import Archive, ArchiveStream
from pulumi_opentok.core.desired import NOT_YET_KNOWN
from pulumi_opentok.core.desired.archive.kind import ARCHIVE, ArchiveSpec
from pulumi_opentok.core.desired.plan import Applied
from pulumi_opentok.core.desired.running.state import Begun, RunState, key_of
from tests.things.archives import GOOD_ARCHIVES, ONE, OTHER, RECORDED, archive, shown, there
from tests.things.sessions import ACME, GLOBEX, OTHER_ROOM, ROOM, session_id
from tests.unit.things import NOW


@pytest.mark.parametrize("inputs", GOOD_ARCHIVES, ids=lambda value: str(value)[:60])
def test_what_is_taken(inputs: dict[str, Any]) -> None:
    declared = {**RECORDED, **inputs}
    spec = ARCHIVE.parse(declared)
    assert spec == ARCHIVE.parse(ARCHIVE.canonical(declared)) == ARCHIVE.parse(json.loads(json.dumps(ARCHIVE.said(spec))))


@pytest.mark.parametrize("name", ARCHIVE.inputs)
def test_what_is_not_known_yet_is_not_judged(name: str) -> None:
    """Nor is what goes with it, whatever it will be."""
    for inputs in GOOD_ARCHIVES:
        ARCHIVE.parse({key: value for key, value in {**RECORDED, **inputs}.items() if key != name}, unknown=[name])


def test_the_project_pair_of_another_project_is_refused() -> None:
    with pytest.raises(InvalidInput, match=f"session: belongs to project {GLOBEX}, not to {ACME}, whose pair is in use"):
        ARCHIVE.parse({"session": session_id(GLOBEX)}, api_key=ACME)
    ARCHIVE.parse({"session": session_id(GLOBEX)}, api_key=ACME, account_key="100")


RECORD = f"record session {ROOM} (composed)"
STOP = f"stop archive {ONE}: session {ROOM} is recorded no longer; what was recorded is kept"
ANOTHER = f"{STOP}; it cannot be changed ({{}}), so another one is started"
NOTHING = there()
UNRECORDED = f"session {ROOM} is not recorded: archive {ONE}"
ENDED = f"{UNRECORDED} has ended (status available), 'session ended'"
LEFT = "nothing is started again, unless restart is true"
OVER = there(shown(status="available", reason="session ended"))
DRIFT = [f"{ENDED}: {LEFT}"]
AGAIN = f"{RECORD}, again: {ENDED}"
MANUAL = {"stream_mode": "manual"}
TAKEN = f"take over archive {ONE}: it runs already"


BEGUN = Begun(at="2026-01-02T03:04:05Z", there=(ONE,))
ABOUT = f", and this declaration is about {ONE}"
LEFT_RUNNING = f"archive {OTHER} runs in session {ROOM} under the same name{ABOUT}: it is left running"
IN_PLACE = f"{ENDED}; archive {OTHER} runs in its place, so that is taken over"


def with_streams(*ids: str) -> RunState[Archive]:
    return there(shown(stream_mode="manual", streams=tuple(ArchiveStream(stream_id=one, has_audio=True, has_video=True) for one in ids)))


PLANNED: list[tuple[dict[str, Any], RunState[Archive], ArchiveSpec | None, list[str], list[str]]] = [
    # declared, what is there, what the last run declared, what is done, what is warned of
    ({}, RunState(session=ROOM), None, [RECORD], []),
    ({}, there(shown()), archive(), [], []),
    ({}, there(shown(status="paused")), archive(), [], []),
    ({}, there(shown()), None, [TAKEN], []),
    ({"resolution": "640x480"}, there(shown()), None, [TAKEN], []),
    # an end elsewhere
    ({}, OVER, archive(), [], DRIFT),
    ({"restart": True}, OVER, archive(), [AGAIN], []),
    ({"restart": True}, there(shown()), archive(), [], []),
    ({}, there(shown(status="failed", reason=None)), archive(), [], [f"{UNRECORDED} has failed: {LEFT}"]),
    ({}, there(shown(status="deleted")), archive(restart=True), [], [f"{UNRECORDED} has ended (status deleted): {LEFT}"]),
    # what is declared now and was not
    ({}, OVER, None, [RECORD], []),
    ({}, OVER, archive(state="stopped"), [RECORD], []),
    ({}, OVER, dataclasses.replace(archive(), unfinished=True), [RECORD], []),
    ({"resolution": "1280x720"}, OVER, archive(), [f"record session {ROOM} (composed, 1280x720)"], []),
    # stopped
    ({"state": "stopped"}, there(shown()), archive(), [STOP], []),
    ({"state": "stopped"}, there(shown(), twins=(shown(OTHER),)), archive(), [STOP, STOP.replace(ONE, OTHER)], []),
    ({"state": "stopped"}, OVER, archive(), [], []),
    ({"state": "stopped"}, NOTHING, archive(state="stopped"), [], []),
    ({"state": "stopped"}, RunState(session=ROOM), None, [], []),
    ({"state": "stopped", "resolution": "1280x720"}, OVER, archive(state="stopped"), [], []),
    # what cannot be changed
    ({"resolution": "1280x720"}, there(shown()), archive(), [ANOTHER.format("resolution"), f"record session {ROOM} (composed, 1280x720)"], []),
    ({"has_video": False}, there(shown()), archive(), [ANOTHER.format("has_video"), f"record session {ROOM} (composed, audio only)"], []),
    (
        {"name": "a", "multi_archive_tag": "b"},
        there(shown(name="a")),
        archive(name="a"),
        [ANOTHER.format("multi_archive_tag"), f"record session {ROOM} as 'a' (composed)"],
        [],
    ),
    ({}, there(shown(resolution="1280x720")), archive(), [], []),
    # what is changed in place
    ({"layout": {"type": "pip"}}, there(shown()), archive(), [f"change the layout of archive {ONE} to pip"], []),
    ({}, there(shown()), archive(layout={"type": "pip"}), [f"change the layout of archive {ONE} to bestFit"], []),
    ({"layout": {"type": "pip"}}, there(shown()), archive(layout={"type": "pip"}), [], []),
    ({**MANUAL, "streams": [{"stream_id": "a"}]}, with_streams("a"), archive(**MANUAL), [], []),
    (
        {**MANUAL, "streams": [{"stream_id": "b", "has_audio": False}]},
        with_streams("a"),
        archive(**MANUAL),
        [f"add stream b to archive {ONE}, its video only", f"take stream a out of archive {ONE}"],
        [],
    ),
    ({**MANUAL, "streams": []}, with_streams("a"), archive(**MANUAL), [f"take stream a out of archive {ONE}"], []),
    (MANUAL, with_streams("a"), archive(**MANUAL), [], []),
    (
        {**MANUAL, "streams": [{"stream_id": "a"}]},
        RunState(session=ROOM),
        None,
        [f"record session {ROOM} (composed, the streams that are added)", "add stream a to it"],
        [],
    ),
    # in place of the one that is known
    ({"state": "stopped"}, dataclasses.replace(OVER, foreign=(shown(OTHER),)), archive(), [], [LEFT_RUNNING]),
    ({"state": "stopped"}, there(foreign=(shown(OTHER),)), archive(state="stopped"), [], [LEFT_RUNNING.replace(ABOUT, "")]),
    ({}, dataclasses.replace(OVER, foreign=(shown(OTHER),)), archive(), [TAKEN.replace(ONE, OTHER)], [IN_PLACE]),
    ({"restart": True}, dataclasses.replace(OVER, foreign=(shown(OTHER),)), archive(), [TAKEN.replace(ONE, OTHER)], [IN_PLACE]),
    ({}, there(foreign=(shown(OTHER),)), archive(state="stopped"), [TAKEN.replace(ONE, OTHER)], []),
    ({}, there(shown(), foreign=(shown(OTHER),)), archive(), [], [f"archive {OTHER} runs in session {ROOM} as well, under the same name"]),
    # a start that got no answer
    ({}, OVER, dataclasses.replace(archive(), begun=BEGUN), [RECORD], []),
    ({"state": "stopped"}, dataclasses.replace(OVER, twins=(shown(OTHER),), begun=BEGUN), archive(), [STOP.replace(ONE, OTHER)], []),
    ({"state": "stopped"}, dataclasses.replace(OVER, begun=BEGUN), archive(), [], []),
    # beside others
    ({"multi_archive_tag": "a"}, RunState(session=ROOM, beside=(shown(OTHER),)), None, [f"record session {ROOM} as 'a' (composed)"], []),
    ({}, there(shown(), twins=(shown(OTHER),)), archive(), [], [f"archive {OTHER} runs in session {ROOM} as well, under the same name"]),
]


@pytest.mark.parametrize(("declared", "state", "record", "texts", "warnings"), PLANNED, ids=lambda value: str(value)[:50])
def test_plan(
    declared: dict[str, Any], state: RunState[Archive], record: ArchiveSpec | None, texts: list[str], warnings: list[str]
) -> None:
    spec = archive(**declared)
    plan = ARCHIVE.plan(spec, state, record, NOW)
    assert (list(plan.texts), list(plan.warnings), plan.replaces) == (texts, warnings, ())
    assert [action.text for action in plan.actions if action.disrupts] == [text for text in texts if text.startswith(("stop", "take stream"))]
    assert plan.changes_api is any(action.do != "adopt" for action in plan.actions)
    assert plan.after is not None
    assert set(plan.after) == set(ARCHIVE.outputs)
    assert (plan.after["archive_id"] == NOT_YET_KNOWN) is any(action.do == "create" for action in plan.actions)
    assert (plan.before is None) is (not state.declared)


DIFFERS = f"archive {ONE} runs in session {ROOM} and is not as declared: its resolution is '640x480', declared is '1280x720'"
BESIDE = f"archive {OTHER} ('theirs') records session {ROOM} already, and OpenTok makes a second one only with a multi_archive_tag"
REFUSED = [
    ({"resolution": "1280x720"}, there(shown()), DIFFERS),
    ({}, RunState(session=ROOM, beside=(shown(OTHER, name="theirs"),)), BESIDE),
]


@pytest.mark.parametrize(("declared", "state", "says"), REFUSED, ids=lambda value: str(value)[:50])
def test_what_is_refused(declared: dict[str, Any], state: RunState[Archive], says: str) -> None:
    with pytest.raises(PlanError) as caught:
        ARCHIVE.plan(archive(**declared), state, None, NOW)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(("declared", "replaces"), [({"session": OTHER_ROOM}, ("session",)), ({"name": "b"}, ("name",))], ids=str)
def test_what_is_another_one(declared: dict[str, Any], replaces: tuple[str, ...]) -> None:
    plan = ARCHIVE.plan(archive(**{"name": "a", **declared}), there(shown(name="a"), key=key_of("a")), archive(name="a"), NOW)
    assert (plan.replaces, plan.actions) == (replaces, ())
    assert plan.reasons == (f"{replaces[0]} changed: that is another archive",)


DELETES = "delete archive {}: its file is deleted too, unless it was uploaded to a storage of your own"
AS_FOUND = dataclasses.replace(OVER, declared=False)
ENDS = [
    ("stop", there(shown()), [STOP]),
    ("stop", OVER, []),
    ("keep", there(shown()), []),
    ("delete", there(shown()), [STOP.removesuffix("; what was recorded is kept"), DELETES.format(ONE)]),
    ("delete", OVER, [DELETES.format(ONE)]),
    *(("delete", there(shown(status=status)), []) for status in ("failed", "expired", "deleted")),
    ("delete", NOTHING, []),
    ("delete", AS_FOUND, []),
    ("stop", there(shown(), twins=(shown(OTHER),)), [STOP, STOP.replace(ONE, OTHER)]),
]


@pytest.mark.parametrize(("on_delete", "state", "texts"), ENDS, ids=lambda value: str(value)[:40])
def test_its_end(on_delete: str, state: RunState[Archive], texts: list[str]) -> None:
    plan = ARCHIVE.plan_absent(archive(on_delete=on_delete), state)
    assert (list(plan.texts), plan.after, all(action.disrupts for action in plan.actions)) == (texts, None, True)
    assert len(plan.warnings) == (state is AS_FOUND)


HEARD = ArchiveStream(stream_id="a", has_audio=True, has_video=False)
SAVED = [
    (there(shown(streams=(HEARD,), stream_mode="manual")), archive(**MANUAL, streams=[{"stream_id": "a", "has_video": False}])),
    (there(shown(status="available", duration=5.5, size=7, sha256sum="x", reason="session ended")), archive(restart=True, layout={"type": "pip"})),
    (there(account_key=None), archive(state="stopped")),
    (there(shown(name="a"), key=key_of("a")), dataclasses.replace(archive(multi_archive_tag="a"), unfinished=True)),
    (dataclasses.replace(OVER, begun=BEGUN), dataclasses.replace(archive(), begun=BEGUN)),
]


@pytest.mark.parametrize(("state", "spec"), SAVED, ids=lambda value: str(value)[:40])
def test_a_round_trip_through_the_state_file_and_the_ledger(state: RunState[Archive], spec: ArchiveSpec) -> None:
    out = ARCHIVE.show(state, spec)
    assert set(out) == set(ARCHIVE.outputs)
    saved = json.loads(json.dumps({**out, **ARCHIVE.record_to_dict(spec), "private": ARCHIVE.private_state(spec, {})}))
    assert ARCHIVE.restore(out["id"], saved) == (state, spec)


def test_what_has_ended_is_shown_with_its_streams_as_declared() -> None:
    """A refresh would take it for a change."""
    spec = archive(**MANUAL, streams=[{"stream_id": "a"}])
    assert ARCHIVE.show(OVER, spec)["streams"] == [{"stream_id": "a", "has_audio": True, "has_video": True}]


def test_an_identity_shows_no_name() -> None:
    """A name may be secret."""
    state = there(key=ARCHIVE.key(archive(name="hunter2")))
    assert state.identity == f"{ROOM}/{key_of('hunter2')}"
    assert "hunter2" not in state.identity
    assert key_of(None) is key_of("") is None
    with pytest.raises(PlanError, match="must begin with the id of its session"):
        ARCHIVE.restore("nothing", {})


def test_what_was_begun_and_not_finished_is_remembered() -> None:
    failed = Applied(state=OVER, unfinished=PlanError("no"))
    assert ARCHIVE.record(archive(), failed, archive(), NOW).unfinished
    assert not ARCHIVE.record(archive(state="stopped"), failed, archive(), NOW).unfinished
    assert not ARCHIVE.record(archive(), Applied(state=there(shown()), unfinished=PlanError("no")), archive(), NOW).unfinished
    assert not ARCHIVE.record(archive(), Applied(state=OVER), archive(), NOW).unfinished
