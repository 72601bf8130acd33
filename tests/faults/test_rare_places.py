# SPDX-License-Identifier: Apache-2.0
"""Schedules that meet the places where chance seldom comes, and those that once broke an invariant."""

from __future__ import annotations

import pytest

from tests.faults.drive import drive
from tests.faults.layers.pulumi import ForkedServer, PulumiLayer
from tests.faults.model import Broken
from tests.faults.opentok import OpenTokProcess
from tests.faults.pair import drive_pair
from tests.faults.schedule import LAYERS, Fault, Moment, Pair, Rude, Schedule, Step, Together

CREATED = Step(changes=(("acme", "create"),))
AGAIN = Step(refresh=True)
DELETED = Step(changes=(("acme", "delete"),))
UNKNOWN_CREATE = Step(
    changes=(("acme", "create"),), faults=(Fault("project.create", "drop_after"), Fault("project.list", "status", times=9, after=1))
)
KILLED_CREATE = Step(changes=(("acme", "create"),), moment=Moment("kill after", 2))


@pytest.mark.parametrize("request_number", [1, 2, 3])
@pytest.mark.parametrize("what", ["kill before", "kill after"])
@pytest.mark.parametrize("intent", ["trigger", "retire"])
def test_killed_at_each_request_of_a_rotation(opentok: OpenTokProcess, intent: str, what: str, request_number: int) -> None:
    killed = Step(changes=(("acme", intent),), moment=Moment(what, request_number))
    drive(opentok, Schedule("core", (CREATED, killed, AGAIN)))


@pytest.mark.parametrize("layer", ["pulumi", "ansible"])
@pytest.mark.parametrize("intent", ["trigger", "retire"])
def test_killed_after_the_refresh(opentok: OpenTokProcess, layer: str, intent: str) -> None:
    killed = Step(changes=(("acme", intent),), moment=Moment("kill after", 2))
    drive(opentok, Schedule(layer, (CREATED, killed, AGAIN)))


@pytest.mark.parametrize("layer", LAYERS)
def test_killed_after_the_refresh_of_a_secret_that_someone_else_had_changed_after_a_kill(opentok: OpenTokProcess, layer: str) -> None:
    begun = Step(changes=(("acme", "trigger"),), moment=Moment("kill after", 1))
    killed = Step(changes=(("acme", "outside secret"),), moment=Moment("kill after", 2))
    drive(opentok, Schedule(layer, (CREATED, begun, killed, AGAIN)))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "garble"])
def test_a_lost_refresh_is_told_without_the_secret(opentok: OpenTokProcess, layer: str, kind: str) -> None:
    lost = Step(changes=(("acme", "trigger"),), faults=(Fault("project.refresh_secret", kind),))
    drive(opentok, Schedule(layer, (CREATED, lost, AGAIN)))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("intent", ["trigger", "retire"])
def test_a_lost_refresh_that_cannot_be_read_back(opentok: OpenTokProcess, layer: str, kind: str, intent: str) -> None:
    seen = 1 if layer == "pulumi" else 0
    faults = (Fault("project.refresh_secret", kind), Fault("project.get", "status", times=9, after=seen))
    drive(opentok, Schedule(layer, (CREATED, Step(changes=(("acme", intent),), faults=faults), AGAIN)))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_create_that_cannot_be_looked_up(opentok: OpenTokProcess, layer: str, kind: str) -> None:
    faults = (Fault("project.create", kind), Fault("project.list", "status", times=9, after=1))
    drive(opentok, Schedule(layer, (Step(changes=CREATED.changes, faults=faults), AGAIN)))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("cut_off", [KILLED_CREATE, UNKNOWN_CREATE], ids=["killed", "answer lost"])
def test_a_create_cut_off_that_is_no_longer_declared(opentok: OpenTokProcess, layer: str, cut_off: Step) -> None:
    """Under Pulumi it stays; of a killed one the engine keeps a pending create and warns: see ``tests/engine``."""
    drive(opentok, Schedule(layer, (cut_off, DELETED)))


@pytest.mark.parametrize("cut_off", [KILLED_CREATE, UNKNOWN_CREATE], ids=["killed", "answer lost"])
def test_only_pulumi_may_leave_it(opentok: OpenTokProcess, monkeypatch: pytest.MonkeyPatch, cut_off: Step) -> None:
    monkeypatch.setattr(PulumiLayer, "deletes_unsaved", True)
    with pytest.raises(Broken, match="acme was told to be gone and is there"):
        drive(opentok, Schedule("pulumi", (cut_off, DELETED)))


@pytest.mark.parametrize("earlier", [(CREATED,), (KILLED_CREATE, AGAIN)], ids=["created", "killed, then saved"])
def test_an_orphan_under_pulumi_is_found(opentok: OpenTokProcess, monkeypatch: pytest.MonkeyPatch, earlier: tuple[Step, ...]) -> None:
    monkeypatch.setattr(ForkedServer, "delete", lambda _server, _saved: None)
    with pytest.raises(Broken, match="acme was told to be gone and is there"):
        drive(opentok, Schedule("pulumi", (*earlier, DELETED)))


