# SPDX-License-Identifier: Apache-2.0
"""Who signed a request: every check of the X-OPENTOK-AUTH header, in the API's order.

Order: header present, token format, issuer format, issuer lookup, signature, time claims, key in the path. The texts are the ones
that users quote from the real API; provenance.py says which are not.
"""

from __future__ import annotations

import dataclasses
import hmac
import json
import math
import re
from typing import Any

import jwt
from starlette.datastructures import Headers

from . import accounts
from .clock import LEEWAY
from .errors import forbidden
from .projects import rows as projects
from .service import Service

LONGEST_LIFE = 300  # seconds, the documented maximum; enforced with --strict-exp only

LONGEST_TOKEN = 8000
"""Characters; our own bound, servers take header lines of about that length."""

_ISSUER = re.compile(r"[0-9]{1,18}")
_JWS = jwt.PyJWS(algorithms=["HS256"])
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError)


@dataclasses.dataclass(frozen=True)
class Signer:
    """The key that signed; ``kind`` is "account" or "project"."""

    kind: str
    key: str
    secret: str = dataclasses.field(repr=False)
    status: str = "ACTIVE"


def authenticate(service: Service, headers: Headers, kind: str) -> Signer:
    """Return who signed, for an operation that wants ``kind`` credentials. Raises ApiError (403)."""
    token = headers.get("x-opentok-auth", "").strip()
    if not token:
        if "x-tb-partner-auth" in headers:
            raise forbidden("Invalid partner credentials")
        raise forbidden("No suitable authentication found")
    claims, signature = _read(token)
    key = _issuer(claims)
    signer = _lookup(service, key, claims.get("ist", "project"))
    if signer.kind != kind or not _is_signed_with(token, signature, signer.secret):
        raise forbidden("Invalid signature")
    _check_times(claims, service)
    return signer


def check_use(signer: Signer, key_in_path: str | None) -> None:
    """The checks after the signature: the key of the path, and that the project may be used. Raises ApiError (403)."""
    if key_in_path is not None and key_in_path != signer.key:
        raise forbidden("Id in the token does not match the one in the url")
    if signer.status == "SUSPENDED":
        raise forbidden("The project is suspended")


def _read(token: str) -> tuple[dict[str, Any], bytes]:
    """The claims, not yet trusted, and the signature. Only HS256 is a token of this API: "none" and RS256 are not."""
    if len(token) > LONGEST_TOKEN:
        raise forbidden("Invalid token format")
    try:
        parts = _JWS.decode_complete(token, options={"verify_signature": False})
        claims = json.loads(parts["payload"])
    except _UNREADABLE as error:
        raise forbidden("Invalid token format") from error
    if parts["header"].get("alg") != "HS256" or not isinstance(claims, dict):
        raise forbidden("Invalid token format")
    return claims, parts["signature"]


def _issuer(claims: dict[str, Any]) -> str:
    issuer = claims.get("iss")
    if isinstance(issuer, int) and not isinstance(issuer, bool):
        issuer = str(issuer)
    if not isinstance(issuer, str) or not _ISSUER.fullmatch(issuer):
        raise forbidden("Invalid issuer format")
    return issuer


def _lookup(service: Service, key: str, issuer_type: object) -> Signer:
    """The issuer. A project key with a wrong ``ist`` is found, its signature is what fails; an account key counts as account only."""
    if issuer_type != "project":
        account = accounts.find(service.db, key)
        if account is not None:
            kind = "account" if issuer_type == "account" else "unknown"
            return Signer(kind, key, account["secret"])
    project = projects.find(service.db, key)
    if project is None:
        raise forbidden("Issuer not found")
    kind = "project" if issuer_type == "project" else "unknown"
    return Signer(kind, key, project["secret"], project["status"])


def _is_signed_with(token: str, signature: bytes, secret: str) -> bool:
    """HS256 by hand: PyJWT warns about the short secrets that tests like to use, and a warning may be an error there."""
    signed = token.rpartition(".")[0].encode("ascii")
    return hmac.compare_digest(signature, hmac.digest(secret.encode("utf-8"), signed, "sha256"))


def _check_times(claims: dict[str, Any], service: Service) -> None:
    issued, expires = _number(claims.get("iat")), _number(claims.get("exp"))
    now = service.clock.now()
    if issued is None or expires is None:
        raise forbidden("Invalid token format")
    if issued > now + LEEWAY:
        raise forbidden("issued time cannot be greater than current time")
    if expires <= now:
        raise forbidden("token has expired")
    if service.strict_exp and expires - issued > LONGEST_LIFE:
        raise forbidden(f"the token's life is longer than {LONGEST_LIFE} seconds")


def _number(value: object) -> float | None:
    """A finite number, else None; JSON's reader lets NaN pass, which is neither past nor future."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None
