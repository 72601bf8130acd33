# SPDX-License-Identifier: Apache-2.0
"""HTTP to the API: one connection pool, retries by kind of operation, errors mapped once. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import email.utils
import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .answers import read_answer, refusal
from .auth import Signer, require_kind
from .errors import InvalidInput, MissingLibrary, NoAnswer, OpenTokError, Problem, UnreadableAnswer
from .operations import Operation
from .version import VERSION

try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, MaxRetryError, NewConnectionError, ReadTimeoutError, ResponseError
    from urllib3.util.retry import Retry

    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False

if TYPE_CHECKING:
    from requests import Response

Warn = Callable[[str], None]

RETRIES = 3
"""How often a request is sent again: a repeatable one after a failure, any one when the connection could not be made or after a 429."""

RETRY_STATUSES = (429, 500, 502, 503, 504)

LONGEST_WAIT = 30.0
"""Seconds that a server's ``Retry-After`` may make us wait; a longer one is refused rather than slept."""

SKEW = 3.0
"""Seconds between the server's ``Date`` and our clock from which a 403 is blamed on the clock. ``Date`` counts whole seconds."""

_log = logging.getLogger("opentok")


class Transport:
    """Sends operations to ``api_url``. Thread-safe; share one so that connections are reused.

    ``timeout`` is in seconds and holds for connecting and for each wait for bytes. ``warn`` gets one-line warnings (default: the
    logger ``opentok``). ``backoff`` is the first wait in seconds before a retry; it doubles each time and is jittered.

    Reads, PUT and DELETE are sent again after a lost connection, a 429 or a 5xx. A POST that creates or rotates is sent again only when
    it is certain that the server has not done it: no connection could be made, or it answered 429.
    """

    def __init__(self, api_url: str, *, timeout: float, warn: Warn | None = None, backoff: float = 0.3) -> None:
        if not HAS_REQUESTS:
            raise MissingLibrary("requests")
        self.api_url = api_url
        self.timeout = timeout
        self.backoff = backoff
        self.warn: Warn = warn or _log.warning
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": f"pulumi-opentok/{VERSION} {requests.utils.default_user_agent()}"})
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=16, max_retries=_retries(backoff))
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._clock_lock = threading.Lock()
        self._clock_offset = 0.0
        """Seconds that the server's clock is ahead of ours: the same for whoever signs."""

    def __repr__(self) -> str:
        return f"Transport({self.api_url!r}, timeout={self.timeout})"

    def call(
        self,
        operation: Operation,
        signer: Signer,
        *,
        about: str,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        **path: str,
    ) -> Any:
        """Does ``operation`` and returns the decoded JSON of its answer (``None`` when it has no body).

        ``about`` names the object in error texts (``project 46000001``). ``path`` fills the placeholders of the operation's path.
        Raises :class:`CredentialsError` for the wrong pair, :class:`ApiError` when the server refuses, :class:`NoAnswer` and
        :class:`UnreadableAnswer` when there is no usable answer.
        """
        require_kind(signer.credentials, operation.credentials, operation.name)
        url = self.api_url + operation.path.format(**{name: _segment(name, value) for name, value in path.items()})
        send = {"json": json, "data": form, "params": query}
        try:
            return self._attempt(operation, signer, url, about, send)
        except UnreadableAnswer:
            if not operation.repeatable:
                raise
            return self._attempt(operation, signer, url, about, send)

    def _attempt(self, operation: Operation, signer: Signer, url: str, about: str, send: Mapping[str, Any]) -> Any:
        offset = self._clock_offset
        response = self._send(operation, signer.token(offset), url, about, send)
        if response.status_code in (401, 403) and self._clock_was_wrong(response, offset):
            response = self._send(operation, signer.token(self._clock_offset), url, about, send)
        if 200 <= response.status_code < 300:
            return read_answer(operation, response, about)
        raise refusal(operation, response, about, signer.credentials, self.api_url, sent=send["json"])

    def _send(self, operation: Operation, token: str, url: str, about: str, send: Mapping[str, Any]) -> Response:
        headers = {"X-OPENTOK-AUTH": token}
        try:
            # A redirect would carry the signature to a host that nobody named.
            return self._session.request(operation.method, url, headers=headers, timeout=self.timeout, allow_redirects=False, **send)
        except requests.exceptions.ConnectionError as error:
            raise self._no_answer(operation, about, None if _timed_out(error) else error) from None
        except requests.exceptions.Timeout:
            raise self._no_answer(operation, about, None) from None
        except requests.exceptions.InvalidURL as error:
            raise self._no_answer(operation, about, error) from None
        except requests.exceptions.RequestException as error:
            # The status line came, the body did not: cut off or not decodable.
            what = f"the answer of {self.api_url} broke off or cannot be decoded ({type(error).__name__})"
            raise UnreadableAnswer(f"{operation.name} of {about}: {what}", operation=operation.name) from None

    def _no_answer(self, operation: Operation, about: str, error: Exception | None) -> OpenTokError:
        never_sent = error is not None and _never_sent(error)
        if error is None:
            what = f"no answer within {self.timeout:g} s"
        else:
            what = "no connection" if never_sent else "the connection broke before an answer came"
            what += _tls_reason(error)
        advice = "check OPENTOK_API_URL, the network and any proxy" if never_sent else "the server may or may not have done it"
        if operation.repeatable and not never_sent:
            advice = "run again; OPENTOK_TIMEOUT sets how long to wait"
        message = f"{operation.name} of {about}: {what} from {self.api_url}: {advice}"
        return NoAnswer(message, operation=operation.name, outcome_unknown=not never_sent)

    def _clock_was_wrong(self, response: Response, signed_with: float) -> bool:
        """Whether the answer's ``Date`` shows that the offset that was ``signed_with`` is wrong; if so it is corrected."""
        stamp = email.utils.parsedate_tz(response.headers.get("Date", ""))
        if stamp is None:
            return False
        offset = email.utils.mktime_tz(stamp) - time.time()
        with self._clock_lock:
            if abs(offset - signed_with) <= SKEW:
                return False
            if abs(offset - self._clock_offset) <= SKEW:
                return True  # another thread has corrected it in the meantime
            self._clock_offset = offset
        if abs(offset) > SKEW:
            self.warn(
                f"this machine's clock is {abs(offset):.0f} s {'behind' if offset > 0 else 'ahead of'} the clock of {self.api_url}:"
                " signed again by the server's clock; set this machine's clock (NTP)"
            )
        return True


