# SPDX-License-Identifier: Apache-2.0
"""The settings of a connection by their names in a Pulumi program. The core knows them by the names of its own arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .core import ENVIRONMENT, InvalidInput, Problem
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

CALLED = {name: f"{STACK_CONFIG[name]} (or {name} of the Provider, or {variable})" for name, variable in ENVIRONMENT.items()}
"""What errors call them."""


def connect(*sources: Mapping[str, Any]) -> Connection:
    """The connection of these settings, completed from the environment. Errors call them by their names in Pulumi."""
    try:
        return Connection.resolve(*sources, called=CALLED)
    except InvalidInput as error:
        raise InvalidInput([Problem(CALLED.get(problem.field, problem.field), problem.message) for problem in error.problems]) from None
