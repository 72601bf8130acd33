# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/features.md, and which operations the code behind a module can reach."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pulumi_opentok.core import operations
from pulumi_opentok.core.operations import Operation
from tests.kinds.kinds import COLLECTION, ROOT

PAGE = ROOT / "docs" / "features.md"
EVERY_OPERATION = "## Every operation of the API"
CORE = COLLECTION / "plugins" / "module_utils" / "_core"
CONSTANTS = {name: value for name, value in vars(operations).items() if isinstance(value, Operation)}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = PAGE.read_text(encoding="utf-8").partition(f"{heading}\n")[2].partition("\n## ")[0]
    table = [line.strip("| ") for line in section.splitlines() if line.startswith("| ")]
    return [re.split(r" *\| *", line) for line in table[1:]]


def names(cell: str) -> list[str]:
    """What a cell names; nothing where it says ``no``."""
    return [] if cell.startswith("no: ") else re.findall(r"`(\w+)`", cell)


@cache
def reachable(file: Path) -> frozenset[str]:
    """The names of the operations that a module or lookup of the collection can send: by its own code, that of its subject in ``_core/desired``
    and the methods of the client that those call, found by name."""
    seen, left = set[Path](), [file]
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            left.extend(other for other in imported(one) if follows(one, other))
    client = {one for one in seen if one.is_relative_to(CORE / "api")}
    functions = [node for one in client for node in ast.walk(parsed(one)) if isinstance(node, ast.FunctionDef)]
    called = set[str]().union(*(mentioned(parsed(one)) for one in seen - client))
    while more := {name for function in functions if function.name in called for name in mentioned(function)} - called:
        called |= more
    return frozenset(CONSTANTS[name].name for name in called & CONSTANTS.keys())


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def mentioned(tree: ast.AST) -> set[str]:
    """The names and attributes in it."""
    return {node.attr if isinstance(node, ast.Attribute) else node.id for node in ast.walk(tree) if isinstance(node, (ast.Attribute, ast.Name))}


def follows(file: Path, other: Path) -> bool:
    """What every kind shares (scope, runner) knows the whole account, so that says nothing of the one kind."""
    subjects = [path.relative_to(CORE / "desired").parts[0].removesuffix(".py") for path in (file, other) if path.is_relative_to(CORE / "desired")]
    if other.is_relative_to(CORE / "api"):
        return other != CORE / "api" / "opentok.py"
    if other in OF_ONE_MODULE:
        return True
    return other.is_relative_to(CORE / "desired") and (len(subjects) == 1 or subjects[0] == subjects[1] or subjects[1] in SHARED)


OF_ONE_MODULE = {COLLECTION / "plugins" / "module_utils" / "_fleet.py"}
"""Beside the modules, and not shared by them."""

SHARED = {"joining", "listings", "running"}
"""Packages in ``_core/desired`` that do part of a kind's work."""


def imported(file: Path) -> Iterator[Path]:
    """The files that it imports by a relative import."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            for path in (folder.with_suffix(".py"), folder / "__init__.py", *(folder / f"{alias.name}.py" for alias in node.names)):
                if path.is_file():
                    yield path
