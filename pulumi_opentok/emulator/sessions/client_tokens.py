# SPDX-License-Identifier: Apache-2.0
"""What is checked of a simulated client that connects with a token: whose session, signed with the live secret, not ended.

Source: the guide to token creation, and the SDKs for the two forms of a token. The texts are our own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import sqlite3
import urllib.parse
from typing import Any

import jwt

from ..projects import rows as projects
from ..service import Service

_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, KeyError, IndexError, AttributeError)


def refusal(service: Service, session: sqlite3.Row, token: str) -> str:
    """Why a client with this token cannot connect to the session; empty: it can."""
    try:
        key, of_session, ends, signed_with = _t1(token) if token.startswith("T1==") else _jwt(token)
    except _UNREADABLE:
        return "the token is not readable"
    project = projects.find(service.db, key)
    if project is None or project["status"] != "VALID":
        return "the project of the token is gone or suspended"
    if not signed_with(project["secret"]):
        return "the token is not signed with the project's secret"
    if session["project"] != key or of_session != session["id"]:
        return "the token is of another session"
    return "" if service.clock.now() < ends else "the token has expired"


def _t1(token: str) -> Any:
    head, _, signed = base64.b64decode(token.removeprefix("T1==")).decode("utf-8").partition(":")
    given, data = urllib.parse.parse_qs(head), urllib.parse.parse_qs(signed)

    def signed_with(secret: str) -> bool:
        return hmac.compare_digest(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).hexdigest(), given["sig"][0])

    return given["partner_id"][0], data["session_id"][0], int(data["expire_time"][0]), signed_with


def _jwt(token: str) -> Any:
    claims = jwt.decode(token, options={"verify_signature": False})

    def signed_with(secret: str) -> bool:
        try:
            jwt.decode(token, secret, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
        except jwt.PyJWTError:
            return False
        return True

    return str(claims["iss"]), str(claims["session_id"]), int(claims["exp"]), signed_with
