# SPDX-License-Identifier: Apache-2.0
"""SIP URIs are judged as RFC 3261 and its torture tests say, and nothing that is refused is quoted."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.api.sip.uri import SipUri, parse_sip_uri
from tests.unit.sip.grammar import same
from tests.unit.sip.judged import BAD, DIFFERENT, GOOD, SAME, TORTURE_BAD, TORTURE_GOOD


@pytest.mark.parametrize(("rule", "uri", "canonical"), TORTURE_GOOD + GOOD, ids=range(len(TORTURE_GOOD + GOOD)))
def test_accepted(rule: str, uri: str, canonical: str | None) -> None:
    assert parse_sip_uri(uri).text == (uri if canonical is None else canonical), rule


@pytest.mark.parametrize(("rule", "uri", "says"), TORTURE_BAD + BAD, ids=range(len(TORTURE_BAD + BAD)))
def test_refused(rule: str, uri: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_sip_uri(uri)
    (problem,) = caught.value.problems
    assert problem.field == "uri"
    assert says in problem.message, rule
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("value", [None, 5060, True, b"sip:a@b", ["sip:a@b"], {"sip": "a@b"}])
def test_what_is_no_text(value: Any) -> None:
    with pytest.raises(InvalidInput, match="gateway: must be a string, not"):
        parse_sip_uri(value, "gateway")


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_witness_knows_the_pairs_of_the_rfc_that_are_the_same(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_pairs_that_are_different_have_different_canonical_forms(one: str, other: str) -> None:
    assert not same(one, other)
    assert parse_sip_uri(one) != parse_sip_uri(other)


@pytest.mark.parametrize(("one", "other"), [SAME[0], *SAME[4:]])
def test_pairs_that_are_the_same_in_all_their_parts_have_one_canonical_form(one: str, other: str) -> None:
    assert parse_sip_uri(one) == parse_sip_uri(other)
    assert parse_sip_uri(one).text == parse_sip_uri(other).text


def test_the_parts() -> None:
    uri = parse_sip_uri("SIPS:%61:b@Example.com:5061;transport=TCP;lr?X-A=1")
    assert uri == SipUri(
        scheme="sips",
        user="a",
        password="b",
        host="example.com",
        port=5061,
        parameters=(("lr", None), ("transport", "tcp")),
        headers=(("x-a", "1"),),
    )
    assert uri.transport == "tcp"
    assert uri.tls


@pytest.mark.parametrize(("uri", "tls"), [("sip:a@b", False), ("sip:a@b;transport=tcp", False), ("sip:a@b;transport=TLS", True), ("sips:a@b", True)])
def test_encrypted_signalling(uri: str, tls: bool) -> None:
    assert parse_sip_uri(uri).tls is tls


SECRET = "hunter2hunter2"
LEAKY = [
    f"sip:u:{SECRET}@b",
    f"sip:u:{SECRET} @b",
    f"sip:u:{SECRET}/@b",
    f"sip:u:{SECRET}@x@b",
    f"sip:u:{SECRET}",
    f"sip:u@{SECRET}_x",
    f"sip:u@b:{SECRET}",
    f"sip:u@b:1:{SECRET}",
    f"sip:u@b;{SECRET}=",
    f"sip:u@b;{SECRET};{SECRET}",
    f"sip:u@b;transport={SECRET}/",
    f"sip:u@b;x={SECRET} ",
    f"sip:u@b?{SECRET}",
    f"sip:u@b?Authorization={SECRET}",
    f"sip:u@b?Authorization={SECRET} ",
    f"sip:u@[{SECRET}]",
    f"sip:{SECRET} @b",
    f"{SECRET}:u@b",
]


@pytest.mark.parametrize("uri", LEAKY, ids=range(len(LEAKY)))
def test_no_part_of_a_uri_is_quoted(uri: str) -> None:
    try:
        shown = repr(parse_sip_uri(uri)) + f"{parse_sip_uri(uri)}"
    except InvalidInput as error:
        shown = f"{error!r}{error.problems}{traceback.format_exc()}"
    assert SECRET not in shown
