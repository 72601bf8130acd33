# SPDX-License-Identifier: Apache-2.0
"""Input checks that several subjects share.

Each returns what is wrong with one input, or nothing if it is valid. For the media checks (from ``length_problems`` on) ``None`` is always valid
and means that the field is not sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .errors import InvalidInput, Problem, not_text, quote

MAX_ID = 255
MIN_URL = 15
MAX_URL = 2048
"""Characters of a URL that the API itself calls. Source: reference of ``POST /render``, ``/connect`` and ``/captions``."""


def id_problems(field: str, value: Any) -> list[Problem]:
    """What is wrong with the id of a connection, stream or callback: 1 to 255 printable ASCII characters, no space and no slash."""
    if isinstance(value, str) and 1 <= len(value) <= MAX_ID and value.isascii() and value.isprintable() and not set(value) & set(" /"):
        return []
    return [Problem(field, f"must be an id as returned by the API, not {quote(value)}")]


def check_an_id(value: Any, field: str) -> str:
    """``value`` if it can be such an id. Raises :class:`InvalidInput`."""
    raise_if_any(id_problems(field, value))
    return str(value)


def ids_problems(field: str, values: Any) -> list[Problem]:
    """The same for each id in a list."""
    if isinstance(values, str) or not isinstance(values, Sequence):
        return [Problem(field, f"must be a list of ids, not {type(values).__name__}")]
    return [problem for number, value in enumerate(values) for problem in id_problems(f"{field}[{number}]", value)]


def text_problems(field: str, value: Any, *, longest: int) -> list[Problem]:
    """What is wrong with a string of at most ``longest`` bytes of UTF-8."""
    if not isinstance(value, str):
        return [Problem(field, f"must be a string, not {type(value).__name__}")]
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return [Problem(field, "is not valid Unicode (a lone surrogate)")]
    return [] if size <= longest else [Problem(field, f"must have at most {longest:,} bytes, not {size:,}")]


def raise_if_any(problems: Sequence[Problem]) -> None:
    """Raises :class:`InvalidInput` with all ``problems``, if there are any."""
    if problems:
        raise InvalidInput(problems)


def length_problems(field: str, value: Any, least: int, most: int | None = None) -> list[Problem]:
    """A string of ``least`` to ``most`` characters."""
    if value is None:
        return []
    if not isinstance(value, str):
        return [Problem(field, not_text(value))]
    if any("\ud800" <= char <= "\udfff" for char in value):
        return [Problem(field, "is not valid Unicode (a lone surrogate)")]
    if len(value) < least or (most is not None and len(value) > most):
        return [Problem(field, "must not be empty" if most is None else f"must have {least} to {most} characters, not {len(value)}")]
    return []


def number_problems(field: str, value: Any, least: int, most: int, unit: str) -> list[Problem]:
    """A whole number from ``least`` to ``most``."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
        return []
    return [Problem(field, f"must be a whole number from {least} to {most} {unit}, not {quote(value)}")]


def choice_problems(field: str, value: Any, choices: Iterable[Any]) -> list[Problem]:
    """One of ``choices``."""
    known = list(choices)
    if value is None or value in known:
        return []
    return [Problem(field, f"must be one of {', '.join(str(choice) for choice in known)}, not {quote(value)}")]


def flag_problems(field: str, value: Any) -> list[Problem]:
    """True or false."""
    if value is None or isinstance(value, bool):
        return []
    return [Problem(field, f"must be true or false, not {quote(value)}")]


def url_problems(field: str, value: Any, schemes: tuple[str, ...] = ("http", "https")) -> list[Problem]:
    """A URL of 15 to 2,048 characters with one of ``schemes``."""
    found = length_problems(field, value, MIN_URL, MAX_URL)
    if found or value is None:
        return found
    if not any(value.lower().startswith(f"{scheme}://") for scheme in schemes):
        return [Problem(field, f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")]
    return []


def unencrypted_to_public(url: str) -> bool:
    """Whether what is sent to a valid URL goes unencrypted across the internet: not to this machine, a local network or a private address."""
    from urllib.parse import urlsplit  # here and below: only what is new is looked at

    address = urlsplit(url)
    return address.scheme == "http" and _is_public(address.hostname or "")


def _is_public(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.lower().rstrip(".").split(".")
        return len(labels) > 1 and labels[-1] not in ("localhost", "local", "internal", "lan", "test")


def token_problems(token: Any) -> list[Problem]:
    """A client token: the service cannot join the session without one. Its value is never part of the message."""
    if isinstance(token, str) and token:
        return []
    return [Problem("token", "must be a client token of the session; see OpenTok.tokens.generate")]
