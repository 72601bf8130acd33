# SPDX-License-Identifier: Apache-2.0
"""Nothing waits for real in this process: between two tries, before a second look, after a 429.

The waits are the code's own and stay counted in tries; only their seconds are taken out.
"""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace


def make_haste(core: str = "pulumi_opentok.core", *, blocked: Callable[[], object] | None = None) -> None:
    """For the core that is imported under this name: the collection has a copy of its own. ``blocked``: waits until it may look for a lock again."""
    import urllib3.util.retry

    urllib3.util.retry.time = SimpleNamespace(sleep=lambda _seconds: None, time=time.time)  # type: ignore[attr-defined]
    importlib.import_module(f"{core}.desired.project.rotation").PAUSE = 0.0
    creation = importlib.import_module(f"{core}.desired.creation").Creation
    creation.__init__.__kwdefaults__["pause"] = 0.0
    cells = importlib.import_module(f"{core}.desired.ledger.cell")
    cells.PAUSE = 0.01
    if blocked is not None:
        shared = importlib.import_module(f"{core}.desired.ledger.shared")
        shared.time = SimpleNamespace(sleep=lambda _seconds: blocked(), monotonic=time.monotonic)  # type: ignore[attr-defined]
        lock = importlib.import_module(f"{core}.desired.files.lock")
        lock.time = SimpleNamespace(sleep=lambda _seconds: blocked(), monotonic=time.monotonic)  # type: ignore[attr-defined]


@contextlib.contextmanager
def waits_are_put_back() -> Iterator[None]:
    """Afterwards this process waits again as it did before: other tests look at the waits."""
    import urllib3.util.retry

    from pulumi_opentok.core.desired.creation import Creation
    from pulumi_opentok.core.desired.ledger import cell
    from pulumi_opentok.core.desired.project import rotation

    defaults = Creation.__init__.__kwdefaults__
    retries, pause, between, again = urllib3.util.retry.time, rotation.PAUSE, defaults["pause"], cell.PAUSE  # type: ignore[attr-defined]
    try:
        yield
    finally:
        urllib3.util.retry.time, rotation.PAUSE, defaults["pause"], cell.PAUSE = retries, pause, between, again  # type: ignore[attr-defined]
