# SPDX-License-Identifier: Apache-2.0
"""Schedules that meet the places where chance seldom comes, and those that once broke an invariant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.drive import drive
from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import LAYERS, Fault, Moment, Schedule, Step

CREATED = Step(changes=(("acme", "create"),))
AGAIN = Step(refresh=True)


@pytest.fixture(scope="module")
def opentok() -> Iterator[OpenTokProcess]:
    process = OpenTokProcess()
    yield process
    process.end()


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
