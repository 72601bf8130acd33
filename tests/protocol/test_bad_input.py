# SPDX-License-Identifier: Apache-2.0
"""Bad input of every kind is a failure of `check`, of one line each: the tables of tests/things/. `judge` could not even send a request."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from pulumi_opentok.core import fingerprint
from pulumi_opentok.session import SessionProvider
from pulumi_opentok.token import TokenProvider
from tests.kinds.kinds import every_kind
from tests.protocol.dynamic_server import DynamicServer
from tests.things.refused import TABLES, Refused
from tests.things.rows import MISTAKEN_SECRET, NEVER_SHOWN, Row
from tests.things.sessions import GOOD_SESSIONS, GOOD_TOKENS, ROUTED, TO_ROOM

PROVIDERS = {found.name: found.provider for found in every_kind()}
NOT_SENT = {"project": 10, "sip_trunk": 5}
"""How many rows cannot be sent."""


def sent(value: Any) -> bool:
    """Whether the engine's protocol has such a value."""
    if isinstance(value, list | dict):
        return all(map(sent, value.values() if isinstance(value, dict) else value))
    if isinstance(value, str):
        return value.encode(errors="replace").decode() == value
    return isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))


def of_floats(text: str) -> str:
    """What is said of a number that arrives as all do in Pulumi."""
    return re.sub(r"\bnot int\b( \d+)?", lambda found: "not float" + (f"{found[1]}.0" if found[1] else ""), text)


def unnamed(table: Refused, inputs: dict[str, Any], field: str) -> bool:
    """The engine prints the value of the property that a failure names: what may be secret is named in the text alone.

    So is what the engine would find no value of, and a secret in a wrong place.
    """
    return bool(field in table.kind.secret_inputs or {".", "["} & set(field) or MISTAKEN_SECRET in inputs.values())


def sendable(table: Refused) -> list[tuple[dict[str, Any], Row]]:
    """The rows that can be sent, each after its whole declaration."""
    rows = [({name: value for name, value in {**table.usual, **row[0]}.items() if value is not None}, row) for row in table.rows]
    return [(inputs, row) for inputs, row in rows if set(inputs) <= set(table.kind.inputs) and all(map(sent, inputs.values()))]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind.name)
def test_a_wrong_value(judge: DynamicServer, table: Refused) -> None:
    """All rows in one test: each takes a millisecond."""
    rows = sendable(table)
    assert len(table.rows) - len(rows) == NOT_SENT.get(table.kind.name, 0)
    rows = [(whole, row) for whole, row in rows if judge.takes(table.kind, whole)]
    for whole, (inputs, fields, says) in rows:
        _, failures = judge.of(PROVIDERS[table.kind.name]).check(whole)
        assert set(failures) == {"" if unnamed(table, inputs, field) else field for field in fields}, inputs
        lines = [line if name == "" else f"{name}: {line}" for name, text in failures.items() for line in text.split("\n")]
        named = [line.partition(": ") for line in lines]
        assert sorted(field for field, _, _ in named) == sorted(fields), inputs
        wrong = [message for _, _, message in named if not message.startswith(of_floats(says)) or len(message) >= 250]
        assert (inputs, wrong) == (inputs, [])
        assert [text for text in ("\r", "\0", *NEVER_SHOWN) if text in "\n".join(lines)] == [], inputs


def test_there_is_a_table_of_every_kind() -> None:
    assert {table.kind.name for table in TABLES} == set(PROVIDERS)


def test_what_is_right_passes(judge: DynamicServer) -> None:
    for provider, usual, rows in ((SessionProvider, ROUTED, GOOD_SESSIONS), (TokenProvider, TO_ROOM, GOOD_TOKENS)):
        for inputs in rows:
            assert judge.of(provider).check({**usual, **inputs})[1] == {}, inputs


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
