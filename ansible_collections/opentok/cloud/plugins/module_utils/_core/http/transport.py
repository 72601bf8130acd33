# SPDX-License-Identifier: Apache-2.0
"""HTTP to the API: one connection pool, retries by kind of operation, errors mapped once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import UNSURE, InvalidInput, InvalidResponse, MissingLibrary, NoResponse, OpenTokError, Problem, with_outcome
from ..operations import Operation
from .auth import Signer, require_kind
from .body import MAX_BYTES, TooMuch, UnknownEncoding, take_in
from .clock import Clock
from .connection import ENVIRONMENT, require_no_path, require_private
from .deadline import THIS_CALL
from .http_session import HAS_REQUESTS, make_session
from .responses import read_answer, refusal

if HAS_REQUESTS:
    import requests
    from urllib3.exceptions import HTTPError, ReadTimeoutError
    from urllib3.util.timeout import Timeout

if TYPE_CHECKING:
    from requests import Response

Warn = Callable[[str], None]

_log = logging.getLogger("opentok")


class Transport:
    """Sends operations to ``api_url``. Thread-safe; share one so that connections are reused.

    Raises :class:`InvalidInput` for ``http://`` to another machine without ``allow_http``.

    ``timeout`` is in seconds and covers one whole attempt: connecting, sending and the answer up to its last byte, however slowly it arrives.
    Each retry (at most three) gets the full time again, and waits at most 30 seconds before it. Looking up a host name takes as long as the
    system allows, and each address of a host has ``timeout`` to connect.
    ``clock`` is the server's clock as far as its answers reveal it, shared by all signers. ``warn`` gets one-line warnings (default: the
    logger ``opentok``). ``backoff`` is the first wait in seconds before a retry; it doubles each time and is jittered.
    ``called`` maps the settings to the names that error messages use for them. ``guard`` is called before each request that may change something,
    which is not sent if it raises.

    Reads, PUT and DELETE are sent again after a lost connection, a 429 or a 5xx. A POST that creates or rotates is sent again only when
    the server certainly has not carried it out: no connection could be made, or it answered 429.
    """

    def __init__(
        self,
        api_url: str,
        *,
        timeout: float,
        allow_http: bool = False,
        warn: Warn | None = None,
        backoff: float = 0.3,
        called: Mapping[str, str] | None = None,
        guard: Callable[[], None] = lambda: None,
    ) -> None:
        if not HAS_REQUESTS:
            raise MissingLibrary("requests")
        require_private(api_url, allow_http=allow_http)
        require_no_path(api_url)
        self.api_url = api_url.rstrip("/")
        self.timeout = timeout
        self.warn: Warn = warn or _log.warning
        self._guard = guard
        self._called = ENVIRONMENT if called is None else called
        self._session = make_session(backoff)
        self._time = Timeout(total=timeout)
        self.clock = Clock(api_url, self.warn)

    def __repr__(self) -> str:
        return f"Transport({self.api_url!r}, timeout={self.timeout})"

    def call(
        self,
        operation: Operation,
        signer: Signer,
        *,
        about: str,
        json: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
        form: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        **path: str,
    ) -> Any:
        """Does ``operation`` and returns the decoded JSON of its answer (``None`` when it has no body).

        ``about`` names the object in error texts (``project 46000001``). ``path`` fills the placeholders of the operation's path.
        ``json`` may be a function, which is called again when the request is signed again because the clock is off.
        Raises :class:`CredentialsError` for the wrong pair, :class:`ApiError` when the server refuses, :class:`NoResponse` and
        :class:`InvalidResponse` when there is no usable answer.
        """
        require_kind(signer.credentials, operation.credentials, operation.name)
        url = self.api_url + operation.path.format(**{name: _segment(name, value) for name, value in path.items()})
        send = {"json": json, "data": form, "params": query}
        THIS_CALL.sent = THIS_CALL.lost = False
        THIS_CALL.failed = 0
        try:
            try:
                return self._attempt(operation, signer, url, about, send)
            except InvalidResponse:
                if not operation.repeatable:
                    raise
                THIS_CALL.lost = True
                return self._attempt(operation, signer, url, about, send)
        except OpenTokError as error:
            raise with_outcome(error, operation) from None

    def _attempt(self, operation: Operation, signer: Signer, url: str, about: str, send: Mapping[str, Any]) -> Any:
        offset, made = self.clock.offset, _made(send)
        response = self._send(operation, signer.token(offset), url, about, made)
        if response.status_code in (401, 403) and self.clock.correct(response.headers.get("Date"), offset):
            THIS_CALL.sent = THIS_CALL.sent and operation.repeatable
            made = _made(send)
            response = self._send(operation, signer.token(self.clock.offset), url, about, made)
        if 200 <= response.status_code < 300:
            self.clock.hear(response.headers.get("Date"))
            return read_answer(operation, response, about, self._called)
        refused = refusal(operation, response, about, signer.credentials, self.api_url, self._called, sent=made["json"])
        refused.answer_lost = THIS_CALL.lost
        raise refused

    def _send(self, operation: Operation, token: str, url: str, about: str, send: Mapping[str, Any]) -> Response:
        if not operation.is_read:
            self._guard()
        headers = {"X-OPENTOK-AUTH": token}
        try:
            # A redirect would carry the signature to a host that nobody named.
            response = self._session.request(
                operation.method, url, headers=headers, timeout=self._time, allow_redirects=False, stream=True, **send  # type: ignore[arg-type]
            )
        except (OSError, ValueError, HTTPError) as error:  # also all that requests raises
            raise self._failed(operation, about, error) from None
        try:
            take_in(response)
        except requests.exceptions.RequestException as error:
            if _timed_out(error):
                raise self._no_answer(operation, about, error, whole=True) from None
            raise self._unreadable(operation, about, f"was cut off or cannot be decoded ({type(error).__name__})") from None
        except UnknownEncoding:
            raise self._unreadable(operation, about, "uses a compression that was not requested") from None
        except TooMuch:
            raise self._unreadable(operation, about, f"is larger than {MAX_BYTES >> 20} MiB") from None
        return response

    def _failed(self, operation: Operation, about: str, error: Exception) -> OpenTokError:
        if THIS_CALL.sent and not isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.Timeout)):
            return self._unreadable(operation, about, f"has unreadable headers ({type(error).__name__})")
        return self._no_answer(operation, about, error)

    def _unreadable(self, operation: Operation, about: str, what: str) -> InvalidResponse:
        return InvalidResponse(f"{operation.name} of {about}: the answer from {self.api_url} {what}", operation=operation.name)

    def _no_answer(self, operation: Operation, about: str, error: Exception, *, whole: bool = False) -> OpenTokError:
        from .not_sent import tls_reason, why  # here: what goes well need not compile it, which Ansible does anew in every run

        sent, in_time = THIS_CALL.sent, f" within {self.timeout:g} s" if _timed_out(error) else ""
        if sent:
            tls = tls_reason(error)
            broke = "the connection broke before an answer arrived" + (f" ({tls})" if tls else "")
            what = f"no {'complete ' if whole else ''}answer{in_time}" if in_time else broke
            what += f" from {self.api_url}"
            advice = "run again" + (f"; {self._called['timeout']} sets how long to wait" if in_time else "")
            if not operation.repeatable:
                advice = UNSURE
        else:
            cause, look_at = why(error, self.api_url)
            what = f"no connection to {self.api_url}{in_time or f' ({cause})'}, nothing was sent"
            advice = look_at or f"check {self._called['api_url']}, the network and any proxy"
        outcome_unknown = sent and not operation.is_read
        return NoResponse(f"{operation.name} of {about}: {what}: {advice}", operation=operation.name, outcome_unknown=outcome_unknown)


def _timed_out(error: Exception) -> bool:
    """Whether it timed out: after retries, or while the body is read, a timeout comes wrapped as a broken connection."""
    if isinstance(error, requests.exceptions.Timeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, ReadTimeoutError) or any(isinstance(arg, ReadTimeoutError) for arg in error.args)


def _made(send: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**send, "json": send["json"]()} if callable(send["json"]) else send


def _segment(name: str, value: str) -> str:
    if not isinstance(value, str) or not value or value in (".", ".."):
        raise InvalidInput(Problem(name, f"must be a non-empty string, not {type(value).__name__}"))
    return quote(value, safe="")
