# SPDX-License-Identifier: Apache-2.0
"""What an answer of the API means: its JSON, or the error that it stands for. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .auth import Credentials
from .connection import AS_VARIABLES
from .errors import ApiError, CutList, Forbidden, NotFound, NotTheApi, RateLimited, ServerFault, UnreadableAnswer, one_line
from .operations import Operation
from .redaction import redacted, secrets_in, secrets_in_xml

if TYPE_CHECKING:
    from requests import Response

_XML_ERROR = re.compile(r"\s*(<\?xml[^>]*\?>)?\s*<errorPayload[\s>]")
_XML_MESSAGE = re.compile(r"<message>(.*?)</message>", re.DOTALL)
_XML_CODE = re.compile(r"<code>(-?\d{1,9})</code>")
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEXT_PAGE = re.compile(r"""rel\s*=\s*["']?next\b""", re.IGNORECASE)


def read_answer(operation: Operation, response: Response, about: str, called: Mapping[str, str] = AS_VARIABLES) -> Any:
    """The JSON of a successful answer, ``None`` for an empty one. Raises :class:`UnreadableAnswer`, for a part of a list :class:`CutList`."""
    answer = _decoded(operation, response, about, called) if response.content else None
    if operation.method == "DELETE" and response.status_code not in operation.success:
        # What the API does not answer is no proof that it deleted anything. It may be asked again: then it says 404.
        what = f"HTTP {response.status_code} from {host(response)}, where the API answers {operation.success[-1]}: is there a proxy in the way?"
        raise UnreadableAnswer(f"{operation.name} of {about}: {what}", operation=operation.name)
    if operation.is_read:
        _refuse_a_part(operation, response, about, answer)
    return answer


def _decoded(operation: Operation, response: Response, about: str, called: Mapping[str, str]) -> Any:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        kind = _kind(response)
        page = f" (a web page: is there a proxy, or is {called['api_url']} wrong?)" if response.content.lstrip()[:1] == b"<" else ""
        raise UnreadableAnswer(
            f"{operation.name} of {about}: HTTP {response.status_code} from {host(response)}, but the body is not JSON but {kind},"
            f" {len(response.content)} bytes{page}",
            operation=operation.name,
        ) from None
    return _in_unicode(answer) if _ESCAPED_SURROGATE.search(response.content) else answer


def _in_unicode(answer: Any) -> Any:
    """``answer`` with U+FFFD for half a character, which JSON can hold and nothing can write."""
    if isinstance(answer, str):
        return _SURROGATE.sub("\ufffd", answer)
    if isinstance(answer, list):
        return [_in_unicode(item) for item in answer]
    if isinstance(answer, dict):
        return {_in_unicode(name): _in_unicode(value) for name, value in answer.items()}
    return answer


def _refuse_a_part(operation: Operation, response: Response, about: str, answer: Any) -> None:
    """Raises :class:`CutList` for what says of itself that it is not all, where nobody asked for a part."""
    said = None
    total = response.headers.get("X-Total-Count", "")
    if response.status_code == 206:
        said = "HTTP 206, a part of the answer"
    elif operation.paged:
        return
    elif _NEXT_PAGE.search(response.headers.get("Link", "")):
        said = "it has a next page (Link: rel=next)"
    elif isinstance(answer, list) and total.isascii() and total.isdigit() and len(total) < 10 and int(total) > len(answer):
        said = f"X-Total-Count says {int(total)}, but {len(answer)} came"
    if said is not None:
        what = f"the list of {host(response)} is cut: {said}; nothing is concluded from it"
        raise CutList(f"{operation.name} of {about}: {what}", operation=operation.name)


