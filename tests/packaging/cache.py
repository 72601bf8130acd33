# SPDX-License-Identifier: Apache-2.0
"""The cache of environments that tests make."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tools.engine.places import cache_root


def writable_cache() -> Path:
    """Its folder. Where nothing can be written (a read-only HOME), the test is skipped with the reason and the way on."""
    root = cache_root(os.environ)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError as error:
        pytest.skip(f"cannot write to {root} ({error.strerror}): set XDG_CACHE_HOME")
