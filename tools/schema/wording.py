# SPDX-License-Identifier: Apache-2.0
"""The texts of the Python classes as readers of every language read them: Markdown, names in camelCase, nothing of Python alone."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection

from pulumi_opentok._names import camel

CODE = re.compile(r"``(.+?)``|:(?:class|func|meth|data|attr|exc):`~?([\w.]+)`", re.DOTALL)
FENCE = re.compile(r"```.*?```", re.DOTALL)
SENTENCE = re.compile(r"(?<=\.)\s+(?=[A-Z`])")
PYTHON_ONLY = re.compile(r"dynamic resources|\bas (?:in|of) :func:|pulumi\.RunError")
EXAMPLE = "## Example Usage"
RESOURCE_OR_ID = re.compile(r"The :class:`\w+` (?P<what>.+?), or an? (?P<kind>\w+)'s id\.")
WORDS = {"None": "null", "True": "true", "False": "false"}


class Wording:
    """``names``: those of properties, which are written in camelCase wherever they stand in code."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = {name for name in names if "_" in name}

    def sections(self, docstring: str) -> str:
        """A class's docstring without its example, which is in Python."""
        parts = [part for part in re.split(r"\n(?=## )", inspect.cleandoc(docstring)) if not part.startswith(EXAMPLE)]
        return "\n\n".join(filter(None, (self.text(block) for part in parts for block in FENCE.sub("", part).split("\n\n"))))

    def summary(self, docstring: str) -> str:
        """The first paragraph of a docstring."""
        return self.text(inspect.cleandoc(docstring).partition("\n\n")[0])

    def text(self, paragraph: str) -> str:
        """One paragraph, on one line."""
        sentences = SENTENCE.split(paragraph.strip())
        said = " ".join(sentence for sentence in sentences if not PYTHON_ONLY.search(sentence))
        return " ".join(CODE.sub(lambda found: f"`{self._code(found[1] or found[2])}`", said).split())

    def id_of_resource(self, text: str) -> str:
        """What is said of an argument that takes a resource or its id in Python, and the id everywhere else.

        Raises:
            ValueError: the text is not of that form.
        """
        said, found = RESOURCE_OR_ID.subn(r"The id of the \g<kind> \g<what>.", text)
        if not found:
            raise ValueError(f"{text!r}: begin with \"The :class:`…` that …, or a …'s id.\"")
        return said

    def _code(self, code: str) -> str:
        """``stream_mode="manual"`` as ``streamMode: manual``, ``None`` as ``null``."""
        code = re.sub(r'^(\w+)="?([\w.-]+)"?$', r"\1: \2", code)
        code = re.sub(r"\w+", lambda found: WORDS.get(found[0], self._name(found[0])), code)
        return code.rstrip("_")

    def _name(self, word: str) -> str:
        return camel(word) if word in self._names else word
