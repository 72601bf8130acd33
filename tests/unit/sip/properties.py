# SPDX-License-Identifier: Apache-2.0
"""What holds for every URI of the grammar, each tried with as many examples as wanted."""

from __future__ import annotations

import dataclasses
from urllib.parse import unquote

import sipmessage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_opentok.core.api.sip.uri import SipUri, parse_sip_uri
from tests.unit.sip import grammar

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def every_uri_is_read(examples: int) -> int:
    """Accepted; its canonical text is read to the same and is its own; it is the same URI. Returns how many were tried."""
    tried: set[str] = set()
    seconded: list[bool] = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=SLOW)
    @given(grammar.uris)
    def check(uri: str) -> None:
        tried.add(uri)
        parsed = parse_sip_uri(uri)
        again = parse_sip_uri(parsed.text)
        assert again == parsed
        assert again.text == parsed.text
        assert grammar.same(uri, parsed.text)
        seconded.append(_second_opinion(parsed))

    check()
    assert sum(seconded) > len(seconded) / 4
    return len(tried)


def _second_opinion(uri: SipUri) -> bool:
    """Whether sipmessage reads it too, but for the headers, which it does not know; then it finds the same parts.

    It refuses an empty password and a digit in a host's last label (``a0``), both of which RFC 3261 section 25.1 allows.
    """
    try:
        theirs = sipmessage.URI.parse(dataclasses.replace(uri, headers=()).text)
    except ValueError:
        return False
    assert (theirs.user or None, theirs.host, theirs.port) == (unquote(uri.user) if uri.user else None, uri.host, uri.port)
    return True


def other_spellings_are_one_uri(examples: int) -> None:
    """Case, needless escapes and the order of parameters do not matter."""

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=SLOW)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        uri = data.draw(grammar.uris)
        other = data.draw(grammar.respelled(uri))
        assert grammar.same(uri, other)
        assert parse_sip_uri(other) == parse_sip_uri(uri)

    check()


def canonical_forms_that_are_equal_are_of_equal_uris(examples: int) -> None:
    """Pairs that differ in little: whenever the canonical forms are equal, so are the URIs by section 19.1.4."""
    letters = st.text("aA%41;", min_size=1, max_size=4).filter(lambda text: "%" not in text or parse_or_none(f"sip:{text}@b") is not None)
    few = st.builds(
        grammar.assembled,
        st.sampled_from(["sip", "SIP", "sips"]),
        letters,
        st.sampled_from([None, "a", "A", "%61"]),
        st.sampled_from(["b", "B", "b.", "[::1]", "[0::1]"]),
        st.sampled_from([None, 5060]),
        st.lists(st.sampled_from([("x", "a"), ("X", "A"), ("transport", "udp"), ("method", "a"), ("METHOD", "A")]), max_size=2, unique_by=_name),
        st.lists(st.sampled_from([("h", "1"), ("H", "2"), ("%68", "1")]), max_size=2),
    )
    equal: list[str] = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=SLOW)
    @given(few, few)
    def check(one: str, other: str) -> None:
        if parse_sip_uri(one) == parse_sip_uri(other):
            equal.append(one)
            assert grammar.same(one, other)
        assert (parse_sip_uri(one).text == parse_sip_uri(other).text) is (parse_sip_uri(one) == parse_sip_uri(other))

    check()
    assert equal


def _name(pair: tuple[str, str]) -> str:
    return pair[0].lower()


def parse_or_none(uri: str) -> object:
    """The parsed URI, ``None`` for what is none."""
    try:
        return parse_sip_uri(uri)
    except ValueError:
        return None
