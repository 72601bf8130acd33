# SPDX-License-Identifier: Apache-2.0
"""A program that is run after a publication: it gets what has changed as JSON on stdin, without the secret; exit status 0 is done."""

from __future__ import annotations

import json

from ...errors import one_line
from ...http.auth import fingerprint
from ..commands import Command, CommandError
from ..notify import Change, NotifyError

KEY = "OPENTOK_API_KEY"
"""The variable that has the project's API key, for those who need no more."""


class CommandHook:
    """Runs ``command``."""

    def __init__(self, command: Command) -> None:
        self.where = command.where
        self.mark = fingerprint(f"exec:{command.line}")
        self._command = command

    @classmethod
    def of(cls, place: str) -> CommandHook:
        """The hook of ``exec:`` and ``place``. Raises ``InvalidInput``."""
        return cls(Command.of(place, "notify"))

    def run(self, change: Change) -> None:
        given = (json.dumps(dict(change), indent=2) + "\n").encode()
        try:
            ended = self._command.run(given, variables={KEY: str(change["api_key"])})
        except CommandError as error:
            raise NotifyError(f"{self.where}: {error}") from None
        if ended.status != 0:
            said = one_line(ended.said, 400) or "it wrote nothing to stderr"
            raise NotifyError(f"{self.where} failed ({ended.how}): {said}")
