# SPDX-License-Identifier: Apache-2.0
"""What the archive storage may be: the body of ``PUT .../archive/storage``."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import Any

from .. import fields
from ..errors import bad_request

GLUED = "Is not one of the valid setmay not be emptyInput parameter may not be null"
_NEEDED = {"s3": ("accessKey", "secretKey", "bucket"), "azure": ("accountName", "accountKey", "container")}


def check(body: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are kept and echoed: known fields that were sent. Raises ApiError (400)."""
    kind = body.get("type")
    config = body.get("config")
    if not isinstance(kind, str) or kind not in _NEEDED or not isinstance(config, dict) or not config:
        raise bad_request(GLUED)
    for name in _NEEDED[kind]:
        fields.needed_text(config, name)
    if kind == "s3":
        _check_endpoint(fields.text(config, "endpoint"))
        fields.one_of(config, "sse", ("s3", "none"), "none")
    else:
        fields.text(config, "domain")
    fields.one_of(body, "fallback", ("none", "opentok"), "none")
    certificate = fields.text(body, "certificate")
    if certificate is not None and not certificate.strip():
        raise bad_request("certificate must be an X.509 certificate in PEM, or null")
    known = (*_NEEDED[kind], "endpoint", "sse") if kind == "s3" else (*_NEEDED[kind], "domain")
    kept = {"type": kind, "config": {name: config[name] for name in known if config.get(name) is not None}}
    return {**kept, **{name: body[name] for name in ("fallback", "certificate") if body.get(name) is not None}}


def _check_endpoint(endpoint: str | None) -> None:
    if endpoint is None:
        return
    try:
        parts = urllib.parse.urlsplit(endpoint)
        right = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        right = False
    if not right:
        raise bad_request("endpoint must be a URL with its scheme")
