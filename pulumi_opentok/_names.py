# SPDX-License-Identifier: Apache-2.0
"""Names as Python, Pulumi's other languages and types spell them: ``api_key``, ``apiKey``, ``ApiKey``. And those that are generated."""

from __future__ import annotations

import hashlib
import re


def camel(name: str) -> str:
    """``apiKey`` of ``api_key``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def snake(name: str) -> str:
    """``api_key`` of ``apiKey`` and of ``ApiKey``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal(name: str) -> str:
    """``ApiKey`` of ``api_key``."""
    return "".join(word.capitalize() for word in name.split("_"))


def generated(project: str, stack: str, resource: str) -> str:
    """``<resource>-<7 hex digits>``: the name of what has none, the same in each run of this stack and with both providers. Part of the state
    format."""
    return f"{resource}-{hashlib.sha256('/'.join((project, stack, resource)).encode()).hexdigest()[:7]}"
