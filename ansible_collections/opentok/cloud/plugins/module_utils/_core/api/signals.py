# SPDX-License-Identifier: Apache-2.0
"""Signals from the server to clients.

Source: https://tokbox.com/developer/rest/ (signals), as the official SDKs quote it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from .. import operations
from ..checks import id_problems, raise_if_any, text_problems
from ..errors import Problem, quote
from ..http.calls import Calls
from .session_ids import session_problems

MAX_TYPE = 128
"""Bytes of a signal's type."""
MAX_DATA = 8192
"""Bytes of a signal's data: the documented 8 kB."""
_TYPE = re.compile(r"[A-Za-z0-9_~-]*")


class Signals(Calls):
    """Sends signals into one project's sessions.

    ``data``: at most 8,192 bytes of UTF-8. ``signal_type``: at most 128 bytes, letters, digits, ``-``, ``_`` and ``~``; clients that listen
    for a type get only those. Both raise :class:`InvalidInput`, and :class:`NotFound` when nobody (or not that client) is connected.
    """

    def to_all(self, session_id: str, data: str, *, signal_type: str | None = None) -> None:
        """Sends a signal to every client of the session."""
        raise_if_any([*session_problems(session_id, self._key), *signal_problems(data, signal_type)])
        body, about = _body(data, signal_type), f"session {session_id}"
        self._transport.call(operations.SIGNAL_TO_ALL, self._signer, about=about, json=body, api_key=self._key, session_id=session_id)

    def to_one(self, session_id: str, connection_id: str, data: str, *, signal_type: str | None = None) -> None:
        """Sends a signal to one client."""
        own = [*session_problems(session_id, self._key), *id_problems("connection_id", connection_id)]
        raise_if_any([*own, *signal_problems(data, signal_type)])
        body, about = _body(data, signal_type), f"connection {connection_id} of session {session_id}"
        call = functools.partial(self._transport.call, api_key=self._key, session_id=session_id, connection_id=connection_id)
        call(operations.SIGNAL_TO_ONE, self._signer, about=about, json=body)


def signal_problems(data: Any, signal_type: Any) -> Sequence[Problem]:
    """What the API would refuse."""
    problems = text_problems("data", data, longest=MAX_DATA)
    if signal_type is None:
        return problems
    if isinstance(signal_type, str) and not _TYPE.fullmatch(signal_type):
        return [*problems, Problem("signal_type", f"must contain only letters, digits, '-', '_' and '~', not {quote(signal_type)}")]
    return [*problems, *text_problems("signal_type", signal_type, longest=MAX_TYPE)]


def _body(data: str, signal_type: str | None) -> dict[str, str]:
    return {"data": data} if signal_type is None else {"type": signal_type, "data": data}
