# SPDX-License-Identifier: Apache-2.0
"""What is shown of an archive, of one that is declared and of those that are listed alike.

Neither the password of one nor the address of its transcription is shown.
"""

from __future__ import annotations

from typing import Any

from ...api.archives.objects import Archive
from ..listing import of_project, tracks

PLAIN = (
    *("status", "session_id", "name", "reason", "duration", "size", "has_audio", "has_video", "output_mode", "stream_mode", "resolution"),
    *("max_bitrate", "quantization_parameter", "has_transcription", "sha256sum"),
)
OUTPUTS = (*PLAIN, "project", "created_at", "updated_at", "streams")


def show_archive(found: Archive) -> dict[str, Any]:
    """The ``OUTPUTS`` of one (JSON types only)."""
    return {**of_project(found, PLAIN), "streams": tracks(found.streams)}
