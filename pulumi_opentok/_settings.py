# SPDX-License-Identifier: Apache-2.0
"""The settings of a provider by their names in a Pulumi program. The core knows them by the names of its own arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import _engine_log
from .core import ENVIRONMENT, InvalidInput, Problem
from .core.desired.ledger.ledger import Ledger
from .core.desired.ledger.places import is_file, ledger_at
from .core.http.connection import Connection

STACK_CONFIG = {
    "account_key": "opentok:accountKey",
    "account_secret": "opentok:accountSecret",
    "api_key": "opentok:apiKey",
    "api_secret": "opentok:apiSecret",
    "api_url": "opentok:apiUrl",
    "timeout": "opentok:timeout",
    "allow_http": "opentok:allowHttp",
    "ledger": "opentok:ledger",
}
"""The name of each setting in a stack's config."""

CALLED = {name: f"{STACK_CONFIG[name]} (or {name} of the Provider, or {variable})" for name, variable in ENVIRONMENT.items()}
"""What errors call those that the environment completes."""

LEDGER = f"{STACK_CONFIG['ledger']} (or ledger of the Provider)"
"""What errors call this one, which has no variable: all who share a ledger have to name it, not the environment of some."""


def ledger_of(settings: Mapping[str, Any]) -> Ledger | None:
    """The ledger that these settings name, ``None`` for none. Raises :class:`InvalidInput`, and :class:`MissingLibrary`."""
    place = settings.get("ledger")
    if place is None or place == "":
        return None
    if not isinstance(place, str) or is_file(place):
        shared = "the URL of a ledger that many runs share (postgresql://, s3://, vault:, kubernetes://)"
        raise InvalidInput(Problem(LEDGER, f"must be {shared}, not a file, which one run holds at a time"))
    try:
        return ledger_at(place, warn=_engine_log.warning)
    except InvalidInput as error:
        raise InvalidInput([Problem(LEDGER, problem.message) for problem in error.problems]) from None


def connect(*sources: Mapping[str, Any]) -> Connection:
    """The connection of these settings, completed from the environment. Errors call them by their names in Pulumi."""
    try:
        return Connection.resolve(*sources, called=CALLED)
    except InvalidInput as error:
        raise InvalidInput([Problem(CALLED.get(problem.field, problem.field), problem.message) for problem in error.problems]) from None
