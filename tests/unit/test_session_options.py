# SPDX-License-Identifier: Apache-2.0
"""Options of a session that contradict each other are named before any request."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core.api.sessions import RESOLUTIONS, SessionOptions

PLAIN = {"media_mode": "relayed", "archive_mode": "manual", "archive_name": None, "archive_resolution": None, "location": None, "e2ee": False}
ALWAYS = {"media_mode": "routed", "archive_mode": "always"}

GOOD: list[dict[str, Any]] = [
    {},
    {"media_mode": "routed"},
    {"location": "198.51.100.7"},
    {"media_mode": "routed", "e2ee": True},
    ALWAYS,
    {**ALWAYS, "archive_name": "n" * 80},
    *({**ALWAYS, "archive_resolution": one} for one in RESOLUTIONS),
]

BAD = [
    ({"media_mode": "p2p"}, ["media_mode"], "must be 'relayed' or 'routed', not 'p2p'"),
    ({"archive_mode": "sometimes"}, ["archive_mode"], "must be 'manual' or 'always', not 'sometimes'"),
    ({"archive_mode": "always"}, ["archive_mode"], "'always' needs media_mode 'routed'"),
    ({"e2ee": True}, ["e2ee"], "needs media_mode 'routed' and archive_mode 'manual'"),
    ({**ALWAYS, "e2ee": True}, ["e2ee"], "encrypted media cannot be archived"),
    ({"e2ee": True, "archive_mode": "always"}, ["archive_mode", "e2ee"], "'always' needs"),
    ({"archive_name": "a"}, ["archive_name"], "only goes with archive_mode 'always'"),
    ({"archive_resolution": "1280x720"}, ["archive_resolution"], "only goes with archive_mode 'always'"),
    ({**ALWAYS, "archive_name": ""}, ["archive_name"], "must have 1 to 80 characters"),
    ({**ALWAYS, "archive_name": "n" * 81}, ["archive_name"], "must have 1 to 80 characters"),
    ({**ALWAYS, "archive_resolution": "800x600"}, ["archive_resolution"], "must be one of 640x480, 480x640, 1280x720"),
    ({"location": "::1"}, ["location"], "must be an IPv4 address, not '::1'"),
    ({"location": "example.com"}, ["location"], "must be an IPv4 address"),
    ({"location": "1.2.3"}, ["location"], "must be an IPv4 address"),
    ({"location": ""}, ["location"], "must be an IPv4 address"),
]


@pytest.mark.parametrize("options", GOOD)
def test_good_options(options: dict[str, Any]) -> None:
    assert SessionOptions(**{**PLAIN, **options}).problems() == []


@pytest.mark.parametrize(("options", "fields", "says"), BAD)
def test_bad_options(options: dict[str, Any], fields: list[str], says: str) -> None:
    problems = SessionOptions(**{**PLAIN, **options}).problems()
    assert [problem.field for problem in problems] == fields
    assert says in problems[0].message
