# SPDX-License-Identifier: Apache-2.0
"""Any text as a literal of a language: whatever a project is called, it stays a name."""

from __future__ import annotations

import json


def literal(text: str, beyond: str = "\\U{:08x}") -> str:
    """``text`` in double quotes, for YAML and Python as it is. ``beyond``: how a character above U+FFFF is escaped."""
    return "".join(char if char.isprintable() else _escaped(char, beyond) for char in json.dumps(text, ensure_ascii=False))


def of_typescript(text: str) -> str:
    """``text`` as TypeScript has it."""
    return literal(text, "\\u{{{:x}}}")


def of_pulumi_yaml(text: str) -> str:
    """``text`` as a program in YAML has it, where ``${`` would refer to something."""
    return literal(text.replace("$", "$$"))


def _escaped(char: str, beyond: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else beyond.format(ord(char))
