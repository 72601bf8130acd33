# SPDX-License-Identifier: Apache-2.0
"""A URL to which is posted, after a publication, what has changed: JSON without the secret, signed where there is a key for that."""

from __future__ import annotations

import hashlib
import hmac
import json
import os

from ...errors import InvalidInput, Problem
from ...http.auth import fingerprint
from ...http.webhook import BACKOFF, NotTaken, origin, post, problem_of
from ..commands import WEBHOOK_SECRET
from ..notify import Change, NotifyError

SIGNATURE = "X-OpenTok-Signature"
"""The header with ``sha256=`` and the HMAC-SHA256 of the body in hex."""

TIMEOUT = 30.0
"""Seconds that one attempt may take."""


class Webhook:
    """Posts to ``url``. Texts name its host alone: path and query may be a secret."""

    def __init__(self, url: str, *, backoff: float = BACKOFF) -> None:
        self.where = f"webhook {origin(url)}"
        self.mark = fingerprint(f"webhook:{url}")
        self._url = url
        self._backoff = backoff

    @classmethod
    def of(cls, place: str, *, allow_http: bool) -> Webhook:
        """The hook of ``webhook:`` and ``place``. Raises ``InvalidInput``."""
        wrong = problem_of(place, allow_http=allow_http)
        if wrong is not None:
            raise InvalidInput(Problem("notify", f"webhook: {wrong}"))
        return cls(place)

    def run(self, change: Change) -> None:
        body = json.dumps(dict(change), sort_keys=True).encode()
        headers = {"Content-Type": "application/json"}
        key = os.environ.get(WEBHOOK_SECRET)
        if key:
            headers[SIGNATURE] = f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"
        try:
            post(self._url, body, headers, timeout=TIMEOUT, backoff=self._backoff)
        except NotTaken as error:
            raise NotifyError(f"{self.where}: {error}") from None
