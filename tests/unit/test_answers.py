# SPDX-License-Identifier: Apache-2.0
"""What an answer means: each refusal in one line that says what to do, and no secret that a server echoes."""

from __future__ import annotations

import json

import pytest
from requests import Response

from pulumi_opentok.core import ApiError, Credentials, Forbidden, NotFound, RateLimited, ServerFault, UnreadableAnswer, operations
from pulumi_opentok.core.answers import read_answer, refusal

SECRET = "hush" * 10
ACCOUNT = Credentials(key="100", secret=SECRET, kind="account")
PROJECT = Credentials(key="46000001", secret=SECRET, kind="project")
URL = "http://127.0.0.1:1"


def answer(status: int, body: bytes = b"", content_type: str = "application/json") -> Response:
    response = Response()
    response.status_code = status
    response._content = body
    response.url = URL + "/v2/project"
    response.headers["Content-Type"] = content_type
    return response


def said(message: str, code: int = -1) -> bytes:
    return json.dumps({"code": code, "message": message, "description": message}).encode()


def refused(response: Response, pair: Credentials = ACCOUNT, operation: operations.Operation = operations.PROJECT_GET) -> ApiError:
    return refusal(operation, response, "project 9", pair, URL)


FORBIDDEN = [
    # what the server says, who asked, what to do
    ("Issuer not found", ACCOUNT, f"100 is not known as account key at {URL}: is it the key of the project pair"),
    ("Issuer not found", PROJECT, f"46000001 is not known as project key at {URL}: is it the key of the account pair"),
    ("Invalid signature", ACCOUNT, "the secret does not belong to account key 100: was it rotated, or is this the project pair?"),
    ("Invalid signature", PROJECT, "the secret does not belong to project key 46000001"),
    ("issued time cannot be greater than current time", ACCOUNT, "set this machine's clock (NTP)"),
    ("token has expired", ACCOUNT, "set this machine's clock (NTP)"),
    ("The project is suspended", PROJECT, "project key 46000001 is suspended: activate the project to use it"),
    ("Something new", ACCOUNT, f"account key 100 may not do this at {URL}"),
]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(("message", "pair", "advice"), FORBIDDEN)
def test_forbidden(message: str, pair: Credentials, advice: str, status: int) -> None:
    error = refused(answer(status, said(message)), pair)
    assert isinstance(error, Forbidden)
    assert f"project.get of project 9: HTTP {status} '{message}': " in str(error)
    assert advice in str(error)
    assert (error.operation, error.status, error.code, error.said) == ("project.get", status, -1, message)


OTHERS = [
    (404, NotFound, f"not found for account key 100 at {URL}"),
    (429, RateLimited, "too many requests; nothing was done, run again later or with less parallelism"),
    (500, ServerFault, "the server failed; run again"),
    (503, ServerFault, "the server failed; run again"),
    (599, ServerFault, "the server failed; run again"),
    (302, ApiError, f"a redirect, which is not followed: is OPENTOK_API_URL ({URL}) right?"),
    (400, ApiError, "the server refused the request"),
    (409, ApiError, "the server refused the request"),
]


@pytest.mark.parametrize(("status", "kind", "advice"), OTHERS)
def test_other_refusals(status: int, kind: type[ApiError], advice: str) -> None:
    error = refused(answer(status))
    assert type(error) is kind
    assert str(error) == f"project.get of project 9: HTTP {status}: {advice}"


@pytest.mark.parametrize("operation", [operations.PROJECT_CREATE, operations.PROJECT_REFRESH_SECRET, operations.SESSION_CREATE])
def test_a_failure_while_it_created_or_rotated_leaves_it_open(operation: operations.Operation) -> None:
    assert "the server may or may not have done it" in str(refused(answer(500), operation=operation))


BODIES = [
    # body, code, what it says
    (said("Nope", 15008), 15008, "Nope"),
    (b'{"message": "Nope"}', None, "Nope"),
    (b'{"code": 7, "description": "Nope"}', 7, "Nope"),
    (b"<errorPayload><code>-1</code><message>Nope</message></errorPayload>", -1, "Nope"),
    (b"<html><body>Bad Gateway</body></html>", None, None),
    (b"[1, 2]", None, None),
    (b'{"message": {"deep": 1}, "code": "x"}', None, None),
    (b"", None, None),
    (b"\xff\xfe\x00", None, None),
    (b"[" * 20_000, None, None),
]


@pytest.mark.parametrize(("body", "code", "text"), BODIES)
def test_error_bodies_of_all_sorts(body: bytes, code: int | None, text: str | None) -> None:
    error = refused(answer(400, body))
    assert (error.code, error.said) == (code, text)


@pytest.mark.parametrize("token", ["eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiIxMDAifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ", "T1==cGFydG5lcl9pZD0x+/8="])
def test_a_server_that_echoes_the_secret_or_the_token_does_not_get_it_into_the_error(token: str) -> None:
    error = refused(answer(400, said(f"secret {SECRET} and token {token} are wrong")))
    assert SECRET not in f"{error} {error.said!r} {error.args}"
    assert token not in f"{error} {error.said!r} {error.args}"
    assert "are wrong" in str(error)


def test_a_server_cannot_forge_a_line_or_flood_the_log() -> None:
    error = refused(answer(400, said("one\nERROR: two " + "x" * 5000)))
    assert str(error).isprintable()
    assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"<!DOCTYPE html><h1>Hi</h1>", "text/html", "a web page: is there a proxy, or is OPENTOK_API_URL wrong?"),
        (b"\xff\xfe", "application/json", "the body is not JSON but application/json, 2 bytes"),
        (b'{"id": "4', "application/json", "9 bytes"),
        (b"[" * 200_000, "application/json", "the body is not JSON"),
        (b"plain", "text/plain\nX: y", "the body is not JSON but text/plain X: y"),
    ],
)
def test_a_success_that_cannot_be_read(body: bytes, content_type: str, says: str) -> None:
    with pytest.raises(UnreadableAnswer) as caught:
        read_answer(operations.PROJECT_LIST, answer(200, body, content_type), "account 100")
    assert says in str(caught.value)
    assert f"project.list of account 100: HTTP 200 from {URL}, " in str(caught.value)
    assert not caught.value.outcome_unknown, "of a read"


def test_no_body_is_nothing() -> None:
    assert read_answer(operations.PROJECT_DELETE, answer(204), "project 9") is None
