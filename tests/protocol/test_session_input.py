# SPDX-License-Identifier: Apache-2.0
"""Bad input of sessions and tokens by the real provider: the tables of tests/things/sessions.py; `judge` could not even send a request."""

from __future__ import annotations

from typing import Any

from pulumi_opentok.session import SessionProvider
from pulumi_opentok.token import TokenProvider
from tests.protocol.dynamic_server import DynamicServer
from tests.things.sessions import BAD_SESSIONS, BAD_TOKENS, GOOD_SESSIONS, GOOD_TOKENS, LONG, MISTAKEN_SECRET, ROUTED, TO_ROOM, Row


def given(usual: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """What the engine sends: numbers are floats, what is unset is not there."""
    return {name: float(value) if type(value) is int else value for name, value in {**usual, **inputs}.items() if value is not None}


def refused(server: DynamicServer, usual: dict[str, Any], rows: list[Row]) -> int:
    """Checks each row; how many there were. All in one test: a row takes a millisecond."""
    for inputs, fields, says in rows:
        _, failures = server.check(given(usual, inputs))
        named = {text.partition(":")[0] if name == "" else name for name, text in failures.items()}
        assert named == set(fields), inputs
        first = failures.get(fields[0], failures.get("", ""))
        # A number of the table arrives as another one.
        assert says.partition(", not int")[0] in first, inputs
        assert [text for text in ("\n", "\r", "\0", LONG, MISTAKEN_SECRET) if text in str(failures.values())] == [], inputs
        assert len(first) < 250, inputs
    return len(rows)


def test_sessions(judge: DynamicServer) -> None:
    assert refused(judge.of(SessionProvider), ROUTED, BAD_SESSIONS) > 50


def test_tokens(judge: DynamicServer) -> None:
    assert refused(judge.of(TokenProvider), TO_ROOM, BAD_TOKENS) > 50


def test_a_secret_in_a_wrong_place_is_not_quoted_by_the_engine_either(judge: DynamicServer) -> None:
    """The engine prints the value of the property that a failure names."""
    for provider, usual, rows in ((SessionProvider, ROUTED, BAD_SESSIONS), (TokenProvider, TO_ROOM, BAD_TOKENS)):
        mistaken = [inputs for inputs, _, _ in rows if MISTAKEN_SECRET in inputs.values()]
        assert len(mistaken) > 5
        for inputs in mistaken:
            assert list(judge.of(provider).check(given(usual, inputs))[1]) == [""], inputs


def test_what_is_right_passes(judge: DynamicServer) -> None:
    for provider, usual, rows in ((SessionProvider, ROUTED, GOOD_SESSIONS), (TokenProvider, TO_ROOM, GOOD_TOKENS)):
        for inputs in rows:
            assert judge.of(provider).check(given(usual, inputs))[1] == {}, inputs
