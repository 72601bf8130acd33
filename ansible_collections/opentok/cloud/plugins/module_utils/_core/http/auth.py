# SPDX-License-Identifier: Apache-2.0
"""The two kinds of credentials and the JWT that signs a request."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Mapping

from ..errors import CredentialsError, InvalidInput, Problem
from ..secrecy import equal_as_a_whole

KINDS = ("account", "project")

LIFETIME = 180
"""Seconds that a JWT is valid. Documented: about 3 minutes recommended, 5 at most. Source: https://tokbox.com/developer/rest/."""

BACKDATE = 5
"""Seconds that ``iat`` lies in the past: the server refuses an ``iat`` ahead of its own clock, and clocks are never quite equal."""

REUSE_MARGIN = 60
"""A JWT with fewer seconds left than this is replaced, so that none expires in transit."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Credentials:
    """A key, its secret and their purpose: ``kind`` is ``account`` (manages projects) or ``project`` (does everything else).

    Raises :class:`InvalidInput` for an unknown kind, an empty key or an empty secret.
    """

    key: str
    secret: str = dataclasses.field(repr=False)
    kind: str

    __eq__ = equal_as_a_whole

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidInput(Problem("kind", "must be 'account' or 'project'"))
        for field in ("key", "secret"):
            value = getattr(self, field)
            if not isinstance(value, str) or not value:
                raise InvalidInput(Problem(field, f"the {field} of the {self.kind} pair must be a non-empty string"))

    @property
    def fingerprint(self) -> str:
        """The secret's fingerprint, see :func:`fingerprint`."""
        return fingerprint(self.secret)


FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}", re.IGNORECASE)
"""The output of :func:`fingerprint`, as people may write it."""


def fingerprint(secret: str) -> str:
    """``sha256:`` and 64 hex digits of the secret's UTF-8 text: names a secret without showing it. Shell: ``printf %s "$S" | sha256sum``."""
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()


def require_kind(credentials: Credentials, kind: str, what: str) -> None:
    """Raises :class:`CredentialsError` unless ``credentials`` are of ``kind``; ``what`` says what they are needed for."""
    if credentials.kind == kind:
        return
    names = {"account": "account_key and account_secret", "project": "api_key and api_secret of a project"}
    raise CredentialsError(f"{what} needs the {kind} pair ({names[kind]}), but key {credentials.key} was given as the {credentials.kind} pair")


class Signer:
    """Signs requests with one pair of credentials: makes a JWT once and reuses it until shortly before it expires. Thread-safe."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._lock = threading.Lock()
        self._token = ""
        self._clock_offset = 0.0
        self._good_from = self._good_until = 0.0

    def __repr__(self) -> str:
        return f"Signer({self.credentials!r})"

    def token(self, clock_offset: float = 0.0) -> str:
        """A JWT for the header ``X-OPENTOK-AUTH``, by a clock that is ``clock_offset`` seconds ahead of ours."""
        now = time.time() + clock_offset
        with self._lock:
            if clock_offset != self._clock_offset or not self._good_from <= now < self._good_until:
                self._token = self._sign(int(now))
                self._clock_offset = clock_offset
                self._good_from, self._good_until = now, now + LIFETIME - BACKDATE - REUSE_MARGIN
            return self._token

    def _sign(self, now: int) -> str:
        issued = now - BACKDATE
        claims = {"iss": self.credentials.key, "ist": self.credentials.kind, "iat": issued, "exp": issued + LIFETIME, "jti": secrets.token_hex(16)}
        return JwtEncoder(self.credentials.secret).encode(claims)


class JwtEncoder:
    """Makes compact HS256 JWTs of one secret, which are HMAC-SHA256 of header and claims (RFC 7515, RFC 7518 3.2).

    It does without PyJWT: where ``cryptography`` is installed, its import takes half as long as all of requests, in each run of an Ansible
    module. The header and the keyed hash are the same for every token and made once, where a backend would repeat this for each client.
    """

    def __init__(self, secret: str) -> None:
        self._keyed = hmac.new(secret.encode(), digestmod="sha256")

    def encode(self, claims: Mapping[str, object]) -> str:
        """The JWT of ``claims``."""
        signed = _HEADER + b"." + _base64url(_as_json(claims).encode())
        keyed = self._keyed.copy()
        keyed.update(signed)
        return (signed + b"." + _base64url(keyed.digest())).decode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


_as_json = json.JSONEncoder(separators=(",", ":")).encode
_HEADER = _base64url(_as_json({"alg": "HS256", "typ": "JWT"}).encode())
