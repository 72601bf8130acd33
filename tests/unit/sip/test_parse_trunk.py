# SPDX-License-Identifier: Apache-2.0
"""What a declaration of a SIP trunk may be, and what is not judged yet. What is refused: tests/unit/test_bad_input.py."""

from __future__ import annotations

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.sip_trunk.document import INPUTS, parse_trunk
from tests.things.sip_trunk import TO_CALL, URI


def test_short_passwords_that_are_found_by_chance_are_no_problem() -> None:
    parse_trunk({"uri": "sip:1001@example.com", "username": "1001", "password": "1001", "name": "line 1001"})
    parse_trunk({"uri": "sip:extension1001@example.com", "username": "extension1001", "password": "extension1001"})


@pytest.mark.parametrize("field", INPUTS)
def test_what_is_not_known_yet_is_not_judged(field: str) -> None:
    good = {**TO_CALL, "sender": "+15551234567@example.com", "headers": {"X-A": "b"}, "password_version": 2}
    placeholder = object()
    trunk = parse_trunk({**good, field: placeholder}, unknown={field})
    assert trunk.document.get(field) in (None, {}, False, True)
    assert (trunk.fingerprint is None) is (field != "password")
    with pytest.raises(InvalidInput):
        parse_trunk({**good, field: placeholder})


def test_what_is_not_known_yet_counts_as_given() -> None:
    parse_trunk({"username": "u"}, unknown={"uri", "password"})
    parse_trunk({"uri": URI, "password": "p"}, unknown={"username"})
    parse_trunk({"uri": "sip:a@b", "secure": True, "require_encryption": False}, unknown={"uri"})
    assert parse_trunk({"uri": URI, "require_encryption": True}, unknown={"secure"}).document["secure"] is False
    assert parse_trunk({"uri": URI, "require_encryption": True, "secure": False}, unknown={"secure"}).document["secure"] is False
    assert parse_trunk({"uri": "sip:a@b", "secure": True}, unknown={"require_encryption"}).warnings == ()
    with pytest.raises(InvalidInput, match="username: missing"):
        parse_trunk({"uri": URI}, unknown={"password"})


def test_what_is_known_is_judged_beside_what_is_not() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_trunk({"uri": "sip:a@b", "require_encryption": True, "video": "x"}, unknown={"secure", "headers"})
    assert sorted(problem.field for problem in caught.value.problems) == ["uri", "video"]
