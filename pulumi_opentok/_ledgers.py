# SPDX-License-Identifier: Apache-2.0
"""The ledgers that this process has open: one for all resources that name it, from the first that writes until the process ends."""

from __future__ import annotations

import atexit
import contextlib
import threading

from .core.desired.ledger.ledger import Ledger, OpenLedger
from .core.errors import LedgerError

_lock = threading.Lock()
_open: dict[str, OpenLedger] = {}
_until_the_end = contextlib.ExitStack()


def book_of(ledger: Ledger) -> OpenLedger:
    """The ledger, open for writing. Raises :class:`LedgerError`."""
    with _lock:
        if ledger.where not in _open:
            _open[ledger.where] = _until_the_end.enter_context(ledger.locked())
        return _open[ledger.where]


@atexit.register
def close_all() -> None:
    """Frees what is held. A process that is killed leaves that to the store."""
    with _lock, contextlib.suppress(LedgerError):
        _open.clear()
        _until_the_end.close()
