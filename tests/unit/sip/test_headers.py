# SPDX-License-Identifier: Apache-2.0
"""Headers of a SIP call: names that RFC 3261 knows as tokens, values on one line, none that the gateway writes itself."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core.api.sip.headers import COMPACT, header_problems, header_warnings

GOOD: list[tuple[str, dict[str, str]]] = [
    ("RFC 4475 3.1.1.1", {"NewFangledHeader": "newfangled value continued newfangled value"}),
    ("RFC 4475 3.1.1.1", {"UnknownHeaderWithUnusualValue": ";;,,;;,;"}),
    ("RFC 4475 3.1.1.1: a Subject that is empty", {"Subject": ""}),
    ("RFC 4475 3.1.1.2", {"extensionHeader-!.%*+_`'~": "\ufeff大停電"}),
    ("RFC 4475 3.1.1.5: no other name for Contact", {"C%6Fntact": "<sip:alias2@host2.example.com>"}),
    ("RFC 3261 7.3.1", {"X-A": "a: b; c=d, e"}),
    ("RFC 7433", {"User-to-User": "56a390f3d2b7310023a2;encoding=hex"}),
    ("255 characters", {"X-" + "n" * 253: "v"}),
    ("1,024 bytes", {"X-A": "é" * 512}),
]

BAD: list[tuple[str, Any, str, str]] = [
    ("type", ["X-A"], "headers", "must map names to values, not list"),
    ("type", "X-A: b", "headers", "must map names to values, not str"),
    ("type", {1: "a"}, "headers", "a name must be a string, not int"),
    ("type", {"X-A": 1}, "headers.X-A", "must be a string on one line, not int"),
    ("type", {"X-A": None}, "headers.X-A", "must be a string on one line, not NoneType"),
    ("type", {"X-A": ["b"]}, "headers.X-A", "must be a string on one line, not list"),
    ("token", {"": "a"}, "headers", "a name is not a valid SIP header name"),
    ("token", {"X A": "a"}, "headers", "the name that begins with 'X' is not a valid SIP header name"),
    ("token", {"X-A:": "a"}, "headers", "the name that begins with 'X-A' is not a valid SIP header name"),
    ("token", {"X-A\r\nVia": "a"}, "headers", "the name that begins with 'X-A' is not a valid SIP header name"),
    ("token", {"X-Ä": "a"}, "headers", "the name that begins with 'X-' is not a valid SIP header name"),
    ("length", {"X" * 256: "a"}, "headers", "has more than 255 characters"),
    ("RFC 4475 3.1.2.1: as separators", {";": "a"}, "headers", "a name is not a valid SIP header name"),
    ("RFC 4475 3.1.2.2", {"Content-Length": "9999"}, "headers", "'Content-Length' must not be set: the SIP gateway writes it"),
    ("dialog", {"from": "a"}, "headers", "'from' must not be set: the SIP gateway writes it"),
    ("dialog", {"CALL-ID": "a"}, "headers", "'CALL-ID' must not be set"),
    ("credentials", {"Authorization": "Digest"}, "headers", "'Authorization' must not be set: the user name and password"),
    ("unique", {"X-A": "1", "x-a": "2"}, "headers", "'x-a' is given twice"),
    ("unique", {"X-a": "1", "x-A": "2"}, "headers", "'x-A' is given twice"),
    ("line", {"X-A": "b\r\nVia: SIP/2.0/UDP evil"}, "headers.X-A", "on one line, without line breaks or control characters"),
    ("line", {"X-A": "b\n c"}, "headers.X-A", "without line breaks"),
    ("control", {"X-A": "b\0"}, "headers.X-A", "without line breaks or control characters"),
    ("control", {"X-A": "b\x7f"}, "headers.X-A", "without line breaks or control characters"),
    ("control", {"X-A": "b\x85"}, "headers.X-A", "without line breaks or control characters"),
    ("control", {"X-A": "b\tc"}, "headers.X-A", "without line breaks or control characters"),
    ("line", {"X-A": "b\u2028c"}, "headers.X-A", "without line breaks"),
    ("Unicode", {"X-A": "\ud800"}, "headers.X-A", "without line breaks or control characters"),
    ("length", {"X-A": "é" * 512 + "b"}, "headers.X-A", "at most 1,024 bytes, not 1,025"),
    ("length", {"X-A": "b" * 10_000}, "headers.X-A", "at most 1,024 bytes, not 10,000"),
]

CRITICAL = (
    *("From", "To", "Via", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Route", "Record-Route", "Expires", "Require", "Proxy-Require", "Supported"),
    *("Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "MIME-Version", "Session-Expires", "Proxy-Authorization"),
)


@pytest.mark.parametrize(("rule", "headers"), GOOD, ids=range(len(GOOD)))
def test_accepted(rule: str, headers: dict[str, str]) -> None:
    assert header_problems(headers) == [], rule


@pytest.mark.parametrize(("rule", "headers", "field", "says"), BAD, ids=range(len(BAD)))
def test_refused(rule: str, headers: Any, field: str, says: str) -> None:
    (problem,) = header_problems(headers)
    assert problem.field == field, rule
    assert says in problem.message
    assert len(problem.message) < 200


@pytest.mark.parametrize("name", CRITICAL)
def test_what_a_dialog_depends_on_is_refused_in_any_case(name: str) -> None:
    for spelled in (name, name.lower(), name.upper()):
        (problem,) = header_problems({spelled: "a"})
        assert "must not be set" in problem.message


@pytest.mark.parametrize("letter", "imelcfsktv")
def test_every_compact_name_of_rfc_3261_is_refused(letter: str) -> None:
    for spelled in (letter, letter.upper()):
        (problem,) = header_problems({spelled: "a"})
        assert f"is short for {COMPACT[letter]}" in problem.message


def test_all_problems_at_once() -> None:
    problems = header_problems({"Via": "a", "X-A": 1, "b c": "", "X-B": "\n"})
    assert [problem.field for problem in problems] == ["headers", "headers.X-A", "headers", "headers.X-B"]


def test_no_value_is_quoted() -> None:
    secret = "hunter2hunter2"
    names: list[Any] = [{f"X-A: {secret}": ""}, {"Via": secret}, {"X-A": "", "x-a": secret}, secret]
    values: list[Any] = [{"X-A": f"{secret}\n"}, {"X-A": secret * 100}, {"X-A": [secret]}]
    for headers in names + values:
        problems = header_problems(headers)
        assert problems
        assert secret not in str(problems)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"Key": "a"}, ["headers.Key: has no 'X-' prefix"]),
        ({"X-Key": "a", "x-key2": "", "User-to-User": "a", "P-Asserted-Identity": "a", "Subject": "a"}, []),
        ({"X-Key": "a" * 1000}, []),
        ({"X-Key": "a" * 1001}, ["headers.X-Key: has more than 1,000 bytes"]),
    ],
)
def test_what_is_doubtful(headers: dict[str, str], says: list[str]) -> None:
    found = header_warnings(headers)
    assert len(found) == len(says)
    assert all(text.startswith(start) for text, start in zip(found, says, strict=True))
