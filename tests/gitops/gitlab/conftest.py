# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a GitLab."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.gitops.gitlab.stand_in import GitLab


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    with contextlib.closing(GitLab()) as running:
        yield running
