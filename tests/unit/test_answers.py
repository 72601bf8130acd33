# SPDX-License-Identifier: Apache-2.0
"""What an answer means: each refusal in one line that says what to do, and no secret that a server echoes."""

from __future__ import annotations

import base64
import html
import json
import re
import urllib.parse
from collections.abc import Callable

import pytest
from requests import Response

from pulumi_opentok.core import ApiError, Credentials, Forbidden, InvalidResponse, NotFound, RateLimited, ServerError, operations
from pulumi_opentok.core.errors import CutList, NotTheApi
from pulumi_opentok.core.http.responses import read_answer, refusal

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
    ("Issuer not found", ACCOUNT, f"account key 100 is unknown at {URL}: does it belong to the project pair"),
    ("Issuer not found", PROJECT, f"project key 46000001 is unknown at {URL}: does it belong to the account pair"),
    ("Invalid signature", ACCOUNT, "the secret does not belong to account key 100: was it rotated, or is this the project pair?"),
    ("Invalid signature", PROJECT, "the secret does not belong to project key 46000001"),
    ("issued time cannot be greater than current time", ACCOUNT, "set this machine's clock (NTP)"),
    ("token has expired", ACCOUNT, "set this machine's clock (NTP)"),
    ("The project is suspended", PROJECT, "project key 46000001 is suspended: activate the project to use it"),
    ("Something new", ACCOUNT, f"account key 100 is not permitted to do this at {URL}"),
]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(("message", "pair", "advice"), FORBIDDEN)
def test_forbidden(message: str, pair: Credentials, advice: str, status: int) -> None:
    error = refused(answer(status, said(message)), pair)
    assert isinstance(error, Forbidden)
    assert f"project.get of project 9: HTTP {status} '{message}': " in str(error)
    assert advice in str(error)
    assert (error.operation, error.status, error.code, error.server_message) == ("project.get", status, -1, message)


OTHERS = [
    (429, RateLimited, "too many requests, nothing was done: run again later or with less parallelism"),
    (500, ServerError, "the server failed; run again"),
    (503, ServerError, "the server failed; run again"),
    (599, ServerError, "the server failed; run again"),
    (302, ApiError, f"redirects are not followed: is OPENTOK_API_URL right ({URL})?"),
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


ABSENT = [
    said("Project not found"),
    said("Not found", 15_404),
    b'{"code": -1, "message": "Nope"}',
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><errorPayload><code>-1</code><message>Nope</message></errorPayload>',
]
"""The API's own forms."""

NOT_FOUND_ELSEWHERE = [
    b"",
    b"404 page not found",
    b"<html><body><h1>404 Not Found</h1></body></html>",
    b"<html><message>Nope</message><code>-1</code></html>",
    b"<error><code>NoSuchKey</code><message>Nope</message></error>",
    b'{"message": "no Route matched with those values"}',
    b'{"code": 404, "message": "HTTP 404 Not Found"}',
    b'{"code": 5, "message": "Not Found", "details": []}',
    b'{"code": true, "message": "x"}',
    b'{"code": "-1", "message": "x"}',
    b'{"code": -1}',
    b'{"code": -1, "message": ""}',
    b'{"code": -1, "message": {"text": "x"}}',
    b'{"statusCode": 404, "message": "Resource not found"}',
    b'{"type": "about:blank", "title": "Not Found", "status": 404}',
    b'[{"code": -1, "message": "x"}]',
    b'"-1"',
    b"null",
    b'{"code": -1, "message": "cut o',
]
"""Gateways, other servers, and what is cut off."""

ABSENCES = [(404, operations.PROJECT_GET), (404, operations.PROJECT_DELETE), (404, operations.SIP_DIAL), (408, operations.STREAM_GET)]


@pytest.mark.parametrize(("status", "operation"), ABSENCES)
@pytest.mark.parametrize("body", ABSENT)
def test_absence_is_said_in_the_api_s_own_form(status: int, operation: operations.Operation, body: bytes) -> None:
    error = refused(answer(status, body), operation=operation)
    assert type(error) is NotFound
    assert f"not found for account key 100 at {URL}" in str(error)


@pytest.mark.parametrize(("status", "operation"), ABSENCES)
@pytest.mark.parametrize("body", NOT_FOUND_ELSEWHERE)
def test_any_other_404_proves_nothing(status: int, operation: operations.Operation, body: bytes) -> None:
    error = refused(answer(status, body, "text/html"), operation=operation)
    assert type(error) is NotTheApi
    assert not isinstance(error, NotFound)
    assert f"it does not prove that anything is gone{'' if operation.method == 'GET' else '; the server may or may not have done it'}: " in str(error)
    assert f"is the address right (OPENTOK_API_URL: {URL}), or is a gateway in the way?" in str(error)
    assert str(error).isprintable()
    assert error.outcome_unknown == (operation.method != "GET")


def test_a_408_is_absence_of_a_stream_only() -> None:
    assert type(refused(answer(408, said("Request Timeout")))) is ApiError


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
    assert (error.code, error.server_message) == (code, text)


ODD_SECRET = "hush&Hush/\\\"'+é<hush>=="
ECHOES = {
    "as it is": lambda secret: secret,
    "JSON": lambda secret: json.dumps(secret),
    "JSON in UTF-8": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON in JSON": lambda secret: json.dumps({"body": secret}),
    "URL": lambda secret: urllib.parse.quote(secret, safe=""),
    "URL in lower case": lambda secret: urllib.parse.quote(secret, safe="").lower(),
    "form": lambda secret: urllib.parse.urlencode({"s": secret}),
    "HTML": lambda secret: html.escape(secret),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    "basic": lambda secret: base64.b64encode(f"100:{secret}".encode()).decode(),
    "basic of another key": lambda secret: base64.b64encode(f"4600000:{secret}".encode()).decode(),
    "hex": lambda secret: secret.encode().hex(),
}
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiIxMDAifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


@pytest.mark.parametrize("secret", [SECRET, ODD_SECRET], ids=["usual", "odd"])
@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_server_that_echoes_the_secret_does_not_get_it_into_the_error(echo: Callable[[str], str], secret: str) -> None:
    shown = echo(secret)
    error = refused(answer(403, said(f"secret {shown} and no more")), Credentials(key="100", secret=secret, kind="account"))
    heard = f"{error} {error.server_message!r} {error.args}"
    assert "and no more" in heard
    for part in {shown, shown.strip('"'), secret} if echo is not ECHOES["URL in lower case"] else {shown}:
        assert part not in heard
    # Nor most of it.
    assert shown.strip('"')[6:-6][:12] not in heard or secret == SECRET


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        (said(f"token {JWT} is wrong"), JWT),
        (said("token T1==cGFydG5lcl9pZD0x+/8= is wrong"), "cGFydG5lcl9pZD0x"),
        (said(f"the secret is {'0a1B' * 10} now"), "0a1B" * 5),
        (b'{"code": -1, "message": "now it is new-secret-1", "secret": "new-secret-1"}', "new-secret-1"),
        (b'{"code": -1, "message": "now it is new-secret-1", "project": [{"apiSecret": "new-secret-1"}]}', "new-secret-1"),
        (b"<errorPayload><code>-1</code><message>it is new-secret-1</message><secret>new-secret-1</secret></errorPayload>", "new-secret-1"),
    ],
)
def test_other_secrets_that_a_server_may_say(body: bytes, hidden: str) -> None:
    error = refused(answer(409, body))
    assert hidden not in f"{error} {error.server_message!r} {error.args}"
    assert "***" in str(error)


