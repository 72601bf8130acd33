# SPDX-License-Identifier: Apache-2.0
"""Removes secrets from a server's message before it becomes part of an error."""

from __future__ import annotations

import base64
import html
import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from ..errors import LIKE_A_SECRET, ApiError, one_line

HIDDEN = "***"
_SIGNED = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+|T1==[\w+/=%-]+")
_TELLING = re.compile(r"secret|password|token|private|accountKey|streamName", re.IGNORECASE)
_ALL_WITHIN = ("headers", "static_fields")
"""Mappings whose values may all be secret, because they are sent to a far end."""
PIECE = 8
"""So many characters of a secret in a row are taken for a part of it: servers and proxies quote and cut what they were sent."""
_XML_SECRET = re.compile(r"<(\w*(?:secret|password|token)\w*)>([^<]+)</\1>", re.IGNORECASE)
_WORTH_HIDING = 4
"""Minimum length of a secret; a shorter one would be removed from inside ordinary words."""
_WORTH_DISGUISING = 8
"""From this length on, a secret is also looked for in encoded forms and in capitals: a shorter one would match by chance."""
_LOWERED = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""Of ASCII alone: no text gets longer by it."""


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` without the ``secrets`` in any encoding, without JWTs and client tokens, and without anything that looks like a secret."""
    for form in sorted({form for secret in secrets if secret for form in _forms(secret)}, key=len, reverse=True):
        # A short one would be found in ordinary words.
        text = re.sub(re.escape(form), HIDDEN, text, flags=re.IGNORECASE if len(form) >= _WORTH_DISGUISING else 0)
    return LIKE_A_SECRET.sub(HIDDEN, _SIGNED.sub(HIDDEN, text))


def scrubbed(said: str, secrets: Iterable[str | None], limit: int = 400) -> str:
    """``said``, which a server or program wrote, with every part of a secret in it, in any encoding, as ``***``; cut after ``limit`` characters."""
    covered, lowered = bytearray(len(said)), said.translate(_LOWERED)
    for form in {form.translate(_LOWERED) for secret in filter(None, secrets) for form in _forms(secret)}:
        size = min(PIECE, len(form))
        pieces = {form[start : start + size] for start in range(len(form) - size + 1)}
        for start in range(len(said) - size + 1):
            if lowered[start : start + size] in pieces:
                covered[start : start + size] = b"\1" * size
    shown: list[str] = []
    for char, secret_part in zip(said, covered, strict=True):
        if not secret_part:
            shown.append(char)
        elif shown[-1:] != [HIDDEN]:
            shown.append(HIDDEN)
    return one_line("".join(shown), limit)


def secrets_in(answer: Any) -> Iterator[str]:
    """The strings in ``answer`` (a decoded JSON document) whose names mark them as secret."""
    waiting = [answer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            for name, item in value.items():
                if isinstance(item, str) and len(item) >= _WORTH_HIDING and _TELLING.search(str(name)):
                    yield item
                elif name in _ALL_WITHIN and isinstance(item, Mapping):
                    yield from (text for text in item.values() if isinstance(text, str) and len(text) >= _WORTH_DISGUISING)
                else:
                    waiting.append(item)
        elif isinstance(value, list):
            waiting += value


def secrets_in_xml(text: str) -> list[str]:
    """The same for an XML document."""
    return [match[2].strip() for match in _XML_SECRET.finditer(text)]


def without(error: ApiError, *secrets: str) -> ApiError:
    """``error`` without the request's ``secrets``, which a server may have quoted."""
    message, server_message = redacted(str(error), secrets), error.server_message and redacted(error.server_message, secrets)
    return type(error)(message, operation=str(error.operation), status=error.status, code=error.code, server_message=server_message)


def _forms(secret: str) -> Iterator[str]:
    """The forms in which a server may write it."""
    yield secret
    if len(secret) < _WORTH_DISGUISING:
        return
    yield from (quote(secret, safe=""), quote(secret), quote_plus(secret))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(secret)[1:-1].replace("/", "\\/"))
    yield from (html.escape(secret), html.escape(secret, quote=False))
    data = secret.encode("utf-8", "surrogatepass")
    yield data.hex()
    yield "".join(f"%{byte:02x}" for byte in data)
    for before in range(3):
        # By itself or within something longer (``key:secret``): only the characters that its neighbours have no part in.
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + data).decode()[first:last]
