# SPDX-License-Identifier: Apache-2.0
"""A clock that is off: signed again by the server's, and said once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_opentok.core import Forbidden
from tests.core.service import Service

SKEWS = [(-600.0, "600 s ahead of"), (600.0, "600 s behind"), (-7200.0, "7200 s ahead of"), (86400.0, "86400 s behind")]


@pytest.mark.parametrize(("seconds", "words"), SKEWS)
def test_it_is_corrected_and_said_once(service: Service, seconds: float, words: str) -> None:
    account = service.account()
    service.emulator.advance(seconds)
    made = account.projects.create("acme")
    account.projects.get(made.id)
    account.projects.list()
    assert service.asked() == {"project.create": 2, "project.get": 1, "project.list": 1}
    (warning,) = service.warnings
    # The seconds of a Date header are whole ones.
    number = words.split()[0]
    assert any(warning.startswith(f"this machine's clock is {near} s {words.split(maxsplit=2)[2]} the clock of") for near in near_by(number))
    assert "set this machine's clock (NTP)" in warning


def near_by(number: str) -> list[int]:
    return [int(number) + slack for slack in (-2, -1, 0, 1, 2)]


@pytest.mark.parametrize("seconds", [-600.0, 600.0])
def test_a_rotation_and_its_proof_know_of_one_clock(service: Service, seconds: float) -> None:
    scope = service.scope()
    inputs = {"name": "acme", "secret_triggers": {"v": "1"}}
    applied, record = service.find_and_apply(scope, inputs)
    assert applied.state.project is not None
    service.clear()
    service.emulator.advance(seconds)
    rotated, _ = service.find_and_apply(scope, {"name": "acme", "secret_triggers": {"v": "2"}}, record, applied.state.project.id)
    assert [action.do for action in rotated.done] == ["refresh_secret"]
    assert len(service.warnings) == 1
    assert service.asked()["archive.list"] == 1


def test_many_threads_find_out_at_once(service: Service) -> None:
    account = service.account()
    service.emulator.advance(-600)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(account.projects.create, [f"p{number}" for number in range(40)]))
    assert len({project.id for project in made}) == len(service.emulator.all_projects()) == 40
    assert len(service.warnings) == 1


def test_threads_that_signed_by_the_wrong_clock_do_not_fail_because_another_corrected_it(service: Service) -> None:
    account = service.account()
    transport = account.transport
    service.emulator.advance(-600)
    send = transport._send
    raced: list[int] = []

    def correct_it_meanwhile(*args: object) -> object:
        answer = send(*args)  # type: ignore[arg-type]
        if not raced:
            raced.append(1)
            account.projects.list()
        return answer

    transport._send = correct_it_meanwhile  # type: ignore[method-assign,assignment]
    assert account.projects.create("acme").name == "acme"
    assert len(service.warnings) == 1


def test_a_clock_that_was_set_right_again_is_followed(service: Service) -> None:
    account = service.account()
    service.emulator.advance(-600)
    account.projects.list()
    service.emulator.advance(600)
    service.clear()
    account.projects.list()
    service.emulator.advance(-600)
    account.projects.list()
    assert all(" 0 s" not in warning for warning in service.warnings)


@pytest.mark.parametrize("seconds", [-600.0, 600.0])
def test_a_wrong_secret_is_still_a_wrong_secret(service: Service, seconds: float) -> None:
    service.emulator.advance(seconds)
    with pytest.raises(Forbidden, match="the secret does not belong to account key"):
        service.account(secret="wrong" * 8).projects.list()
    assert service.asked()["project.list"] == 2


@pytest.mark.parametrize("seconds", [-600.0, 600.0])
def test_an_unknown_key_is_still_an_unknown_key(service: Service, seconds: float) -> None:
    service.emulator.advance(seconds)
    with pytest.raises(Forbidden, match="account key 9 is unknown"):
        service.scope(account_key="9", account_secret="x" * 40).account.projects.list()


def test_a_few_seconds_are_nobody_s_business(service: Service) -> None:
    service.emulator.advance(-2)
    service.account().projects.list()
    assert service.warnings == []
    assert service.asked() == {"project.list": 1}
