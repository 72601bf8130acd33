# SPDX-License-Identifier: Apache-2.0
"""How to archive a session, and what the sources rule out.

Source: the reference of ``POST /archive`` in https://tokbox.com/developer/rest/ and the official SDKs' texts on it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from ...errors import Problem, quote
from ..layouts import RESOLUTIONS, Layout

OUTPUT_MODES = ("composed", "individual")
STREAM_MODES = ("auto", "manual")
BITRATES = (100_000, 6_000_000)
"""Bits per second."""
QUANTIZATION = (15, 45)
"""The Python and .NET SDKs say 15 to 40, the Java SDK 15 to 45: what only some of them rule out is left to the server."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # BCP 47, without its rare forms


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArchiveOptions:
    """What to record and how.

    ``has_audio``, ``has_video``: not both false. ``output_mode``: ``composed`` (one file) or ``individual`` (one file a stream, zipped).
    ``resolution`` (default 640x480), ``layout`` and ``max_bitrate`` (100,000 to 6,000,000 bits per second): composed only.
    ``quantization_parameter``: 15 (best quality, largest file) to 40 or 45, instead of ``max_bitrate``.
    ``stream_mode``: ``auto`` (all streams) or ``manual`` (those that are added). ``multi_archive_tag``: unique among the
    archives that record the session at the same time. ``transcription_language`` (BCP 47, ``en-US``) and ``transcription_summary``:
    with ``has_transcription`` only.
    """

    name: str | None = None
    has_audio: bool = True
    has_video: bool = True
    output_mode: str = "composed"
    resolution: str | None = None
    layout: Layout | None = None
    stream_mode: str = "auto"
    multi_archive_tag: str | None = None
    max_bitrate: int | None = None
    quantization_parameter: int | None = None
    has_transcription: bool = False
    transcription_language: str | None = None
    transcription_summary: bool | None = None

    def problems(self) -> list[Problem]:
        """What the API would refuse."""
        return [*self._mode_problems(), *self._quality_problems(), *self._text_problems(), *(self.layout.problems() if self.layout else ())]

    def _mode_problems(self) -> Iterator[Problem]:
        if not self.has_audio and not self.has_video:
            yield Problem("has_audio", "and has_video must not both be false: there would be nothing to record")
        for field, value, values in (("output_mode", self.output_mode, OUTPUT_MODES), ("stream_mode", self.stream_mode, STREAM_MODES)):
            if value not in values:
                yield Problem(field, f"must be {' or '.join(repr(one) for one in values)}, not {quote(value)}")

    def _quality_problems(self) -> Iterator[Problem]:
        if self.resolution is not None and self.resolution not in RESOLUTIONS:
            yield Problem("resolution", f"must be one of {', '.join(RESOLUTIONS)}, not {quote(self.resolution)}")
        for field, value in (("resolution", self.resolution), ("layout", self.layout), ("max_bitrate", self.max_bitrate)):
            if value is not None and self.output_mode == "individual":
                yield Problem(field, "needs output_mode 'composed'")
        numbers = (("max_bitrate", self.max_bitrate, BITRATES), ("quantization_parameter", self.quantization_parameter, QUANTIZATION))
        for field, value, (least, most) in numbers:
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most):
                yield Problem(field, f"must be a whole number from {least} to {most}, not {quote(value)}")
        if self.max_bitrate is not None and self.quantization_parameter is not None:
            yield Problem("quantization_parameter", "cannot be combined with max_bitrate: give one of them")

    def _text_problems(self) -> Iterator[Problem]:
        if self.name is not None and not isinstance(self.name, str):
            yield Problem("name", f"must be a string, not {type(self.name).__name__}")
        tag = self.multi_archive_tag
        if tag is not None and (not isinstance(tag, str) or not tag.strip()):
            yield Problem("multi_archive_tag", "must be a non-empty string, unique among the archives of the session")
        language = self.transcription_language
        if language is not None and (not isinstance(language, str) or not _LANGUAGE.fullmatch(language)):
            yield Problem("transcription_language", f"must be a BCP 47 code such as 'en-US', not {quote(language)}")
        for field, value in (("transcription_language", language), ("transcription_summary", self.transcription_summary)):
            if value is not None and not self.has_transcription:
                yield Problem(field, "needs has_transcription")

    def as_json(self, session_id: str) -> dict[str, Any]:
        """The body of a start request; unset fields are omitted."""
        transcription = {"primaryLanguageCode": self.transcription_language, "hasSummary": self.transcription_summary}
        set_only = {name: value for name, value in transcription.items() if value is not None}
        optional = {
            "name": self.name,
            "resolution": self.resolution,
            "layout": self.layout.as_json() if self.layout else None,
            "multiArchiveTag": self.multi_archive_tag,
            "maxBitrate": self.max_bitrate,
            "quantizationParameter": self.quantization_parameter,
            "hasTranscription": self.has_transcription or None,
            "transcriptionProperties": set_only or None,
        }
        return {
            "sessionId": session_id,
            "hasAudio": self.has_audio,
            "hasVideo": self.has_video,
            "outputMode": self.output_mode,
            "streamMode": self.stream_mode,
            **{name: value for name, value in optional.items() if value is not None},
        }
