# SPDX-License-Identifier: Apache-2.0
"""The fields of a JSON body, checked. Each raises ApiError (400); a field that is null counts as not given: the Python SDK sends such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import bad_request
from .texts import is_text, is_url


def text(body: Mapping[str, Any], name: str, *, least: int = 0, most: int | None = None) -> str | None:
    """A text of ``least`` to ``most`` characters."""
    value = body.get(name)
    if value is None:
        return None
    if not is_text(value):
        raise bad_request(f"{name} must be a string")
    if len(value) < least or (most is not None and len(value) > most):
        raise bad_request(f"{name} must have {least} to {most} characters" if most is not None else f"{name} must not be empty")
    return value


def needed_text(body: Mapping[str, Any], name: str, *, least: int = 1, most: int | None = None) -> str:
    """A text that must be there."""
    value = text(body, name, least=least, most=most)
    if value is None:
        raise bad_request(f"{name} must be set")
    return value


def one_of(body: Mapping[str, Any], name: str, values: tuple[str, ...], default: str) -> str:
    """One of a few texts."""
    value = body.get(name)
    if value is None:
        return default
    if value not in values:
        raise bad_request(f"{name} must be one of {', '.join(values)}")
    return str(value)


def whole_number(body: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """A whole number from ``least`` to ``most``."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad_request(f"{name} must be a number from {least} to {most}")
    return value


def boolean(body: Mapping[str, Any], name: str, default: bool) -> bool:
    """True or false."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise bad_request(f"{name} must be true or false")
    return value


def mapping(body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """A JSON object."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request(f"{name} must be a JSON object")
    return value


def callback_url(body: Mapping[str, Any]) -> str | None:
    """The ``statusCallbackUrl``: 15 to 2,048 characters."""
    url = text(body, "statusCallbackUrl", least=15, most=2048)
    if url is not None and not is_url(url):
        raise bad_request("statusCallbackUrl must be an http or https URL")
    return url