@pytest.mark.parametrize(
    ("headers", "status", "says"),
    [
        ({}, 206, "HTTP 206 is only part of the answer"),
        ({"Link": f'<{URL}/v2/project?page=2>; rel="next"'}, 200, "there is a next page (Link: rel=next)"),
        ({"Link": f"<{URL}/>; rel=first, <{URL}/x>; rel=next"}, 200, "there is a next page"),
        ({"X-Total-Count": "3"}, 200, "X-Total-Count is 3, but only 1 came"),
    ],
)
def test_a_list_that_is_cut(headers: dict[str, str], status: int, says: str) -> None:
    cut = answer(status, b'[{"id": "1"}]')
    cut.headers.update(headers)
    for operation in (operations.PROJECT_LIST, operations.CALLBACK_LIST, operations.STREAM_LIST):
        message = f"{operation.name} of account 100: the list from {URL} is incomplete, so it is not used: {says}"
        with pytest.raises(CutList, match=re.escape(message)) as caught:
            read_answer(operation, cut, "account 100")
        assert not caught.value.outcome_unknown


def test_a_list_that_is_not_cut() -> None:
    whole = answer(200, b'[{"id": "1"}]')
    whole.headers.update({"Link": f'<{URL}/docs>; rel="help"', "X-Total-Count": "1"})
    assert read_answer(operations.PROJECT_LIST, whole, "account 100") == [{"id": "1"}]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"id": "9"}'])
def test_a_delete_is_done_when_the_api_says_so(body: bytes) -> None:
    """An empty 200 is what a gateway says to everything."""
    with pytest.raises(InvalidResponse, match=r"project\.delete of project 9: HTTP 200 from .*, where the API answers 204: is a proxy in the way"):
        read_answer(operations.PROJECT_DELETE, answer(200, body), "project 9")


def test_half_a_character_is_no_reason_to_crash() -> None:
    body = b'[{"name": "A\\ud800B \\ud83d\\ude00", "\\udfff": "\xed\xa0\x80"}]'
    shown = read_answer(operations.PROJECT_LIST, answer(200, body), "account 100")
    assert shown == [{"name": "A\ufffdB \U0001f600", "\ufffd": "\ufffd"}]
    assert refused(answer(400, b'{"code": -1, "message": "A\\ud800B"}')).server_message == "A B"


def test_a_server_cannot_forge_a_line_or_flood_the_log() -> None:
    error = refused(answer(400, said("one\nERROR: two " + "x" * 5000)))
    assert str(error).isprintable()
    assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"<!DOCTYPE html><h1>Hi</h1>", "text/html", "a web page: is a proxy in the way, or is OPENTOK_API_URL wrong?"),
        (b"\xff\xfe", "application/json", "the body is not JSON: application/json, 2 bytes"),
        (b'{"id": "4', "application/json", "9 bytes"),
        (b"[" * 200_000, "application/json", "the body is not JSON"),
        (b"plain", "text/plain\nX: y", "the body is not JSON: text/plain X: y"),
    ],
)
def test_a_success_that_cannot_be_read(body: bytes, content_type: str, says: str) -> None:
    with pytest.raises(InvalidResponse) as caught:
        read_answer(operations.PROJECT_LIST, answer(200, body, content_type), "account 100")
    assert says in str(caught.value)
    assert f"project.list of account 100: HTTP 200 from {URL}, " in str(caught.value)
    assert not caught.value.outcome_unknown, "of a read"


def test_no_body_is_nothing() -> None:
    assert read_answer(operations.PROJECT_DELETE, answer(204), "project 9") is None
