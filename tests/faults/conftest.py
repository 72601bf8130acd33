# SPDX-License-Identifier: Apache-2.0
"""What schedules change in this process is put back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.conftest import engine
from tests.faults.haste import waits_are_put_back
from tests.faults.opentok import OpenTokProcess

__all__ = ["engine"]


@pytest.fixture(autouse=True)
def _waits() -> Iterator[None]:
    with waits_are_put_back():
        yield


@pytest.fixture(scope="module")
def opentok() -> Iterator[OpenTokProcess]:
    process = OpenTokProcess()
    yield process
    process.end()
