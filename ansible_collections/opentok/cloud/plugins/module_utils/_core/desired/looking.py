# SPDX-License-Identifier: Apache-2.0
"""When to look after a request whose outcome nobody has told."""

from __future__ import annotations

import datetime

from ..errors import PlanError

LIST_ATTEMPTS = 3
"""How often one looks at least: the server may still be at it, or another one may answer that has not heard of it yet."""

UNIT = 0.5
"""Seconds of the first wait; each is twice the one before."""

SETTLED = datetime.timedelta(seconds=30)
"""After this long, a request that was not answered is not carried out any more. OpenTok gives a WebSocket 6 seconds; all else is begun at once."""


def looks(lasted: float) -> tuple[int, ...]:
    """The waits before each look, in units: none before the first, and in all as long again as the request ``lasted`` (seconds).

    So what a server or gateway carries out after the client has given up is still seen, however long the timeout.
    """
    waits = [0]
    while len(waits) < LIST_ATTEMPTS or sum(waits) * UNIT < lasted:
        waits.append(2 ** (len(waits) - 1))
    return tuple(waits)


def may_still_come(sent: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether a request that was ``sent`` then, and not answered, may still be carried out."""
    return datetime.timedelta(0) <= now - sent < SETTLED


def not_settled(asked: str) -> PlanError:
    """The error of who has to wait for that. ``asked`` begins it."""
    return PlanError(f"{asked}: it may still be carried out, so nothing was done; run again in {SETTLED.seconds} seconds")
