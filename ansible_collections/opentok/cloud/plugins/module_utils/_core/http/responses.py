# SPDX-License-Identifier: Apache-2.0
"""What an answer of the API means: its JSON or an error."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, CutList, InvalidResponse, one_line
from ..operations import Operation
from .auth import Credentials
from .connection import ENVIRONMENT

if TYPE_CHECKING:
    from requests import Response

_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEXT_PAGE = re.compile(r"""rel\s*=\s*["']?next\b""", re.IGNORECASE)


def read_answer(operation: Operation, response: Response, about: str, called: Mapping[str, str] | None = None) -> Any:
    """The JSON of a successful answer, ``None`` for an empty one. Raises :class:`InvalidResponse`; :class:`CutList` for a part of a list."""
    answer = _decoded(operation, response, about, called or ENVIRONMENT) if response.content else None
    if operation.method == "DELETE" and response.status_code not in operation.success:
        # What the API does not answer is no proof that it deleted anything. It may be asked again: then it says 404.
        what = f"HTTP {response.status_code} from {host(response)}, where the API answers {operation.success[-1]}: is a proxy in the way?"
        raise InvalidResponse(f"{operation.name} of {about}: {what}", operation=operation.name)
    if operation.is_read:
        _refuse_a_part(operation, response, about, answer)
    return answer


def _decoded(operation: Operation, response: Response, about: str, called: Mapping[str, str]) -> Any:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        kind = kind_of(response)
        page = f" (a web page: is a proxy in the way, or is {called['api_url']} wrong?)" if response.content.lstrip()[:1] == b"<" else ""
        raise InvalidResponse(
            f"{operation.name} of {about}: HTTP {response.status_code} from {host(response)}, but the body is not JSON: {kind},"
            f" {len(response.content)} bytes{page}",
            operation=operation.name,
        ) from None
    return _in_unicode(answer) if _ESCAPED_SURROGATE.search(response.content) else answer


def _in_unicode(answer: Any) -> Any:
    """``answer`` with U+FFFD for each lone surrogate, which JSON can contain but nothing can write."""
    if isinstance(answer, str):
        return _SURROGATE.sub("\ufffd", answer)
    if isinstance(answer, list):
        return [_in_unicode(item) for item in answer]
    if isinstance(answer, dict):
        return {_in_unicode(name): _in_unicode(value) for name, value in answer.items()}
    return answer


def _refuse_a_part(operation: Operation, response: Response, about: str, answer: Any) -> None:
    """Raises :class:`CutList` for an answer that declares itself incomplete although the whole was requested."""
    reason = None
    total = response.headers.get("X-Total-Count", "")
    if response.status_code == 206:
        reason = "HTTP 206 is only part of the answer"
    elif operation.paged:
        return
    elif _NEXT_PAGE.search(response.headers.get("Link", "")):
        reason = "there is a next page (Link: rel=next)"
    elif isinstance(answer, list) and total.isascii() and total.isdigit() and len(total) < 10 and int(total) > len(answer):
        reason = f"X-Total-Count is {int(total)}, but only {len(answer)} came"
    if reason is not None:
        what = f"the list from {host(response)} is incomplete, so it is not used: {reason}"
        raise CutList(f"{operation.name} of {about}: {what}", operation=operation.name)


def refusal(
    operation: Operation,
    response: Response,
    about: str,
    credentials: Credentials,
    api_url: str,
    called: Mapping[str, str] | None = None,
    *,
    sent: Any = None,
) -> ApiError:
    """The error that an unsuccessful answer stands for.

    ``called``: the names of the settings for whoever reads it. ``sent``: the request body, whose secrets must not appear in the error.
    """
    # Here: it is rarely asked for, and Ansible compiles anew in every run what is imported.
    from . import refusals

    return refusals.refusal(operation, response, about, credentials, api_url, called or ENVIRONMENT, sent=sent)


def host(response: Response) -> str:
    """Scheme and host of the answer, without path and query."""
    return "/".join((response.url or "").split("/")[:3])


def kind_of(response: Response) -> str:
    """The body's type, as the server states it."""
    from .redaction import redacted

    return redacted(one_line(response.headers.get("Content-Type", "no content type"), 60))
