# SPDX-License-Identifier: Apache-2.0
"""What an answer of the API means: its JSON, or the error that it stands for. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .auth import Credentials
from .errors import ApiError, Forbidden, NotFound, RateLimited, ServerFault, UnreadableAnswer, one_line
from .operations import Operation

if TYPE_CHECKING:
    from requests import Response

_XML_MESSAGE = re.compile(r"<message>(.*?)</message>", re.DOTALL)
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+|T1==[\w+/=-]+")
_XML_CODE = re.compile(r"<code>(-?\d+)</code>")


def read_answer(operation: Operation, response: Response, about: str) -> Any:
    """The JSON of a successful answer, ``None`` for an empty one. Raises :class:`UnreadableAnswer`."""
    if not response.content:
        return None
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        kind = one_line(response.headers.get("Content-Type", "no content type"), 60)
        page = " (a web page: is there a proxy, or is OPENTOK_API_URL wrong?)" if response.content.lstrip()[:1] == b"<" else ""
        raise UnreadableAnswer(
            f"{operation.name} of {about}: HTTP {response.status_code} from {host(response)}, but the body is not JSON but {kind},"
            f" {len(response.content)} bytes{page}",
            operation=operation.name,
        ) from None


def refusal(operation: Operation, response: Response, about: str, credentials: Credentials, api_url: str) -> ApiError:
    """The error that an unsuccessful answer stands for."""
    status = response.status_code
    code, said = _error_body(response, credentials)
    heard = f"HTTP {status}" + (f" '{said}'" if said else "") + (f" (code {code})" if code not in (None, -1) else "")
    kind, advice = _meaning(operation, status, said or "", credentials, api_url)
    error = kind(f"{operation.name} of {about}: {heard}: {advice}", operation=operation.name, status=status, code=code, said=said)
    # Only these say that nothing was done: all else may come from a proxy, or from a server that had done it by then.
    error.outcome_unknown = not operation.repeatable and not isinstance(error, (Forbidden, NotFound, RateLimited))
    return error


def host(response: Response) -> str:
    """Scheme and host of the answer, without path and query."""
    return "/".join((response.url or "").split("/")[:3])


def _error_body(response: Response, credentials: Credentials) -> tuple[int | None, str | None]:
    """``code`` and ``message`` of the error body, JSON or XML (some endpoints answer XML whatever was asked for)."""
    text = response.content[:20000].decode("utf-8", "replace")
    code: Any = None
    said: Any = None
    try:
        body = json.loads(text)
        if isinstance(body, dict):
            code, said = body.get("code"), body.get("message") or body.get("description")
    except (ValueError, RecursionError):
        message, number = _XML_MESSAGE.search(text), _XML_CODE.search(text)
        said, code = message and message.group(1), number and int(number.group(1))
    if isinstance(said, str):
        # A server that echoes what it got must not put our secret, or a JWT that is still good, into an error text.
        said = one_line(_JWT.sub("***", said.replace(credentials.secret, "***")), 300)
    return (code if isinstance(code, int) else None), (said if isinstance(said, str) and said else None)


def _meaning(operation: Operation, status: int, said: str, credentials: Credentials, api_url: str) -> tuple[type[ApiError], str]:
    if status in (401, 403):
        return Forbidden, _forbidden(said, credentials, api_url)
    if status == 404 or (status == 408 and "{stream_id}" in operation.path):  # 408 is how the API says that it knows no such stream
        return NotFound, f"not found for {credentials.kind} key {credentials.key} at {api_url}"
    if status == 429:
        return RateLimited, "too many requests; nothing was done, run again later or with less parallelism"
    if status >= 500:
        unsure = "" if operation.repeatable else "; the server may or may not have done it"
        return ServerFault, f"the server failed{unsure}; run again"
    if 300 <= status < 400:
        return ApiError, f"a redirect, which is not followed: is OPENTOK_API_URL ({api_url}) right?"
    return ApiError, "the server refused the request"


def _forbidden(said: str, credentials: Credentials, api_url: str) -> str:
    key, kind = credentials.key, credentials.kind
    other = "project" if kind == "account" else "account"
    lowered = said.lower()
    if "issuer not found" in lowered:
        return f"{key} is not known as {kind} key at {api_url}: is it the key of the {other} pair, of a deleted project, or of another platform?"
    if "invalid signature" in lowered:
        return f"the secret does not belong to {kind} key {key}: was it rotated, or is this the {other} pair?"
    if "issued time" in lowered or "expired" in lowered:
        return "the clocks of this machine and the server differ: set this machine's clock (NTP)"
    if "suspend" in lowered or "not active" in lowered:
        return f"{kind} key {key} is suspended: activate the project to use it"
    return f"{kind} key {key} may not do this at {api_url}"
