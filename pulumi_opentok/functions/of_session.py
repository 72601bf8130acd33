# SPDX-License-Identifier: Apache-2.0
"""What a session has and what its id says: ``get_streams``, ``get_connections`` and ``decode_session``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ..core.api.session_ids import check_session
from ..core.desired import Scope
from ..core.desired.inputs import Input, InputReader
from ..core.desired.listings.connections import CONNECTIONS
from ..core.desired.listings.streams import STREAMS
from ..core.desired.session import SESSION, SessionState
from ..provider import Provider
from .calling import Function


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetStreamResult:
    """A stream that is published in a session."""

    id: str
    """Its id."""
    session_id: str
    """The session."""
    name: str | None
    """The name that its client gave it, which may be empty."""
    video_type: str | None
    """``camera``, ``screen`` or ``custom``."""
    layout_classes: Sequence[str]
    """Its layout classes in composed archives and broadcasts."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetConnectionResult:
    """A client that is connected to a session."""

    id: str
    """The id of its connection."""
    session_id: str
    """The session."""
    state: str | None
    """``Connecting`` or ``Connected``."""
    created_at: str | None
    """When the client connected, RFC 3339 in UTC."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class DecodeSessionResult:
    """What the id of a session says."""

    id: str
    """The session's id."""
    session_id: str
    """The same as ``id``."""
    api_key: str
    """The API key of its project."""
    project: str
    """The id of its project; the same as ``api_key``."""
    created_at: str | None
    """When it was created, RFC 3339 in UTC. ``None`` for an id of before 2015, which has a local time."""
    media_mode: str | None
    """``relayed`` or ``routed``. ``None`` for an id of before 2015."""
    location: str | None
    """The IPv4 address that servers were chosen by."""


def get_streams(*, session: str, id: str | None = None, provider: Provider | None = None) -> list[GetStreamResult]:  # noqa: A002
    """The streams that are published in a session now.

    :param session: The session's id.
    :param id: Only the one with this id: a list of one, or of none.
    :param provider: Whose credentials are used, else those of the stack's config or the environment. Its arguments must be plain values.

    An empty list where nobody has connected. Raises ``pulumi.RunError`` for wrong arguments, and where OpenTok refuses.
    """
    return _STREAMS.many(provider, session=session, id=id)


def get_streams_output(
    *,
    session: pulumi.Input[str],
    id: pulumi.Input[str] | None = None,  # noqa: A002
    provider: Provider | None = None,
) -> pulumi.Output[list[GetStreamResult]]:
    """As :func:`get_streams`, for arguments that are outputs."""
    return _STREAMS.many_output(provider, session=session, id=id)


def get_connections(*, session: str, id: str | None = None, provider: Provider | None = None) -> list[GetConnectionResult]:  # noqa: A002
    """The clients that are connected to a session now, SIP calls and Audio Connectors among them. Arguments and errors as of :func:`get_streams`."""
    return _CONNECTIONS.many(provider, session=session, id=id)


def get_connections_output(
    *,
    session: pulumi.Input[str],
    id: pulumi.Input[str] | None = None,  # noqa: A002
    provider: Provider | None = None,
) -> pulumi.Output[list[GetConnectionResult]]:
    """As :func:`get_connections`, for arguments that are outputs."""
    return _CONNECTIONS.many_output(provider, session=session, id=id)


def decode_session(*, session: str) -> DecodeSessionResult:
    """What the id of a session says. No request is sent, and no credentials are needed.

    :param session: The session's id.

    Raises ``pulumi.RunError`` for what is no session id.
    """
    return _DECODED.one(None, session=session)


def decode_session_output(*, session: pulumi.Input[str]) -> pulumi.Output[DecodeSessionResult]:
    """As :func:`decode_session`, for an id that is an output."""
    return _DECODED.one_output(None, session=session)


def _decode(scope: Scope, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    reader = InputReader(asked)
    session = reader.table([Input("session", check_session, required=True)])
    reader.finish()
    return [SESSION.show(SessionState.of_id(session["session"]), None)]


_STREAMS = Function(name="get_streams", result=GetStreamResult, ask=STREAMS.read, answered="streams")
_CONNECTIONS = Function(name="get_connections", result=GetConnectionResult, ask=CONNECTIONS.read, answered="connections")
_DECODED = Function(name="decode_session", result=DecodeSessionResult, ask=_decode)
