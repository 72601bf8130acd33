# SPDX-License-Identifier: Apache-2.0
"""Does many members, several at a time, and stops where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...errors import NotBegun
from ..parallel import in_order
from .member import Member
from .report import Outcome

Do = Callable[[Member], "Outcome | None"]
"""Does one; ``None``: not now."""
Progress = Callable[[int, int, Outcome], None]


class Doing:
    """How a run goes through its members.

    At most ``max_parallel`` at a time, and without ``continue_on_error`` nothing new after the first failure. ``progress`` hears of each one.
    ``first``: at which part of the members, 0 to 1, it begins.
    """

    def __init__(self, *, max_parallel: int, continue_on_error: bool, progress: Progress | None = None, first: float = 0.0) -> None:
        self._max_parallel = max_parallel
        self._continues = continue_on_error
        self._progress = progress or (lambda done, total, outcome: None)
        self._first = first
        self._stopped: str | None = None

    def each(self, members: Sequence[Member], do: Do, again: Callable[[Sequence[Member]], Do] | None = None) -> list[Outcome]:
        """What became of each, in their order. ``again`` gives what does those that could not be done at once, when all others are done."""
        found: dict[int, Outcome] = {}
        self._go(members, range(len(members)), do, found)
        if again is not None and len(found) < len(members):
            left = [number for number in range(len(members)) if number not in found]
            self._go(members, left, again([members[number] for number in left]), found)
        return [found[number] for number in range(len(members))]

    def _go(self, members: Sequence[Member], some: Sequence[int], do: Do, found: dict[int, Outcome]) -> None:
        """What sends no request comes first and one by one: that which cannot be planned, so that it stops the rest before anything is begun, and
        that which has nothing to do, for which threads would only take time.
        """
        hopeless, quiet, rest = ([number for number in some if members[number].effort == effort] for effort in ("hopeless", "none", "some"))
        begin = int(self._first * len(rest))

        def heard(number: int, outcome: Outcome | None) -> None:
            if outcome is not None:
                found[number] = outcome
                self._progress(len(found), len(members), outcome)

        for these, parallel in ((hopeless, 1), (quiet, 1), (rest[begin:] + rest[:begin], self._max_parallel)):
            in_order(these, lambda number: self._done(members[number], do), parallel, heard)

    def _done(self, member: Member, do: Do) -> Outcome | None:
        if self._stopped is not None and member.effort == "some":
            return member.failed(NotBegun(f"not begun: {self._stopped} has failed, and continue_on_error is false"))
        outcome = do(member)
        if outcome is not None and outcome.failure is not None and not self._continues:
            self._stopped = self._stopped or outcome.label
        return outcome
