# SPDX-License-Identifier: Apache-2.0
"""Calls to SIP endpoints, and DTMF tones to them.

Source: https://tokbox.com/developer/guides/sip/ and the SDKs.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ... import operations
from ...checks import id_problems, ids_problems, raise_if_any
from ...errors import InvalidInput, Problem, unquoted
from ...http.calls import Calls
from ...http.objects import moment, safe_id, same, text, unreadable
from ...operations import Operation
from ...secrecy import equal_as_a_whole
from ..session_ids import decode_session_id, session_problems
from .headers import header_problems
from .uri import parse_sip_uri

if TYPE_CHECKING:
    pass

_DIGITS = re.compile(r"[0-9*#p]+")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SipAuth:
    """The credentials that the SIP platform requests by HTTP digest. The password is not part of the repr."""

    username: str
    password: str = dataclasses.field(repr=False)

    __eq__ = equal_as_a_whole


@dataclasses.dataclass(frozen=True, kw_only=True)
class SipCall:
    """A started call; only callbacks and the session's streams tell whether it is answered. Disconnect ``connection_id`` to hang up."""

    id: str
    connection_id: str
    stream_id: str
    created_at: datetime.datetime | None


class Sip(Calls):
    """SIP calls of one project's sessions."""

    def dial(
        self,
        session_id: str,
        token: str | Callable[[], str],
        uri: str,
        *,
        sender: str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: SipAuth | None = None,
        secure: bool = False,
        video: bool = False,
        observe_force_mute: bool = False,
        streams: Sequence[str] = (),
    ) -> SipCall:
        """Calls ``uri`` and adds the far end to the session at once, before it answers. Not idempotent.

        ``session_id``: a routed one. ``token``: a client token of that session, or what makes one (then it is made by the server's clock);
        its data tells clients that this is SIP. ``uri``:
        ``sip:user@domain``, with ``;transport=tls`` for encrypted signalling. ``sender``: the number or ``user@host`` that the far end sees
        (``from``). ``headers``: added to the INVITE. ``secure``: encrypted media. ``video``: up to nine videos in a grid.
        ``observe_force_mute``: the caller may be muted and toggles it with ``*6``. ``streams``: only these are heard; empty: all.
        Raises :class:`InvalidInput`, :class:`NotFound`, and :class:`ApiError` 409 for a relayed session.
        """
        given = token() if callable(token) else token
        problems = [*_session_problems(session_id, self._key), *_token_problems(given), *uri_problems(uri), *_sender_problems(sender)]
        flags = {"secure": secure, "video": video, "observe_force_mute": observe_force_mute}
        problems += [Problem(field, "must be true or false") for field, value in flags.items() if not isinstance(value, bool)]
        raise_if_any([*problems, *header_problems(headers), *_auth_problems(auth), *ids_problems("streams", streams)])
        sip: dict[str, Any] = {"uri": uri, "secure": secure, "video": video, "observeForceMute": observe_force_mute}
        optional = {"from": sender, "headers": dict(headers or {}), "auth": auth and dataclasses.asdict(auth), "streams": [*streams]}
        sip.update({name: value for name, value in optional.items() if value})
        about = f"session {session_id}"

        def body() -> dict[str, Any]:
            return {"sessionId": session_id, "token": token() if callable(token) else token, "sip": sip}

        operation = operations.SIP_DIAL
        row = self._transport.call(operation, self._signer, about=about, json=body, api_key=self._key)
        if isinstance(row, Mapping):
            shown = {"session": text(row, "sessionId"), "project": text(row, "projectId")}
            same(operation, about, {"session": session_id, "project": self._key}, shown)
        return _call(row, operation, about)

    def dtmf_to_all(self, session_id: str, digits: str) -> None:
        """Plays tones to every SIP call of the session. ``digits``: ``0-9``, ``*``, ``#``, and ``p`` for a pause of 500 ms."""
        raise_if_any([*session_problems(session_id, self._key), *digit_problems(digits)])
        about, body = f"session {session_id}", {"digits": digits}
        self._transport.call(operations.DTMF_TO_ALL, self._signer, about=about, json=body, api_key=self._key, session_id=session_id)

    def dtmf_to_one(self, session_id: str, connection_id: str, digits: str) -> None:
        """Plays tones to one connection. Raises :class:`NotFound` when it is not connected."""
        raise_if_any([*session_problems(session_id, self._key), *id_problems("connection_id", connection_id), *digit_problems(digits)])
        about = f"connection {connection_id} of session {session_id}"
        call = functools.partial(self._transport.call, api_key=self._key, session_id=session_id, connection_id=connection_id)
        call(operations.DTMF_TO_ONE, self._signer, about=about, json={"digits": digits})


def uri_problems(uri: Any) -> list[Problem]:
    """What is wrong with the SIP URI of a call: the grammar of RFC 3261, and OpenTok asks for ``user@``."""
    try:
        parsed = parse_sip_uri(uri)
    except InvalidInput as error:
        return list(error.problems)
    return [Problem("uri", "must name a user: OpenTok calls 'sip:user@domain'")] if parsed.user is None else []


def digit_problems(digits: Any) -> list[Problem]:
    """What is wrong with DTMF digits."""
    if isinstance(digits, str) and _DIGITS.fullmatch(digits):
        return []
    return [Problem("digits", f"must be one or more of 0-9, '*', '#' and 'p' (a pause of 500 ms){unquoted(digits)}")]


def _session_problems(session_id: Any, api_key: str) -> list[Problem]:
    problems = session_problems(session_id, api_key)
    if not problems and decode_session_id(session_id).relayed:
        problems.append(Problem("session_id", "is a relayed session: SIP needs media_mode 'routed'"))
    return problems


def _token_problems(token: Any) -> list[Problem]:
    good = isinstance(token, str) and token and token.isascii() and token.isprintable()
    return [] if good else [Problem("token", "must be a client token of the session, for the SIP participant")]


def _sender_problems(sender: Any) -> list[Problem]:
    good = sender is None or (isinstance(sender, str) and sender.strip() and sender.isprintable())
    return [] if good else [Problem("sender", "must be a number or 'user@host', on one line")]


def _auth_problems(auth: Any) -> list[Problem]:
    if auth is None:
        return []
    good = isinstance(auth, SipAuth) and all(isinstance(text, str) and text and text.isprintable() for text in (auth.username, auth.password))
    return [] if good else [Problem("auth", "must be a SipAuth with a user name and a password, each on one line")]


def _call(row: Any, operation: Operation, about: str) -> SipCall:
    ids = [safe_id(row.get(name)) for name in ("id", "connectionId", "streamId")] if isinstance(row, Mapping) else []
    call_id, connection_id, stream_id = ids or (None, None, None)
    if call_id is None or connection_id is None or stream_id is None:
        raise unreadable(operation, about, "a SIP call", row)
    return SipCall(id=call_id, connection_id=connection_id, stream_id=stream_id, created_at=moment(row.get("createdAt")))
