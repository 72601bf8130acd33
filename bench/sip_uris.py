# SPDX-License-Identifier: Apache-2.0
"""SIP URIs: the lists of the torture tests, and 10,000 random ones from the grammar."""

from __future__ import annotations

from bench.row import Row
from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.api.sip.uri import parse_sip_uri
from tests.unit.sip.judged import TORTURE_BAD, TORTURE_GOOD
from tests.unit.sip.properties import every_uri_is_read

MANY = 10_000


def rows() -> list[Row]:
    """Two rows; a random URI that is not accepted, or not read again to the same, raises and shows itself."""
    right = sum(accepted(uri) for _, uri, _ in TORTURE_GOOD) + sum(not accepted(uri) for _, uri, _ in TORTURE_BAD)
    total = len(TORTURE_GOOD) + len(TORTURE_BAD)
    different = every_uri_is_read(MANY)
    return [
        Row("SIP URIs of RFC 4475 and RFC 5118 judged as they say", f"{total} of {total}", f"{right} of {total}", right == total),
        Row("random SIP URIs read again to the same", f"all of {MANY:,}", f"all of {MANY:,}", different > MANY / 2, f"{different:,} different ones"),
    ]


def accepted(uri: str) -> bool:
    """Whether it is a SIP URI."""
    try:
        parse_sip_uri(uri)
    except InvalidInput:
        return False
    return True
