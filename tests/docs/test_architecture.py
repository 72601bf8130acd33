# SPDX-License-Identifier: Apache-2.0
"""docs/architecture.md names files that are there, but for those that it asks to write. Its kind is written by test_add_a_kind.py."""

from __future__ import annotations

import re

from tests.kinds.kinds import COLLECTION, ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = {"_core/": "plugins/module_utils/_core/", "plugins/": "plugins/", "_module.py": "plugins/module_utils/_module.py"}
TO_WRITE = "/stream_layout.py"


def test_the_files_are_there() -> None:
    named = set(re.findall(r"(?<![\w/.])((?:_core|tests|docs|pulumi_opentok|plugins|ansible_collections)/[\w/.]+\.\w+)", PAGE))
    assert len(named) > 20
    missing = {name for name in named if TO_WRITE not in name and not (ROOT / name).exists() and not (COLLECTION / where(name)).exists()}
    assert missing == set()


def where(name: str) -> str:
    """A name as the page shortens it."""
    return next((whole + name.removeprefix(short) for short, whole in PLACES.items() if name.startswith(short)), name)


def test_it_is_found() -> None:
    assert "docs/architecture.md" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
