# SPDX-License-Identifier: Apache-2.0
"""What an unsuccessful answer means.

Separate from ``responses``: a successful run need not load it, and Ansible recompiles what is loaded in every run.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, Forbidden, NotFound, NotTheApi, RateLimited, ServerError, one_line
from ..operations import Operation
from .auth import Credentials
from .redaction import redacted, secrets_in, secrets_in_xml
from .responses import kind_of

if TYPE_CHECKING:
    from requests import Response

_XML_ERROR = re.compile(r"\s*(<\?xml[^>]*\?>)?\s*<errorPayload[\s>]")
_XML_MESSAGE = re.compile(r"<message>(.*?)</message>", re.DOTALL)
_XML_CODE = re.compile(r"<code>(-?\d{1,9})</code>")


def refusal(
    operation: Operation,
    response: Response,
    about: str,
    credentials: Credentials,
    api_url: str,
    called: Mapping[str, str],
    *,
    sent: Any = None,
) -> ApiError:
    """The error that an unsuccessful answer stands for.

    ``called``: the names of the settings for whoever reads it. ``sent``: the request body, whose secrets must not appear in the error.
    """
    status = response.status_code
    body = _error_body(response, [credentials.secret, *secrets_in(sent)])
    quoted = f" '{body.server_message}'" if body.server_message else ""
    heard = f"HTTP {status}{quoted}" + (f" (code {body.code})" if body.code not in (None, -1) else "")
    if _says_absent(operation, status) and not body.in_form:
        shown = f"{kind_of(response)}, {len(response.content)} bytes" if response.content else "an empty body"
        unsure = "" if operation.is_read else "; the server may or may not have done it"
        what = f"{heard}, but not in the API's error format ({shown}), so it does not prove that anything is gone{unsure}"
        advice = f"is the address right ({called['api_url']}: {api_url}), or is a gateway in the way?"
        message = f"{operation.name} of {about}: {what}: {advice}"
        return NotTheApi(message, operation=operation.name, status=status, code=body.code, server_message=body.server_message)
    kind, advice = _meaning(operation, status, body.server_message or "", credentials, api_url, called)
    message = f"{operation.name} of {about}: {heard}: {advice}"
    return kind(message, operation=operation.name, status=status, code=body.code, server_message=body.server_message)


def _says_absent(operation: Operation, status: int) -> bool:
    """The API answers 408 for a stream that it does not know."""
    return status == 404 or (status == 408 and "{stream_id}" in operation.path)


@dataclasses.dataclass(frozen=True)
class _ErrorBody:
    """``code`` and ``message`` of an error; ``in_form``: only the API writes such a body."""

    code: int | None = None
    server_message: str | None = None
    in_form: bool = False


def _error_body(response: Response, secrets: Iterable[str]) -> _ErrorBody:
    """The error body, JSON or XML (some endpoints answer in XML whatever the request accepts)."""
    text = response.content[:20000].decode("utf-8", "replace")
    code: Any = None
    server_message: Any = None
    hidden = [*secrets]
    in_form = False
    try:
        body = json.loads(text)
        hidden += secrets_in(body)
        if isinstance(body, Mapping):
            code, server_message = body.get("code"), body.get("message") or body.get("description")
            in_form = isinstance(body.get("message"), str)
    except (ValueError, RecursionError):
        hidden += secrets_in_xml(text)
        message, number = _XML_MESSAGE.search(text), _XML_CODE.search(text)
        server_message, code = message and message.group(1), number and int(number.group(1))
        in_form = bool(_XML_ERROR.match(text))
    code = code if isinstance(code, int) and not isinstance(code, bool) else None
    # A server that echoes what it got must not put our secret, or a JWT that is still good, into an error text.
    server_message = one_line(redacted(server_message, hidden), 300) if isinstance(server_message, str) else ""
    return _ErrorBody(code=code, server_message=server_message or None, in_form=in_form and bool(server_message) and _is_the_api_s(code))


def _is_the_api_s(code: int | None) -> bool:
    """Whether this can be one of the API's codes: -1 (and -99) for generic errors, five digits for others.

    Gateways also write JSON, but with an HTTP status (404) or a gRPC code (5).
    """
    return code is not None and (code < 0 or 10_000 <= code <= 99_999)


def _meaning(
    operation: Operation, status: int, server_message: str, credentials: Credentials, api_url: str, called: Mapping[str, str]
) -> tuple[type[ApiError], str]:
    if status in (401, 403):
        return Forbidden, _forbidden(server_message, credentials, api_url)
    if _says_absent(operation, status):
        return NotFound, f"not found for {credentials.kind} key {credentials.key} at {api_url}"
    if status == 429:
        return RateLimited, "too many requests, nothing was done: run again later or with less parallelism"
    unsure = "" if operation.repeatable else "; the server may or may not have done it"
    if status >= 500:
        return ServerError, f"the server failed{unsure}; run again"
    if 300 <= status < 400:
        return ApiError, f"redirects are not followed: is {called['api_url']} right ({api_url})?{unsure}"
    if status < 200:
        return ApiError, f"this is not a final answer: does a proxy speak another protocol?{unsure}"
    return ApiError, f"the server refused the request{unsure}"


def _forbidden(server_message: str, credentials: Credentials, api_url: str) -> str:
    key, kind = credentials.key, credentials.kind
    other = "project" if kind == "account" else "account"
    lowered = server_message.lower()
    if "issuer not found" in lowered:
        return f"{kind} key {key} is unknown at {api_url}: does it belong to the {other} pair, a deleted project or another platform?"
    if "invalid signature" in lowered:
        return f"the secret does not belong to {kind} key {key}: was it rotated, or is this the {other} pair?"
    if "issued time" in lowered or "expired" in lowered:
        return "the clocks of this machine and the server differ: set this machine's clock (NTP)"
    if "suspend" in lowered or "not active" in lowered:
        return f"{kind} key {key} is suspended: activate the project to use it"
    return f"{kind} key {key} is not permitted to do this at {api_url}"
