# SPDX-License-Identifier: Apache-2.0
"""When to look after a request whose outcome nobody has told."""

from __future__ import annotations

LIST_ATTEMPTS = 3
"""How often one looks at least: the server may still be at it, or another one may answer that has not heard of it yet."""

UNIT = 0.5
"""Seconds of the first wait; each is twice the one before."""


def looks(lasted: float) -> tuple[int, ...]:
    """The waits before each look, in units: none before the first, and in all as long again as the request ``lasted`` (seconds).

    So what a server or gateway carries out after the client has given up is still seen, however long the timeout.
    """
    waits = [0]
    while len(waits) < LIST_ATTEMPTS or sum(waits) * UNIT < lasted:
        waits.append(2 ** (len(waits) - 1))
    return tuple(waits)