def refusal(
    operation: Operation,
    response: Response,
    about: str,
    credentials: Credentials,
    api_url: str,
    called: Mapping[str, str] = AS_VARIABLES,
    *,
    sent: Any = None,
) -> ApiError:
    """The error that an unsuccessful answer stands for.

    ``called``: what the settings are called where it is read. ``sent``: the body of the request, of which no secret comes back in the error.
    """
    status = response.status_code
    body = _error_body(response, [credentials.secret, *secrets_in(sent)])
    heard = f"HTTP {status}" + (f" '{body.said}'" if body.said else "") + (f" (code {body.code})" if body.code not in (None, -1) else "")
    if _says_absent(operation, status) and not body.in_form:
        shown = f"{_kind(response)}, {len(response.content)} bytes" if response.content else "an empty body"
        unsure = "" if operation.is_read else "; the server may or may not have done it"
        what = f"{heard}, but not in the form of the API's errors ({shown}), so nothing is known to be gone{unsure}"
        advice = f"is the address right ({called['api_url']}: {api_url}), or is a gateway in the way?"
        message = f"{operation.name} of {about}: {what}: {advice}"
        return NotTheApi(message, operation=operation.name, status=status, code=body.code, said=body.said)
    kind, advice = _meaning(operation, status, body.said or "", credentials, api_url, called)
    return kind(f"{operation.name} of {about}: {heard}: {advice}", operation=operation.name, status=status, code=body.code, said=body.said)


def _says_absent(operation: Operation, status: int) -> bool:
    """408 is how the API says that it knows no such stream."""
    return status == 404 or (status == 408 and "{stream_id}" in operation.path)


def host(response: Response) -> str:
    """Scheme and host of the answer, without path and query."""
    return "/".join((response.url or "").split("/")[:3])


def _kind(response: Response) -> str:
    """The type of the body, as the server calls it."""
    return redacted(one_line(response.headers.get("Content-Type", "no content type"), 60))


@dataclasses.dataclass(frozen=True)
class _ErrorBody:
    """``code`` and ``message`` of an error; ``in_form``: the body is one as only the API writes it."""

    code: int | None = None
    said: str | None = None
    in_form: bool = False


def _error_body(response: Response, secrets: Iterable[str]) -> _ErrorBody:
    """The error body, JSON or XML (some endpoints answer XML whatever was asked for)."""
    text = response.content[:20000].decode("utf-8", "replace")
    code: Any = None
    said: Any = None
    hidden = [*secrets]
    in_form = False
    try:
        body = json.loads(text)
        hidden += secrets_in(body)
        if isinstance(body, Mapping):
            code, said = body.get("code"), body.get("message") or body.get("description")
            in_form = isinstance(body.get("message"), str)
    except (ValueError, RecursionError):
        hidden += secrets_in_xml(text)
        message, number = _XML_MESSAGE.search(text), _XML_CODE.search(text)
        said, code = message and message.group(1), number and int(number.group(1))
        in_form = bool(_XML_ERROR.match(text))
    code = code if isinstance(code, int) and not isinstance(code, bool) else None
    # A server that echoes what it got must not put our secret, or a JWT that is still good, into an error text.
    said = one_line(redacted(said, hidden), 300) if isinstance(said, str) else ""
    return _ErrorBody(code=code, said=said or None, in_form=in_form and bool(said) and _is_the_api_s(code))


def _is_the_api_s(code: int | None) -> bool:
    """Whether the API has such codes: -1 (and -99) for generic errors, five digits for others.

    Gateways write JSON as well, with an HTTP status (404) or a gRPC code (5) in it.
    """
    return code is not None and (code < 0 or 10_000 <= code <= 99_999)


def _meaning(
    operation: Operation, status: int, said: str, credentials: Credentials, api_url: str, called: Mapping[str, str]
) -> tuple[type[ApiError], str]:
    if status in (401, 403):
        return Forbidden, _forbidden(said, credentials, api_url)
    if _says_absent(operation, status):
        return NotFound, f"not found for {credentials.kind} key {credentials.key} at {api_url}"
    if status == 429:
        return RateLimited, "too many requests; nothing was done, run again later or with less parallelism"
    unsure = "" if operation.repeatable else "; the server may or may not have done it"
    if status >= 500:
        return ServerFault, f"the server failed{unsure}; run again"
    if 300 <= status < 400:
        return ApiError, f"a redirect, which is not followed: is {called['api_url']} right ({api_url})?{unsure}"
    if status < 200:
        return ApiError, f"not the end of an answer: is there a proxy that speaks another protocol?{unsure}"
    return ApiError, f"the server refused the request{unsure}"


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
