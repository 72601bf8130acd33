# SPDX-License-Identifier: Apache-2.0
"""Each guard that `python -m tests.faults --mutants` breaks is still where it says."""

from __future__ import annotations

import pytest

from tests.faults.mutants import MUTANTS, Mutant
from tests.faults.progress import REPO


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.guard)
def test_its_text_stands_once_in_the_file(mutant: Mutant) -> None:
    assert (REPO / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
