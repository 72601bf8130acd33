# SPDX-License-Identifier: Apache-2.0
"""An archive as the API shows it. Private to opentok.cloud and pulumi_opentok.

Source: https://tokbox.com/developer/guides/archiving/ and objects quoted in issues of the official SDKs.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from .errors import UnreadableAnswer
from .operations import Operation

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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Archive:
    """A recording of a session.

    ``status``: one of ``STATUSES``; anything else that the API may say is kept. ``duration``: seconds recorded, 0 while it records.
    ``size``: bytes, 0 until the file is made. ``url``: only while ``available``; whoever has it can download the file for about ten
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


def read_archive(row: Any, operation: Operation, about: str) -> Archive:
    """The archive of an answer; fields that are not known are ignored. Raises :class:`UnreadableAnswer`."""
    try:
        project = row.get("projectId", row.get("partnerId"))
        return Archive(
            id=_text(row["id"]),
            status=_text(row["status"]),
            session_id=_text(row["sessionId"]),
            project_id=None if project is None else str(project),
            name=row.get("name") or None,
            reason=row.get("reason") or None,
            created_at=_moment(row.get("createdAt")),
            updated_at=_moment(row.get("updatedAt")),
            duration=row.get("duration") or 0,
            size=row.get("size") or 0,
            has_audio=row.get("hasAudio") is not False,
            has_video=row.get("hasVideo") is not False,
            output_mode=row.get("outputMode") or "composed",
            stream_mode=row.get("streamMode") or "auto",
            resolution=row.get("resolution"),
            streams=tuple(_stream(each) for each in row.get("streams") or ()),
            url=row.get("url") or None,
            multi_archive_tag=row.get("multiArchiveTag") or None,
            max_bitrate=row.get("maxBitrate"),
            quantization_parameter=row.get("quantizationParameter"),
            has_transcription=row.get("hasTranscription") is True,
            transcription=_transcription(row.get("transcription")),
            sha256sum=row.get("sha256sum") or None,
            password=row.get("password") or None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        fields = f"an object with {sorted(row)}" if isinstance(row, dict) else type(row).__name__
        what = f"{operation.name} of {about}: the answer is not an archive but {fields} ({type(error).__name__})"
        raise UnreadableAnswer(what, operation=operation.name) from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("not a text")
    return value


def _moment(milliseconds: Any) -> datetime.datetime | None:
    return None if milliseconds is None else datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)


def _stream(row: Mapping[str, Any]) -> ArchiveStream:
    return ArchiveStream(
        stream_id=_text(row["streamId"]), has_audio=row.get("hasAudio") is not False, has_video=row.get("hasVideo") is not False
    )


def _transcription(row: Mapping[str, Any] | None) -> Transcription | None:
    if not row:
        return None
    return Transcription(
        status=row.get("status"),
        url=row.get("url") or None,
        reason=row.get("reason") or None,
        primary_language_code=row.get("primaryLanguageCode"),
        has_summary=row.get("hasSummary"),
    )
