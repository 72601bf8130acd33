# SPDX-License-Identifier: Apache-2.0
"""What a declaration of a session or a token may be, and what is not judged yet. What is refused: test_bad_input.py."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired import Kind
from pulumi_opentok.core.desired.session import SESSION
from pulumi_opentok.core.desired.token import TOKEN
from tests.things.sessions import ACME, GOOD_SESSIONS, GOOD_TOKENS, ROOM, ROUTED, TO_ROOM

SESSIONS: list[tuple[Kind[Any, Any, Any], dict[str, Any]]] = [(SESSION, {**ROUTED, **inputs}) for inputs in GOOD_SESSIONS]
GOOD = [*SESSIONS, *((TOKEN, {**TO_ROOM, **inputs}) for inputs in GOOD_TOKENS)]


@pytest.mark.parametrize(("kind", "inputs"), GOOD, ids=lambda value: value.name if isinstance(value, Kind) else str(value)[:60])
def test_what_is_taken(kind: Kind[Any, Any, Any], inputs: dict[str, Any]) -> None:
    assert kind.parse(inputs) == kind.parse(kind.canonical(inputs))


@pytest.mark.parametrize("name", SESSION.inputs)
def test_an_unknown_value_of_a_session_is_not_judged(name: str) -> None:
    """Whatever else is declared: what the unknown value could be so that it fits is not contradicted."""
    archived = {**ROUTED, "archive_mode": "always", "archive_name": "a", "archive_resolution": "640x480"}
    for inputs in (ROUTED, archived, {**ROUTED, "e2ee": True}, {**ROUTED, "existing_id": ROOM}):
        SESSION.parse({key: value for key, value in inputs.items() if key != name}, unknown=[name])


@pytest.mark.parametrize("name", TOKEN.inputs)
def test_an_unknown_value_of_a_token_is_not_judged(name: str) -> None:
    for inputs in (TO_ROOM, {**TO_ROOM, "expires_in": "7d", "renew_before": "2d", "role": "moderator", "data": "x"}):
        TOKEN.parse({key: value for key, value in inputs.items() if key != name}, unknown=[name])


def test_the_project_of_the_pair_is_the_default() -> None:
    assert SESSION.parse({}, api_key=ACME).project == ACME
    assert SESSION.parse({"project": "46000009"}, api_key=ACME).project == "46000009"
    with pytest.raises(InvalidInput, match=r"existing_id: .*its project is '46000001', declared is '46000002'"):
        SESSION.parse({"existing_id": ROOM}, api_key="46000002")


def test_what_stays_wrong_whatever_is_still_unknown() -> None:
    with pytest.raises(InvalidInput, match="archive_mode: 'always' needs media_mode 'routed'"):
        SESSION.parse({"media_mode": "relayed", "archive_mode": "always"}, unknown=["project"])
    with pytest.raises(InvalidInput, match="renew_before: must be shorter"):
        TOKEN.parse({"renew_before": "2d"}, unknown=["session"])
