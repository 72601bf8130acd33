# SPDX-License-Identifier: Apache-2.0
"""What a program says to the engine: properties of `Project`, `Project.get` and `Provider`, without an engine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

import pulumi_opentok as opentok
from tests.protocol.dynamic_server import PROVIDER
from tests.protocol.mocks import Recorder, run_program


def project_named(resource: str, project: str, stack: str) -> str:
    recorder = Recorder()
    run_program(lambda: opentok.Project(resource), recorder, project=project, stack=stack)
    return str(recorder.inputs_of(resource)["name"])


def test_more_projects_than_python_has_frames() -> None:
    """The SDK adds a stack frame for each dynamic resource whose provider pickles a dict: RecursionError at some 300, or just before the limit."""
    recorder, many = Recorder(), sys.getrecursionlimit() + 200

    def program() -> None:
        for number in range(many):
            opentok.Project(f"tenant-{number}", name=f"Tenant {number}")

    run_program(program, recorder)
    assert len(recorder.resources) == many
    assert {row.inputs["__provider"] for row in recorder.resources} == {PROVIDER}


def test_inputs_go_as_they_are_and_nothing_else_goes() -> None:
    recorder = Recorder()
    given: dict[str, Any] = {
        "name": "Acme",
        "status": "active",
        "on_delete": "retain",
        "existing_id": "46000001",
        "adopt": False,
        "secret_triggers": {"v": "1"},
    }
    run_program(lambda: opentok.Project("acme", **given), recorder)
    assert recorder.inputs_of("acme") == {**given, "__provider": PROVIDER}


def test_outputs_of_other_resources_are_taken() -> None:
    recorder = Recorder()
    run_program(lambda: opentok.Project("b", name=pulumi.Output.concat("child of ", opentok.Project("a", name="A").id)), recorder)
    assert recorder.inputs_of("b")["name"] == "child of id-of-a"


def test_every_output_is_an_attribute() -> None:
    shown = {"api_key": "46000001", "api_secret": "5ecret", "secret_version": 2.0, "status": "active", "environment": "standard"}

    def program() -> pulumi.Output[Any]:
        acme = opentok.Project("acme", name="Acme")
        return pulumi.Output.all(acme.id, acme.api_key, acme.secret_version, acme.secret_rotation_due_at, acme.on_delete, acme.account_key)

    value, _ = run_program(program, Recorder({"acme": shown}))
    assert value == ["id-of-acme", "46000001", 2, None, None, None]
    assert isinstance(value[2], int)


def test_a_generated_name_is_the_same_in_each_run() -> None:
    assert project_named("acme", "shop", "prod") == project_named("acme", "shop", "prod")


@pytest.mark.parametrize("other", [("acme", "shop", "test"), ("acme", "blog", "prod"), ("zoe", "shop", "prod")])
def test_a_generated_name_is_another_elsewhere(other: tuple[str, str, str]) -> None:
    assert project_named(*other) != project_named("acme", "shop", "prod")


def test_only_a_generated_name_is_taken_without_asking() -> None:
    recorder = Recorder()

    def program() -> None:
        opentok.Project("a")
        opentok.Project("b", name="B")
        opentok.Project("c", existing_id="46000001")

    run_program(program, recorder)
    assert {row.name: row.inputs.get("__take_by_name") for row in recorder.resources} == {"a": True, "b": None, "c": None}
    assert recorder.inputs_of("a")["name"] == "a-" + recorder.inputs_of("a")["name"][-7:]
    assert "name" not in recorder.inputs_of("c")


def test_get_asks_for_the_id_and_declares_nothing() -> None:
    recorder = Recorder({"acme": {"status": "active"}})

    def program() -> pulumi.Output[Any]:
        acme = opentok.Project.get("acme", "46000001", pulumi.ResourceOptions(additional_secret_outputs=["name"]))
        return pulumi.Output.all(acme.id, acme.status, acme.secret_version)

    assert run_program(program, recorder)[0] == ["46000001", "active", None]
    (row,) = recorder.resources
    assert row.resource_id == "46000001"
    assert row.inputs == {"__provider": PROVIDER}


def test_get_with_an_id_that_is_an_output() -> None:
    recorder = Recorder()
    run_program(lambda: opentok.Project.get("b", opentok.Project("a", name="A").id), recorder)
    assert [row.resource_id for row in recorder.resources if row.name == "b"] == ["id-of-a"]


def test_the_provider_s_properties_are_stack_config_and_its_secrets_are_secret() -> None:
    recorder = Recorder()
    given: dict[str, Any] = {"account_key": "1", "account_secret": "5ecret", "api_key": "2", "api_secret": "5ecret too", "timeout": 20}
    run_program(lambda: opentok.Provider("eu", **given), recorder)
    (row,) = recorder.resources
    assert row.typ == "pulumi:providers:pulumi-python"
    assert {key: rpc.is_rpc_secret(value) for key, value in row.inputs.items()} == {
        "opentok:accountKey": False,
        "opentok:accountSecret": True,
        "opentok:apiKey": False,
        "opentok:apiSecret": True,
        "opentok:explicitProvider": False,
        "opentok:timeout": False,
    }
    assert row.inputs["opentok:explicitProvider"] == "eu"
    assert rpc.unwrap_rpc_secret(row.inputs["opentok:accountSecret"]) == "5ecret"


def test_a_provider_without_an_account_is_not_explicit_about_it() -> None:
    recorder = Recorder()
    run_program(lambda: opentok.Provider("slow", timeout=60), recorder)
    assert list(recorder.resources[0].inputs) == ["opentok:timeout"]


@pytest.mark.parametrize("form", [lambda url: url, pulumi.Output.from_input, pulumi.Output.secret])
@pytest.mark.parametrize("url", ["https://u:P4ssword@api.example.com", "u:P4ssword@host", "https://P4ssword@h/path"])
def test_a_password_in_the_address_does_not_get_into_the_state(url: str, form: Callable[[str], Any]) -> None:
    recorder = Recorder()
    with pytest.raises(Exception, match="api_url: must not contain a user name or password") as caught:
        run_program(lambda: opentok.Provider("eu", account_key="1", account_secret="5ecret", api_url=form(url)), recorder)
    assert "P4ssword" not in str(caught.value)
    assert recorder.resources == [], "nothing was registered, so nothing is in the state"


def test_an_address_goes_as_it_was_given() -> None:
    recorder = Recorder()
    run_program(lambda: opentok.Provider("eu", api_url=pulumi.Output.from_input("https://api.example.com/"), allow_http=True), recorder)
    assert recorder.resources[0].inputs == {"opentok:apiUrl": "https://api.example.com/", "opentok:allowHttp": True}


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (lambda opts: opentok.Project("p", name="P", opts=opts), "project: .* dynamic resources: use existing_id instead"),
        (lambda opts: opentok.Session("s", project="46000001", opts=opts), "session: .* dynamic resources: use existing_id instead"),
        (lambda opts: opentok.SipTrunk("t", uri="sip:a@example.com", opts=opts), "sip_trunk: .* dynamic resources: declare it as it is"),
    ],
)
def test_import_says_what_to_do_instead(declare: Callable[[pulumi.ResourceOptions], Any], said: str) -> None:
    with pytest.raises(pulumi.RunError, match=said):
        declare(pulumi.ResourceOptions(import_="46000001"))


def test_a_resource_goes_to_its_provider() -> None:
    recorder = Recorder()

    def program() -> None:
        eu = opentok.Provider("eu", account_key="1", account_secret="5ecret")
        opentok.Project("acme", name="Acme", opts=pulumi.ResourceOptions(provider=eu))
        opentok.Project("zoe", name="Zoe")

    run_program(program, recorder)
    used = {row.name: row.provider for row in recorder.resources}
    assert "::eu::" in str(used["acme"])
    assert not used["zoe"]
