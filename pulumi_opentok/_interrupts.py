# SPDX-License-Identifier: Apache-2.0
"""Ctrl+C and SIGTERM to the process of a dynamic provider: what is begun is finished, and the engine saves it.

The engine spares its providers: at the first signal it waits for what is under way. But a service manager signals every process of a service.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator

from ._engine_log import is_dynamic_process

# The SDK's operations run in threads, where `signal.signal` refuses to work. Other Pythons than CPython have none of this.
_set_signal = getattr(getattr(ctypes, "pythonapi", None), "PyOS_setsig", None)
if _set_signal is not None:
    _set_signal.argtypes, _set_signal.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_void_p

_lock = threading.Lock()
_before: dict[int, int | None] = {}
_under_way = 0


@contextlib.contextmanager
def finished_first() -> Iterator[None]:
    """While inside, the two signals do not end the process of a provider; one that comes is lost, for the engine closes it in any case."""
    global _under_way
    if not is_dynamic_process() or _set_signal is None:
        yield
        return
    with _lock:
        _under_way += 1
        if _under_way == 1:
            _before.update({number: _handle(number, _IGNORED) for number in (signal.SIGINT, signal.SIGTERM)})
    try:
        yield
    finally:
        with _lock:
            _under_way -= 1
            if not _under_way:
                for number, handler in _before.items():
                    _handle(number, handler)


_IGNORED = int(signal.SIG_IGN)


def _handle(number: int, handler: int | None) -> int | None:
    before: int | None = None if _set_signal is None else _set_signal(number, handler)
    return before
