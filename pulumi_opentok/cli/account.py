# SPDX-License-Identifier: Apache-2.0
"""The account that a run is about, and where its output goes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from ..core import ENVIRONMENT, Connection, InvalidInput
from ..core.desired import Scope
from ..core.desired.fleet.fleet import Fleet
from ..core.desired.ledger.ledger import Ledger
from ..core.desired.ledger.places import ledger_at
from . import documents, files, terminal
from .errors import UsageError
from .progress import Progress
from .publishing import notifying, publishing

CALLED = {name: f"--{name.replace('_', '-')} (or {variable})" for name, variable in ENVIRONMENT.items()}
"""What errors call the settings of a connection."""


class Account:
    """The account that the arguments and the environment name."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        secret = None if given.account_secret_file is None else files.secret(given.account_secret_file)
        settings = {"account_key": given.account_key, "account_secret": secret, "api_url": given.api_url, "timeout": given.timeout}
        settings["allow_http"] = given.allow_http
        self._connection = Connection.resolve(settings, called=CALLED)
        self._connection.account_credentials()
        self.key = self._connection.account_key
        self.api_url = self._connection.api_url

    def fleet(self, *, many: bool = True) -> Fleet:
        """Its projects, read again. ``many``: each of several projects needs its own publication target."""
        scope = Scope(self._connection, warn=terminal.warn)
        ledger = None if self.given.ledger is None else _ledger(self.given.ledger)
        targets: list[str] | None = getattr(self.given, "publish", None)
        return Fleet(
            scope,
            ledger=ledger,
            publish=None if targets is None else publishing(targets, many=many),
            notify=None if targets is None else notifying(self.given.notify, targets, allow_http=self._connection.allow_http),
            max_parallel=getattr(self.given, "parallel", 1),
            continue_on_error=not getattr(self.given, "stop_on_error", False),
            progress=Progress(),
        )

    def print(self, document: Mapping[str, Any] | Callable[[], Mapping[str, Any]], text: Callable[[], list[str]]) -> None:
        """Prints the document or the text. What is large is only made where it is printed."""
        if self.given.json:
            documents.write(document() if callable(document) else document)
        else:
            terminal.write(text())


def _ledger(place: str) -> Ledger:
    """Raises :class:`UsageError` where it names none: that is no error in the file of the declarations."""
    try:
        return ledger_at(place, warn=terminal.complain)
    except InvalidInput as error:
        raise UsageError("; ".join(f"--ledger (or OPENTOK_LEDGER): {problem.message}" for problem in error.problems)) from None
