# SPDX-License-Identifier: Apache-2.0
"""What a session id says, and what is none."""

from __future__ import annotations

import base64
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.api.session_ids import decode_session_id


def made(*fields: str, prefix: str = "1_", padding: str = "") -> str:
    """A session id of these fields; ``padding`` is what stands in for base64's ``=``."""
    encoded = base64.urlsafe_b64encode("~".join(fields).encode()).decode()
    return prefix + encoded.rstrip("=") + padding * (len(encoded) - len(encoded.rstrip("=")))


FORMS = [
    # fields as ids in the wild have them, key, location, milliseconds, relayed
    (("1", "47665971", "", "1739538894959", "Q9mcXG1QrN3TIYu8y+ppx/gs", "P", "", ""), "47665971", None, 1739538894959, True),
    (("1", "27086612", "", "1547080500760", "RMdbfSvWzkQvRnITWu", "", ""), "27086612", None, 1547080500760, False),
    (("1", "123456", "12.34.56.78", "Mon Mar 17 01:48:55 PDT 2014", "0.341343140228", ""), "123456", "12.34.56.78", None, False),
    (
        ("1", "29f760f8-7ce1-46c9-ade3-f2dedee4fed2", "", "1726462588647", "11xL1C0a", "", "", ""),
        "29f760f8-7ce1-46c9-ade3-f2dedee4fed2",
        None,
        1726462588647,
        False,
    ),
]


@pytest.mark.parametrize("prefix", ["1_", "2_"])
@pytest.mark.parametrize("padding", ["", "=", "-", "~"])
@pytest.mark.parametrize(("fields", "key", "location", "milliseconds", "relayed"), FORMS)
def test_known_forms(
    fields: tuple[str, ...], key: str, location: str | None, milliseconds: int | None, relayed: bool, padding: str, prefix: str
) -> None:
    found = decode_session_id(made(*fields, prefix=prefix, padding=padding))
    assert found.api_key == key
    assert found.location == location
    assert (round(found.created_at.timestamp() * 1000) if found.created_at else None) == milliseconds
    assert found.relayed == relayed


def test_the_time_is_in_utc() -> None:
    found = decode_session_id(made("1", "1", "", "1739538894000", "r", "", "", ""))
    assert found.created_at == datetime.datetime(2025, 2, 14, 13, 14, 54, tzinfo=datetime.timezone.utc)


# The fields' own text has neither "~" nor anything beyond ASCII; its length decides whether the last "~" ends in a "-" of base64.
words = st.text(st.characters(codec="ascii", exclude_characters="~", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
keys = st.from_regex(r"[0-9]{4,9}", fullmatch=True)
times = st.integers(min_value=0, max_value=4_102_444_800_000)
padding = st.sampled_from(["", "=", "-", "~"])


@given(keys, st.none() | st.ip_addresses(v=4).map(str), times, words, st.booleans(), padding, st.sampled_from(["1_", "2_"]))
def test_new_ids_round_trip(key: str, location: str | None, time: int, random: str, relayed: bool, pad: str, prefix: str) -> None:
    found = decode_session_id(made("1", key, location or "", str(time), random, "P" if relayed else "", "", "", prefix=prefix, padding=pad))
    assert (found.api_key, found.location, found.relayed) == (key, location, relayed)
    assert found.created_at is not None
    assert abs(found.created_at.timestamp() * 1000 - time) < 1


@given(keys, words, padding)
def test_old_ids_round_trip(key: str, random: str, pad: str) -> None:
    found = decode_session_id(made("1", key, "12.34.56.78", "Sat Mar 15 14:42:23 PDT 2014", random, "", padding=pad))
    assert (found.api_key, found.created_at, found.relayed) == (key, None, False)


WHOLE = made(*FORMS[0][0])
NONE = [
    None,
    42,
    b"1_MX40",
    "",
    "1_",
    "3_" + WHOLE[2:],
    WHOLE[2:],
    WHOLE[:12],
    "1_" + "!" * 40,
    "1_" + "A" * 41,
    "1_not base64 at all",
    "1_" + base64.urlsafe_b64encode(b"1~~ip~time~random~P~~").decode(),
    "1_" + base64.urlsafe_b64encode(b"no fields in here").decode(),
    "1_" + base64.urlsafe_b64encode(b"1~\xff\xfe~~1~r~P~~").decode(),
    "1_" + "M" * 300,
]


@pytest.mark.parametrize("value", NONE)
def test_what_is_no_session_id(value: Any) -> None:
    with pytest.raises(InvalidInput, match="session id") as caught:
        decode_session_id(value)
    assert caught.value.problems[0].field == "session_id"
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("fields", [form[0] for form in FORMS])
def test_one_that_was_cut_off(fields: tuple[str, ...]) -> None:
    """Wherever the cut is before the flags, which may be there or not."""
    whole = made(*fields)
    random = len(made(*fields[:5])) - 1
    for length in range(random):
        with pytest.raises(InvalidInput):
            decode_session_id(whole[:length])


def test_the_field_is_the_caller_s() -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_session_id("x", "room")
    assert caught.value.problems[0].field == "room"


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda raw: "1_" + base64.urlsafe_b64encode(raw).decode()))
def test_garbage_is_refused_or_read_and_nothing_else(text: str) -> None:
    try:
        assert decode_session_id(text).api_key
    except InvalidInput:
        return
