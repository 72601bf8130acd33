# SPDX-License-Identifier: Apache-2.0
"""Client tokens, made without any request.

Source: https://tokbox.com/developer/guides/create-token/; the two formats as the official SDKs write them.
"""

from __future__ import annotations

import base64
import functools
import hmac
import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from ..errors import InvalidInput, Problem, quote
from ..http.auth import Credentials, JwtEncoder
from .session_ids import session_problems

if TYPE_CHECKING:
    from ..http.clock import Clock

ROLES = ("publisher", "subscriber", "moderator", "publisheronly")
FORMATS = ("jwt", "t1")
DEFAULT_LIFETIME = 24 * 3600
MAX_LIFETIME = 30 * 24 * 3600
"""Seconds: 30 days is the documented maximum."""
MAX_DATA = 1000
"""Bytes of connection data; also the length of the joined layout classes. SDKs differ (999 to 1,024); the guide says 1,000."""


class Tokens:
    """Makes client tokens for one project. Their times follow ``clock``, the server's as far as it is known, or else this machine's."""

    def __init__(self, credentials: Credentials, *, clock: Clock | None = None) -> None:
        self._credentials = credentials
        self._clock = clock

    def generate(
        self,
        session_id: str,
        *,
        role: str = "publisher",
        expires_in: int = DEFAULT_LIFETIME,
        data: str | None = None,
        layout_classes: Sequence[str] = (),
        token_format: str = "jwt",
        now: float | None = None,
    ) -> str:
        """A token with which a client connects to ``session_id``. It dies with the project's secret.

        ``role``: publisher, subscriber, moderator or publisheronly. ``expires_in``: seconds from now, 1 to 2,592,000 (30 days).
        ``data``: at most 1,000 bytes, seen by all clients and in logs. ``token_format``: ``jwt`` or the older ``t1``.
        Raises :class:`InvalidInput`, including when the session belongs to another project.
        """
        classes = _joined(layout_classes)
        problems = self._problems(session_id, role, expires_in, data, classes, token_format)
        if problems or classes is None:
            raise InvalidInput(problems)
        if now is None:
            now = time.time() if self._clock is None else time.time() + self._clock.offset
        created = int(now)
        # The nonce only tells tokens of the same second apart; what must not be guessed is the signature.
        expires, nonce = created + expires_in, random.getrandbits(48)
        if token_format == "t1":
            return self._t1(session_id, role, created, expires, nonce, data, classes)
        claims: dict[str, object] = {
            "iss": self._credentials.key,
            "ist": "project",
            "iat": created,
            "exp": expires,
            "session_id": session_id,
            "role": role,
            "nonce": nonce,
            "scope": "session.connect",
        }
        if data:
            claims["connection_data"] = data
        if classes:
            claims["initial_layout_class_list"] = classes
        return self._jwt.encode(claims)

    @functools.cached_property
    def _jwt(self) -> JwtEncoder:
        return JwtEncoder(self._credentials.secret)

    @functools.cached_property
    def _sha1(self) -> hmac.HMAC:
        return hmac.new(self._credentials.secret.encode(), digestmod="sha1")

    def _t1(self, session_id: str, role: str, created: int, expires: int, nonce: int, data: str | None, classes: str) -> str:
        # A checked id holds nothing else that a form would have to quote.
        quoted_id = quote_plus(session_id) if "+" in session_id or "/" in session_id or "=" in session_id else session_id
        text = f"session_id={quoted_id}&role={role}&nonce={nonce}&scope=session.connect&create_time={created}&expire_time={expires}"
        if data:
            text += f"&connection_data={quote_plus(data)}"
        if classes:
            text += f"&initial_layout_class_list={quote_plus(classes)}"
        signature = self._sha1.copy()
        signature.update(text.encode())
        body = f"partner_id={self._credentials.key}&sig={signature.hexdigest()}:{text}"
        return "T1==" + base64.b64encode(body.encode()).decode()

    def _problems(self, session_id: str, role: str, expires_in: int, data: str | None, classes: str | None, token_format: str) -> list[Problem]:
        problems = session_problems(session_id, self._credentials.key)
        if role not in ROLES:
            problems.append(Problem("role", f"must be one of {', '.join(ROLES)}, not {quote(role)}"))
        if isinstance(expires_in, bool) or not isinstance(expires_in, int) or not 1 <= expires_in <= MAX_LIFETIME:
            problems.append(Problem("expires_in", f"must be a whole number of seconds from 1 to {MAX_LIFETIME} (30 days), not {quote(expires_in)}"))
        problems.extend(token_problems(data, classes))
        if token_format not in FORMATS:
            problems.append(Problem("token_format", f"must be 'jwt' or 't1', not {quote(token_format)}"))
        return problems


def token_problems(data: Any, classes: Any) -> list[Problem]:
    """What is wrong with what a token carries for its client; ``classes``: the layout classes joined by spaces, ``None`` if they are invalid."""
    problems = []
    if data is not None and not _fits(data):
        problems.append(Problem("data", f"must be a string of at most {MAX_DATA} bytes"))
    if not _fits(classes):
        problems.append(Problem("layout_classes", f"must be a list of class names of at most {MAX_DATA} characters in total"))
    return problems


def _joined(names: object) -> str | None:
    """Class names as one string, None if they are not a list of strings."""
    if not isinstance(names, (list, tuple)) and (isinstance(names, str) or not isinstance(names, Sequence)):
        return None
    try:
        return " ".join(names)
    except TypeError:
        return None


def _fits(value: object) -> bool:
    """Whether ``value`` is a string that the API accepts as data."""
    try:
        return isinstance(value, str) and len(value.encode()) <= MAX_DATA
    except UnicodeEncodeError:
        return False
