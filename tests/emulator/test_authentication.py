# SPDX-License-Identifier: Apache-2.0
"""Each check of the X-OPENTOK-AUTH header, its text, and which of two failures is told."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw, sign


def refused(answer: Any) -> str:
    """The text of a refusal, which always has one shape."""
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert body == {"code": -1, "message": body["message"], "description": body["message"]}
    return str(body["message"])


def unsigned(header: dict[str, Any], claims: Any) -> str:
    """A token with any header and claims and a signature of nothing."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, "AAAA"])


def test_without_a_header(raw: Raw) -> None:
    assert refused(raw.send("GET", "/v2/project", token="")) == "No suitable authentication found"


def test_the_legacy_header_is_refused_even_with_the_right_pair(raw: Raw) -> None:
    header = {"X-TB-PARTNER-AUTH": f"{raw.key}:{raw.secret}"}
    assert refused(raw.send("GET", "/v2/project", token="", headers=header)) == "Invalid partner credentials"


@pytest.mark.parametrize("token", ["x", "a.b.c", "....", "Bearer x", "\xff\xfe", "[" * 4000, "e30.e30.", "bnVsbA.bnVsbA.AA"])
def test_not_a_token(raw: Raw, token: str) -> None:
    assert refused(raw.send("GET", "/v2/project", token=token)) == "Invalid token format"


@pytest.mark.parametrize("algorithm", ["none", "RS256", "HS384", "HS512", "ES256", None, 5])
def test_another_algorithm_than_hs256(raw: Raw, algorithm: Any) -> None:
    now = int(time.time())
    claims = {"iss": raw.key, "ist": "account", "iat": now, "exp": now + 60}
    token = unsigned({"alg": algorithm, "typ": "JWT"}, claims)
    assert refused(raw.send("GET", "/v2/project", token=token)) == "Invalid token format"


def test_a_right_signature_of_another_algorithm(raw: Raw) -> None:
    now = int(time.time())
    token = jwt.encode({"iss": raw.key, "ist": "account", "iat": now, "exp": now + 60}, raw.secret * 2, "HS512")
    assert refused(raw.send("GET", "/v2/project", token=token)) == "Invalid token format"


@pytest.mark.parametrize("claims", [[], "x", 1, None])
def test_claims_that_are_no_object(raw: Raw, claims: Any) -> None:
    assert refused(raw.send("GET", "/v2/project", token=unsigned({"alg": "HS256"}, claims))) == "Invalid token format"


@pytest.mark.parametrize(
    "issuer", [None, "", "undefined", "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f", "12 ", "-1", True, 1.5, ["1"], "٣", "1" * 30]
)
def test_issuers_that_are_no_key(raw: Raw, issuer: Any) -> None:
    assert refused(raw.send("GET", "/v2/project", token=sign(issuer, raw.secret))) == "Invalid issuer format"


def test_an_unknown_key(raw: Raw) -> None:
    assert refused(raw.send("GET", "/v2/project", token=sign("99", raw.secret))) == "Issuer not found"


@pytest.mark.parametrize("ist", ["project", None])
def test_the_account_key_as_a_project(raw: Raw, ist: str | None) -> None:
    assert refused(raw.send("GET", "/v2/project", token=sign(raw.key, raw.secret, ist))) == "Issuer not found"
    assert "Issuer not found" in raw.send("POST", "/session/create", token=sign(raw.key, raw.secret, ist)).text


@pytest.mark.parametrize("secret", ["0" * 40, "x"])
def test_a_wrong_secret(raw: Raw, secret: str) -> None:
    assert refused(raw.send("GET", "/v2/project", token=sign(raw.key, secret))) == "Invalid signature"


@pytest.mark.parametrize("ist", ["account", "my project", "", 1])
def test_a_wrong_ist(raw: Raw, ist: Any) -> None:
    project = raw.create()
    path = f"/v2/project/{project['id']}/archive"
    assert refused(raw.send("GET", path, token=sign(project["id"], project["secret"], ist))) == "Invalid signature"


def test_account_and_project_tokens_are_not_interchangeable(raw: Raw) -> None:
    project = raw.create()
    assert refused(raw.send("GET", f"/v2/project/{project['id']}/archive")) == "Invalid signature"
    assert refused(raw.of(project).send("GET", "/v2/project")) == "Invalid signature"


