# SPDX-License-Identifier: Apache-2.0
"""The ``requests`` session that sends everything: retries by kind of operation, deadlines."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ..version import VERSION
from .body import ENCODINGS
from .deadline import THIS_CALL, keep_deadlines

try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import InvalidHeader, MaxRetryError, ResponseError
    from urllib3.util.retry import Retry

    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False

if TYPE_CHECKING:
    from requests import PreparedRequest, Session

RETRIES = 3
"""How often a request is sent again: a repeatable one after a failure, any one when the connection could not be made or after a 429."""

RETRY_STATUSES = (429, 500, 502, 503, 504)

REPEATABLE_METHODS = ("GET", "PUT", "DELETE")

MAX_WAIT = 30.0
"""The longest ``Retry-After`` in seconds that we wait for; after a longer one, the call fails instead."""


def make_session(backoff: float, repeatable: Collection[str] = REPEATABLE_METHODS) -> Session:
    """A session whose requests each observe the deadline given with them. ``backoff``: seconds before the first retry, doubled each time.

    ``repeatable``: the methods that may be sent again whatever has become of them.
    """
    session = requests.Session()
    session.headers.update(
        {
            "Accept": "application/json",
            "Accept-Encoding": ", ".join(ENCODINGS),
            "User-Agent": f"pulumi-opentok/{VERSION} {requests.utils.default_user_agent()}",
        }
    )
    # Without, requests sends the password that ~/.netrc has for the host, or for any host, to the API.
    session.auth = _signed_already
    adapter = _adapter(backoff, repeatable)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _signed_already(request: PreparedRequest) -> PreparedRequest:
    return request


def _adapter(backoff: float, repeatable: Collection[str]) -> HTTPAdapter:
    class KeepsDeadlines(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **named: Any) -> None:
            super().init_poolmanager(*args, **named)
            keep_deadlines(self.poolmanager)

        def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
            is_new = proxy not in self.proxy_manager
            manager = super().proxy_manager_for(proxy, **named)
            if is_new:
                keep_deadlines(manager)
            return manager

    return KeepsDeadlines(pool_connections=2, pool_maxsize=64, max_retries=_retries(backoff, repeatable))


def _retries(backoff: float, repeatable: Collection[str]) -> Retry:
    class ByKindOfOperation(Retry):
        """A 429 refuses the request, so every method may be repeated after it; for the rest, urllib3's rule of idempotent methods applies."""

        def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
            return status_code == 429 or super().is_retry(method, status_code, has_retry_after)

        def increment(self, method: Any = None, url: Any = None, response: Any = None, error: Any = None, *rest: Any, **named: Any) -> Any:
            THIS_CALL.failed += 1
            if THIS_CALL.sent and (response is None or response.status != 429):
                THIS_CALL.lost = True
            if response is not None and response.status == 429 and method not in repeatable:
                THIS_CALL.sent = False
            if response is not None and (self.get_retry_after(response) or 0) > MAX_WAIT:
                # With raise_on_status off, this hands the answer to the caller as it is.
                raise MaxRetryError(None, url, ResponseError("asked to wait too long"))  # type: ignore[arg-type]
            return super().increment(method, url, response, error, *rest, **named)

        def parse_retry_after(self, retry_after: str) -> float:
            try:
                return super().parse_retry_after(retry_after)
            except (InvalidHeader, ValueError, OverflowError, TypeError, IndexError):
                return 0.0

    # What distributions ship with requests may still be urllib3 1.26, which knows no jitter.
    old = urllib3.__version__.startswith("1.")  # type: ignore[attr-defined]
    jitter: dict[str, Any] = {} if old else {"backoff_jitter": backoff / 2}
    return ByKindOfOperation(
        total=RETRIES,
        other=0,  # TLS failures, which can also come after the request was sent
        status_forcelist=RETRY_STATUSES,
        allowed_methods=repeatable,
        backoff_factor=backoff,
        **jitter,
        raise_on_status=False,
        respect_retry_after_header=True,
    )
