# SPDX-License-Identifier: Apache-2.0
"""A declared project from its creation to its end, as both layers drive it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_opentok.core import Forbidden, NotFound, PlanError, ServerError
from pulumi_opentok.core.desired.project.kind import PROJECT
from tests.core.service import Service


def test_create_then_nothing_to_do(service: Service) -> None:
    applied, record = service.find_and_apply(service.scope(), {"name": "acme"})
    assert applied.state.project is not None
    assert service.asked() == {"project.list": 1, "project.create": 1}
    service.clear()
    again, after = service.find_and_apply(service.scope(), {"name": "acme"}, record, applied.state.project.id)
    assert again.done == ()
    assert after == record
    assert service.asked() == {"project.get": 1}


def test_created_suspended_it_never_works(service: Service) -> None:
    applied, _record = service.find_and_apply(service.scope(), {"name": "acme", "status": "suspended"})
    assert applied.state.project is not None
    assert [action.do for action in applied.done] == ["create", "set_status"]
    with pytest.raises(Forbidden, match="is suspended"):
        service.client(applied.state.project).verify_credentials()


def test_created_but_not_suspended_is_kept_and_unfinished(service: Service) -> None:
    service.emulator.fault("project.set_status", "status", status=500, times=None)
    declared = {"name": "acme", "status": "suspended"}
    applied, record = service.find_and_apply(service.scope(), declared)
    assert isinstance(applied.unfinished, ServerError)
    assert [action.do for action in applied.done] == ["create"]
    (there,) = service.emulator.all_projects()
    assert applied.state.project is not None
    assert applied.state.project.id == there["id"]
    service.emulator.clear_faults()
    again, _record = service.find_and_apply(service.scope(), declared, record, there["id"])
    assert [action.do for action in again.done] == ["set_status"]
    assert service.emulator.all_projects()[0]["status"] == "SUSPENDED"


def test_a_status_that_was_changed_elsewhere_is_brought_back(service: Service) -> None:
    declared = {"name": "acme", "status": "active"}
    applied, record = service.find_and_apply(service.scope(), declared)
    assert applied.state.project is not None
    service.emulator.edit_project(applied.state.project.id, status="SUSPENDED")
    again, _record = service.find_and_apply(service.scope(), declared, record, applied.state.project.id)
    assert [action.do for action in again.done] == ["set_status"]
    service.client(applied.state.project).verify_credentials()


@pytest.mark.parametrize("way", ["adopt", "existing_id", "take_by_name"])
def test_a_project_that_is_there_is_taken_over_with_its_secret(service: Service, way: str) -> None:
    made = service.account().projects.create("acme")
    service.clear()
    declared = {"existing_id": made.id} if way == "existing_id" else {"name": "acme", way: True}
    applied, record = service.find_and_apply(service.scope(), declared)
    assert applied.state.project == made
    assert record.secret_fingerprint == made.secret_fingerprint
    assert len(service.emulator.all_projects()) == 1
    assert service.asked() == {"project.get" if way == "existing_id" else "project.list": 1}


def test_a_name_that_is_taken_is_refused_before_anything_is_done(service: Service) -> None:
    made = service.account().projects.create("acme")
    service.clear()
    with pytest.raises(PlanError, match=f"existing_id='{made.id}' or adopt=True"):
        service.find_and_apply(service.scope(), {"name": "acme"})
    assert service.asked() == {"project.list": 1}


def test_an_existing_id_of_another_account_is_not_there_and_nothing_is_created(service: Service) -> None:
    made = service.account().projects.create("acme")
    service.emulator.add_account("200", "other" * 8)
    other = service.scope(account_key="200", account_secret="other" * 8)
    with pytest.raises(PlanError, match=f"there is no project {made.id} in account 200"):
        service.find_and_apply(other, {"existing_id": made.id})
    assert len(service.emulator.all_projects()) == 1


def test_twins_that_are_wanted_side_by_side(service: Service) -> None:
    scope = service.scope()
    declared = {"name": "acme", "allow_duplicate_name": True}
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _number: service.find_and_apply(scope, declared), range(16)))
    ids = {applied.state.project.id for applied, _record in runs if applied.state.project}
    assert len(ids) == 16
    assert ids == {project["id"] for project in service.emulator.all_projects()}
    assert service.asked() == {"project.list": 1, "project.create": 16}


@pytest.mark.parametrize(("on_delete", "left"), [("delete", None), ("suspend", "SUSPENDED"), ("retain", "VALID")])
def test_how_it_ends(service: Service, on_delete: str, left: str | None) -> None:
    made = service.account().projects.create("acme")
    applied = service.end(service.scope(), made.id, on_delete)
    project = service.emulator.project(made.id)
    assert (project["status"] if project else None) == left
    assert PROJECT.exists(applied.state) == (left is not None)


def test_what_is_gone_already_is_ended(service: Service) -> None:
    made = service.account().projects.create("acme")
    service.emulator.delete_project(made.id)
    service.clear()
    assert service.end(service.scope(), made.id).done == ()
    assert service.asked() == {"project.get": 1}


@pytest.mark.parametrize("on_delete", ["delete", "suspend"])
def test_what_goes_between_the_look_and_the_end_is_ended_with_a_warning(service: Service, on_delete: str) -> None:
    scope = service.scope()
    made = scope.account.projects.create("acme")
    spec = PROJECT.parse({"id": made.id, "on_delete": on_delete}, account_key=scope.account_key)
    state = PROJECT.read(scope, made.id)
    service.emulator.delete_project(made.id)
    applied = PROJECT.apply(scope, PROJECT.plan_absent(spec, state), state)
    assert applied.warnings == (f"{made} was gone already",)
    assert not PROJECT.exists(applied.state)


def test_what_goes_between_the_look_and_a_change_is_an_error(service: Service) -> None:
    scope = service.scope()
    made = scope.account.projects.create("acme")
    spec = PROJECT.parse({"id": made.id, "status": "suspended"}, account_key=scope.account_key)
    state = PROJECT.read(scope, made.id)
    plan = PROJECT.plan(spec, state, None, made.created_at)  # type: ignore[arg-type]
    service.emulator.delete_project(made.id)
    with pytest.raises(NotFound):
        PROJECT.apply(scope, plan, state)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate", "garble", "html"])
def test_an_end_whose_answer_is_lost(service: Service, kind: str) -> None:
    made = service.account().projects.create("acme")
    service.emulator.fault("project.delete", kind)
    applied = service.end(service.scope(), made.id)
    assert not PROJECT.exists(applied.state)
    assert [action.do for action in applied.done] == ["delete"]
    assert service.emulator.all_projects() == []


def test_a_name_is_free_again_after_its_project_was_deleted_in_the_same_run(service: Service) -> None:
    scope = service.scope()
    first, _record = service.find_and_apply(scope, {"name": "acme"})
    assert first.state.project is not None
    service.end(scope, first.state.project.id)
    second, _record = service.find_and_apply(scope, {"name": "acme"})
    assert second.state.project is not None
    assert [project["id"] for project in service.emulator.all_projects()] == [second.state.project.id]
    assert service.asked()["project.list"] == 1


def test_find_sees_what_this_run_has_made(service: Service) -> None:
    scope = service.scope()
    made, _record = service.find_and_apply(scope, {"name": "acme"})
    assert made.state.project is not None
    state = PROJECT.find(scope, PROJECT.parse({"name": "acme", "take_by_name": True}))
    assert state.project == made.state.project