def test_the_issuer_may_be_a_number(raw: Raw) -> None:
    assert raw.send("GET", "/v2/project", token=sign(int(raw.key), raw.secret)).status_code == 200


def test_without_ist_it_is_a_project(raw: Raw) -> None:
    project = raw.create()
    token = sign(project["id"], project["secret"], None)
    assert raw.send("GET", f"/v2/project/{project['id']}/archive", token=token).json() == {"count": 0, "items": []}


@pytest.mark.parametrize("claims", [{"iat": None}, {"exp": None}, {"iat": "1"}, {"exp": "x"}, {"iat": float("nan")}, {"exp": True}])
def test_times_that_are_no_numbers(raw: Raw, claims: dict[str, Any]) -> None:
    assert refused(raw.send("GET", "/v2/project", token=sign(raw.key, raw.secret, **claims))) == "Invalid token format"


def test_issued_in_the_future(raw: Raw) -> None:
    token = sign(raw.key, raw.secret, iat=int(time.time()) + 30)
    assert refused(raw.send("GET", "/v2/project", token=token)) == "issued time cannot be greater than current time"


def test_expired(raw: Raw) -> None:
    assert refused(raw.send("GET", "/v2/project", token=sign(raw.key, raw.secret, iat=1, exp=int(time.time()) - 1))) == "token has expired"


@pytest.mark.parametrize(("ahead", "status"), [(1.5, 200), (30.0, 403)])
def test_a_client_whose_clock_is_a_little_ahead(raw: Raw, opentok_emulator: Emulator, ahead: float, status: int) -> None:
    issued = opentok_emulator.now() + ahead
    assert raw.send("GET", "/v2/project", token=sign(raw.key, raw.secret, iat=issued, exp=issued + 60)).status_code == status


def test_a_wrong_ist_is_told_before_a_future_iat(raw: Raw) -> None:
    """The observation from which the order of the checks is known."""
    project = raw.create()
    token = sign(project["id"], project["secret"], "account", iat=int(time.time()) + 90)
    assert "Invalid signature" in raw.send("POST", "/session/create", token=token).text


def test_a_time_is_told_before_the_key_in_the_path(raw: Raw) -> None:
    project = raw.create()
    token = sign(project["id"], project["secret"], "project", iat=int(time.time()) + 90)
    assert refused(raw.send("GET", "/v2/project/1/archive", token=token)).startswith("issued time")


def test_another_key_in_the_path(raw: Raw) -> None:
    mine, other = raw.create(), raw.create()
    text = refused(raw.of(mine).send("GET", f"/v2/project/{other['id']}/archive"))
    assert text == "Id in the token does not match the one in the url"


def test_a_suspended_project_is_refused_until_it_is_active_again(raw: Raw) -> None:
    project = raw.create()
    path = f"/v2/project/{project['id']}"
    raw.send("PUT", path, json={"status": "SUSPENDED"})
    assert refused(raw.of(project).send("GET", path + "/archive")) == "The project is suspended"
    assert raw.of(project).send("POST", "/session/create").status_code == 403
    raw.send("PUT", path, json={"status": "ACTIVE"})
    assert raw.of(project).send("GET", path + "/archive").status_code == 200


def test_a_deleted_project_is_unknown(raw: Raw) -> None:
    project = raw.create()
    raw.send("DELETE", f"/v2/project/{project['id']}")
    assert refused(raw.of(project).send("GET", f"/v2/project/{project['id']}/archive")) == "Issuer not found"


def test_after_a_refresh_only_the_new_secret_works(raw: Raw) -> None:
    old = raw.create()
    new = raw.send("POST", f"/v2/project/{old['id']}/refreshSecret").json()
    path = f"/v2/project/{old['id']}/archive"
    assert refused(raw.of(old).send("GET", path)) == "Invalid signature"
    assert raw.of(new).send("GET", path).status_code == 200


def test_long_lived_tokens_are_accepted_unless_strict(raw: Raw) -> None:
    now = int(time.time())
    token = sign(raw.key, raw.secret, iat=now, exp=now + 86_400)
    assert raw.send("GET", "/v2/project", token=token).status_code == 200
    with Emulator(strict_exp=True) as strict, Raw(strict.url, strict.account_key, strict.account_secret) as client:
        assert "300 seconds" in refused(client.send("GET", "/v2/project", token=token))
        assert client.send("GET", "/v2/project", token=sign(raw.key, raw.secret, iat=now, exp=now + 300)).status_code == 200
