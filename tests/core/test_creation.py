# SPDX-License-Identifier: Apache-2.0
"""Created exactly once: as many projects as were wanted, whatever happens to the answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_opentok.core import ApiError, NoResponse, PlanError, Project
from pulumi_opentok.core.api.account import Projects
from pulumi_opentok.core.desired import looking
from pulumi_opentok.core.desired.creation import Creation
from pulumi_opentok.core.http.auth import Signer
from tests.core.service import SHORT, TIMEOUT, Service

DONE = ["drop_after", "truncate", "garble", "html"]
"""Faults of an answer to what was done."""

ONE_FAULT: list[tuple[str, dict[str, Any]]] = [
    *((kind, {}) for kind in DONE),
    ("delay", {"seconds": 30}),
    ("drop_before", {}),
    ("status", {"status": 500}),
    ("status", {"status": 503}),
    ("status", {"status": 504}),
]


def no_sleep(_seconds: float) -> None:
    """Stands in for time.sleep."""


def creation(service: Service, *, timeout: float = TIMEOUT, sleep: Callable[[float], None] = no_sleep) -> Creation:
    return Creation(service.account(timeout=timeout).projects, sleep=sleep)


def exactly(service: Service, made: list[Project]) -> None:
    """What was returned is what there is, with the secrets that it has."""
    there = {project["id"]: project["secret"] for project in service.emulator.all_projects()}
    assert {project.id: project.secret for project in made} == there
    assert len(made) == len(there)


@pytest.mark.parametrize("name", ["acme", "Müller \"& Söhne\" 🎉", None])
@pytest.mark.parametrize(("kind", "fields"), ONE_FAULT)
def test_one_lost_answer(service: Service, kind: str, fields: dict[str, Any], name: str | None) -> None:
    warnings: list[str] = []
    service.emulator.fault("project.create", kind, **fields)
    made = creation(service, timeout=SHORT if kind == "delay" else TIMEOUT).create(name, expected=(), warn=warnings.append)
    exactly(service, [made])
    assert made.name == (name or "")
    was_done = kind in (*DONE, "delay")
    assert service.asked()["project.create"] == (1 if was_done else 2)
    if was_done:
        assert [made.id in text and "was lost" in text for text in warnings] == [True]
    else:
        assert ["was sent 2 times" in text and "look at the list for a second project" in text for text in warnings] == [True]
    assert all(made.secret not in text for text in warnings)


@pytest.mark.parametrize("name", ["acme", None])
@pytest.mark.parametrize(("kind", "fields"), ONE_FAULT)
def test_one_lost_answer_beside_namesakes(service: Service, kind: str, fields: dict[str, Any], name: str | None) -> None:
    """Those that were there before are not taken for the new one."""
    old = [service.account().projects.create(name) for _ in range(2)]
    service.emulator.fault("project.create", kind, **fields)
    made = creation(service, timeout=SHORT if kind == "delay" else TIMEOUT).create(name, expected=None, warn=service.warnings.append)
    exactly(service, [*old, made])


def in_parallel(names: list[str | None], create: Callable[[str | None], Project]) -> list[Project]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(create, names))


SETS: dict[str, list[str | None]] = {
    "names of their own": [f"tenant {number}" for number in range(32)],
    "twins": ["acme"] * 32,
    "without name": [None] * 32,
    "mixed": [name for number in range(8) for name in (f"tenant {number}", "acme", "beta", None)],
}


@pytest.mark.parametrize("names", SETS.values(), ids=list(SETS))
def test_without_faults_it_takes_one_request_each_and_one_list(service: Service, names: list[str | None]) -> None:
    making = creation(service)
    made = in_parallel(names, lambda name: making.create(name, expected=None, warn=service.warnings.append))
    exactly(service, made)
    assert [project.name for project in made] == [name or "" for name in names]
    assert service.asked() == {"project.create": len(names), "project.list": 1}
    assert service.warnings == []


@pytest.mark.parametrize("names", SETS.values(), ids=list(SETS))
def test_eight_threads_under_random_faults(service: Service, names: list[str | None]) -> None:
    # Three that do nothing at most: a create gives up at the fourth. Any number of those that do it and lose the answer.
    for after, (kind, fields) in zip((2, 9, 17), [("drop_before", {}), ("status", {"status": 503}), ("status", {"status": 500})], strict=True):
        service.emulator.fault("project.create", kind, after=after, **fields)
    for kind in DONE:
        service.emulator.fault("project.create", kind, times=None, probability=0.15)
    service.emulator.fault("project.list", "drop_after", after=3)
    service.emulator.fault("project.list", "garble", after=7)
    making = creation(service)
    made = in_parallel(names, lambda name: making.create(name, expected=None, warn=service.warnings.append))
    exactly(service, made)
    assert [project.name for project in made] == [name or "" for name in names]
    fired = sum(fault["fired"] for fault in service.emulator.faults() if fault["kind"] in DONE and fault["operation"] == "project.create")
    assert sum("was lost" in text for text in service.warnings) == fired
    assert service.asked()["project.create"] == len(names) + 3
    assert making.twins() == {}


def test_every_answer_lost(service: Service) -> None:
    service.emulator.fault("project.create", "drop_after", times=None)
    making = creation(service)
    made = in_parallel(["acme"] * 16, lambda name: making.create(name, expected=None, warn=service.warnings.append))
    exactly(service, made)
    assert service.asked()["project.create"] == 16


def test_429_is_no_lost_answer(service: Service) -> None:
    service.emulator.fault("project.create", "status", status=429, retry_after=1)
    made = creation(service).create("acme", expected=(), warn=service.warnings.append)
    exactly(service, [made])
    assert service.asked() == {"project.create": 2, "project.list": 1}


def test_a_server_that_is_slow_to_do_it_is_looked_at_again(service: Service) -> None:
    """The answer is lost at once, the project appears between the first look and the second."""
    slept: list[float] = []

    def the_server_gets_there(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            service.account().projects.create("acme")

    service.emulator.fault("project.create", "drop_before")
    made = creation(service, sleep=the_server_gets_there).create("acme", expected=(), warn=service.warnings.append)
    exactly(service, [made])
    assert len(slept) == 1
    assert slept[0] > 0


def test_looks_are_further_and_further_apart(service: Service) -> None:
    slept: list[float] = []
    service.emulator.fault("project.create", "drop_before")
    creation(service, sleep=slept.append).create("acme", expected=(), warn=service.warnings.append)
    assert len(slept) >= 2
    assert all(later > earlier for earlier, later in itertools.pairwise(slept))


def test_never_an_answer(service: Service) -> None:
    service.emulator.fault("project.create", "drop_before", times=None)
    with pytest.raises(PlanError) as caught:
        creation(service).create("acme", expected=(), warn=service.warnings.append)
    said = str(caught.value)
    assert said.startswith("project 'acme' is not seen: 4 creates were sent and got no usable answer, and the list of the account does not show it;")
    assert caught.value.outcome_unknown
    assert "project.create of a project 'acme': the connection broke" in said
    assert service.emulator.all_projects() == []
    assert service.asked()["project.create"] == 4


def test_several_newcomers_are_nobody_s(service: Service) -> None:
    making = creation(service)
    making.namesakes("acme")
    others = [service.account().projects.create("acme") for _ in range(2)]
    service.emulator.fault("project.create", "drop_before")
    with pytest.raises(PlanError) as caught:
        making.create("acme", expected=(), warn=service.warnings.append)
    assert f"2 new projects have that name: ids {others[0].id} and {others[1].id}" in str(caught.value)
    assert "name the one to keep by its id" in str(caught.value)
    exactly(service, others)


def test_a_newcomer_of_another_name_is_not_taken(service: Service) -> None:
    making = creation(service)
    making.namesakes("acme")
    other = service.account().projects.create("beta")
    service.emulator.fault("project.create", "drop_before")
    exactly(service, [other, making.create("acme", expected=(), warn=service.warnings.append)])


def test_the_account_cannot_be_listed_afterwards(service: Service) -> None:
    making = creation(service)
    making.namesakes("acme")
    service.emulator.fault("project.create", "drop_after")
    service.emulator.fault("project.list", "status", status=500, times=None)
    with pytest.raises(PlanError) as caught:
        making.create("acme", expected=(), warn=service.warnings.append)
    assert "the account cannot be listed to see whether it was created" in str(caught.value)
    assert "Run again" in str(caught.value)
    assert service.asked()["project.create"] == 1


def test_the_account_cannot_be_listed_before(service: Service) -> None:
    service.emulator.fault("project.list", "status", status=500, times=None)
    with pytest.raises(ApiError, match=r"project\.list of account"):
        creation(service).create("acme", expected=(), warn=service.warnings.append)
    assert service.asked()["project.create"] == 0


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_says_that_nothing_was_done_is_final(service: Service, status: int) -> None:
    service.emulator.fault("project.create", "status", status=status)
    with pytest.raises(ApiError, match=f"HTTP {status}") as caught:
        creation(service).create("acme", expected=(), warn=service.warnings.append)
    assert service.asked() == {"project.list": 1, "project.create": 1}
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("status", [400, 408, 409, 422, 499])
def test_after_any_other_refusal_it_is_looked_for_and_not_sent_again(service: Service, status: int) -> None:
    service.emulator.fault("project.create", "status", status=status)
    with pytest.raises(ApiError, match=f"HTTP {status}.*; the list of the account does not show project 'acme'") as caught:
        creation(service).create("acme", expected=(), warn=service.warnings.append)
    assert service.asked() == {"project.list": 1 + looking.LIST_ATTEMPTS, "project.create": 1}
    assert caught.value.outcome_unknown


def test_no_connection_is_no_lost_answer(service: Service) -> None:
    account = service.account()
    making = Creation(account.projects, sleep=no_sleep)
    making.namesakes("acme")
    account.transport.api_url = "http://127.0.0.1:1"
    with pytest.raises(NoResponse, match="no connection"):
        making.create("acme", expected=(), warn=service.warnings.append)
    assert service.asked() == {"project.list": 1}


def test_two_parts_of_a_run_that_want_the_same_name(service: Service) -> None:
    making = creation(service)
    first = making.create("acme", expected=(), warn=service.warnings.append)
    with pytest.raises(PlanError, match=f"project 'acme' was created by another part of this run \\(id {first.id}\\): each project needs a name"):
        making.create("acme", expected=(), warn=service.warnings.append)
    exactly(service, [first])


def test_eight_threads_that_want_the_same_name_make_one(service: Service) -> None:
    making = creation(service)

    def create(name: str | None) -> Project | None:
        try:
            return making.create(name, expected=(), warn=service.warnings.append)
        except PlanError:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [project for project in pool.map(create, ["acme"] * 8) if project]
    exactly(service, made)
    assert len(made) == 1


def test_namesakes_are_exact(service: Service) -> None:
    names = ["acme", "acme ", "Acme", "acmé", ""]
    made = {name: service.account().projects.create("x") for name in names}
    for name, project in made.items():
        service.emulator.edit_project(project.id, name=name)
    service.clear()
    making = creation(service)
    for name in names:
        assert [project.id for project in making.namesakes(name or None)] == [made[name].id]
    assert service.asked() == {"project.list": 1}


class CarriedOutLate(Projects):
    """The account API behind a slow gateway: what is asked first is carried out when it is asked again."""

    def create(self, name: str | None = None) -> Project:
        try:
            return super().create(name)
        finally:
            if self.asked:
                self.late = super().create(name)
            self.asked = True

    asked = False
    late: Project | None = None


def test_a_create_that_is_carried_out_late_is_not_left_unsaid(service: Service) -> None:
    service.emulator.fault("project.create", "drop_before")
    account = service.account()
    projects = CarriedOutLate(account.transport, Signer(account.projects._signer.credentials))
    making = Creation(projects, sleep=no_sleep)
    mine = making.create("acme", expected=(), warn=service.warnings.append)
    (found,) = making.twins().items()
    assert found[0] == mine.id
    assert len(service.emulator.all_projects()) == 2
    assert all(project["id"] in str(found[1]) for project in service.emulator.all_projects())
