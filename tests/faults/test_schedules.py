# SPDX-License-Identifier: Apache-2.0
"""203 random schedules, the same in each run; ``make faults`` runs others, and many."""

from __future__ import annotations

import pytest

from tests.faults.chunks import failure
from tests.faults.opentok import OpenTokProcess

SEED = 4
MOST = 4
"""Steps: short ones, so that they take seconds."""

CHUNKS = [
    *(("core", number, 41) for number in range(4)),
    ("pulumi", 0, 10), ("native", 0, 10), ("pair", 0, 8), ("crowd", 0, 3), ("ansible", 0, 5), ("engine", 0, 3),
]


@pytest.mark.parametrize(("layer", "number", "size"), CHUNKS)
def test_no_invariant_is_broken(request: pytest.FixtureRequest, opentok: OpenTokProcess, layer: str, number: int, size: int) -> None:
    if layer == "engine":
        request.getfixturevalue("engine")
    assert failure(opentok, SEED, layer, number, size, MOST) is None


def test_the_count() -> None:
    assert sum(size for _layer, _number, size in CHUNKS) == 203
