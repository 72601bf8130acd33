# SPDX-License-Identifier: Apache-2.0
"""The settings of a connection by their names in a Pulumi program. The core knows them by the names of its own arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .core import ENVIRONMENT, CredentialsError, InvalidInput, Problem
from .core.http.connection import Connection

STACK_CONFIG = {
    "account_key": "opentok:accountKey",
    "account_secret": "opentok:accountSecret",
    "api_key": "opentok:apiKey",
    "api_secret": "opentok:apiSecret",
    "api_url": "opentok:apiUrl",
    "timeout": "opentok:timeout",
    "allow_http": "opentok:allowHttp",
}
"""The name of each setting in a stack's config."""

EVERY_NAME = {name: f"{key} (or {name} of the Provider, or {ENVIRONMENT[name]})" for name, key in STACK_CONFIG.items()}
"""Where each setting can come from."""

_NAMES = re.compile(rf"\b({'|'.join(STACK_CONFIG)})\b")


def connect(*sources: Mapping[str, Any]) -> Connection:
    """The connection of these settings, completed from the environment. An error calls them by their names in Pulumi."""
    try:
        return Connection.resolve(*sources)
    except InvalidInput as error:
        problems = [Problem(EVERY_NAME.get(problem.field, problem.field), _renamed(problem.message)) for problem in error.problems]
        raise InvalidInput(problems) from None


def rename_settings(error: CredentialsError) -> None:
    """Makes the error call the settings by their names in Pulumi."""
    text = str(error)
    if named := sorted(set(_NAMES.findall(text))):
        error.args = (f"{_renamed(text)} (arguments of a Provider: {', '.join(named)})",)


def _renamed(text: str) -> str:
    return _NAMES.sub(lambda found: STACK_CONFIG[found[1]], text)
