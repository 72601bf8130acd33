# SPDX-License-Identifier: Apache-2.0
"""Every bad input of a project becomes a problem that names its field and says what would be right."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml

from pulumi_opentok.core import InvalidInput, fingerprint
from pulumi_opentok.core.desired import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectSpec

BAD = [
    # field, value, what the problem says
    ("name", "", "must not be empty or blank"),
    ("name", " \t ", "must not be empty or blank"),
    ("name", 42, "must be a string, not int 42: quote it"),
    ("name", True, "must be a string, not bool True: quote it"),
    ("name", ["acme"], "must be a string, not list ['acme']"),
    ("name", datetime.date(2026, 1, 1), "must be a string, not date 2026-01-01: quote it"),
    ("name", "two\nlines", "must not contain control characters, line breaks or marks"),
    ("name", "nul\0", "must not contain control characters"),
    ("name", "del\x7f", "must not contain control characters"),
    ("name", "half a pair \ud800", "is not valid Unicode"),
    ("status", "aktiv", "must be 'active' or 'suspended', not 'aktiv'"),
    ("status", "ACTIVE", "must be 'active' or 'suspended', not 'ACTIVE'"),
    ("status", "", "must be 'active' or 'suspended', not ''"),
    ("status", True, "must be 'active' or 'suspended', not True"),
    ("status", ["active"], "must be 'active' or 'suspended'"),
    ("on_delete", "keep", "must be 'delete' or 'suspend' or 'retain', not 'keep'"),
    ("existing_id", "", "must be a project id (= API key) such as '46123456', not ''"),
    ("existing_id", "46 000", "must be a project id"),
    ("existing_id", "../46000001", "must be a project id"),
    ("existing_id", "４６", "must be a project id"),
    ("existing_id", True, "must be a project id"),
    ("existing_id", "True", "must be a project id (= API key) such as '46123456', not 'True'"),
    ("id", "None", "must be a project id"),
    ("existing_id", 46.5, "must be a project id"),
    ("existing_id", float("inf"), "must be a project id"),
    ("existing_id", float("nan"), "must be a project id"),
    ("existing_id", "4" * 65, "must be a project id"),
    ("id", "no-id", "must be a project id"),
    ("adopt", "yes", "must be true or false, not 'yes'"),
    ("adopt", 1, "must be true or false, not 1"),
    ("allow_duplicate_name", "true", "must be true or false, not 'true'"),
    ("take_by_name", 0, "must be true or false, not 0"),
    ("secret_triggers", "2", "must be a map such as {version: '2'}, not '2'"),
    ("secret_triggers", ["2"], "must be a map such as {version: '2'}"),
    ("secret_triggers", {"v": None}, "the value of 'v' must be a string"),
    ("secret_triggers", {"v": {"a": "b"}, "w": []}, "the value of 'v' and 'w' must be a string"),
    ("retired_secrets", {"a": "hunter2"}, "must be a list of secrets or their sha256: fingerprints, not dict"),
    ("retired_secrets", 5, "must be a list of secrets or their sha256: fingerprints, not int"),
    ("retired_secrets", ["hunter2", 5], "item 2 must be a secret or its sha256: fingerprint, not int: quote it"),
    ("retired_secrets", ["hunter2", None], "item 2 must be a secret or its sha256: fingerprint, not NoneType"),
    ("retired_secrets", ["hunter2", " "], "item 2 is empty: give a secret or its sha256: fingerprint, or take the item out"),
    ("retired_secrets", "", "item 1 is empty: give a secret or its sha256: fingerprint, or take the item out"),
    ("retired_secrets", "hunter2,", "item 2 is empty"),
    ("retired_secrets", ["sha512:" + 128 * "0"], "item 1 can be neither a secret nor a fingerprint: secrets are of letters"),
    ("retired_secrets", ["sha1:" + 40 * "0"], "item 1 can be neither"),
    ("retired_secrets", ["hunter2\nhunter2"], "item 1 can be neither"),
    ("retired_secrets", ["hunter2 hunter2"], "item 1 can be neither"),
    ("retired_secrets", ["********"], "item 1 can be neither"),
    ("retired_secrets", ["hunter2…"], "item 1 can be neither"),
    ("retired_secrets", ["hunter2\u200b"], "item 1 can be neither"),
    ("retired_secrets", ["sha256:" + 64 * "0" + " hunter2\nsha256:" + 64 * "1"], "item 1 must be sha256: and 64 hex digits"),
    ("retired_secrets", [63 * "0"], "item 1 has 63 hex digits: more than a secret, and a SHA-256 digest has 64"),
    ("retired_secrets", [128 * "a"], "item 1 has 128 hex digits"),
    ("retired_secrets", [64 * "0" + "  -\n" + 64 * "1" + "  -"], "item 1 can be neither"),
    ("retired_secrets", ["hunter2", "sha256:" + 63 * "0"], "item 2 must be sha256: and 64 hex digits, it has 63 characters after the colon"),
    ("retired_secrets", ["SHA256:" + 65 * "0"], "item 1 must be sha256: and 64 hex digits, it has 65 characters after the colon"),
    ("retired_secrets", ["sha256:" + 64 * "g"], "item 1 must be sha256: and 64 hex digits"),
]


@pytest.mark.parametrize(("field", "value", "says"), BAD)
def test_bad_input(field: str, value: Any, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        PROJECT.parse({"name": "acme", field: value})
    (problem,) = caught.value.problems
    assert problem.field == field
    assert says in problem.message
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("inputs", "field", "says"),
    [
        ({}, "name", "missing: declare a name, or the id of a project that exists"),
        ({"status": "active"}, "name", "missing"),
        ({"name": "a", "adopt": True, "allow_duplicate_name": True}, "adopt", "contradicts allow_duplicate_name"),
        ({"existing_id": "1", "allow_duplicate_name": True}, "existing_id", "contradicts allow_duplicate_name"),
    ],
)
def test_inputs_that_do_not_go_together(inputs: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        PROJECT.parse(inputs)
    (problem,) = caught.value.problems
    assert problem.field == field
    assert says in problem.message


def test_all_problems_are_said_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        PROJECT.parse({"name": "", "status": "x", "on_delete": "x", "adopt": "x", "secret_triggers": "x"})
    assert {problem.field for problem in caught.value.problems} == {"name", "status", "on_delete", "adopt", "secret_triggers"}
    assert str(caught.value).count("; ") >= 4


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
