# SPDX-License-Identifier: Apache-2.0
"""Bad input is a failure of `check` that names the property and says what would be right; `judge` could not even send a request."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import fingerprint
from tests.protocol.dynamic_server import DynamicServer

A_LIST = ["a"]


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("name", "", "must not be empty"),
        ("name", " \t", "must not be empty or blank"),
        ("name", 3, "must be a string"),
        ("name", True, "must be a string"),
        ("name", A_LIST, "must be a string"),
        ("name", {"a": "b"}, "must be a string"),
        ("name", "two\nlines", "line breaks"),
        ("status", "paused", "must be 'active' or 'suspended', not 'paused'"),
        ("status", "ACTIVE", "must be 'active' or 'suspended'"),
        ("status", "", "must be 'active' or 'suspended'"),
        ("status", True, "must be 'active' or 'suspended'"),
        ("status", A_LIST, "must be 'active' or 'suspended'"),
        ("status", {"a": "b"}, "must be 'active' or 'suspended'"),
        ("on_delete", "keep", "must be 'delete' or 'suspend' or 'retain', not 'keep'"),
        ("on_delete", 1, "must be 'delete' or 'suspend' or 'retain'"),
        ("existing_id", "../46000001", "must be a project id"),
        ("existing_id", "", "must be a project id"),
        ("existing_id", 1.5, "must be a project id"),
        ("existing_id", "x" * 65, "must be a project id"),
        ("existing_id", A_LIST, "must be a project id"),
        ("adopt", "yes", "must be true or false"),
        ("adopt", 1, "must be true or false"),
        ("allow_duplicate_name", "no", "must be true or false"),
        ("secret_triggers", "2", "must be a map"),
        ("secret_triggers", A_LIST, "must be a map"),
        ("secret_triggers", {"v": A_LIST}, "the value of 'v' must be a string"),
        ("secret_triggers", {"v": {"w": "x"}}, "the value of 'v' must be a string"),
        ("secret_max_age", "90x", "must be a duration such as 90d"),
        ("secret_max_age", "0d", "must be longer than 0"),
        ("secret_max_age", "-1d", "must be a duration"),
        ("secret_max_age", 90, "must be a duration"),
        ("on_external_rotation", "ignore", "must be 'rotate' or 'adopt' or 'fail', not 'ignore'"),
        ("rotation_window", "02:00-05:00", "must be a map"),
    ],
)
def test_a_wrong_value(judge: DynamicServer, field: str, value: Any, right: str) -> None:
    _, failures = judge.check({"name": "Acme", field: value})
    assert list(failures) == [field]
    assert right in failures[field]
    assert "\n" not in failures[field]


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({}, "name"),
        ({"status": "active"}, "name"),
        ({"name": "Acme", "adopt": True, "allow_duplicate_name": True}, "adopt"),
        ({"existing_id": "46000001", "allow_duplicate_name": True}, "existing_id"),
    ],
)
def test_a_contradiction_or_a_gap(judge: DynamicServer, inputs: dict[str, Any], field: str) -> None:
    _, failures = judge.check(inputs)
    assert list(failures) == [field]


def test_all_mistakes_are_found_at_once(judge: DynamicServer) -> None:
    _, failures = judge.check({"name": 3, "status": "paused", "on_delete": "keep", "existing_id": "?", "adopt": "x", "secret_triggers": "2"})
    assert set(failures) == {"name", "status", "on_delete", "existing_id", "adopt", "secret_triggers"}


@pytest.mark.parametrize(
    ("name", "right"),
    [(" leading and trailing ", "must not begin or end with whitespace"), ("\u202eright to left", "text direction")],
)
def test_names_that_no_run_would_find_again_or_nobody_reads_as_they_are(judge: DynamicServer, name: str, right: str) -> None:
    _, failures = judge.check({"name": name})
    assert list(failures) == ["name"]
    assert right in failures["name"]


@pytest.mark.parametrize("name", ["Zoë's “café” 🎥", "x" * 200, "a/b?c#d%20", "null"])
def test_names_as_customers_write_them(judge: DynamicServer, name: str) -> None:
    checked, failures = judge.check({"name": name})
    assert failures == {}
    assert checked["name"] == name


@pytest.mark.parametrize(
    ("window", "field", "right"),
    [
        ({"start": "02:00", "end": "02:00"}, "rotation_window", "never opens"),
        ({"start": "02:00", "end": "05:00", "days": []}, "rotation_window.days", "never opens"),
        ({"start": "02:00", "end": "05:00", "timezone": "Mars/Olympus"}, "rotation_window.timezone", "not 'Mars/Olympus'"),
        ({"start": 120, "end": "05:00"}, "rotation_window.start", "must be a time of day"),
    ],
)
def test_a_wrong_window(judge: DynamicServer, window: dict[str, Any], field: str, right: str) -> None:
    _, failures = judge.check({"name": "Acme", "rotation_window": window})
    (said,) = [text if name == "" else f"{name}: {text}" for name, text in failures.items()]
    assert list(failures) == ["" if "." in field else field]
    assert said.startswith(f"{field}: ")
    assert right in said


def test_a_trigger_that_may_have_been_another_text(judge: DynamicServer) -> None:
    _, failures = judge.check({"name": "Acme", "secret_triggers": {"release": 1.10, "whole": 3}})
    assert failures["secret_triggers"].startswith("the value of 'release' is a number; ")


@pytest.mark.parametrize(
    ("retired", "right"),
    [
        (["hunter2hunter2", "sha256:abc"], "item 2 must be sha256: and 64 hex digits, it has 3 characters"),
        (["hunter2hunter2", ""], "item 2 is empty"),
        ("", "item 1 is empty"),
        (["hunter2hunter2", "sha512:hunter2"], "item 2 can be neither a secret nor a fingerprint"),
        (["hunter2hunter2", 3], "item 2 must be a secret"),
        ({"a": "hunter2hunter2"}, "must be a list"),
    ],
)
def test_a_wrong_retired_secret_is_not_quoted(judge: DynamicServer, retired: Any, right: str) -> None:
    """The engine prints the value of the property that a failure names."""
    _, failures = judge.check({"name": "Acme", "retired_secrets": retired})
    assert list(failures) == [""]
    assert failures[""].startswith("retired_secrets: ")
    assert right in failures[""]
    assert "hunter2" not in failures[""]


def test_retired_secrets_leave_check_as_fingerprints(judge: DynamicServer) -> None:
    given = ["hunter2hunter2", fingerprint("b"), fingerprint("b").upper().replace("SHA", "sha"), "b\n", fingerprint("b")[7:] + "  -\n"]
    checked, failures = judge.check({"name": "Acme", "retired_secrets": given})
    assert failures == {}
    assert checked["retired_secrets"] == sorted([fingerprint("hunter2hunter2"), fingerprint("b")])
