# SPDX-License-Identifier: Apache-2.0
"""A SIP trunk's document: canonical, fingerprinted, warned of, read back from where it was published, used to dial."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.api.sip.calls import SipAuth
from pulumi_opentok.core.desired.sip_trunk.document import DOCUMENT_KEYS, dial_options, fingerprint, parse_trunk, read_trunk

SECRET = "hunter2hunter2"
FULL: dict[str, Any] = {
    "name": "Zürich PSTN",
    "uri": "SIP:+15551234567@SIP.Example.com:5061;lr;Transport=TLS",
    "sender": "+15557654321@Example.com",
    "headers": {"x-b": " two ", "X-A": "1"},
    "username": "u",
    "password": SECRET,
    "password_version": 3.0,
    "secure": True,
    "video": True,
    "observe_force_mute": True,
    "require_encryption": True,
    "enabled": False,
}
PUBLISHED = {
    "format": 1,
    "name": "Zürich PSTN",
    "uri": "sip:+15551234567@sip.example.com:5061;lr;transport=tls",
    "sender": "+15557654321@example.com",
    "headers": {"X-A": "1", "x-b": "two"},
    "username": "u",
    "password_version": 3,
    "secure": True,
    "video": True,
    "observe_force_mute": True,
    "require_encryption": True,
    "enabled": False,
}
LEAST = {"uri": "sip:user@sip.example.com;transport=tls"}


def trunk(**inputs: Any) -> Any:
    return parse_trunk({**LEAST, **inputs})


def test_the_whole_document() -> None:
    found = parse_trunk(FULL)
    assert found.document == PUBLISHED
    assert list(found.document["headers"]) == ["X-A", "x-b"]
    assert found.password == SECRET
    assert found.warnings == ()
    # By hand: the document as JSON, keys sorted, no space, ASCII, through sha256sum. A change here makes every trunk drift.
    assert found.fingerprint == "sha256:1e91943d02b80e6a8117099697b36e3eae47f8cbd035dda1cfc79479e5f17184"
    assert SECRET not in json.dumps(found.document) + repr(found) + str(found)


def test_the_least_document() -> None:
    document = trunk().document
    assert document == {
        "format": 1,
        **dict.fromkeys(("name", "sender", "username", "password_version")),
        **dict.fromkeys(("secure", "video", "observe_force_mute", "require_encryption"), False),
        **LEAST,
        "headers": {},
        "enabled": True,
    }
    assert set(document) == set(DOCUMENT_KEYS)
    assert parse_trunk({**dict.fromkeys(FULL), **LEAST}).document == document


def test_the_fingerprint_covers_everything_but_the_password() -> None:
    before = parse_trunk(FULL).fingerprint
    assert before is not None
    assert re.fullmatch("sha256:[0-9a-f]{64}", before)
    changes = {
        **{"name": "other", "uri": "sip:a@sip.example.com;transport=tls", "sender": None, "headers": {"X-A": "1", "x-b": "three"}, "username": "v"},
        **{"password_version": 4, "secure": None, "video": False, "observe_force_mute": False, "require_encryption": False, "enabled": True},
    }
    assert set(changes) == set(FULL) - {"password"}
    for field, value in changes.items():
        # Under require_encryption an unset ``secure`` is true.
        assert (parse_trunk({**FULL, field: value}).fingerprint == before) is (field == "secure"), field
    assert parse_trunk({**FULL, "password": "another"}).fingerprint == before


def test_what_means_the_same_has_one_fingerprint() -> None:
    other = {**FULL, "uri": "sip:%2B15551234567@sip.example.com:5061;transport=tls;lr", "headers": {"X-A": " 1", "x-b": "two"}}
    assert parse_trunk(other).fingerprint != parse_trunk(FULL).fingerprint  # '+' is reserved: escaped it is another user (19.1.4)
    other["uri"] = "sip:+%3155512345%367@sip.example.com:05061;TRANSPORT=tls;LR"
    assert parse_trunk(other).fingerprint == parse_trunk(FULL).fingerprint
    assert parse_trunk(dict(reversed(FULL.items()))).fingerprint == parse_trunk(FULL).fingerprint


def test_a_password_version_is_1_unless_it_is_said() -> None:
    assert trunk(username="u", password="p").document["password_version"] == 1
    assert trunk().document["password_version"] is None


def test_require_encryption_is_tls_and_srtp() -> None:
    assert trunk(require_encryption=True).document["secure"] is True
    assert trunk(require_encryption=True, uri="sips:a@b").document["secure"] is True
    assert trunk().document["secure"] is False


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, []),
        ({"secure": True}, []),
        ({"uri": "sip:a@b"}, []),
        ({"uri": "a@b:5061"}, ["uri: has no scheme: 'sip:' was put before it"]),
        ({"uri": "sips:a@b"}, ["uri: whether OpenTok takes 'sips:' is not known"]),
        ({"uri": "sip:a@b;transport=sctp"}, ["uri: ';transport=sctp' is none of udp, tcp, tls"]),
        ({"uri": "sip:a@b", "secure": True}, ["secure: the signalling is not encrypted"]),
        ({"uri": "sip:a@b;transport=tcp", "secure": True}, ["secure: the signalling is not encrypted"]),
        ({"uri": "sips:a@b", "secure": True}, ["uri: whether OpenTok takes 'sips:'"]),
        ({"headers": {"Key": "v"}}, ["headers.Key: has no 'X-' prefix"]),
        ({"headers": {"X-Key": "v" * 1001}}, ["headers.X-Key: has more than 1,000 bytes"]),
        ({"sender": "+15551234567@b"}, []),
        ({"sender": "15551234567@b"}, []),
        ({"sender": "alice@b"}, ["sender: its user part is no E.164 number"]),
        ({"sender": "+05551234567@b"}, ["sender: its user part is no E.164 number"]),
        ({"sender": "+1234567890123456@b"}, ["sender: its user part is no E.164 number"]),
        ({"uri": "a@b", "secure": True, "headers": {"Key": ""}, "sender": "x@b"}, ["uri: has no scheme", "headers.Key", "sender:", "secure:"]),
    ],
)
def test_warnings(inputs: dict[str, Any], says: list[str]) -> None:
    found = trunk(**inputs).warnings
    assert len(found) == len(says)
    assert all(text.startswith(start) for text, start in zip(found, says, strict=True)), found


def test_a_scheme_that_is_missing_is_put_there() -> None:
    assert trunk(uri="a@b:5061").document["uri"] == "sip:a@b:5061"


def test_a_document_that_was_published_is_read_to_the_same() -> None:
    for inputs in (FULL, LEAST, {**LEAST, "require_encryption": True}, {"uri": "a@b"}):
        declared = parse_trunk(inputs)
        published = json.loads(json.dumps(declared.document, indent=2))
        again = read_trunk(published)
        assert again.document == declared.document
        assert again.fingerprint == declared.fingerprint == fingerprint(published)
        assert again.password is None


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"format": 2}, "format", "must be 1"),
        ({"format": True}, "format", "must be 1"),
        ({"format": None}, "format", "must be 1"),
        ({"password": SECRET}, "password", "'password' is no part of a SIP trunk document"),
        ({"streams": []}, "document", "'streams' is no part of a SIP trunk document"),
        ({"uri": None}, "uri", "missing"),
        ({"uri": f"sip:a:{SECRET}@b"}, "uri", "must not hold a password"),
        ({"username": None}, "password_version", "goes with username: both or neither"),
        ({"password_version": None}, "password_version", "goes with username: both or neither"),
        ({"secure": False}, "secure", "contradicts require_encryption"),
        ({"enabled": "false"}, "enabled", "must be true or false"),
        ({"headers": {"Via": "x"}}, "headers", "must not be set"),
    ],
)
def test_a_document_that_was_edited_badly(change: dict[str, Any], field: str, says: str) -> None:
    for read in (read_trunk, dial_options):
        with pytest.raises(InvalidInput) as caught:
            read({**PUBLISHED, **change})
        (problem,) = caught.value.problems
        assert problem.field == field
        assert says in problem.message
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("key", [key for key in DOCUMENT_KEYS if key not in ("format", "uri", "username", "password_version")])
def test_a_document_that_lacks_a_key(key: str) -> None:
    """Above all ``enabled``: a document without it must not dial."""
    with pytest.raises(InvalidInput, match=f"{key}: missing: a SIP trunk document has all its keys"):
        read_trunk({name: value for name, value in PUBLISHED.items() if name != key})


@pytest.mark.parametrize("value", [None, "sip:a@b", [], [PUBLISHED], 1])
def test_what_is_no_document(value: Any) -> None:
    with pytest.raises(InvalidInput, match="document: must be a SIP trunk document, not"):
        read_trunk(value)


def test_what_dial_is_called_with() -> None:
    assert dial_options({**PUBLISHED, "enabled": True}, SECRET) == {
        "uri": PUBLISHED["uri"],
        "sender": PUBLISHED["sender"],
        "headers": PUBLISHED["headers"],
        "secure": True,
        "video": True,
        "observe_force_mute": True,
        "auth": SipAuth(username="u", password=SECRET),
    }
    assert dial_options(trunk().document)["auth"] is None


@pytest.mark.parametrize(
    ("document", "password", "says"),
    [
        (PUBLISHED, SECRET, "enabled: is false: trunk 'Zürich PSTN' makes no calls until it is declared with enabled: true"),
        ({**PUBLISHED, "name": None}, SECRET, "enabled: is false: this trunk makes no calls"),
        ({**PUBLISHED, "enabled": True}, None, "password: missing: the trunk has a user name"),
        (parse_trunk(LEAST).document, SECRET, "password: must not be given: the trunk has no user name"),
        ({**PUBLISHED, "enabled": True}, f"{SECRET}\n", "password: must be a text on one line"),
        (PUBLISHED, None, "enabled: is false.*; password: missing"),
    ],
)
def test_when_it_must_not_dial(document: dict[str, Any], password: str | None, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        dial_options(document, password)
    assert SECRET not in str(caught.value)
