# SPDX-License-Identifier: Apache-2.0
"""Rotation windows around the present moment, whatever time of the day it is."""

from __future__ import annotations

import datetime


def open_window() -> dict[str, str]:
    return _around(hours=0)


def closed_window() -> dict[str, str]:
    return _around(hours=12)


def _around(hours: int) -> dict[str, str]:
    then, hour = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours), datetime.timedelta(hours=1)
    return {"start": (then - hour).strftime("%H:%M"), "end": (then + hour).strftime("%H:%M")}
