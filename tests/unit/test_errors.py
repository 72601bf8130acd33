# SPDX-License-Identifier: Apache-2.0
"""Error texts are one line, whatever goes into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core import (
    ApiError,
    Forbidden,
    InvalidInput,
    InvalidResponse,
    MissingLibrary,
    NoResponse,
    NotFound,
    OpenTokError,
    Problem,
    RateLimited,
    ServerError,
)
from pulumi_opentok.core.errors import join_words, one_line, quote


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("two\nlines", "two lines"),
        ("\r\n\ttabs\x1b[31m and escapes", "tabs"),
        ("umlauts stay: Müller 🎉", "umlauts stay: Müller 🎉"),
        ("\u2028separator", "separator"),
        ("to the left\u202e\u2066\u200f\u061c\u200b", "to the left"),
        ("C1 \x9b2J, half \ud800, tag \U000e0041", "C1  2J, half  , tag"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert line in one_line(text)
    assert one_line(text).isprintable()


@given(st.text(max_size=300), st.integers(min_value=1, max_value=100))
def test_one_line_is_printable_and_short_for_any_text(text: str, limit: int) -> None:
    assert one_line(text, limit).isprintable()
    assert len(one_line(text, limit)) <= limit


def test_what_is_cut_says_so() -> None:
    assert one_line("x" * 100, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a", "'a'"), ("", "''"), (3, "3"), (True, "True"), (None, "None"), (["a"], "['a']"), ("x" * 100, "'" + "x" * 59 + "…'")],
)
def test_quoted(value: object, shown: str) -> None:
    assert quote(value) == shown


@pytest.mark.parametrize(
    ("values", "shown"), [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), ([1, 2], "1 and 2")]
)
def test_listed(values: list[object], shown: str) -> None:
    assert join_words(values) == shown
    assert join_words(iter(values)) == shown


@given(st.text(max_size=200))
def test_no_text_can_forge_a_line_of_an_error(text: str) -> None:
    assert str(OpenTokError(text)).isprintable()
    assert str(InvalidInput(Problem("name", text))).isprintable()


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (ServerError("x", operation="project.create", status=500), True),
        (InvalidResponse("x", operation="project.create"), True),
        (NoResponse("x", operation="project.create", outcome_unknown=True), True),
        (NoResponse("x", operation="project.create", outcome_unknown=False), False),
        (ServerError("x", operation="project.list", status=500), False),
        (InvalidResponse("x", operation="project.get"), False),
        (ApiError("x", operation="project.create", status=409), True),
        (ApiError("x", operation="project.get", status=409), False),
        (Forbidden("x", operation="project.create", status=403), False),
        (NotFound("x", operation="project.create", status=404), False),
        (RateLimited("x", operation="project.create", status=429), False),
        (OpenTokError("x"), False),
    ],
)
def test_whether_it_may_have_been_done(error: OpenTokError, unknown: bool) -> None:
    assert error.outcome_unknown is unknown


def test_a_missing_library_says_how_to_get_it() -> None:
    assert str(MissingLibrary("requests")) == "the Python library requests is missing: install it with `pip install requests`"


def test_problems_are_joined() -> None:
    assert str(InvalidInput([Problem("a", "must be b"), Problem("c", "must be d")])) == "a: must be b; c: must be d"