def test_an_orphan_of_a_killed_create_is_found_where_the_name_decides(opentok: OpenTokProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.layers.core.Run.absent", lambda run, inputs: run.present({**inputs, "take_by_name": True}))
    with pytest.raises(Broken, match="acme was told to be gone and is there"):
        drive(opentok, Schedule("core", (KILLED_CREATE, DELETED)))


MOVED = [
    ("rename", False),  # another resource takes the project over, and the old one is deleted by a later run
    ("alias", True),
    ("stack", True),
    ("replace", True),
    ("replace, delete first", False),
]


@pytest.mark.parametrize(("what", "generated"), MOVED)
def test_moved_in_a_run_that_fails(opentok: OpenTokProcess, what: str, generated: bool) -> None:
    moved = Step(changes=(("acme", what),), fails=True)
    drive(opentok, Schedule("pulumi", (CREATED, moved, Step()), generated=generated))


def test_a_target_leaves_the_old_entry_to_a_later_run(opentok: OpenTokProcess) -> None:
    drive(opentok, Schedule("pulumi", (CREATED, Step(changes=(("acme", "rename"),), target="acme")), generated=False))


def test_a_list_that_still_shows_what_was_deleted(opentok: OpenTokProcess) -> None:
    again = Step(changes=(("acme", "trigger"),), rude=(Rude("project.list", "lag", times=2, delay=2),))
    drive(opentok, Schedule("core", (CREATED, DELETED, again)))


def test_a_new_resource_has_nothing_to_replace(opentok: OpenTokProcess) -> None:
    drive(opentok, Schedule("pulumi", (CREATED, Step(changes=(("acme", "replace"), ("acme", "rename")), target="acme")), generated=False))


@pytest.mark.parametrize(("layers", "common"), [(("core", "ansible"), True), (("core", "core"), False), (("pulumi", "pulumi"), False)])
def test_two_at_once_that_both_look_before_any_creates(opentok: OpenTokProcess, layers: tuple[str, str], common: bool) -> None:
    order = (0, 1) * 6
    created = Together(changes=CREATED.changes, order=order)
    drive_pair(opentok, Pair(layers, common, (created, Together(changes=(("acme", "trigger"),), order=order))))


@pytest.mark.parametrize("kind", ["unchanged", "foreign", "twice, first answer", "lag"])
def test_a_rotation_whose_answer_is_not_to_be_believed(opentok: OpenTokProcess, kind: str) -> None:
    rotated = Step(changes=(("acme", "trigger"),), rude=(Rude("*", kind, times=2, delay=2),))
    suspended = Step(changes=(("acme", "suspend"),))
    drive(opentok, Schedule("core", (CREATED, rotated, rotated)))
    drive(opentok, Schedule("core", (CREATED, suspended, rotated)))


BOTH = Step(changes=(("acme", "create"), ("beta", "create")))
UNSEEN_CREATE = (Fault("project.create", "drop_after"), Fault("project.list", "status", times=9, after=1))


@pytest.mark.parametrize(
    "found",
    [
        Schedule("pulumi", (BOTH, Step(changes=(("acme", "stack"), ("beta", "replace")), faults=UNSEEN_CREATE, target="beta"))),
        Schedule(
            "pulumi",
            (BOTH, Step(changes=(("beta", "replace"), ("beta", "outside rename")), faults=UNSEEN_CREATE, target="beta")),
            generated=False,
        ),
        Schedule("pulumi", (BOTH, Step(changes=(("acme", "rename"), ("beta", "replace"))))),
        Schedule(
            "core",
            (
                BOTH,
                Step(changes=(("acme", "trigger"),)),
                Step(changes=(("acme", "suspend"), ("acme", "trigger")), rude=(Rude("project.get", "lag", delay=2),)),
            ),
        ),
        Schedule(
            "core",
            (
                BOTH,
                Step(changes=(("acme", "suspend"),)),
                Step(changes=(("acme", "trigger"),), rude=(Rude("*", "twice, first answer"), Rude("*", "foreign"))),
            ),
        ),
        Schedule("core", (BOTH, Step(changes=(("acme", "trigger"),), rude=(Rude("*", "twice, first answer"), Rude("project.get", "lag", times=9))))),
    ],
    ids=["83", "83, smaller", "259", "195", "234", "314"],
)
def test_found_by_a_chunk_of_the_record(opentok: OpenTokProcess, found: Schedule) -> None:
    drive(opentok, found)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_rotation_that_is_refused_after_it_was_done_and_that_no_look_shows_yet(opentok: OpenTokProcess, layer: str) -> None:
    """Chunk 16 of the native provider's run: it is remembered as begun, and not done twice."""
    rude = (Rude("project.refresh_secret", "after", status=499), Rude("project.get", "lag", times=9))
    drive(opentok, Schedule(layer, (CREATED, Step(changes=(("acme", "trigger"),), refresh=True, rude=rude))))


@pytest.mark.parametrize(
    "found",
    [
        Pair(("core", "core"), True, (Together(changes=CREATED.changes, rude=(Rude("project.list", "lag", times=9),)),)),
        Pair(
            ("pulumi", "pulumi"),
            False,
            (Together(changes=(("beta", "create"),), order=(0, 1, 1)), Together(changes=(("acme", "create"), ("beta", "delete")))),
        ),
    ],
    ids=["62", "92"],
)
def test_two_at_once_found_by_a_chunk_of_the_record(opentok: OpenTokProcess, found: Pair) -> None:
    drive_pair(opentok, found)
