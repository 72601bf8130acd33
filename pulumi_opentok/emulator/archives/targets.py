# SPDX-License-Identifier: Apache-2.0
"""Where the file of an archive is to go: read off the storage settings that its project had when it began."""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from . import files

_CREDENTIALS = ("accessKey", "secretKey", "accountKey")

Row = sqlite3.Row | Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How the delivery of a file ended. ``uploaded`` is None where there is no bucket; ``problem`` is in words without a secret."""

    uploaded: bool | None
    problem: str | None = None


def bucket_of(row: Row) -> dict[str, str] | None:
    """The settings of the bucket that the file is put into; None if there is none, or no endpoint is named: we call no Amazon."""
    config: dict[str, str] = _settings(row).get("config", {})
    return config if _settings(row).get("type") == "s3" and config.get("endpoint") else None


def falls_back(row: Row) -> bool:
    """Whether OpenTok keeps a file that could not be uploaded; it does unless it is told not to."""
    return bool(_settings(row).get("fallback", "opentok") == "opentok")


def shown(row: Row) -> str | None:
    """The URL of the uploaded file, for people: no user, no key, no secret."""
    bucket = bucket_of(row)
    if bucket is None:
        return None
    return f"{_bare(bucket['endpoint'])}/{bucket['bucket']}/{files.path(row)}"


def without_credentials(row: Row) -> str | None:
    """The settings as they are kept when nothing is left to upload."""
    settings = _settings(row)
    if not settings:
        return None
    config = {name: value for name, value in settings["config"].items() if name not in _CREDENTIALS}
    if "endpoint" in config:
        config["endpoint"] = _bare(config["endpoint"])
    return json.dumps({"type": settings["type"], "config": config})


def _bare(endpoint: str) -> str:
    """The endpoint without what may be a secret in it: user, password, query."""
    scheme, _, rest = endpoint.partition("://")
    return f"{scheme}://{re.split('[?#]', rest.rpartition('@')[2])[0].rstrip('/')}"


def _settings(row: Row) -> dict[str, Any]:
    return json.loads(row["storage"]) if row["storage"] else {}
