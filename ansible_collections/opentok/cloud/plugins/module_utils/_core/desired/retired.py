# SPDX-License-Identifier: Apache-2.0
"""Reads ``retired_secrets``: what could never be equal to a live secret is refused, for it would keep a leaked one alive in silence."""

from __future__ import annotations

import re
from typing import Any

from ..errors import InvalidInput, Problem, unquoted
from ..http.auth import fingerprint

_DIGITS = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_PRINTED = re.compile(r"(?P<digits>[0-9a-f]{64})( [ *]\S.*)?", re.IGNORECASE)
"""What ``sha256sum`` prints: the digest, and the name of a file (``-``)."""

_SECRET = re.compile(r"[0-9A-Za-z_.~+/=-]+")
"""Every secret that was ever seen is of letters and digits. Source: the samples of https://tokbox.com/developer/rest/ and of the SDKs."""

MAX_DIGITS = 40
"""Every secret that was ever seen has at most so many hex digits; more of them are a digest."""

INSTEAD = "give the secret itself, or sha256: and the 64 hex digits that `printf %s SECRET | sha256sum` prints"


def parse_retired(value: Any, field: str) -> frozenset[str]:
    """Fingerprints of a list of secrets and ``sha256:`` fingerprints; one text may have several with commas between, as Ansible reads it.

    Blanks and line breaks around an item are no part of it. Raises :class:`InvalidInput`, which shows none of them.
    """
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)):
        raise InvalidInput(Problem(field, f"must be a list of secrets or their sha256: fingerprints, not {type(value).__name__}"))
    found, problems = set(), []
    for number, item in enumerate(items, 1):
        wrong, one = _retired(item)
        found.add(one)
        if wrong:
            problems.append(Problem(field, f"item {number} {wrong}"))
    if problems:
        raise InvalidInput(problems)
    return frozenset(found)


def is_fingerprint(text: str) -> bool:
    """Whether an item of ``retired_secrets`` is a fingerprint, which need not be hidden."""
    return _digits(text.strip()) is not None


def _retired(item: Any) -> tuple[str, str]:
    """What is wrong with the item (``""``: nothing), and its fingerprint."""
    if not isinstance(item, str):
        return f"must be a secret or its sha256: fingerprint, not {type(item).__name__}{unquoted(item)}", ""
    text = item.strip()
    if not text:
        return "is empty: give a secret or its sha256: fingerprint, or take the item out", ""
    digits = _digits(text)
    if digits:
        return "", f"sha256:{digits.lower()}"
    wrong = _no_secret(text)
    return (wrong, "") if wrong else ("", fingerprint(text))


def _digits(text: str) -> str | None:
    """The 64 hex digits of a fingerprint: with ``sha256:``, or as ``sha256sum`` prints them."""
    if text.lower().startswith("sha256:"):
        rest = text[len("sha256:") :].strip()
        printed = _PRINTED.fullmatch(rest) or _PRINTED.fullmatch("".join(rest.split()))
    else:
        printed = _PRINTED.fullmatch(text)
    return printed["digits"] if printed else None


def _no_secret(text: str) -> str:
    """Why the text can be neither a secret nor a fingerprint; ``""`` where it can."""
    if text.lower().startswith("sha256:"):
        many = len("".join(text[len("sha256:") :].split()))
        return f"must be sha256: and 64 hex digits, it has {many} characters after the colon"
    if not _SECRET.fullmatch(text):
        return f"can be neither a secret nor a fingerprint: secrets are of letters and digits; {INSTEAD}"
    if _DIGITS.fullmatch(text) and len(text) > MAX_DIGITS:
        return f"has {len(text)} hex digits: more than a secret, and a SHA-256 digest has 64; {INSTEAD}"
    return ""
