# SPDX-License-Identifier: Apache-2.0
"""Times of the API, in all the ways in which it writes them; what cannot be one is none, and no error."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core.http.objects import moment, safe_id

UTC = datetime.timezone.utc
IN_2020 = datetime.datetime(2020, 1, 16, 8, 23, 28, tzinfo=UTC)
SECONDS = 1_579_163_008


@pytest.mark.parametrize(
    "written",
    [
        SECONDS * 1000,
        SECONDS,
        float(SECONDS),
        SECONDS * 1000.0,
        str(SECONDS * 1000),
        str(SECONDS),
        f"{SECONDS}.0",
        "2020-01-16 08:23:28.0",
        "2020-01-16 08:23:28",
        "2020-01-16T08:23:28Z",
        "2020-01-16T08:23:28.000000000Z",
        "2020-01-16T09:23:28+01:00",
        "2020-01-16T09:23:28+0100",
    ],
)
def test_the_same_moment(written: Any) -> None:
    assert moment(written) == IN_2020


def in_days(days: float) -> float:
    return (datetime.datetime.now(UTC) + datetime.timedelta(days=days)).timestamp()


@pytest.mark.parametrize("days", [0, 0.9, -0.1, -400])
def test_what_can_be(days: float) -> None:
    for unit in (1, 1000):
        found = moment(round(in_days(days) * unit))
        assert found is not None
        assert abs(found.timestamp() - in_days(days)) < 60


@pytest.mark.parametrize(
    "written",
    [
        *(None, True, False, "", " ", "soon", "Fri Feb 14 05:14:54 PST 2025", [], {}, "1e9", "-1", "\u0661\u0662\u0663", "9" * 400),
        *(0, 1, -SECONDS, 1_262_303_999, 1_262_303_999_000, 10**30, 1e300, float("nan"), float("inf"), "2009-12-31 23:59:59.0"),
        *("2020-13-01 00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2020-01-16T08:23:28+99:99"),
    ],
)
def test_what_cannot_be(written: Any) -> None:
    assert moment(written) is None


@pytest.mark.parametrize("days", [1.1, 400, 40_000])
def test_what_has_not_come_yet(days: float) -> None:
    assert moment(in_days(days)) is None
    assert moment(in_days(days) * 1000) is None


STAMPS = st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)", fullmatch=True)


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), STAMPS))
def test_nothing_crashes(written: Any) -> None:
    found = moment(written)
    assert found is None or found.year >= 2010
    assert safe_id(written) is None or str(written).isprintable()
