# SPDX-License-Identifier: Apache-2.0
"""An archive as the API shows it.

Source: https://tokbox.com/developer/guides/archiving/ and objects quoted in issues of the official SDKs.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from ...http.objects import flag, identified, moment, number, text, unreadable
from ...operations import Operation
from ...secrecy import equal_as_a_whole

STATUSES = ("started", "paused", "stopped", "uploaded", "available", "expired", "failed", "deleted")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArchiveStream:
    """A stream that was added to a manual archive, and which of its tracks are recorded."""

    stream_id: str
    has_audio: bool
    has_video: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Transcription:
    """The text of an archive: its ``status``, where it is (``url``, short-lived) and why it failed (``reason``)."""

    status: str | None = None
    url: str | None = dataclasses.field(default=None, repr=False)
    reason: str | None = None
    primary_language_code: str | None = None
    has_summary: bool | None = None

    __eq__ = equal_as_a_whole


@dataclasses.dataclass(frozen=True, kw_only=True)
class Archive:
    """A recording of a session.

    ``status``: one of ``STATUSES``; any other value from the API is kept. ``duration``: seconds recorded, 0 while it records.
    ``size``: bytes, 0 until the file is made. ``url``: only while ``available``; anyone who has it can download the file for about ten
    minutes, so it is not part of the repr. ``streams``: of a manual archive that records. ``created_at``, ``updated_at``: UTC.
    ``multi_archive_tag``: only in the answer to a start. ``sha256sum``: of the file, in base64; ``None`` until the file is made.
    """

    id: str
    status: str
    session_id: str
    project_id: str | None = None
    name: str | None = None
    reason: str | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    duration: float = 0
    size: int = 0
    has_audio: bool = True
    has_video: bool = True
    output_mode: str = "composed"
    stream_mode: str = "auto"
    resolution: str | None = None
    streams: tuple[ArchiveStream, ...] = ()
    url: str | None = dataclasses.field(default=None, repr=False)
    multi_archive_tag: str | None = None
    max_bitrate: int | None = None
    quantization_parameter: int | None = None
    has_transcription: bool = False
    transcription: Transcription | None = None
    sha256sum: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)

    __eq__ = equal_as_a_whole


def read_archive(row: Any, operation: Operation, about: str) -> Archive:
    """The archive of an answer; unknown fields are ignored. Raises :class:`InvalidResponse`."""
    archive_id = identified(row, operation, about)
    status, session_id = text(row, "status"), text(row, "sessionId")
    if status is None or session_id is None:
        raise unreadable(operation, about, "an archive", row)
    duration = row.get("duration")
    return Archive(
        id=archive_id,
        status=status,
        session_id=session_id,
        project_id=text(row, "projectId") or text(row, "partnerId"),
        name=text(row, "name"),
        reason=text(row, "reason"),
        created_at=moment(row.get("createdAt")),
        updated_at=moment(row.get("updatedAt")),
        duration=duration if isinstance(duration, (int, float)) and not isinstance(duration, bool) else 0,
        size=number(row, "size") or 0,
        has_audio=flag(row, "hasAudio", True),
        has_video=flag(row, "hasVideo", True),
        output_mode=text(row, "outputMode") or "composed",
        stream_mode=text(row, "streamMode") or "auto",
        resolution=text(row, "resolution"),
        streams=_streams(row.get("streams")),
        url=text(row, "url"),
        multi_archive_tag=text(row, "multiArchiveTag"),
        max_bitrate=number(row, "maxBitrate"),
        quantization_parameter=number(row, "quantizationParameter"),
        has_transcription=flag(row, "hasTranscription", False),
        transcription=_transcription(row.get("transcription")),
        sha256sum=text(row, "sha256sum"),
        password=text(row, "password"),
    )


def _streams(shown: Any) -> tuple[ArchiveStream, ...]:
    rows = [row for row in shown if isinstance(row, Mapping)] if isinstance(shown, list) else []
    return tuple(
        ArchiveStream(stream_id=stream_id, has_audio=flag(row, "hasAudio", True), has_video=flag(row, "hasVideo", True))
        for row in rows
        if (stream_id := text(row, "streamId")) is not None
    )


def _transcription(row: Any) -> Transcription | None:
    if not isinstance(row, Mapping) or not row:
        return None
    has_summary = row.get("hasSummary")
    return Transcription(
        status=text(row, "status"),
        url=text(row, "url"),
        reason=text(row, "reason"),
        primary_language_code=text(row, "primaryLanguageCode"),
        has_summary=has_summary if isinstance(has_summary, bool) else None,
    )
