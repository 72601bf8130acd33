# SPDX-License-Identifier: Apache-2.0
"""Finds the snippets of the docs. A comment before a fence says who runs it: `<!-- run: pulumi -->`, `<!-- run: playbook adopt -->`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "ansible_collections" / "opentok" / "cloud"
FENCE = re.compile(r"^```(?P<language>[\w-]*)[ \t]*\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"<!-- run: (?P<how>[^>]*?) -->[ \t]*\n$")


@dataclass(frozen=True)
class Snippet:
    """A fenced block: where it is, in which language, who runs it (`""`: nobody) and with which words."""

    file: Path
    line: int
    language: str
    runner: str
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """All pages that people read."""
    ours = [ROOT.glob(pattern) for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "tests/*.md")]
    folders = [*ours, COLLECTION.glob("*.md"), COLLECTION.glob("roles/*/*.md")]
    return sorted(page for folder in folders for page in folder)


def snippets() -> list[Snippet]:
    """All fenced blocks of all pages."""
    return [snippet for page in pages() for snippet in of_page(page)]


def of_page(page: Path) -> list[Snippet]:
    """The fenced blocks of one page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        mark = MARK.search(text[: match.start()])
        runner, *words = mark["how"].split() if mark else [""]
        line = text[: match.start()].count("\n") + 1
        found.append(Snippet(page, line, match["language"], runner, tuple(words), match["text"]))
    return found


def console(page: Path) -> list[str]:
    """The commands of the `console` blocks of one page, in order, without their comments."""
    lines = [line for snippet in of_page(page) if snippet.language == "console" for line in snippet.text.splitlines()]
    return [re.split(r"\s+# ", line.removeprefix("$ "))[0].rstrip() for line in lines if line.startswith("$ ")]
