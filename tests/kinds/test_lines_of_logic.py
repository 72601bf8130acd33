# SPDX-License-Identifier: Apache-2.0
"""A declaration of a kind in a layer is thin: at most 60 lines of logic.

What counts: each line with code on it. What does not: blank lines, comments, docstrings, documentation that Ansible reads from constants,
and annotations of attributes without a value, which only document an output.
"""

from __future__ import annotations

import ast
import io
import tokenize

import pytest

from tests.kinds.kinds import COLLECTION, ROOT, Found, every_kind

LIMIT = 60
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def lines_of_logic(text: str) -> int:
    """How many lines of Python have code on them that does something."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and says_only(node):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def says_only(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in DOCUMENTATION for target in node.targets)
    return isinstance(node, ast.AnnAssign) and node.value is None


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_in_both_layers(found: Found) -> None:
    declarations = {"pulumi": ROOT / "pulumi_opentok" / f"{found.name}.py", "ansible": COLLECTION / "plugins" / "modules" / f"{found.name}.py"}
    counted = {layer: lines_of_logic(path.read_text(encoding="utf-8")) for layer, path in declarations.items()}
    assert {layer: count for layer, count in counted.items() if not 0 < count <= LIMIT} == {}


def test_how_they_are_counted() -> None:
    text = '''"""A docstring
of two lines."""

# A comment.
import os  # one

DOCUMENTATION = """
many: lines
"""


class A(object):  # two
    """Docstring."""

    name: str
    """What it is."""
    size: int = 3  # three

    def make(  # four
        self,  # five
        text="""six
        and seven""",
    ):  # eight
        """Docstring."""
        return os.path.join(  # nine
            text,  # ten
        )  # eleven
'''
    assert lines_of_logic(text) == 11
