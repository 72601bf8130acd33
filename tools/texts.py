# SPDX-License-Identifier: Apache-2.0
"""The texts of classes and functions as they stand in the source: of attributes, which Python itself does not keep, and of parameters."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap

PARAMETER = re.compile(r"^\s*:param (?:\w+ )?(\w+): (.*?)(?=^\s*:param|^\s*$|\Z)", re.MULTILINE | re.DOTALL)


def attribute_texts(found: type) -> dict[str, str | None]:
    """Of the annotated attributes of the class itself; the text of each is the string that follows it."""
    said: dict[str, str | None] = {}
    body = _node(found).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
            said[node.target.id] = text if isinstance(text, str) else None
    return said


def inherited_texts(found: type) -> dict[str, str | None]:
    """As :func:`attribute_texts`, with those of the classes that it extends in the source. A `TypedDict` has no bases while it runs."""
    bases = (getattr(sys.modules[found.__module__], base.id, None) for base in _node(found).bases if isinstance(base, ast.Name))
    inherited = [inherited_texts(base) for base in bases if isinstance(base, type) and base.__module__.startswith("pulumi_opentok")]
    return {name: text for texts in (*inherited, attribute_texts(found)) for name, text in texts.items()}


def parameter_texts(docstring: str | None) -> dict[str, str]:
    """Of the parameters that a docstring has a ``:param`` of."""
    return {name: " ".join(text.split()) for name, text in PARAMETER.findall(docstring or "")}


def _node(found: type) -> ast.ClassDef:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(found))).body
    assert isinstance(tree, ast.ClassDef)
    return tree
