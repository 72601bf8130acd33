# SPDX-License-Identifier: Apache-2.0
"""How long, and how often, a store in a cloud is asked. The clients' own retries are off: they repeat writes, for minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from ...http.http_session import MAX_WAIT

Result = TypeVar("Result")
Answer = tuple[int, Mapping[str, str]]
"""HTTP status and headers of a refusal."""

CONNECT_TIMEOUT = 10.0
"""Seconds."""

READ_TIMEOUT = 30.0
"""Seconds without a byte."""

TRIES = 3

PAUSE = 1.0
"""Seconds before the second try where the store names none; twice that before the third."""


def patiently(call: Callable[[], Result], answer_of: Callable[[Exception], Answer | None], *, writes: bool) -> Result:
    """What ``call`` returns. After a 429 it is called again, and after a 5xx if it only reads: a write may have been done before a 5xx."""
    again_after = (429,) if writes else (429, 500, 502, 503, 504)
    tries = 0
    while True:
        tries += 1
        try:
            return call()
        except Exception as error:
            answer = answer_of(error)
            seconds = None if answer is None or answer[0] not in again_after else _wait(answer[1], tries)
            if seconds is None or tries == TRIES:
                raise
        time.sleep(seconds)


def answer_of(error: Exception) -> Answer | None:
    """That of a client that keeps the answer in ``response``, as requests does."""
    response = getattr(error, "response", None)
    return None if response is None else (response.status_code, response.headers)


def until(look: Callable[[], Result], is_right: Callable[[Result], bool]) -> Result:
    """What ``look`` returns, as soon as it ``is_right``, or the third time: a cloud may be late to show what was written."""
    for tries in range(1, TRIES):
        seen = look()
        if is_right(seen):
            return seen
        time.sleep(PAUSE * tries)
    return look()


def _wait(headers: Mapping[str, str], tries: int) -> float | None:
    """Seconds; ``None`` where the store asks for more than we wait."""
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    if not asked.strip().isdecimal():
        return PAUSE * tries
    return float(asked) if float(asked) <= MAX_WAIT else None
