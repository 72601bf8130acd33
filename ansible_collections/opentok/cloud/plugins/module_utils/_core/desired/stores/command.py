# SPDX-License-Identifier: Apache-2.0
"""A program that publishes the credential document: it gets the document on stdin, and its exit status is the answer.

It is run once for each step, which is its last argument and the variable OPENTOK_PUBLISH: ``preflight`` (stdin has a placeholder without
credentials; 0: a write is going to work), ``compare`` (0: this document is there, 10: another one or none; changes nothing), ``write`` (0: done).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..commands import Command, CommandError
from ..publish import Document, PublishError
from .document import PLACEHOLDER, to_text
from .failures import scrubbed

STEP = "OPENTOK_PUBLISH"
"""The variable that names the step."""

OTHER = 10
"""The exit status of ``compare`` where another document is there, or none."""


class CommandStore:
    """The place that a ``command`` publishes to. It cannot be read, only asked whether it holds a document."""

    def __init__(self, command: Command) -> None:
        self.where = command.where
        self._command = command

    @classmethod
    def of(cls, place: str) -> CommandStore:
        """The store of ``exec:`` and ``place``. Raises ``InvalidInput``."""
        return cls(Command.of(place, "publish"))

    def preflight(self) -> None:
        self._run("preflight", PLACEHOLDER)

    def holds(self, document: Document) -> bool:
        return self._run("compare", document, (0, OTHER)) == 0

    def write(self, document: Document) -> None:
        self._run("write", document)

    def _run(self, step: str, document: Mapping[str, Any], answers: tuple[int, ...] = (0,)) -> int:
        try:
            ended = self._command.run(to_text(document).encode(), step, variables={STEP: step})
        except CommandError as error:
            raise PublishError(f"{self.where}: {step}: {error}") from None
        if ended.status not in answers:
            said = scrubbed(ended.said, [document.get("api_secret")]) or "it wrote nothing to stderr"
            raise PublishError(f"{self.where}: {step} failed ({ended.how}): {said}")
        return ended.status
