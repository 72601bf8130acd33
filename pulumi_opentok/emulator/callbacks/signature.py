# SPDX-License-Identifier: Apache-2.0
"""The signature of a secure callback: a JWT by which the receiver knows who sent it and that the body is whole.

Source: secure callbacks guide (developer.vonage.com/en/opentok/guides/secure-callbacks).
"""

from __future__ import annotations

import hashlib
import uuid
import warnings

import jwt


def header(secret: str, project: str, body: bytes, now: float) -> str:
    """The value of ``Authorization``; ``now`` in seconds."""
    claims = {
        "iss": "Vonage",
        "iat": int(now),
        "jti": str(uuid.uuid4()),
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": project,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a short secret is the tester's business
        return "Bearer " + jwt.encode(claims, secret, "HS256")
