# SPDX-License-Identifier: Apache-2.0
"""Live captions of a session.

Source: https://tokbox.com/developer/guides/live-captions/ and the reference of ``/captions``.
"""

from __future__ import annotations

from typing import Any

from .. import operations
from ..checks import flag_problems, id_problems, length_problems, number_problems, raise_if_any, token_problems, url_problems
from ..http.calls import Calls
from ..http.objects import identified
from .session_ids import session_problems

MIN_DURATION = 300
MAX_DURATION = 14_400
MAX_LANGUAGE_CODE = 35
"""Characters: the longest tag that RFC 5646 section 4.4.1 tells software to be ready for. The API's own list of languages may grow."""


class Captions(Calls):
    """Starts and stops captions in sessions of one project. The API cannot show them, so captions cannot be stopped without their id."""

    def start(
        self,
        session_id: str,
        token: str,
        *,
        language_code: str = "en-US",
        max_duration: int = MAX_DURATION,
        partial_captions: bool = True,
        status_callback_url: str | None = None,
    ) -> str:
        """Starts captions in a routed session and returns their id: keep it, it is the only way to stop them.

        ``token``: a client token of the session with role moderator. ``language_code``: BCP 47, what is spoken. ``max_duration``: 300 to
        14,400 seconds. ``partial_captions``: also send sentences that are not finished. ``status_callback_url``: 15 to 2,048 characters.
        Not idempotent: a session has one captions at a time, a second start is an :class:`ApiError` with status 409. Raises
        :class:`InvalidInput` before any request.
        """
        problems = [
            *session_problems(session_id, self._signer.credentials.key),
            *token_problems(token),
            *length_problems("language_code", language_code, 2, MAX_LANGUAGE_CODE),
            *number_problems("max_duration", max_duration, MIN_DURATION, MAX_DURATION, "seconds"),
            *flag_problems("partial_captions", partial_captions),
            *url_problems("status_callback_url", status_callback_url),
        ]
        raise_if_any(problems)
        body: dict[str, Any] = {
            "sessionId": session_id,
            "token": token,
            "languageCode": language_code,
            "maxDuration": max_duration,
            "partialCaptions": partial_captions,
        }
        if status_callback_url is not None:
            body["statusCallbackUrl"] = status_callback_url
        key = self._signer.credentials.key
        about = f"captions of session {session_id}"
        answer = self._transport.call(operations.CAPTIONS_START, self._signer, about=about, json=body, api_key=key)
        return identified(answer, operations.CAPTIONS_START, about, "captionsId")

    def stop(self, captions_id: str) -> None:
        """Stops captions. Raises :class:`NotFound` when they are unknown or over."""
        raise_if_any(id_problems("captions_id", captions_id))
        key = self._signer.credentials.key
        self._transport.call(operations.CAPTIONS_STOP, self._signer, about=f"captions {captions_id}", api_key=key, captions_id=captions_id)
