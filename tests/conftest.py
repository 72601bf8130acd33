# SPDX-License-Identifier: Apache-2.0
"""What holds for all tests."""

from __future__ import annotations

import hypothesis  # noqa: F401  # else its plugin imports it at the very end, where parsing has met abandoned coroutines (see EngineStack)
import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests start first (the sort is stable): none is left to run alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
