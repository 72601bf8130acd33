# SPDX-License-Identifier: Apache-2.0
"""Credentials, and the JWT that signs a request: its claims, its reuse, its renewal."""

from __future__ import annotations

import threading
from typing import Any

import jwt
import pytest

from pulumi_opentok.core import Credentials, CredentialsError, InvalidInput, fingerprint
from pulumi_opentok.core.http.auth import LIFETIME, Signer, require_kind

SECRET = "hush" * 10
ACCOUNT = Credentials(key="100", secret=SECRET, kind="account")
PROJECT = Credentials(key="46000001", secret=SECRET, kind="project")


class Clock:
    """Stands in for the module ``time`` of the signer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_700_000_000.5
        monkeypatch.setattr("pulumi_opentok.core.http.auth.time", self)

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def claims(token: str) -> dict[str, Any]:
    """The claims, if the signature is right; the times are for the tests to judge."""
    unjudged = {"verify_exp": False, "verify_iat": False}
    return dict(jwt.decode(token, SECRET, algorithms=["HS256"], options=unjudged))


@pytest.mark.parametrize("pair", [ACCOUNT, PROJECT])
def test_what_the_jwt_says(pair: Credentials, clock: Clock) -> None:
    said = claims(Signer(pair).token())
    assert said["iss"] == pair.key
    assert said["ist"] == pair.kind
    assert isinstance(said["iat"], int)
    assert isinstance(said["exp"], int)
    # A server whose clock is a little behind must not find it issued in the future.
    assert clock.now - 30 <= said["iat"] <= clock.now - 1
    assert 60 < said["exp"] - said["iat"] <= 300
    assert said["jti"]


def test_it_is_made_once_and_reused(clock: Clock) -> None:
    signer = Signer(ACCOUNT)
    first = signer.token()
    clock.now += 60
    assert signer.token() == first


def test_it_is_renewed_while_the_old_one_still_has_time_to_travel(clock: Clock) -> None:
    signer = Signer(ACCOUNT)
    tokens = set()
    for _second in range(2 * LIFETIME):
        token = signer.token()
        tokens.add(token)
        assert claims(token)["exp"] - clock.now >= 59
        clock.now += 1
    assert 2 <= len(tokens) <= 4


def test_a_clock_that_is_set_back_makes_a_new_one(clock: Clock) -> None:
    signer = Signer(ACCOUNT)
    signer.token()
    clock.now -= 3600
    assert claims(signer.token())["iat"] <= clock.now


def test_two_signers_do_not_share_an_id(clock: Clock) -> None:
    assert claims(Signer(ACCOUNT).token())["jti"] != claims(Signer(ACCOUNT).token())["jti"]


def test_threads_share_one(clock: Clock) -> None:
    signer = Signer(ACCOUNT)
    tokens: list[str] = []
    threads = [threading.Thread(target=lambda: tokens.append(signer.token())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 8
    assert len(set(tokens)) == 1


def test_it_is_hs256_and_nothing_else(clock: Clock) -> None:
    assert jwt.get_unverified_header(Signer(ACCOUNT).token()) == {"alg": "HS256", "typ": "JWT"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "partner"}, "kind"),
        ({"key": ""}, "key"),
        ({"key": 100}, "key"),
        ({"key": None}, "key"),
        ({"secret": ""}, "secret"),
        ({"secret": b"hushhush"}, "secret"),
    ],
)
def test_bad_credentials(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Credentials(**{"key": "100", "secret": SECRET, "kind": "account", **fields})
    assert caught.value.problems[0].field == field
    assert "hush" not in str(caught.value)


WRONG_KIND = [
    (ACCOUNT, "project", "needs the project pair (api_key and api_secret of a project), but key 100 was given as the account pair"),
    (PROJECT, "account", "needs the account pair (account_key and account_secret), but key 46000001 was given as the project pair"),
]


@pytest.mark.parametrize(("pair", "kind", "says"), WRONG_KIND)
def test_the_wrong_pair_is_named(pair: Credentials, kind: str, says: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        require_kind(pair, kind, "this call")
    assert str(caught.value) == f"this call {says}"


def test_the_fingerprint_is_what_the_shell_computes() -> None:
    # printf %s abc | sha256sum
    assert fingerprint("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert PROJECT.fingerprint == fingerprint(SECRET)


def test_no_secret_in_any_repr(clock: Clock) -> None:
    signer = Signer(ACCOUNT)
    token = signer.token()
    for text in (repr(ACCOUNT), str(ACCOUNT), repr(signer), str(signer)):
        assert SECRET not in text
        assert token not in text