def _retries(backoff: float) -> Retry:
    class ByKindOfOperation(Retry):
        """A 429 refuses, so every method may be repeated after it; all else is urllib3's own rule of idempotent methods."""

        def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
            return status_code == 429 or super().is_retry(method, status_code, has_retry_after)

        def increment(self, method: Any = None, url: Any = None, response: Any = None, error: Any = None, *rest: Any, **named: Any) -> Any:
            if response is not None and (self.get_retry_after(response) or 0) > LONGEST_WAIT:
                # With raise_on_status off, this hands the answer to the caller as it is.
                raise MaxRetryError(None, url, ResponseError("asked to wait too long"))  # type: ignore[arg-type]
            return super().increment(method, url, response, error, *rest, **named)

        def parse_retry_after(self, retry_after: str) -> float:
            try:
                return super().parse_retry_after(retry_after)
            except InvalidHeader:
                return 0.0

    return ByKindOfOperation(
        total=RETRIES,
        other=0,  # TLS failures, which can also come after the request was sent
        status_forcelist=RETRY_STATUSES,
        allowed_methods=("GET", "PUT", "DELETE"),
        backoff_factor=backoff,
        backoff_jitter=backoff / 2,
        raise_on_status=False,
        respect_retry_after_header=True,
    )


def _never_sent(error: Exception) -> bool:
    """Whether the connection was never made, so that the server surely has not seen the request."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL)):
        return True
    cause = _cause(error)
    if isinstance(cause, ssl.SSLError):
        return isinstance(cause, ssl.SSLCertVerificationError) or getattr(cause, "reason", None) == "WRONG_VERSION_NUMBER"
    return isinstance(cause, (NewConnectionError, ConnectTimeoutError))


def _timed_out(error: Exception) -> bool:
    """Whether the last of several tries ended in a timeout: after retries it comes wrapped as a broken connection."""
    return isinstance(_cause(error), ReadTimeoutError)


def _tls_reason(error: Exception) -> str:
    cause = _cause(error)
    if not isinstance(cause, ssl.SSLError):
        return ""
    said = getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or type(cause).__name__
    return f" (TLS: {said})"


def _cause(error: Exception) -> object:
    """What is under the wrappers of requests and urllib3: of a proxy, of TLS, of the last of several tries."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    reason = getattr(reason, "original_error", reason)
    inner = reason.args[0] if isinstance(reason, Exception) and reason.args else None
    return inner if isinstance(inner, ssl.SSLError) else reason


def _segment(name: str, value: str) -> str:
    if not isinstance(value, str) or not value or value in (".", ".."):
        raise InvalidInput(Problem(name, f"must be a string that is not empty, not {type(value).__name__}"))
    return quote(value, safe="")
