# SPDX-License-Identifier: Apache-2.0
"""When a window is open, also over midnight and when the clocks change."""

from __future__ import annotations

import datetime
import itertools
import zoneinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core.desired.project.windows import DAYS, parse_window
from pulumi_opentok.core.errors import InvalidInput

NIGHT = {"start": "02:00", "end": "05:00"}


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("window", "moment", "is_open"),
    [
        (NIGHT, "2026-11-23T02:00+00:00", True),
        (NIGHT, "2026-11-23T04:59:59+00:00", True),
        (NIGHT, "2026-11-23T05:00+00:00", False),
        (NIGHT, "2026-11-23T01:59+00:00", False),
        ({**NIGHT, "timezone": "Europe/Berlin"}, "2026-11-23T01:30+00:00", True),
        ({**NIGHT, "timezone": "Europe/Berlin"}, "2026-07-23T00:30+00:00", True),
        ({**NIGHT, "days": ["mon"]}, "2026-11-23T03:00+00:00", True),
        ({**NIGHT, "days": ["Tuesday"]}, "2026-11-23T03:00+00:00", False),
        ({"start": "22:00", "end": "02:00", "days": ["sun"]}, "2026-11-23T01:00+00:00", True),
        ({"start": "22:00", "end": "02:00", "days": ["mon"]}, "2026-11-23T01:00+00:00", False),
        ({"start": "22:00", "end": "02:00", "days": ["mon"]}, "2026-11-23T23:00+00:00", True),
    ],
)
def test_is_open(window: dict[str, Any], moment: str, is_open: bool) -> None:
    assert parse_window(window, "w").is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("window", "moment", "opens"),
    [
        (NIGHT, "2026-11-23T12:00+00:00", "2026-11-24T02:00+00:00"),
        (NIGHT, "2026-11-23T01:00+00:00", "2026-11-23T02:00+00:00"),
        ({**NIGHT, "days": ["mon"]}, "2026-11-23T03:00+00:00", "2026-11-30T02:00+00:00"),
        ({**NIGHT, "days": ["sat"], "timezone": "America/New_York"}, "2026-11-23T12:00+00:00", "2026-11-28T02:00-05:00"),
        # 02:30 does not exist in Berlin on 29 March 2026, and comes twice on 25 October.
        ({"start": "02:30", "end": "04:00", "timezone": "Europe/Berlin"}, "2026-03-28T23:00+00:00", "2026-03-29T01:30+00:00"),
        ({"start": "02:30", "end": "04:00", "timezone": "Europe/Berlin"}, "2026-10-24T23:00+00:00", "2026-10-25T00:30+00:00"),
        # What the clocks skip altogether is made up for right after.
        ({"start": "02:00", "end": "03:00", "timezone": "Europe/Berlin", "days": ["sun"]}, "2026-03-28T23:00+00:00", "2026-03-29T01:00+00:00"),
    ],
)
def test_next_opening(window: dict[str, Any], moment: str, opens: str) -> None:
    assert parse_window(window, "w").next_opening(at(moment)).timestamp() == at(opens).timestamp()


