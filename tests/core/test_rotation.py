# SPDX-License-Identifier: Apache-2.0
"""A secret is rotated once, proven, and never forgotten."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pulumi_opentok.core import Forbidden, NotFound, PlanError, Project, ServerError, fingerprint
from pulumi_opentok.core.desired.plan import Applied
from pulumi_opentok.core.desired.project.state import ProjectRecord, ProjectState
from pulumi_opentok.emulator import Emulator
from tests.core.service import SHORT, TIMEOUT, Service

DONE = ["drop_after", "truncate", "garble", "html"]
NOT_DONE: list[tuple[str, dict[str, Any]]] = [("drop_before", {}), ("status", {"status": 500}), ("status", {"status": 503})]


class Rotating:
    """A project, active or suspended, and a declaration whose trigger has changed."""

    def __init__(self, service: Service, status: str | None = None) -> None:
        self.service = service
        declared = {"name": "acme", "status": status, "secret_triggers": {"v": "1"}}
        applied, self.record = service.find_and_apply(service.scope(), declared)
        assert applied.state.project is not None
        self.old: Project = applied.state.project
        service.clear()

    def run(self, *, timeout: float = TIMEOUT, **declared: Any) -> tuple[Applied[ProjectState], ProjectRecord]:
        inputs = {"name": "acme", "secret_triggers": {"v": "2"}, **declared}
        return self.service.find_and_apply(self.service.scope(timeout=timeout), inputs, self.record, self.old.id)

    def live(self) -> str:
        project = self.service.emulator.project(self.old.id)
        assert project is not None
        return str(project["secret"])

    def is_rotated_once_to(self, applied: Applied[ProjectState]) -> Project:
        new = applied.state.project
        assert new is not None
        assert new.id == self.old.id
        assert new.secret == self.live() != self.old.secret
        assert [action.do for action in applied.done] == ["refresh_secret"]
        assert applied.unfinished is None
        assert all(secret not in text for text in applied.warnings for secret in (new.secret, self.old.secret))
        return new


def test_three_requests_read_refresh_proof(service: Service) -> None:
    rotating = Rotating(service)
    applied, after = rotating.run()
    new = rotating.is_rotated_once_to(applied)
    assert service.asked() == {"project.get": 1, "project.refresh_secret": 1, "archive.list": 1}
    assert applied.warnings == ()
    assert (after.secret_version, after.secret_fingerprint, after.secret_triggers) == (2, new.secret_fingerprint, {"v": "2"})


def test_the_old_secret_is_dead_and_the_new_one_works(service: Service) -> None:
    rotating = Rotating(service)
    new = rotating.is_rotated_once_to(rotating.run()[0])
    service.client(new).verify_credentials()
    with pytest.raises(Forbidden, match="was it rotated"):
        service.client(rotating.old).verify_credentials()


def test_run_again_it_rotates_nothing(service: Service) -> None:
    rotating = Rotating(service)
    _applied, rotating.record = rotating.run()
    live = rotating.live()
    service.clear()
    applied, after = rotating.run()
    assert applied.done == ()
    assert rotating.live() == live
    assert after == rotating.record
    assert service.asked() == {"project.get": 1}


def test_a_new_secret_that_is_itself_retired_is_kept_and_told_and_goes_with_the_next_run() -> None:
    def retiring(emulator: Emulator, *more: str) -> tuple[Rotating, Applied[ProjectState], list[str]]:
        rotating = Rotating(Service(emulator))
        retired = [rotating.old.secret, *more]
        return rotating, rotating.run(secret_triggers=None, retired_secrets=retired)[0], retired

    with Emulator(seed=1) as emulator:
        next_one = retiring(emulator)[0].live()
    with Emulator(seed=1) as emulator:
        rotating, applied, retired = retiring(emulator, next_one)
        assert applied.state.project is not None
        assert applied.state.project.secret == rotating.live() == next_one
        said = str(applied.unfinished)
        assert said == f"the new secret of {applied.state.project} is itself one of retired_secrets: take it out of the list, or run again"
        assert next_one not in said
        again, _ = rotating.run(secret_triggers=None, retired_secrets=retired)
        assert again.unfinished is None
        assert rotating.live() not in retired


@pytest.mark.parametrize("kind", DONE)
def test_an_answer_that_is_lost_after_it_was_done(service: Service, kind: str) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", kind)
    applied, after = rotating.run()
    rotating.is_rotated_once_to(applied)
    assert service.asked() == {"project.get": 2, "project.refresh_secret": 1, "archive.list": 1}
    (warning,) = applied.warnings
    assert f"the answer to rotating the secret of project {rotating.old.id} 'acme' was lost" in warning
    assert "reading it back shows that it was rotated" in warning
    assert after.secret_version == 2


def test_an_answer_that_comes_too_late(service: Service) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", "delay", seconds=30)
    applied, _after = rotating.run(timeout=SHORT)
    rotating.is_rotated_once_to(applied)
    assert service.asked()["project.refresh_secret"] == 1


@pytest.mark.parametrize(("kind", "fields"), NOT_DONE)
def test_what_was_not_done_is_tried_once_more(service: Service, kind: str, fields: dict[str, Any]) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", kind, **fields)
    applied, after = rotating.run()
    rotating.is_rotated_once_to(applied)
    assert service.asked()["project.refresh_secret"] == 2
    assert applied.warnings == ()
    assert after.secret_version == 2


def test_not_done_and_then_done_but_lost(service: Service) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", "drop_before")
    service.emulator.fault("project.refresh_secret", "drop_after", after=1)
    applied, _after = rotating.run()
    rotating.is_rotated_once_to(applied)
    assert service.asked()["project.refresh_secret"] == 2
    assert len(applied.warnings) == 1


@pytest.mark.parametrize(("kind", "fields"), NOT_DONE)
def test_two_tries_without_effect_are_an_error(service: Service, kind: str, fields: dict[str, Any]) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", kind, times=None, **fields)
    with pytest.raises(PlanError) as caught:
        rotating.run()
    assert "was not rotated: two tries got no answer, and the secret is the same as before" in str(caught.value)
    assert service.asked()["project.refresh_secret"] == 2
    assert rotating.live() == rotating.old.secret


def test_reading_back_fails_too(service: Service) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", "drop_after")
    service.emulator.fault("project.get", "status", status=500, after=1, times=None)
    applied, after = rotating.run()
    assert applied.done == ()
    assert applied.unsure
    assert isinstance(applied.unfinished, PlanError)
    said = str(applied.unfinished)
    assert "was lost" in said
    assert "reading it back failed too" in said
    assert "run again, the current secret can be read at any time" in said
    assert service.asked()["project.refresh_secret"] == 1
    for secret in (rotating.live(), rotating.old.secret):
        assert secret not in said
    assert after.secret_pending == rotating.old.secret_fingerprint


@pytest.mark.parametrize(("kind", "refreshes"), [("drop_after", 0), ("drop_before", 1)])
def test_the_run_after_such_a_one_rotates_only_what_was_not_rotated(service: Service, kind: str, refreshes: int) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", kind)
    service.emulator.fault("project.get", "status", status=500, after=1, times=4)
    applied, rotating.record = rotating.run()
    assert applied.unsure
    service.clear()
    applied, after = rotating.run()
    assert service.asked()["project.refresh_secret"] == refreshes
    assert applied.state.project is not None
    assert applied.state.project.secret == rotating.live() != rotating.old.secret
    assert (after.secret_version, after.secret_fingerprint, after.secret_pending) == (2, fingerprint(rotating.live()), None)


def test_429_is_waited_for(service: Service) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", "status", status=429, retry_after=1)
    rotating.is_rotated_once_to(rotating.run()[0])
    assert service.asked()["project.refresh_secret"] == 2


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (404, NotFound)])
def test_a_refusal_is_final_and_changes_nothing(service: Service, status: int, error: type[Exception]) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.refresh_secret", "status", status=status)
    with pytest.raises(error):
        rotating.run()
    assert service.asked() == {"project.get": 1, "project.refresh_secret": 1}
    assert rotating.live() == rotating.old.secret


def test_what_a_suspended_project_signs_is_refused_so_it_is_read_once_more(service: Service) -> None:
    rotating = Rotating(service, status="suspended")
    applied, _after = rotating.run()
    rotating.is_rotated_once_to(applied)
    assert applied.warnings == ()
    assert service.asked() == {"project.get": 2, "project.refresh_secret": 1}


@pytest.mark.parametrize(("was", "becomes", "proofs"), [("suspended", "active", 1), ("active", "suspended", 0)])
def test_with_a_change_of_status_the_proof_comes_last(service: Service, was: str, becomes: str, proofs: int) -> None:
    rotating = Rotating(service, status=was)
    applied, _after = rotating.run(status=becomes)
    assert [action.do for action in applied.done] == ["refresh_secret", "set_status"]
    assert applied.warnings == ()
    assert applied.state.project is not None
    assert (applied.state.project.secret, applied.state.project.status) == (rotating.live(), becomes)
    assert service.asked()["archive.list"] == proofs


def test_a_new_secret_that_takes_a_while_to_work(service: Service) -> None:
    rotating = Rotating(service)
    service.emulator.fault("archive.list", "status", status=403, times=3)
    applied, _after = rotating.run()
    rotating.is_rotated_once_to(applied)
    assert applied.warnings == ()
    assert service.asked()["archive.list"] == 4


@pytest.mark.parametrize(("status", "requests"), [(403, 5), (500, 4), (404, 1)])
def test_a_new_secret_that_cannot_be_proven_is_kept_and_the_run_is_not_finished(service: Service, status: int, requests: int) -> None:
    rotating = Rotating(service)
    service.emulator.fault("archive.list", "status", status=status, times=None)
    applied, after = rotating.run()
    assert "was rotated, but the new one could not be proven to work: archive.list of project" in str(applied.unfinished)
    rotating.is_rotated_once_to(dataclasses.replace(applied, unfinished=None))
    assert applied.warnings == ()
    assert after.secret_version == 2
    assert service.asked()["archive.list"] == requests


def test_a_status_change_that_fails_after_the_rotation_does_not_lose_the_secret(service: Service) -> None:
    rotating = Rotating(service)
    service.emulator.fault("project.set_status", "status", status=500, times=None)
    applied, after = rotating.run(status="suspended")
    assert isinstance(applied.unfinished, ServerError)
    assert [action.do for action in applied.done] == ["refresh_secret"]
    assert applied.state.project is not None
    assert applied.state.project.secret == rotating.live() != rotating.old.secret
    assert (after.secret_version, after.secret_fingerprint) == (2, fingerprint(rotating.live()))
    assert after.secret_triggers == {"v": "2"}

    service.emulator.clear_faults()
    service.clear()
    live = rotating.live()
    rotating.record = after
    applied, after = rotating.run(status="suspended")
    assert [action.do for action in applied.done] == ["set_status"]
    assert rotating.live() == live
    assert after.secret_version == 2


def test_a_secret_rotated_elsewhere_goes_too(service: Service) -> None:
    rotating = Rotating(service)
    service.emulator.edit_project(rotating.old.id, secret="elsewhere" * 5)
    applied, after = rotating.run()
    rotating.is_rotated_once_to(applied)
    assert rotating.live() != "elsewhere" * 5
    assert after.secret_fingerprint == fingerprint(rotating.live())
