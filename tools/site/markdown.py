# SPDX-License-Identifier: Apache-2.0
"""A page as GitHub reads it, made one that Python-Markdown reads the same way."""

from __future__ import annotations

import re

LINK = re.compile(r"\]\((?!\w+:|#)(?P<target>[^)\s#]+)")
RUN = re.compile(r"^<!-- run: .*-->$")
FENCE = re.compile(r"^\s*```")
ITEM = re.compile(r"^(?:[-*]|\d+\.) ")


def links(text: str) -> list[str]:
    """The relative links of a page, without their anchors."""
    return [match["target"] for line in outside_fences(text) for match in LINK.finditer(line)]


def outside_fences(text: str) -> list[str]:
    """The lines that are no code."""
    found, fenced = [], False
    for line in text.splitlines():
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            found.append(line)
    return found


def for_the_site(text: str) -> str:
    """Without the marks of snippets, and with the empty line before a list and in an item's indentation that only Python-Markdown asks for."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if RUN.match(line):
            continue
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced and ITEM.match(line) and lines and lines[-1].strip() and not in_a_list(lines):
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"


def in_a_list(lines: list[str]) -> bool:
    """Whether the paragraph that these lines end with is a list."""
    for line in reversed(lines):
        if not line.strip():
            return False
        if ITEM.match(line):
            return True
    return False


def title(text: str) -> str:
    """The first heading."""
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].replace("`", "") if found else "?"
