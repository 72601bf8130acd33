# SPDX-License-Identifier: Apache-2.0
"""Bad input is a failure of `check` that names the property and says what would be right; `judge` could not even send a request."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pulumi_opentok.core import fingerprint
from pulumi_opentok.core.desired import PROJECT
from tests.protocol.dynamic_server import DynamicServer
from tests.things.project import BAD_PROJECTS, HIDDEN, row_id

SECRETS = {"retired_secrets"}
"""The engine prints the value of the property that a failure names: these are named in the text alone."""


def sent(value: Any) -> bool:
    """Whether the engine's protocol has such a value."""
    if isinstance(value, list | dict):
        return all(map(sent, value.values() if isinstance(value, dict) else value))
    if isinstance(value, str):
        return value.encode(errors="replace").decode() == value
    return isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))


SENT = [
    (inputs, fields, says)
    for inputs, fields, says in BAD_PROJECTS
    if set(inputs) <= set(PROJECT.inputs) and all(sent(value) for value in inputs.values() if value is not None)
]


@pytest.mark.parametrize(("inputs", "fields", "says"), SENT, ids=row_id)
def test_a_wrong_value(judge: DynamicServer, inputs: dict[str, Any], fields: list[str], says: str) -> None:
    _, failures = judge.check({name: value for name, value in {"name": "Acme", **inputs}.items() if value is not None})
    assert set(failures) == {"" if field in SECRETS or "." in field else field for field in fields}
    named = dict(text.split(": ", 1) for text in [text if name == "" else f"{name}: {text}" for name, text in failures.items()])
    assert set(named) == set(fields)
    # A number of the table arrives as another one.
    number = any(type(value) is int for value in inputs.values())
    assert all((says.partition(", not ")[0] if number else says.partition(", not int")[0]) in text for text in named.values())
    assert all("\n" not in text for text in failures.values())
    assert HIDDEN not in str(failures)


def test_all_rows_are_sent_but_those_that_cannot_be() -> None:
    assert len(BAD_PROJECTS) - len(SENT) == 9


@pytest.mark.parametrize("name", ["Zoë's “café” 🎥", "x" * 200, "a/b?c#d%20", "null"])
def test_names_as_customers_write_them(judge: DynamicServer, name: str) -> None:
    checked, failures = judge.check({"name": name})
    assert failures == {}
    assert checked["name"] == name


def test_retired_secrets_leave_check_as_fingerprints(judge: DynamicServer) -> None:
    given = ["hunter2hunter2", fingerprint("b"), fingerprint("b").upper().replace("SHA", "sha"), "b\n", fingerprint("b")[7:] + "  -\n"]
    checked, failures = judge.check({"name": "Acme", "retired_secrets": given})
    assert failures == {}
    assert checked["retired_secrets"] == sorted([fingerprint("hunter2hunter2"), fingerprint("b")])
