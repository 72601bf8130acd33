# SPDX-License-Identifier: Apache-2.0
"""Every bad input of a SIP trunk is one line that names the property and the rule, and never shows a secret."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.sip_trunk.document import INPUTS, parse_trunk

URI = "sip:user@sip.example.com;transport=tls"
SECRET = "hunter2hunter2"
AUTH = {"username": "u", "password": SECRET}
FLAGS = ("secure", "video", "observe_force_mute", "require_encryption", "enabled")
NO_VERSIONS = (0, -1, 1.5, True, "2", SECRET, [1], 2**53, float("inf"), float("nan"))

# (field, value, what the problem says)
BAD: list[tuple[str, Any, str]] = [
    ("name", "", "on one line, not blank"),
    ("name", " ", "on one line, not blank"),
    ("name", 7, "must be a string, not int: quote it"),
    ("name", ["a"], "must be a string, not list"),
    ("name", "a\r\nb", "without control characters"),
    ("name", "a\x1b[0m", "without control characters"),
    ("name", "n" * 10_000, "at most 255 bytes, not 10,000"),
    ("uri", 5060, "must be a string, not int"),
    ("uri", {"user": "a"}, "must be a string, not dict"),
    ("uri", "", "must begin with 'sip:'"),
    ("uri", "sip.example.com", "must begin with 'sip:'"),
    ("uri", "mailto:user@example.com", "must begin with 'sip:'"),
    ("uri", f"user:{SECRET}@example.com", "must begin with 'sip:'"),
    ("uri", "tel:+15551234567", "is a tel: URI"),
    ("uri", "TEL:+15551234567", "is a tel: URI"),
    ("uri", "sip:sip.example.com", "must name a user"),
    ("uri", f"sip:user:{SECRET}@example.com", "must not hold a password: declare username and password"),
    ("uri", "sip:user:@example.com", "must not hold a password"),
    ("uri", f"sip:user@example.com?Authorization={SECRET}", "must not hold headers after '?': declare them as headers"),
    ("uri", "sip:user%0d%0AVia@example.com", "an escaped control character"),
    ("uri", "sip:user%00@example.com", "an escaped control character"),
    ("uri", "sip:user@example.com;x=%7f", "an escaped control character"),
    ("uri", "sip:user@example.com\r\nVia: evil", "an invalid host name"),
    ("uri", "sip:user@example.com:70000", "a port from 1 to 65535"),
    ("uri", "sip:user@example.com;lr;lr", "repeats an earlier name in parameter 2"),
    ("uri", "sips:user@example.com;transport=udp", "contradicts itself: 'sips:' is TLS"),
    ("uri", "sip:user@bücher.example", "write it as 'xn--bcher-kva.example'"),
    ("uri", "sip:" + "u" * 10_000 + "@example.com", "at most 2,048 bytes"),
    ("sender", 15551234567, "must be a string, not int"),
    ("sender", "", "must be 'user@host'"),
    ("sender", "+15551234567", "must be 'user@host'"),
    ("sender", "sip:a@example.com", "must be 'user@host', without 'sip:'"),
    ("sender", "a@b@c", "must be 'user@host'"),
    ("sender", "@example.com", "no user before the '@'"),
    ("sender", "a@", "has no host"),
    ("sender", "a@exa_mple.com", "an invalid host name"),
    ("sender", "a b@example.com", "a space in the user part at character 2 that must be escaped"),
    ("sender", "a@example.com\r\nVia: x", "an invalid host name"),
    ("sender", "a%0d%0a@example.com", "no password, port, parameter or control character"),
    ("sender", f"a:{SECRET}@example.com", "no password, port, parameter"),
    ("sender", "a@example.com:5060", "no password, port, parameter"),
    ("sender", "a@example.com;lr", "no password, port, parameter"),
    ("sender", "a@example.com?x=1", "no password, port, parameter"),
    ("sender", "a@bücher.example", "internationalised host"),
    ("sender", "a" * 10_000 + "@b", "at most 512 bytes"),
    ("headers", [f"X-A: {SECRET}"], "must map names to values, not list"),
    ("headers", SECRET, "must map names to values, not str"),
    ("headers", {f"X-A: {SECRET}": ""}, "the name that begins with 'X-A' is not a valid SIP header name"),
    ("headers", {"Via": SECRET}, "must not be set"),
    ("headers", {"Authorization": SECRET}, "must not be set: the user name and password"),
    ("headers.X-A", {"X-A": f"{SECRET}\r\nVia: evil"}, "on one line, without line breaks or control characters"),
    ("headers.X-A", {"X-A": 3.0}, "must be a string on one line, not float"),
    ("headers.X-A", {"X-A": "v" * 10_000}, "at most 1,024 bytes"),
    ("username", 1001, "must be a string, not int: quote it"),
    ("username", "", "on one line, not blank"),
    ("username", "a\r\nb", "without control characters"),
    ("username", "u" * 10_000, "at most 255 bytes"),
    ("password", 12345678, "must be a string, not int: quote it"),
    ("password", "", "on one line, not blank"),
    ("password", f"{SECRET}\n", "without control characters"),
    ("password", [SECRET], "must be a string, not list"),
    ("password", SECRET + "\ud800", "is not valid Unicode"),
    ("password", SECRET * 1000, "at most 255 bytes"),
    *(("password_version", value, "must be a whole number of 1 to") for value in NO_VERSIONS),
    *((field, value, "must be true or false, not") for field in FLAGS for value in ("yes", 1, SECRET, [])),
]


@pytest.mark.parametrize(("field", "value", "says"), BAD, ids=range(len(BAD)))
def test_bad_input(field: str, value: Any, says: str) -> None:
    declared = field.partition(".")[0]
    with pytest.raises(InvalidInput) as caught:
        parse_trunk({"uri": URI, **AUTH, declared: value})
    (problem,) = caught.value.problems
    assert problem.field == field
    assert says in problem.message
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300
    for text in (str(caught.value), repr(caught.value), str(caught.value.problems), repr(caught.value.__cause__)):
        assert SECRET not in text


def test_every_input_has_its_bad_values() -> None:
    assert {field.partition(".")[0] for field, _, _ in BAD} == set(INPUTS)


@pytest.mark.parametrize(
    ("inputs", "field", "says"),
    [
        ({}, "uri", "missing: declare whom to call"),
        ({"uri": URI, "username": "u"}, "password", "missing: a user name and a password go together"),
        ({"uri": URI, "password": SECRET}, "username", "missing: a user name and a password go together"),
        ({"uri": URI, "password_version": 2}, "password_version", "means nothing without username and password"),
        ({"uri": URI, "require_encryption": True, "secure": False}, "secure", "contradicts require_encryption"),
        ({"uri": "sip:a@b", "require_encryption": True}, "uri", "must ask for encrypted signalling under require_encryption"),
        ({"uri": "sip:a@b;transport=tcp", "require_encryption": True, "secure": True}, "uri", "must ask for encrypted signalling"),
        ({"uri": URI, **AUTH, "headers": {"X-Key": f"Bearer {SECRET}"}}, "headers.X-Key", "holds the password, but is published in clear"),
        ({"uri": URI, **AUTH, "name": SECRET}, "name", "holds the password"),
        ({"uri": f"sip:{SECRET}@b", **AUTH}, "uri", "holds the password"),
        ({"uri": URI, **AUTH, "sender": f"{SECRET}@b"}, "sender", "holds the password"),
        ({"uri": URI, **AUTH, "username": f"u:{SECRET}"}, "username", "holds the password"),
    ],
)
def test_inputs_that_do_not_go_together(inputs: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_trunk(inputs)
    (problem,) = caught.value.problems
    assert problem.field == field
    assert says in problem.message
    assert SECRET not in str(caught.value)


def test_all_problems_at_once() -> None:
    wrong = {"name": "", "uri": "sip:a:p@b?c=d", "sender": "x", "headers": {"Via": "", "X-A": 1}, "password": "", "secure": 1, "enabled": "no"}
    with pytest.raises(InvalidInput) as caught:
        parse_trunk(wrong)
    fields = [problem.field for problem in caught.value.problems]
    assert sorted(fields) == sorted(["name", "uri", "uri", "sender", "headers", "headers.X-A", "password", "secure", "enabled", "username"])


def test_short_passwords_that_are_found_by_chance_are_no_problem() -> None:
    parse_trunk({"uri": "sip:1001@example.com", "username": "1001", "password": "1001", "name": "line 1001"})
    parse_trunk({"uri": "sip:extension1001@example.com", "username": "extension1001", "password": "extension1001"})


@pytest.mark.parametrize("field", INPUTS)
def test_what_is_not_known_yet_is_not_judged(field: str) -> None:
    good = {"uri": URI, **AUTH, "sender": "+15551234567@example.com", "headers": {"X-A": "b"}, "password_version": 2}
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
