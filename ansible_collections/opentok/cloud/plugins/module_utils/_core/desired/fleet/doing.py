# SPDX-License-Identifier: Apache-2.0
"""Does many members, several at a time, and stops where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...errors import NotBegun
from ..parallel import in_order
from .member import Member
from .report import Outcome

Do = Callable[[Member], Outcome]
Progress = Callable[[int, int, Outcome], None]


class Doing:
    """How a run goes through its members.

    At most ``max_parallel`` at a time, and without ``continue_on_error`` nothing new after the first failure. ``progress`` hears of each one.
    """

    def __init__(self, *, max_parallel: int, continue_on_error: bool, progress: Progress | None = None) -> None:
        self._max_parallel = max_parallel
        self._continues = continue_on_error
        self._progress = progress or (lambda done, total, outcome: None)
        self._stopped: str | None = None

    def each(self, members: Sequence[Member], do: Do) -> list[Outcome]:
        """What became of each, in their order.

        What sends no request comes first and one by one: that which cannot be planned, so that it stops the rest before anything is begun, and
        that which has nothing to do, for which threads would only take time.
        """
        hopeless, quiet, rest = ([number for number, one in enumerate(members) if one.effort == effort] for effort in ("hopeless", "none", "some"))
        found: dict[int, Outcome] = {}

        def heard(number: int, outcome: Outcome) -> None:
            found[number] = outcome
            self._progress(len(found), len(members), outcome)

        for some, parallel in ((hopeless, 1), (quiet, 1), (rest, self._max_parallel)):
            in_order(some, lambda number: self._done(members[number], do), parallel, heard)
        return [found[number] for number in range(len(members))]

    def _done(self, member: Member, do: Do) -> Outcome:
        if self._stopped is not None and member.effort == "some":
            return member.failed(NotBegun(f"not begun: {self._stopped} has failed, and continue_on_error is false"))
        outcome = do(member)
        if outcome.failure is not None and not self._continues:
            self._stopped = self._stopped or outcome.label
        return outcome
