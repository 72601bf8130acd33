# SPDX-License-Identifier: Apache-2.0
"""Durations as people write them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core.desired.durations import duration_text, parse_duration
from pulumi_opentok.core.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("90d", 2160),
        ("12h", 12),
        ("1w", 168),
        ("1w2d", 216),
        ("30m", 0.5),
        ("1d12h", 36),
        ("P90D", 2160),
        ("PT12H", 12),
        ("P1W", 168),
        ("p1dt1h30m", 25.5),
    ],
)
def test_read(text: str, hours: float) -> None:
    assert parse_duration(text, "secret_max_age") == datetime.timedelta(hours=hours)


NOTHING = ["", " ", "P", "PT", "d", None, []]
WRONG = ["0", "0d", "PT0H", "-1d", "90x", "90", "1.5d", "P1Y", "P3M", "99999999999999d", "4000d", 90, 1.5, True]


@pytest.mark.parametrize("text", NOTHING + WRONG)
def test_refused_with_what_would_be_right(text: object) -> None:
    with pytest.raises(InvalidInput, match=r"^secret_max_age: must be .*d"):
        parse_duration(text, "secret_max_age")


@given(st.integers(min_value=1, max_value=3650 * 1440))
def test_round_trip(minutes: int) -> None:
    duration = datetime.timedelta(minutes=minutes)
    assert parse_duration(duration_text(duration), "f") == duration
