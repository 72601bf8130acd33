# SPDX-License-Identifier: Apache-2.0
"""Every bad input is one line that names the property and the rule, and shows no secret and no more of a long value than fits.

The tables are in tests/things/; tests/protocol/test_bad_input.py sends the same to the real provider.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from tests.things.refused import TABLES, Refused
from tests.things.rows import NEVER_SHOWN

ROWS = [(table, *row) for table in TABLES for row in table.rows]


def short(value: Any) -> str:
    return value.kind.name if isinstance(value, Refused) else ascii(value)[:60]


@pytest.mark.parametrize(("table", "inputs", "fields", "says"), ROWS, ids=short)
def test_what_is_refused(table: Refused, inputs: dict[str, Any], fields: list[str], says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        table.kind.parse({**table.usual, **inputs})
    problems = caught.value.problems
    assert [problem.field for problem in problems] == fields
    assert [problem.message for problem in problems if not problem.message.startswith(says) or len(problem.message) >= 250] == []
    assert str(caught.value).count("; ") >= len(fields) - 1
    texts = (str(caught.value), repr(caught.value), str(problems), repr(caught.value.__cause__))
    assert [hidden for hidden in NEVER_SHOWN for text in texts if hidden in text] == []
    assert len(str(caught.value).splitlines()) == 1
    assert "\0" not in str(caught.value)


@pytest.mark.parametrize("table", TABLES, ids=short)
def test_every_property_has_its_rows(table: Refused) -> None:
    named = {re.split(r"[.\[]", field)[0] for _, fields, _ in table.rows for field in fields}
    assert set(table.kind.inputs) <= named <= {row.name for row in table.kind.table}
