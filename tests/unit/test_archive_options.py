# SPDX-License-Identifier: Apache-2.0
"""Options of archives, layouts and storage that contradict each other are named before any request."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.layouts import RESOLUTIONS, SCREENSHARE_TYPES, TYPES, Layout
from pulumi_opentok.core.api.storage import AzureStorage, S3Storage

GOOD: list[dict[str, Any]] = [
    {},
    {"name": "n", "has_audio": False},
    {"has_video": False, "output_mode": "individual", "stream_mode": "manual", "multi_archive_tag": "one"},
    {"max_bitrate": 100_000},
    {"max_bitrate": 6_000_000},
    {"quantization_parameter": 15},
    {"quantization_parameter": 45},
    {"has_transcription": True, "transcription_language": "en-US", "transcription_summary": False},
    *({"resolution": one} for one in RESOLUTIONS),
    *({"layout": Layout(type=one)} for one in TYPES if one != "custom"),
    {"layout": Layout(type="custom", stylesheet="stream {}")},
    *({"layout": Layout(screenshare_type=one)} for one in SCREENSHARE_TYPES),
]

BAD: list[tuple[dict[str, Any], list[str], str]] = [
    ({"has_audio": False, "has_video": False}, ["has_audio"], "nothing to record"),
    ({"output_mode": "both"}, ["output_mode"], "must be 'composed' or 'individual', not 'both'"),
    ({"stream_mode": "x"}, ["stream_mode"], "must be 'auto' or 'manual'"),
    ({"resolution": "1x1"}, ["resolution"], "must be one of 640x480"),
    ({"resolution": "640x480", "output_mode": "individual"}, ["resolution"], "needs output_mode 'composed'"),
    ({"max_bitrate": 100_000, "output_mode": "individual"}, ["max_bitrate"], "needs output_mode 'composed'"),
    ({"layout": Layout(), "output_mode": "individual"}, ["layout"], "needs output_mode 'composed'"),
    ({"layout": Layout(stylesheet="")}, ["layout.stylesheet"], "must be a non-empty string of CSS"),
    ({"max_bitrate": 99_999}, ["max_bitrate"], "from 100000 to 6000000, not 99999"),
    ({"max_bitrate": True}, ["max_bitrate"], "must be a whole number"),
    ({"quantization_parameter": 14}, ["quantization_parameter"], "from 15 to 45"),
    ({"quantization_parameter": 20.5}, ["quantization_parameter"], "must be a whole number"),
    ({"quantization_parameter": 20, "max_bitrate": 200_000}, ["quantization_parameter"], "cannot be combined with max_bitrate"),
    ({"name": 1}, ["name"], "must be a string, not int"),
    ({"multi_archive_tag": " "}, ["multi_archive_tag"], "must be a non-empty string, unique among the archives of the session"),
    ({"transcription_language": "en-US"}, ["transcription_language"], "needs has_transcription"),
    ({"transcription_summary": True}, ["transcription_summary"], "needs has_transcription"),
    ({"has_transcription": True, "transcription_language": "English!"}, ["transcription_language"], "BCP 47"),
    ({"layout": Layout(type="grid")}, ["layout.type"], "must be one of bestFit"),
    ({"layout": Layout(type="custom")}, ["layout.stylesheet"], "is required with type 'custom'"),
    ({"layout": Layout(type="custom", stylesheet=" ")}, ["layout.stylesheet"], "must be a non-empty string of CSS"),
    ({"layout": Layout(stylesheet="x")}, ["layout.stylesheet"], "needs type 'custom'"),
    ({"layout": Layout(type="pip", screenshare_type="pip")}, ["layout.screenshare_type"], "needs type 'bestFit'"),
    ({"layout": Layout(screenshare_type="custom")}, ["layout.screenshare_type"], "must be one of"),
    ({"has_audio": False, "has_video": False, "resolution": "x", "layout": Layout(type="x")}, ["has_audio", "resolution", "layout.type"], ""),
]

S3 = {"access_key": "a", "secret_key": "quite-secret", "bucket": "b"}
AZURE = {"account_name": "a", "account_key": "quite-secret", "container": "c"}
TARGETS: list[tuple[S3Storage | AzureStorage, list[str]]] = [
    (S3Storage(**S3), []),
    (S3Storage(**S3, endpoint="https://s3.example.com", sse="s3"), []),
    (S3Storage(**{**S3, "secret_key": "", "bucket": " "}), ["secret_key", "bucket"]),
    (S3Storage(**S3, endpoint="s3.example.com"), ["endpoint"]),
    (S3Storage(**S3, endpoint="https://[bad"), ["endpoint"]),
    (S3Storage(**S3, sse="kms"), ["sse"]),
    (AzureStorage(**AZURE), []),
    (AzureStorage(**AZURE, domain="example.com"), []),
    (AzureStorage(**{**AZURE, "account_key": ""}, domain=""), ["account_key", "domain"]),
]


@pytest.mark.parametrize("options", GOOD)
def test_good_options(options: dict[str, Any]) -> None:
    assert ArchiveOptions(**options).problems() == []


@pytest.mark.parametrize(("options", "fields", "says"), BAD)
def test_bad_options(options: dict[str, Any], fields: list[str], says: str) -> None:
    problems = ArchiveOptions(**options).problems()
    assert [problem.field for problem in problems] == fields
    assert says in problems[0].message


def test_what_is_not_set_is_not_sent() -> None:
    plain = {"sessionId": "s", "hasAudio": True, "hasVideo": True, "outputMode": "composed", "streamMode": "auto"}
    assert ArchiveOptions().as_json("s") == plain
    full = ArchiveOptions(layout=Layout(screenshare_type="pip"), has_transcription=True, transcription_summary=False).as_json("s")
    assert full["layout"] == {"type": "bestFit", "screenshareType": "pip"}
    assert full["transcriptionProperties"] == {"hasSummary": False}


@pytest.mark.parametrize(("target", "fields"), TARGETS)
def test_targets(target: S3Storage | AzureStorage, fields: list[str]) -> None:
    assert [problem.field for problem in target.problems()] == fields
    assert "quite-secret" not in repr(target) + str(target.problems())
