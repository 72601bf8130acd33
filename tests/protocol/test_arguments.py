# SPDX-License-Identifier: Apache-2.0
"""A resource takes its arguments as keywords, as an `*Args` object or as a dict. What a type checker says of them: `typed_programs.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from tests.protocol import typed_programs
from tests.protocol.mocks import Recorder, run_program


def registered(program: Callable[[], None]) -> list[tuple[str, str, dict[str, Any]]]:
    recorder = Recorder()
    run_program(program, recorder)
    return sorted((row.typ, row.name, row.inputs) for row in recorder.resources)


@pytest.mark.parametrize(
    ("keywords", "others"),
    [
        (typed_programs.as_keywords, (typed_programs.as_objects, typed_programs.as_dicts)),
        (typed_programs.tenant_as_keywords, (typed_programs.tenant_as_objects, typed_programs.tenant_as_dicts)),
    ],
    ids=["resources", "tenant"],
)
def test_all_forms_register_the_same(keywords: Callable[[], None], others: tuple[Callable[[], None], ...]) -> None:
    wanted = registered(keywords)
    assert len(wanted) >= 4
    for program in others:
        assert registered(program) == wanted, program.__name__


def test_a_rotation_window_may_come_from_an_output() -> None:
    recorder = Recorder()

    def program() -> None:
        made = pulumi.Output.from_input("02:00").apply(lambda start: opentok.RotationWindowArgs(start=start, end="05:00"))
        opentok.Project("acme", name="ACME", rotation_window=made)

    run_program(program, recorder)
    assert recorder.inputs_of("acme")["rotation_window"] == {"start": "02:00", "end": "05:00"}


OPTS = pulumi.ResourceOptions(protect=True)
OBJECT = opentok.ProjectArgs(name="ACME")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: opentok.Project("a", nam="x"), "Project() got an unexpected argument 'nam'; it takes adopt, allow_duplicate_name,"),
        (lambda: opentok.Project("a", {"nam": "x"}), "Project() got an unexpected argument 'nam'; it takes adopt,"),
        (lambda: opentok.Project("a", OBJECT, status="active"), "Project() takes its arguments as ProjectArgs or as keywords, not both: status"),
        (lambda: opentok.Project("a", "x"), "Project() takes ProjectArgs or a dict as its second argument, not str"),
        (lambda: opentok.Project("a", OPTS, opts=OPTS), "Project() got two values for 'opts'"),
        (lambda: opentok.Token("a"), "Token() is missing the argument 'session'"),
        (lambda: opentok.Token("a", {"role": "moderator"}), "Token() is missing the argument 'session'"),
        (lambda: opentok.SipTrunk("a", name="front"), "SipTrunk() is missing the argument 'uri'"),
        (lambda: opentok.Tenant("a", sip_trunk={}), "Tenant() is missing the argument 'name'"),
        (lambda: opentok.ProjectArgs(nam="x"), "ProjectArgs() got an unexpected argument 'nam'; it takes adopt,"),
        (lambda: opentok.RotationWindowArgs(start="02:00"), "RotationWindowArgs() is missing the argument 'end'"),
        (lambda: opentok.TokenArgs(role="moderator"), "TokenArgs() is missing the argument 'session'"),
    ],
)
def test_a_wrong_call(call: Callable[[], object], said: str) -> None:
    recorder = Recorder()

    def program() -> None:
        with pytest.raises(TypeError) as refused:
            call()
        assert str(refused.value).startswith(said)

    run_program(program, recorder)
    assert recorder.resources == []


def test_attributes_of_an_args_object() -> None:
    wanted = opentok.ProjectArgs(name="ACME")
    wanted.status = "suspended"
    assert (wanted.name, wanted.status, wanted.adopt) == ("ACME", "suspended", None)
    assert wanted == {"name": "ACME", "status": "suspended"}
    with pytest.raises(AttributeError, match="'ProjectArgs' object has no attribute 'stats'"):
        _ = wanted.stats
    with pytest.raises(AttributeError, match="'ProjectArgs' object has no attribute 'stats'"):
        wanted.stats = "active"


def test_options_may_come_second() -> None:
    assert registered(lambda: _ignored(opentok.Project("acme", pulumi.ResourceOptions(), name="ACME"))) == registered(
        lambda: _ignored(opentok.Project("acme", name="ACME"))
    )


def _ignored(_resource: object) -> None:
    return None
