# SPDX-License-Identifier: Apache-2.0
"""Bad input is a failure of `check` that names the property and says what would be right; `judge` could not even send a request."""

from __future__ import annotations

from typing import Any

import pytest

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


@pytest.mark.parametrize("name", ["Zoë's “café” 🎥", " leading and trailing ", "x" * 200, "a/b?c#d%20", "null", "\u202eright to left"])
def test_names_as_customers_write_them(judge: DynamicServer, name: str) -> None:
    checked, failures = judge.check({"name": name})
    assert failures == {}
    assert checked["name"] == name
