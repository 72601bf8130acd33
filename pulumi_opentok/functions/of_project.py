# SPDX-License-Identifier: Apache-2.0
"""What a project has: ``get_archives``, ``get_broadcasts``, ``get_renders`` and ``get_callbacks``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ..core.desired import Scope
from ..core.desired.callback.kind import CALLBACK
from ..core.desired.callback.listing import asked_for
from ..core.desired.listings.archives import ARCHIVES
from ..core.desired.listings.broadcasts import BROADCASTS
from ..core.desired.listings.renders import RENDERS
from ..project import Project
from ..provider import Provider
from .calling import Function


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetStreamTracksResult:
    """A stream of a manual archive or broadcast."""

    stream_id: str
    """The id of the stream."""
    has_audio: bool
    """Whether its audio is in it."""
    has_video: bool
    """Whether its video is in it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetArchiveResult:
    """An archive (recording) as it is now."""

    id: str
    """Its id."""
    project: str
    """The id of its project."""
    session_id: str
    """The session that is or was recorded."""
    status: str
    """``started``, ``paused``, ``stopped``, ``uploaded``, ``available``, ``expired``, ``failed`` or ``deleted``."""
    reason: str | None
    """Why it was stopped or has failed."""
    name: str | None
    """Its name."""
    created_at: str | None
    """When it was started, RFC 3339 in UTC."""
    updated_at: str | None
    """When it last changed, RFC 3339 in UTC."""
    duration: float | None
    """How many seconds were recorded, 0 while it records."""
    size: int | None
    """The bytes of its file, 0 until it is made."""
    has_audio: bool | None
    """Whether audio is recorded."""
    has_video: bool | None
    """Whether video is recorded."""
    output_mode: str | None
    """``composed`` (one file) or ``individual`` (one of each stream)."""
    stream_mode: str | None
    """``auto`` (all streams) or ``manual`` (those that are added)."""
    resolution: str | None
    """The width and height of a composed archive, such as ``1280x720``."""
    max_bitrate: int | None
    """The highest bitrate of a composed archive, in bits per second."""
    quantization_parameter: int | None
    """The quality of a composed archive, where it was chosen in place of ``max_bitrate``."""
    has_transcription: bool | None
    """Whether it is transcribed."""
    sha256sum: str | None
    """The SHA-256 of its file in base64, once it is made."""
    streams: Sequence[GetStreamTracksResult]
    """The streams of a manual archive that records."""
    url: pulumi.Output[str | None] = dataclasses.field(repr=False)
    """Where its file can be downloaded for about ten minutes, by whoever has the URL. A secret output."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetBroadcastRtmpResult:
    """An RTMP output of a broadcast."""

    id: str | None
    """The id that it was given."""
    status: str | None
    """``connecting``, ``live``, ``offline`` or ``error``."""
    server_url: str | None
    """The server that it is sent to, without the path, which may be secret."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetBroadcastResult:
    """A broadcast that is under way."""

    id: str
    """Its id."""
    project: str
    """The id of its project."""
    session_id: str
    """The session that is broadcast."""
    status: str
    """``started`` or ``stopped``."""
    created_at: str | None
    """When it was started, RFC 3339 in UTC."""
    updated_at: str | None
    """When it last changed, RFC 3339 in UTC."""
    max_duration: int | None
    """After how many seconds OpenTok stops it."""
    max_bitrate: int | None
    """The highest bitrate, in bits per second."""
    resolution: str | None
    """The width and height, such as ``1280x720``."""
    has_audio: bool | None
    """Whether audio is broadcast."""
    has_video: bool | None
    """Whether video is broadcast."""
    stream_mode: str | None
    """``auto`` (all streams) or ``manual`` (those that are added)."""
    hls_url: str | None
    """Where it can be watched by HLS, about 20 seconds after its start."""
    hls_status: str | None
    """``connecting``, ``ready``, ``live``, ``ended`` or ``error``."""
    rtmp: Sequence[GetBroadcastRtmpResult]
    """Its RTMP outputs, without their stream names, which are secret."""
    streams: Sequence[GetStreamTracksResult]
    """The streams of a manual broadcast."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetRenderResult:
    """A render (Experience Composer) as it is now."""

    id: str
    """Its id."""
    project: str
    """The id of its project."""
    session_id: str
    """The session that it publishes into."""
    status: str
    """``starting``, ``started``, ``stopped`` or ``failed``."""
    reason: str | None
    """Why it was stopped or has failed."""
    created_at: str | None
    """When it was started, RFC 3339 in UTC."""
    updated_at: str | None
    """When it last changed, RFC 3339 in UTC."""
    resolution: str | None
    """The width and height, such as ``1280x720``."""
    stream_id: str | None
    """The stream that it publishes. ``None`` while it starts."""
    url: pulumi.Output[str | None] = dataclasses.field(repr=False)
    """The page that is rendered, whose URL may hold a token for it. A secret output."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetCallbackResult:
    """A callback as it is registered."""

    id: str
    """The id of its project, a slash and ``callback_id``."""
    callback_id: str
    """Its own id."""
    account_key: str | None
    """The key of the account that the project belongs to. ``None`` with the project pair."""
    project: str
    """The id of its project."""
    group: str
    """What the event is about: ``archive``, ``connection``, ``stream`` or ``sip_call``."""
    event: str
    """``status``, ``created`` or ``destroyed``."""
    url: str
    """Where the event is posted."""
    created_at: str | None
    """When it was registered, RFC 3339 in UTC."""
    duplicates: Sequence[str]
    """The ids of other callbacks that post the same event to the same URL."""


