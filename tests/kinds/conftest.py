# SPDX-License-Identifier: Apache-2.0
"""These tests parse files, which what an engine test of the same worker has left behind must not disturb."""

from __future__ import annotations

import pytest

from tests.engine.stack import drop_abandoned_coroutines


@pytest.fixture(scope="module", autouse=True)
def _nothing_abandoned() -> None:
    drop_abandoned_coroutines()
