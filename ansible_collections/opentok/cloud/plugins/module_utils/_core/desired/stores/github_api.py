# SPDX-License-Identifier: Apache-2.0
"""Requests to GitHub's REST API, which has no official client for Python. Source: https://docs.github.com/rest."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...errors import InvalidInput, Problem, quote
from ...version import VERSION
from ..publish import PublishError
from .failures import scrubbed
from .patience import CONNECT_TIMEOUT, READ_TIMEOUT, Answer, patiently

try:
    import nacl.exceptions
    import nacl.public
    import requests

    HAS_NACL = True
except ImportError:
    HAS_NACL = False

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Refused(PublishError):
    """GitHub, or something in between, said no; ``said`` is empty for the latter."""

    def __init__(self, message: str, status: int, said: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = said

    @property
    def is_absence(self) -> bool:
        """GitHub itself says that there is no such thing, or none that the token may see."""
        return self.status == 404 and bool(self.said)


class GitHub:
    """The API at GITHUB_API_URL, which GitHub's runners set, or github.com's. ``where`` begins every message. Raises ``InvalidInput``."""

    def __init__(self, where: str) -> None:
        self._where = where
        url = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not is_safe or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
            wanted = "such as https://github.acme.example/api/v3, without a password in it"
            raise InvalidInput(
                Problem("publish", f"{where}: GITHUB_API_URL must be an https URL {wanted}" + ("" if "@" in url else f", not {quote(url)}"))
            )
        self._url = url.rstrip("/")
        self._host = parts.netloc
        self._session: Any = None

    def ask(
        self,
        method: str,
        path: str,
        what: str,
        *,
        expects: Iterable[int] = (200,),
        body: Mapping[str, Any] | None = None,
        secrets: Iterable[str | None] = (),
    ) -> Mapping[str, Any]:
        """The answer's JSON; empty for one without a body. Raises :class:`Refused` for a refusal, ``PublishError`` for all else."""
        token = os.environ.get("GH_TOKEN") or os.environ.get("GITHUB_TOKEN")
        if not token:
            raise PublishError(f"{self._where}: there is no token: set GH_TOKEN or GITHUB_TOKEN, such as GH_TOKEN=$(gh auth token)")

        def call() -> Response:
            answer: Response = self._sender(token).request(
                method, f"{self._url}/{path}", json=body, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), allow_redirects=False
            )
            if answer.status_code not in expects:
                raise _Unexpected(answer)
            return answer

        try:
            answer = patiently(call, _answer_of, writes=method != "GET")
            content = answer.json() if answer.content else {}
        except _Unexpected as refusal:
            raise self._refused(refusal.answer, what, [token, *secrets]) from None
        except (requests.exceptions.RequestException, ValueError, TypeError) as error:
            # The text may quote a header, and so the token.
            raise PublishError(f"{self._where}: {what}: no usable answer from {self._host} ({type(error).__name__}): {_NETWORK}") from None
        if not isinstance(content, Mapping):
            raise PublishError(f"{self._where}: {what}: the answer of {self._host} has another shape: {_NETWORK}")
        return content

    def _refused(self, answer: Response, what: str, secrets: Iterable[str | None]) -> Refused:
        try:
            told = answer.json()["message"]
            said = told if isinstance(told, str) else ""
        except (ValueError, TypeError, KeyError):
            said = ""
        shown = scrubbed(said, secrets)
        text = f"{self._where}: {what} was refused by {self._host}: {answer.status_code}: {shown}: {_advice(answer, said)}"
        return Refused(text, answer.status_code, said)

    def _sender(self, token: str) -> Any:
        if self._session is None:
            self._session = requests.Session()
            self._session.headers.update(
                {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", "User-Agent": f"pulumi-opentok/{VERSION}"}
            )

            # As the session's own way to sign, so that a ~/.netrc takes no part.
            def sign(request: PreparedRequest) -> PreparedRequest:
                request.headers["Authorization"] = f"Bearer {token}"
                return request

            self._session.auth = sign
        return self._session


_NETWORK = "check GITHUB_API_URL, the network and any proxy"


def sealed(public_key: Any, text: str, where: str) -> str:
    """``text`` in a sealed box that GitHub alone opens, in Base64. Raises ``PublishError``."""
    try:
        box = nacl.public.SealedBox(nacl.public.PublicKey(base64.b64decode(public_key, validate=True)))
        return base64.b64encode(box.encrypt(text.encode())).decode()
    except (ValueError, TypeError, nacl.exceptions.CryptoError):
        raise PublishError(f"{where}: the public key in the answer is none: {_NETWORK}") from None


class _Unexpected(Exception):
    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def _answer_of(error: Exception) -> Answer | None:
    if not isinstance(error, _Unexpected):
        return None
    headers = error.answer.headers
    # A secondary rate limit may come as a 403.
    return 429 if error.answer.status_code == 403 and "Retry-After" in headers else error.answer.status_code, headers


def _advice(answer: Response, said: str) -> str:
    status = answer.status_code
    if not said:
        return f"this is not GitHub's answer: {_NETWORK}"
    if status == 401:
        return "the token is wrong or has expired: set GH_TOKEN anew"
    if status == 429 or "Retry-After" in answer.headers or answer.headers.get("X-RateLimit-Remaining") == "0":
        return "the rate limit is reached: run again later"
    if status in (301, 302, 307, 308):
        return "the repository has moved: name it as it is called now"
    if status in (403, 404):
        right = "the token needs Secrets and Variables (for an environment: Environments too), read and write"
        return f"is there such a repository or environment? {right}; the GITHUB_TOKEN of a workflow cannot have them"
    return "see GitHub's status, then run again" if status >= 500 else "put that right, then run again"
