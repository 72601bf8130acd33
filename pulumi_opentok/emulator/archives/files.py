# SPDX-License-Identifier: Apache-2.0
"""The file of an archive: made of its row whenever somebody wants it, always the same bytes. Source of names and formats: archiving guide."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Mapping
from typing import Any

from ..media import mp4, webm
from . import tracks

_PATH = re.compile(r"[0-9]{1,18}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/archive\.(mp4|zip)")
_LONGEST_TITLE = 1000  # characters

Row = sqlite3.Row | Mapping[str, Any]


def name(params: Mapping[str, Any]) -> str:
    """The last part of the name of the archive's file."""
    return "archive.mp4" if params["outputMode"] == "composed" else "archive.zip"


def path(row: Row) -> str:
    """Where the file is in a bucket or a folder: project, archive, name. Raises ValueError for what is no such path."""
    found = f"{row['project']}/{row['id']}/{name(json.loads(row['params']))}"
    if not _PATH.fullmatch(found):
        raise ValueError("an archive with an id that is none of ours")
    return found


def media_type(file_name: str) -> str:
    """The type of the file behind a name."""
    return "video/mp4" if file_name.endswith(".mp4") else "application/zip"


def content(row: Row) -> bytes:
    """The file of an archive that has ended: an MP4, or a ZIP with a manifest and a WebM for each stream."""
    params = json.loads(row["params"])
    if params["outputMode"] == "individual":
        return _individual(row, params)
    width, _, height = params["resolution"].partition("x")
    return mp4.file(
        row["recorded"],
        video=(int(width), int(height)) if params["hasVideo"] else None,
        audio=params["hasAudio"],
        title=params.get("name", "")[:_LONGEST_TITLE],
        comment=f"archive {row['id']} of session {row['session']}, emulated",
    )


def _individual(row: Row, params: Mapping[str, Any]) -> bytes:
    files, manifest = [], []
    for track in tracks.of(row):
        video, audio = params["hasVideo"] and track["hasVideo"], params["hasAudio"] and track["hasAudio"]
        if video or audio:
            media = webm.file(track["stop"] - track["start"], video=video, audio=audio, title=track["name"][:_LONGEST_TITLE])
            files.append((f"{track['streamId']}.webm", media))
            manifest.append(_described(track, files[-1][0], len(media), row["created_at"]))
    about = {"id": row["id"], "sessionId": row["session"], "name": params.get("name"), "createdAt": row["created_at"], "files": manifest}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each, data in [(f"{row['id']}.json", json.dumps(about, indent=2).encode("utf-8")), *files]:
            entry = zipfile.ZipInfo(each)  # dated 1980: the same bytes each time
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()


def _described(track: Mapping[str, Any], file_name: str, size: int, began: int) -> dict[str, Any]:
    return {
        "streamId": track["streamId"],
        "streamName": track["name"],
        "videoType": track["videoType"],
        "connectionData": track["data"],
        "filename": file_name,
        "size": size,
        "startTimeOffset": max(0, track["start"] - began),
        "stopTimeOffset": max(0, track["stop"] - began),
    }
