# SPDX-License-Identifier: Apache-2.0
"""Reads client tokens as the API does (reference, section 5), with nothing of the core: the judge between ours and the SDKs'."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl

import jwt


@dataclass(frozen=True)
class Token:
    """What a token says. Times are seconds since the epoch."""

    form: str
    session_id: str
    role: str
    created: int
    expires: int
    data: str
    classes: str


def read(token: str, key: str, secret: str) -> Token:
    """Raises ValueError, or what PyJWT raises, when the API would not let a client in with it."""
    return _read_t1(token, key, secret) if token.startswith("T1==") else _read_jwt(token, key, secret)


def _read_t1(token: str, key: str, secret: str) -> Token:
    head, _, data = base64.b64decode(token[4:], validate=True).decode().partition(":")
    frame = dict(parse_qsl(head, strict_parsing=True))
    signature = hmac.new(secret.encode(), data.encode(), hashlib.sha1).hexdigest()
    if frame["partner_id"] != key or not hmac.compare_digest(frame["sig"], signature):
        raise ValueError("not signed by this project")
    said = dict(parse_qsl(data, keep_blank_values=True, strict_parsing=True))
    return _token("t1", said, int(said["create_time"]), int(said["expire_time"]))


def _read_jwt(token: str, key: str, secret: str) -> Token:
    said = jwt.decode(token, secret, algorithms=["HS256"], issuer=key, options={"require": ["iss", "iat", "exp"]})
    if said["ist"] != "project" or said["scope"] != "session.connect" or "nonce" not in said:
        raise ValueError("not a token of a client")
    if jwt.get_unverified_header(token)["typ"] != "JWT":
        raise ValueError("not typed as a JWT")
    return _token("jwt", said, said["iat"], said["exp"])


def _token(form: str, said: dict[str, str], created: int, expires: int) -> Token:
    if not int(said.get("nonce", "")) >= 0:
        raise ValueError("no nonce")
    return Token(
        form=form,
        session_id=said["session_id"],
        role=said["role"],
        created=created,
        expires=expires,
        data=said.get("connection_data", ""),
        classes=said.get("initial_layout_class_list", ""),
    )