def get_archives(
    *,
    project: str | None = None,
    session: str | None = None,
    id: str | None = None,  # noqa: A002
    limit: int | None = None,
    provider: Provider | None = None,
) -> list[GetArchiveResult]:
    """The archives of a project, newest first.

    :param project: The project's id. Default: the project of ``session``, else the one whose pair (``api_key``) is in use.
    :param session: Only those of the session with this id.
    :param id: Only the one with this id: a list of one, or of none.
    :param limit: At most this many, from 1 on. Default: all, in pages of 1,000.
    :param provider: Whose credentials are used, else those of the stack's config or the environment. Its arguments must be plain values.

    Raises ``pulumi.RunError`` for wrong arguments, and where OpenTok refuses.
    """
    return _ARCHIVES.many(provider, project=project, session=session, id=id, limit=limit)


def get_archives_output(
    *,
    project: Project | pulumi.Input[str] | None = None,
    session: pulumi.Input[str] | None = None,
    id: pulumi.Input[str] | None = None,  # noqa: A002
    limit: pulumi.Input[int] | None = None,
    provider: Provider | None = None,
) -> pulumi.Output[list[GetArchiveResult]]:
    """As :func:`get_archives`, for arguments that are outputs; ``project`` may be the resource itself."""
    return _ARCHIVES.many_output(provider, project=_id(project), session=session, id=id, limit=limit)


def get_broadcasts(
    *,
    project: str | None = None,
    session: str | None = None,
    id: str | None = None,  # noqa: A002
    limit: int | None = None,
    provider: Provider | None = None,
) -> list[GetBroadcastResult]:
    """The broadcasts of a project that are under way, newest first. Arguments and errors as of :func:`get_archives`."""
    return _BROADCASTS.many(provider, project=project, session=session, id=id, limit=limit)


def get_broadcasts_output(
    *,
    project: Project | pulumi.Input[str] | None = None,
    session: pulumi.Input[str] | None = None,
    id: pulumi.Input[str] | None = None,  # noqa: A002
    limit: pulumi.Input[int] | None = None,
    provider: Provider | None = None,
) -> pulumi.Output[list[GetBroadcastResult]]:
    """As :func:`get_broadcasts`, for arguments that are outputs; ``project`` may be the resource itself."""
    return _BROADCASTS.many_output(provider, project=_id(project), session=session, id=id, limit=limit)


def get_renders(
    *,
    project: str | None = None,
    session: str | None = None,
    id: str | None = None,  # noqa: A002
    limit: int | None = None,
    provider: Provider | None = None,
) -> list[GetRenderResult]:
    """The renders (Experience Composer) of a project, of all states, newest first. Arguments and errors as of :func:`get_archives`."""
    return _RENDERS.many(provider, project=project, session=session, id=id, limit=limit)


def get_renders_output(
    *,
    project: Project | pulumi.Input[str] | None = None,
    session: pulumi.Input[str] | None = None,
    id: pulumi.Input[str] | None = None,  # noqa: A002
    limit: pulumi.Input[int] | None = None,
    provider: Provider | None = None,
) -> pulumi.Output[list[GetRenderResult]]:
    """As :func:`get_renders`, for arguments that are outputs; ``project`` may be the resource itself."""
    return _RENDERS.many_output(provider, project=_id(project), session=session, id=id, limit=limit)


def get_callbacks(
    *,
    project: str | None = None,
    group: str | None = None,
    event: str | None = None,
    provider: Provider | None = None,
) -> list[GetCallbackResult]:
    """The callbacks of a project, the oldest first.

    :param project: The project's id. Default: the one whose pair (``api_key``) is in use.
    :param group: Only those of ``archive``, ``connection``, ``stream`` or ``sip_call``.
    :param event: Only those of ``status``, ``created`` or ``destroyed``.
    :param provider: Whose credentials are used, else those of the stack's config or the environment. Its arguments must be plain values.

    Raises ``pulumi.RunError`` for wrong arguments, and where OpenTok refuses.
    """
    return _CALLBACKS.many(provider, project=project, group=group, event=event)


def get_callbacks_output(
    *,
    project: Project | pulumi.Input[str] | None = None,
    group: pulumi.Input[str] | None = None,
    event: pulumi.Input[str] | None = None,
    provider: Provider | None = None,
) -> pulumi.Output[list[GetCallbackResult]]:
    """As :func:`get_callbacks`, for arguments that are outputs; ``project`` may be the resource itself."""
    return _CALLBACKS.many_output(provider, project=_id(project), group=group, event=event)


def _id(project: Project | pulumi.Input[str] | None) -> pulumi.Input[str] | None:
    return project.key if isinstance(project, Project) else project


def _callbacks(scope: Scope, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [CALLBACK.show(state, None) for state in asked_for(scope, asked)]


_ARCHIVES = Function(name="get_archives", result=GetArchiveResult, ask=ARCHIVES.read, answered="archives")
_BROADCASTS = Function(name="get_broadcasts", result=GetBroadcastResult, ask=BROADCASTS.read, answered="broadcasts")
_RENDERS = Function(name="get_renders", result=GetRenderResult, ask=RENDERS.read, answered="renders")
_CALLBACKS = Function(name="get_callbacks", result=GetCallbackResult, ask=_callbacks, answered="callbacks")
