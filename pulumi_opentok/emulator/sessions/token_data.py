# SPDX-License-Identifier: Apache-2.0
"""The data that a client token carries for its connection. Tokens are not verified here: no source says how the API answers a bad one."""

from __future__ import annotations

import base64
import urllib.parse

import jwt

_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError)


def connection_data(token: str) -> str:
    """The ``connection_data`` of a T1 token or a JWT; "" without any, and for what is no token."""
    try:
        if token.startswith("T1=="):
            text = base64.b64decode(token[4:]).decode("utf-8").partition(":")[2]
            return urllib.parse.parse_qs(text).get("connection_data", [""])[0]
        data = str(jwt.decode(token, options={"verify_signature": False}).get("connection_data", ""))
        return data.encode("utf-8", "replace").decode("utf-8")
    except _UNREADABLE:
        return ""
