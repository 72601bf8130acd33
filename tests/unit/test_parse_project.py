# SPDX-License-Identifier: Apache-2.0
"""What a declaration of a project may be, and what is not judged yet. What is refused: test_bad_input.py."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml

from pulumi_opentok.core import InvalidInput, fingerprint
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectSpec


def test_a_long_value_does_not_flood_the_error() -> None:
    with pytest.raises(InvalidInput) as caught:
        PROJECT.parse({"name": "acme", "status": "x" * 10_000})
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("field", ["name", "status", "on_delete", "existing_id", "id", "adopt", "allow_duplicate_name", "secret_triggers"])
def test_what_is_not_known_yet_is_not_judged(field: str) -> None:
    placeholder = object()
    PROJECT.parse({"name": "acme", field: placeholder}, unknown={field})
    with pytest.raises(InvalidInput):
        PROJECT.parse({"name": "acme", field: placeholder})


def test_a_name_that_is_not_known_yet_counts_as_given() -> None:
    assert PROJECT.parse({}, unknown={"name"}).name is None


def test_what_is_known_is_judged_beside_what_is_not() -> None:
    with pytest.raises(InvalidInput) as caught:
        PROJECT.parse({"name": None, "status": "x"}, unknown={"name"})
    assert [problem.field for problem in caught.value.problems] == ["status"]


def test_a_full_declaration() -> None:
    wanted = PROJECT.parse(
        {
            "name": "Müller \"& Söhne\" 🎉",
            "status": "suspended",
            "on_delete": "retain",
            "existing_id": 46000001.0,
            "adopt": True,
            "secret_triggers": {"w": 3.0, "v": True, "u": "1.5", "t": "x", "s": datetime.date(2026, 11, 1)},
        },
        account_key="100",
    )
    assert wanted == ProjectSpec(
        account_key="100",
        name="Müller \"& Söhne\" 🎉",
        status="suspended",
        on_delete="retain",
        existing_id="46000001",
        adopt=True,
        secret_triggers={"s": "2026-11-01", "t": "x", "u": "1.5", "v": "true", "w": "3"},
    )


DIGITS = fingerprint("hunter2").partition(":")[2]


@pytest.mark.parametrize(
    "retired",
    [
        ["hunter2"],
        ("hunter2",),
        "hunter2",
        [fingerprint("hunter2")],
        [fingerprint("hunter2").upper(), "hunter2"],
        ["hunter2\n", " hunter2\t", "hunter2\r\n"],
        "hunter2, hunter2",  # as Ansible reads a text where a list is wanted
        [f" {fingerprint('hunter2')}\n", f"sha256: {DIGITS}", f"sha256:{DIGITS[:32]}\n  {DIGITS[32:]}"],
        [DIGITS, DIGITS.upper(), f"{DIGITS}\n"],
        [f"{DIGITS}  -", f"{DIGITS} *a file.txt\n", f"sha256:{DIGITS}  -\n"],
    ],
)
def test_a_retired_secret_is_its_fingerprint(retired: Any) -> None:
    assert PROJECT.parse({"name": "acme", "retired_secrets": retired}).retired_secrets == {fingerprint("hunter2")}


@pytest.mark.parametrize("secret", ["0" * 40, "a" * 40, "567890", "Zz-_9" * 13])
def test_what_may_be_a_secret_is_not_refused(secret: str) -> None:
    assert PROJECT.parse({"name": "acme", "retired_secrets": [secret]}).retired_secrets == {fingerprint(secret)}


def test_unset_is_what_the_defaults_say() -> None:
    unset = dict.fromkeys((*PROJECT.inputs, *PROJECT.hidden_inputs), None)
    assert PROJECT.parse({**unset, "name": "acme"}) == ProjectSpec(name="acme", on_delete="delete")


def test_a_name_of_200_characters_is_fine() -> None:
    assert PROJECT.parse({"name": "n" * 200}).name == "n" * 200


@pytest.mark.parametrize("keys", [{1: "a", "b": "c"}, {"b": "c", 1: "a"}])
def test_trigger_names_that_yaml_made_numbers_of(keys: dict[Any, str]) -> None:
    assert PROJECT.parse({"name": "acme", "secret_triggers": keys}).secret_triggers == {"1": "a", "b": "c"}


YAML = """
date: 2026-11-01
moment: 2026-11-01T10:00:00Z
half_past: 2026-11-01 10:30:00.5
whole: 3
also_whole: 3.0
true: yes
month: 2026-11
"""


def test_what_yaml_makes_of_texts_without_quotes_is_what_ansible_makes_of_it() -> None:
    """As of ansible-core 2.19: `isoformat` of dates; tests/layers has the same file through all three."""
    assert PROJECT.parse({"name": "acme", "secret_triggers": yaml.safe_load(YAML)}).secret_triggers == {
        "date": "2026-11-01",
        "moment": "2026-11-01T10:00:00+00:00",
        "half_past": "2026-11-01T10:30:00.500000",
        "whole": "3",
        "also_whole": "3",
        "true": "true",
        "month": "2026-11",
    }


@pytest.mark.parametrize("number", [1.1, 2026.11, 10**15 + 1, float(10**16), float("inf"), float("nan"), -0.5])
def test_a_number_that_may_have_been_another_text_is_refused_but_read_from_what_was_saved(number: float) -> None:
    with pytest.raises(InvalidInput, match=r"secret_triggers: the value of 'v' is a number; .*\(1.10 as 1.1\): quote it"):
        PROJECT.parse({"name": "acme", "secret_triggers": {"v": number, "w": 3}})
    assert PROJECT.restore("1", {"secret_triggers": {"v": 1.1}})[1].secret_triggers == {"v": "1.1"}
