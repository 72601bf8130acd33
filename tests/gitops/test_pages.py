# SPDX-License-Identifier: Apache-2.0
"""Every pipeline can be found, and every output that is shown was seen by a test."""

from __future__ import annotations

from pathlib import Path

from tests.docs.snippets import ROOT
from tests.gitops.pages import names


def test_every_output_that_is_shown_is_looked_for() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.rglob("test_*.py"))
    assert names()
    assert [name for name in names() if f'has_shown("{name}", ' not in tests] == []


def test_every_pipeline_is_in_the_index() -> None:
    examples = ROOT / "examples"
    index = (examples / "README.md").read_text(encoding="utf-8")
    pages = [page.relative_to(examples).as_posix() for page in (examples / "gitops").glob("*/README.md")]
    assert "gitops/github/README.md" in pages
    assert [page for page in pages if f"({page})" not in index] == []
