# SPDX-License-Identifier: Apache-2.0
"""The API's error bodies, in JSON and in XML. Source: answers quoted in issues and support articles, see provenance.py."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

XML_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class ApiError(Exception):
    """An answer that is an error: HTTP ``status``, the API's ``code`` (-1: generic) and its text."""

    def __init__(self, status: int, message: str, code: int = -1) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


def forbidden(message: str) -> ApiError:
    """Authentication failed: the API always answers 403 with code -1."""
    return ApiError(403, message)


def bad_request(message: str) -> ApiError:
    """A parameter is wrong."""
    return ApiError(400, message)


def json_body(error: ApiError) -> bytes:
    """The error as JSON: code, message and description (the same text)."""
    return json.dumps({"code": error.code, "message": error.message, "description": error.message}).encode("utf-8")


def xml_body(error: ApiError) -> bytes:
    """The error as XML, for endpoints that answer XML unless JSON is asked for."""
    text = escape(error.message)
    return (
        f"{XML_PROLOG}<errorPayload><code>{error.code}</code><message>{text}</message><description>{text}</description></errorPayload>"
    ).encode()
