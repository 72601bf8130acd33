# SPDX-License-Identifier: Apache-2.0
"""Who signs for a project: many threads read its secret once, a secret that was rotated is read again once, and a failure is not kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_opentok.core import Connection, CredentialsError, Forbidden, PlanError, Project, ServerError
from pulumi_opentok.core.api.sessions import Sessions
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.http.auth import Signer
from tests.core.service import Service

MANY = 20


@pytest.fixture
def acme(service: Service) -> Project:
    project = service.account().projects.create("acme")
    service.clear()
    return project


def scope(service: Service, **pair: str) -> Scope:
    emulator = service.emulator
    account = {"account_key": emulator.account_key, "account_secret": emulator.account_secret}
    return Scope(Connection.resolve({"api_url": emulator.url, **(pair or account)}, environ={}))


def at_once(work: Any) -> list[Any]:
    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(lambda _: work(), range(MANY)))


def making(where: Scope, project: Project) -> str:
    return where.signed(project.id, lambda signer: Sessions(where.transport, signer).create()).session_id


def test_many_threads_read_it_once(service: Service, acme: Project) -> None:
    where = scope(service)
    assert {id(signer) for signer in at_once(lambda: where.signer(acme.id))} == {id(where.signer(acme.id))}
    assert where.signer(acme.id).credentials == acme.credentials
    assert service.asked() == {"project.get": 1}


def test_what_was_seen_is_not_read(service: Service, acme: Project) -> None:
    where = scope(service)
    where.remember_secret(acme)
    assert where.signer(acme.id).credentials == acme.credentials
    assert service.asked() == {}


def test_many_that_are_refused_read_it_again_once(service: Service, acme: Project) -> None:
    where = scope(service)
    where.remember_secret(acme)
    service.emulator.edit_project(acme.id, secret="n3w" * 13 + "x")
    all_have_it = threading.Barrier(MANY)

    def work() -> str:
        tries: list[Signer] = []

        def call(signer: Signer) -> str:
            tries.append(signer)
            if len(tries) == 1:
                all_have_it.wait(60)
            return Sessions(where.transport, signer).create().session_id

        return where.signed(acme.id, call)

    assert len(set(at_once(work))) == MANY
    assert service.asked() == {"session.create": 2 * MANY, "project.get": 1}


def test_a_refusal_that_no_other_secret_cures_is_said(service: Service, acme: Project) -> None:
    where = scope(service)
    service.emulator.edit_project(acme.id, status="SUSPENDED")
    with pytest.raises(Forbidden) as caught:
        making(where, acme)
    assert acme.secret not in str(caught.value)
    assert service.asked() == {"project.get": 2, "session.create": 1}


def test_a_failure_to_read_is_not_kept(service: Service, acme: Project) -> None:
    where = scope(service)
    service.emulator.delete_project(acme.id)
    with pytest.raises(PlanError, match=f"there is no project {acme.id} in account {service.emulator.account_key}"):
        where.signer(acme.id)
    other = service.account().projects.create("beta")
    service.emulator.fault("project.get", "status", status=500, times=10)
    with pytest.raises(ServerError):
        where.signer(other.id)
    service.emulator.clear_faults()
    assert making(where, other)


def test_a_project_pair_is_its_own_project_s_alone(service: Service, acme: Project) -> None:
    where = scope(service, api_key=acme.id, api_secret=acme.secret)
    assert len({id(signer) for signer in at_once(lambda: where.signer(acme.id))}) == 1
    with pytest.raises(CredentialsError, match=f"project '46999999' is declared, but api_key is '{acme.id}'") as caught:
        where.signer("46999999")
    assert acme.secret not in str(caught.value)
    service.emulator.edit_project(acme.id, secret="n3w" * 13 + "x")
    with pytest.raises(Forbidden):
        making(where, acme)
    assert service.asked() == {"session.create": 1}
