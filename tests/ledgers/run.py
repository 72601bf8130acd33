# SPDX-License-Identifier: Apache-2.0
"""A run on a ledger, in a process of its own: ``python -m tests.ledgers.run URL LIFETIME PATIENCE``. See :class:`tests.ledgers.runs.Run`.

Told on stdin what to do, a JSON list a line; what came of it is on stdout, a line each.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Callable
from typing import Any

from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.ledger import Lease, OpenLedger, Subject
from pulumi_opentok.core.desired.ledger.places import ledger_at


class Commands:
    """What a run can be told."""

    def __init__(self, url: str, patience: float) -> None:
        self._ledger = ledger_at(url, patience=patience, warn=lambda text: say(warning=text))
        self._opened = contextlib.ExitStack()
        self._leases: dict[str, tuple[contextlib.ExitStack, Lease]] = {}
        self.book: OpenLedger

    def open(self, write: bool = True) -> None:
        self.book = self._opened.enter_context(self._ledger.locked() if write else self._ledger.read_only())

    def close(self) -> None:
        self._opened.close()

    def entry(self, key: str) -> Any:
        return self.book.entry(key)

    def of(self, kind: str, called: str | None = None) -> Any:
        return dict(self.book.of(kind, called=called))

    def set(self, key: str, entry: dict[str, Any]) -> None:
        self.book.set(key, entry)

    def forget(self, key: str) -> None:
        self.book.forget(key)

    def restore(self, key: str, entry: dict[str, Any] | None) -> None:
        self.book.restore(key, entry)

    def expect(self, keys: list[str], names: list[str]) -> None:
        self.book.expect(keys, names)

    def hold(self) -> None:
        self.book.hold()

    def take(self, subject: dict[str, Any], wait: bool = True) -> dict[str, bool]:
        with contextlib.ExitStack() as stack:
            lease = stack.enter_context(self.book.lease(Subject(**subject), wait=wait))
            self._leases[json.dumps(subject)] = stack.pop_all(), lease
        return {"alone": lease.alone, "changed": lease.changed, "clean": lease.clean}

    def give(self, subject: dict[str, Any], done: bool = True) -> None:
        stack, lease = self._leases.pop(json.dumps(subject))
        if not done:
            lease.doubt()
        stack.close()

    def increment(self, key: str, times: int) -> None:
        kind, _, rest = key.partition("/")
        for _turn in range(times):
            with self.book.lease(Subject(kind, key=rest)):
                number = (self.book.entry(key) or {"number": 0})["number"]
                self.book.set(key, {"number": number + 1})


_SAYING = threading.Lock()


def say(**what: Any) -> None:
    with _SAYING:  # several threads of a run warn
        print(json.dumps(what), flush=True)


def main(made: type[Commands] = Commands) -> None:
    """Does what ``made`` can do, until stdin ends."""
    url, lifetime, patience = sys.argv[1:]
    CellStore.lifetime = float(lifetime)
    commands = made(url, float(patience))
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        do: Callable[..., Any] = getattr(commands, name)
        try:
            say(answer=do(*arguments))
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            say(error=type(error).__name__, text=str(error))


if __name__ == "__main__":
    main()
