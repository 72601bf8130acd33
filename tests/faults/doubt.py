# SPDX-License-Identifier: Apache-2.0
"""What a run could not know because of the gateway, and what it has to say all the same: two projects of a name never go unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.faults.layers.base import Outcome, Result
from tests.faults.misdeeds import Misdeeds, Passed
from tests.faults.schedule import NAMES

Row = Mapping[str, Any]


class Doubt:
    """Of one run; without ``misdeeds`` there is none. ``past``: the projects as what lags showed them."""

    def __init__(self, misdeeds: Misdeeds | None = None, past: Mapping[str, Row] | None = None) -> None:
        self._misdeeds = misdeeds
        self.lags = misdeeds is not None and bool(misdeeds.fired["lag"])
        self.misleads = misdeeds is not None and bool(misdeeds.fired["twice, first answer project.refresh_secret"])
        """The answer to a rotation had a dead secret. Where no read shows another one it is published, and told to be not proven."""
        self.past: Mapping[str, Row] = (past or {}) if self.lags else {}

    def more_rotations(self, project: str) -> int:
        """How many more there may be than the client has asked for, or has had to ask for.

        A proxy has sent the request twice; or the answer was lost, and what it was read back from lags: it still had the old secret.
        """
        if self._misdeeds is None:
            return 0
        sent_twice = sum(self._misdeeds.fired[f"{kind} project.refresh_secret"] for kind in ("twice", "twice, first answer"))
        return sent_twice + (1 if self._misdeeds.fired["lag project.get"] else 0)

    def told(self, strays: Iterable[Row], result: Result) -> list[Row]:
        """The new projects that are nobody's and of which nothing is said, though it could be."""
        return [] if result.killed else [row for row in strays if not self._said(row, result)]

    def _said(self, row: Row, result: Result) -> bool:
        """Its id, where it could be seen. Where it came to be after the last look, that its create was sent more than once, if it was."""
        text = "\n".join(self._words(result))
        # A generated name is as good as an id, and so is that the answer to its create was lost where no list can be had.
        lost = f"the answer to creating project '{row['name']}' was lost" in text and "cannot be listed" in text
        if row["id"] in text or lost or (row["name"] not in NAMES and f"'{row['name']}'" in text):
            return True
        creates = [index for index, passed in enumerate(self._passed) if passed.operation == "project.create" and passed.name == row["name"]]
        if len(creates) > 1:
            return any(_speaks(outcome) for outcome in result.outcomes.values())
        after_the_run = self._misdeeds is not None and self._misdeeds.after_the_run
        return bool(creates) and (bool(after_the_run) or not self._listed_after(creates[-1]))

    def _listed_after(self, create: int) -> bool:
        """Whether the account was truly shown after that request; a run that does not ask has no excuse."""
        lists = [passed for passed in self._passed[create:] if passed.operation == "project.list"]
        return not lists or any(passed.kind == "" and passed.status == 200 for passed in lists)

    @property
    def _passed(self) -> list[Passed]:
        return self._misdeeds.passed if self._misdeeds is not None else []

    @staticmethod
    def _words(result: Result) -> list[str]:
        return [text for outcome in result.outcomes.values() for text in (outcome.error, *outcome.warnings)]


def _speaks(outcome: Outcome) -> bool:
    return not outcome.ok or bool(outcome.warnings)
