# SPDX-License-Identifier: Apache-2.0
"""No test runs `make bench`, but what it measures can at least be found."""

from __future__ import annotations

import importlib

import pytest

from bench.__main__ import SUBJECTS


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_can_be_imported(subject: str) -> None:
    assert callable(importlib.import_module(f"bench.{subject}").rows)
