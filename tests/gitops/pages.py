# SPDX-License-Identifier: Apache-2.0
"""What `docs/pipelines.md` says people will see: blocks after a line such as `<!-- shown: github plan -->`."""

from __future__ import annotations

import re

from tests.docs.snippets import ROOT

PAGE = ROOT / "docs" / "pipelines.md"
BLOCK = re.compile(r"^<!-- shown: (?P<name>[\w -]+) -->\n```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def shown(name: str) -> str:
    """The text of a block. ``...`` stands for anything within a line."""
    found = [match["text"] for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8")) if match["name"] == name]
    assert len(found) == 1, f"{PAGE.name} shows {len(found)} blocks {name!r}"
    return found[0]


def names() -> list[str]:
    """The blocks of the page."""
    return [match["name"] for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


def has_shown(name: str, text: str) -> None:
    """Fails unless the lines of the block stand in ``text``, in their order."""
    rest = text
    for line in filter(None, map(str.strip, shown(name).splitlines())):
        pattern = ".*".join(re.escape(part) for part in line.split("..."))
        match = re.search(pattern, rest)
        assert match, f"{PAGE.name}, {name!r}: never seen, or not in this order: {line}\n{text}"
        rest = rest[match.end() :]
