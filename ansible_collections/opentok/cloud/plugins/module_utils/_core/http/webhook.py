# SPDX-License-Identifier: Apache-2.0
"""Posts to others than the API: what happened here is told to a URL."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from ..errors import MissingLibrary, OpenTokError, quote
from .connection import is_this_machine
from .deadline import THIS_CALL
from .http_session import HAS_REQUESTS, MAX_WAIT, RETRIES, RETRY_STATUSES, make_session

if HAS_REQUESTS:
    from urllib3.exceptions import HTTPError
    from urllib3.util.timeout import Timeout

BACKOFF = 1.0
"""Seconds of the first wait before a retry."""


class NotTaken(OpenTokError):
    """A webhook was not received, or was refused."""


def problem_of(url: str, *, allow_http: bool) -> str | None:
    """What is wrong with the ``url`` of a webhook; of its path and query, which may be a secret, nothing is shown."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or parts.scheme not in ("http", "https") or any(char.isspace() or not char.isprintable() for char in url):
        return "is not a URL: write it like https://deploy.example.com/hooks/opentok"
    if "@" in parts.netloc:
        return "must not contain a user name or password: what it sends is signed by the key in OPENTOK_WEBHOOK_SECRET"
    if parts.fragment or url.endswith("#"):
        return "must not have a fragment (#...), which is never sent"
    if parts.scheme == "http" and not allow_http and not is_this_machine(host):
        return f"to {quote(host)} must be https://, or allow_http must be true, on a network that nobody else can reach"
    return None


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float, backoff: float = BACKOFF) -> None:
    """Posts ``body`` until it is answered by 2xx: again after 429, 5xx or no answer, three times at most; no redirect is followed.

    ``timeout``: seconds of one attempt. Raises :class:`NotTaken`, which does not name the URL.
    """
    if not HAS_REQUESTS:
        raise MissingLibrary("requests")
    THIS_CALL.sent = THIS_CALL.lost = False
    THIS_CALL.failed = 0
    try:
        with make_session(backoff, ("POST",)) as session:
            response = session.request(
                "POST", url, data=body, headers=dict(headers), timeout=Timeout(total=timeout), allow_redirects=False, stream=True  # type: ignore[arg-type]
            )
            status = response.status_code
            response.close()
    except (OSError, ValueError, HTTPError) as error:  # also all that requests raises
        from .not_sent import why  # here, as in transport.py

        cause, look_at = why(error, url)
        check = look_at or "check the URL, the network and who listens there"
        raise NotTaken(f"no answer ({cause}) in {_attempts(max(THIS_CALL.failed, 1))}: {check}") from None
    if 300 <= status < 400:
        raise NotTaken(f"HTTP {status}: a redirect is not followed: give the URL that it leads to")
    if not 200 <= status < 300:
        again = status in RETRY_STATUSES
        attempts = THIS_CALL.failed if again else THIS_CALL.failed + 1
        tried = f" after {_attempts(attempts)}" if again or attempts > 1 else ""
        # Nothing else ends it early.
        wait = f"it asks to wait longer than {MAX_WAIT:g} s, which no hook does: " if again and attempts <= RETRIES else ""
        raise NotTaken(f"HTTP {status}{tried}: {wait}check what answers there")


def _attempts(number: int) -> str:
    return "1 attempt" if number == 1 else f"{number} attempts"
