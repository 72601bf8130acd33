# SPDX-License-Identifier: Apache-2.0
"""What stands in a ledger that moves, or has moved: no run works with it, not even one that nobody told of the move."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...errors import LedgerError, quote
from .ledger import ledger_error

MOVING = "moving"
MOVED = "moved"
FILLED = "filled"
IMPORTED = "imported"

_SAYS = {
    MOVING: ("is being moved to {other}", "end that with `opentok-ledger move`, or take it back with its --abandon"),
    MOVED: ("has moved to {other}", "give that one"),
    FILLED: ("is being filled from {other}", "end that with `opentok-ledger move`, or take it back with its --abandon"),
    IMPORTED: ("is being filled from the file {other}", "end that with `opentok-ledger import` of the same file"),
}


@dataclasses.dataclass(frozen=True)
class Mark:
    """``state``: ``moving`` (its entries are copied to the ``other``), ``moved`` (the ``other`` has them), ``filled`` (it gets those of the
    ``other``) or ``imported`` (of a file)."""

    state: str
    other: str

    def as_dict(self) -> dict[str, str]:
        """As it is kept in the ledger."""
        return dataclasses.asdict(self)

    @classmethod
    def of(cls, where: str, value: object) -> Mark | None:
        """The mark that is kept as ``value`` in the ledger ``where``; ``None`` for none. Raises :class:`LedgerError` for one that is not known."""
        if value is None:
            return None
        state, other = (value.get("state"), value.get("other")) if isinstance(value, Mapping) else (None, None)
        if state not in _SAYS or not isinstance(other, str):
            raise ledger_error(where, "has a mark that this opentok does not know: update opentok here")
        return cls(str(state), other)

    def says(self) -> tuple[str, str]:
        """What is so with the ledger, and what to do: ``has moved to …``, ``give that one``."""
        what, way = _SAYS[self.state]
        return what.format(other=quote(self.other, 300)), way

    def refusal(self, where: str) -> LedgerError:
        """The error of a run that was told to work with the ledger ``where``."""
        what, way = self.says()
        return ledger_error(where, f"{what}: nothing was done; {way}")


def kept(mark: Mark | None) -> dict[str, Any]:
    """What the document of a ledger has of its ``mark``."""
    return {} if mark is None else {"mark": mark.as_dict()}
