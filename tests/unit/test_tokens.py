# SPDX-License-Identifier: Apache-2.0
"""Client tokens, verified here by hand: the JWT and the older T1."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from pulumi_opentok.core import Credentials, InvalidInput
from pulumi_opentok.core.api.tokens import Tokens
from tests.unit.test_session_ids import made

KEY = "46000001"
SECRET = "hush" * 10
NOW = 1_700_000_000
SESSION = made("1", KEY, "", "1739538894959", "Q9mcXG1QrN3TIYu8y+ppx/gs", "P", "", "")
TOKENS = Tokens(Credentials(key=KEY, secret=SECRET, kind="project"))


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read_jwt(token: str) -> dict[str, Any]:
    """The claims of an HS256 JWT that SECRET signed."""
    head, body, signature = token.split(".")
    assert json.loads(unpacked(head)) == {"alg": "HS256", "typ": "JWT"}
    assert unpacked(signature) == hmac.new(SECRET.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return dict(json.loads(unpacked(body)))


def read_t1(token: str) -> dict[str, str]:
    """The fields of a T1 token that SECRET signed."""
    assert token.startswith("T1==")
    head, signed = base64.b64decode(token[4:], validate=True).decode().split(":", 1)
    signature = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).hexdigest()
    assert parse_qs(head) == {"partner_id": [KEY], "sig": [signature]}
    return {name: value for name, (value,) in parse_qs(signed, strict_parsing=True).items()}


def test_the_claims_of_a_jwt() -> None:
    said = read_jwt(TOKENS.generate(SESSION, role="moderator", expires_in=600, data="näme=Zoë & co", layout_classes=["focus", "min"], now=NOW))
    nonce = said.pop("nonce")
    assert isinstance(nonce, int)
    assert said == {
        "iss": KEY,
        "ist": "project",
        "iat": NOW,
        "exp": NOW + 600,
        "session_id": SESSION,
        "role": "moderator",
        "scope": "session.connect",
        "connection_data": "näme=Zoë & co",
        "initial_layout_class_list": "focus min",
    }


def test_the_fields_of_a_t1() -> None:
    token = TOKENS.generate(
        SESSION, role="moderator", expires_in=600, data="näme=Zoë & co", layout_classes=["focus", "min"], token_format="t1", now=NOW
    )
    said = read_t1(token)
    assert said.pop("nonce").isdigit()
    assert said == {
        "session_id": SESSION,
        "create_time": str(NOW),
        "expire_time": str(NOW + 600),
        "role": "moderator",
        "scope": "session.connect",
        "connection_data": "näme=Zoë & co",
        "initial_layout_class_list": "focus min",
    }


def test_the_usual_token_publishes_for_a_day() -> None:
    said = read_jwt(TOKENS.generate(SESSION, now=NOW + 0.9))
    assert (said["role"], said["iat"], said["exp"]) == ("publisher", NOW, NOW + 86400)
    assert "connection_data" not in said
    assert "initial_layout_class_list" not in said


def test_no_two_tokens_are_the_same() -> None:
    assert len({TOKENS.generate(SESSION, now=NOW) for _ in range(20)}) == 20


@pytest.mark.parametrize("role", ["publisher", "subscriber", "moderator", "publisheronly"])
@pytest.mark.parametrize(("token_format", "read"), [("jwt", read_jwt), ("t1", read_t1)])
def test_roles(role: str, token_format: str, read: Any) -> None:
    assert read(TOKENS.generate(SESSION, role=role, token_format=token_format))["role"] == role


GOOD = [{"expires_in": 1}, {"expires_in": 30 * 86400}, {"data": "x" * 1000}, {"data": "ü" * 500}, {"layout_classes": ["c" * 499, "d" * 500]}]


@pytest.mark.parametrize("options", GOOD)
def test_just_within_the_limits(options: dict[str, Any]) -> None:
    assert read_jwt(TOKENS.generate(SESSION, **options))


BAD = [
    ({"role": "admin"}, "role", "must be one of publisher, subscriber, moderator, publisheronly, not 'admin'"),
    ({"role": "Publisher"}, "role", "must be one of"),
    ({"expires_in": 0}, "expires_in", "must be a whole number of seconds from 1 to 2592000 (30 days), not 0"),
    ({"expires_in": -5}, "expires_in", "must be a whole number of seconds"),
    ({"expires_in": 30 * 86400 + 1}, "expires_in", "must be a whole number of seconds"),
    ({"expires_in": 60.5}, "expires_in", "must be a whole number of seconds"),
    ({"expires_in": "60"}, "expires_in", "must be a whole number of seconds"),
    ({"expires_in": True}, "expires_in", "must be a whole number of seconds"),
    ({"data": "x" * 1001}, "data", "must be a string of at most 1000 bytes"),
    ({"data": "ü" * 501}, "data", "must be a string of at most 1000 bytes"),
    ({"data": {"a": 1}}, "data", "must be a string"),
    ({"data": "\ud800"}, "data", "must be a string"),
    ({"layout_classes": "focus"}, "layout_classes", "must be a list of class names"),
    ({"layout_classes": [1, 2]}, "layout_classes", "must be a list of class names"),
    ({"layout_classes": 7}, "layout_classes", "must be a list of class names"),
    ({"layout_classes": ["c" * 500, "d" * 500]}, "layout_classes", "at most 1000 characters in total"),
    ({"token_format": "t2"}, "token_format", "must be 'jwt' or 't1', not 't2'"),
]


@pytest.mark.parametrize(("options", "field", "says"), BAD)
def test_bad_options(options: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        TOKENS.generate(SESSION, **options)
    (problem,) = caught.value.problems
    assert problem.field == field
    assert says in problem.message


def test_all_problems_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        TOKENS.generate("nothing", role="x", expires_in=0, token_format="x")
    assert {problem.field for problem in caught.value.problems} == {"session_id", "role", "expires_in", "token_format"}


@pytest.mark.parametrize("owner", ["46000002", "4600000", "460000011"])
def test_a_session_of_another_project(owner: str) -> None:
    foreign = made("1", owner, "", "1739538894959", "r", "P", "", "")
    with pytest.raises(InvalidInput, match=f"session_id: belongs to project '{owner}', not to {KEY}"):
        TOKENS.generate(foreign)


@pytest.mark.parametrize("odd", ["=", "+", "/"])
def test_a_t1_token_says_an_id_as_it_was_given(odd: str) -> None:
    """Ids have such characters where they were copied from plain base64."""
    plain = base64.b64encode(f"1~{KEY}~~1739538894959~~~>~~~?~rr~P~~".encode()).decode()
    session = f"1_{plain}"
    assert odd in session
    text = base64.b64decode(TOKENS.generate(session, token_format="t1").removeprefix("T1==")).decode().partition(":")[2]
    assert parse_qs(text)["session_id"] == [session]


def test_a_session_of_the_unified_platform() -> None:
    foreign = made("1", "29f760f8-7ce1-46c9-ade3-f2dedee4fed2", "", "1739538894959", "r", "", "", "")
    with pytest.raises(InvalidInput, match="session_id: is a session of the unified Vonage platform"):
        TOKENS.generate(foreign)


def test_the_secret_is_not_in_a_token_nor_in_a_repr() -> None:
    for token_format in ("jwt", "t1"):
        assert SECRET not in TOKENS.generate(SESSION, token_format=token_format)
    assert SECRET not in repr(TOKENS)