@given(
    st.datetimes(min_value=datetime.datetime(2026, 1, 1), max_value=datetime.datetime(2027, 12, 31), timezones=st.just(datetime.timezone.utc)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 23),
    st.integers(1, 23),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_the_next_opening_is_open_and_ahead(moment: datetime.datetime, days: set[str], start: int, length: int, zone: str) -> None:
    window = parse_window({"days": sorted(days), "start": f"{start}:00", "end": f"{(start + length) % 24}:00", "timezone": zone}, "w")
    opening = window.next_opening(moment).astimezone(datetime.timezone.utc)
    assert opening > moment
    assert opening - moment <= datetime.timedelta(days=8)
    assert window.is_open(opening)


ZONES = ["Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "America/Santiago"]


@pytest.mark.parametrize("zone", [*ZONES, "Pacific/Auckland", "Antarctica/Troll", "Africa/Casablanca"])
def test_every_opening_that_is_announced_opens_also_when_clocks_change(zone: str) -> None:
    """Around each change of two years: windows of some lengths, from each quarter of an hour on, on the day of the change."""
    changes = 0
    day = datetime.datetime(2026, 1, 1, 12, tzinfo=zoneinfo.ZoneInfo(zone))
    for _ in range(730):
        before, day = day, day + datetime.timedelta(days=1)
        if before.utcoffset() == day.utcoffset():
            continue
        changes += 1
        for minute, length in itertools.product(range(-60, 255, 15), (1, 15, 30, 60, 90, 1425)):
            start, end = ((day.replace(hour=0) + datetime.timedelta(minutes=shift)).strftime("%H:%M") for shift in (minute, minute + length))
            declared = {"start": start, "end": end, "timezone": zone, "days": [DAYS[(day - datetime.timedelta(days=minute < 0)).weekday()]]}
            window = parse_window(declared, "w")
            opening = window.next_opening(before.replace(hour=3) - datetime.timedelta(days=1)).astimezone(datetime.timezone.utc)
            assert window.is_open(opening), (declared, opening)
            assert not window.is_open(opening - datetime.timedelta(seconds=1)) or length > 1400, (declared, opening)
    assert changes >= 2, zone


@given(
    st.datetimes(min_value=datetime.datetime(2020, 1, 1), max_value=datetime.datetime(2029, 12, 31), timezones=st.just(datetime.timezone.utc)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 24 * 60 - 1),
    st.integers(1, 24 * 60 - 1),
    st.sampled_from(sorted(zoneinfo.available_timezones())),
)
def test_every_opening_that_is_announced_opens(moment: datetime.datetime, days: set[str], start: int, length: int, zone: str) -> None:
    clock = [f"{minute // 60 % 24}:{minute % 60:02}" for minute in (start, start + length)]
    window = parse_window({"days": sorted(days), "start": clock[0], "end": clock[1], "timezone": zone}, "w")
    opening = window.next_opening(moment)
    assert opening > moment
    assert window.is_open(opening)


@pytest.mark.parametrize("days", [["sat", "sun"], ["SAT", " Sunday "], ["satur", "sund"]])
def test_days(days: list[str]) -> None:
    assert parse_window({**NIGHT, "days": days}, "w").days == {5, 6}


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("02:00-05:00", "w: must be a map"),
        ({}, "w.start: must be a time of day"),
        ({"start": "02:00"}, "w.end: must be a time of day"),
        ({"start": 120, "end": "05:00"}, "in quotes"),
        ({"start": "25:00", "end": "05:00"}, "not '25:00'"),
        ({"start": "02:00", "end": "02:00"}, "never opens"),
        ({**NIGHT, "days": []}, "never opens"),
        ({**NIGHT, "days": "mon"}, "w.days: must be a list"),
        ({**NIGHT, "days": ["mon", "someday"]}, "not 'someday'"),
        ({**NIGHT, "days": ["sunglasses"]}, "not 'sunglasses'"),
        ({**NIGHT, "days": ["su"]}, "not 'su'"),
        ({**NIGHT, "days": ["mon", 7]}, "not 7"),
        ({**NIGHT, "days": [None]}, "not None"),
        ({**NIGHT, "timezone": "Mars/Olympus"}, "w.timezone: must be a time zone such as 'Europe/Berlin', not 'Mars/Olympus'"),
        ({**NIGHT, "timezone": "../../etc/passwd"}, "w.timezone"),
        ({**NIGHT, "timezone": 3}, "w.timezone"),
        ({**NIGHT, "applies_to": "some"}, "must be 'age' or 'all'"),
        ({**NIGHT, "zone": "UTC"}, "has no 'zone'"),
    ],
)
def test_refused_with_what_would_be_right(window: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_window(window, "w")
    assert words in str(refused.value)
