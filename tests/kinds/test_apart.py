# SPDX-License-Identifier: Apache-2.0
"""Adding a kind touches no file of another kind: none imports another's module, and what is generic neither imports nor names one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.kinds.kinds import COLLECTION, DESIRED, ROOT, Found, every_kind

UTILS = COLLECTION / "plugins" / "module_utils"
PULUMI = ROOT / "pulumi_opentok"

GENERIC = [
    *(DESIRED / f"{name}.py" for name in ("kind", "plan", "run", "scope", "inputs", "publish", "durations", "times")),
    *(DESIRED / folder / f"{name}.py" for folder, name in (("ledger", "ledger"), ("ledger", "file"), ("files", "atomic"), ("files", "lock"))),
    UTILS / "_module.py",
    UTILS / "_info.py",
    UTILS / "_issue.py",
    *(PULUMI / f"{name}.py" for name in ("_dynamic", "_properties", "_entries")),
    PULUMI / "_scopes.py",
]

MAY_IMPORT = {
    "session": {"project", "token"},  # its arguments and its tokens: Session(project=Project), Session.token()
}
"""Pulumi's declarations that take or make another kind's resource."""


def imported(path: Path) -> set[str]:
    """What the file imports of `desired`, also for types only, and of modules beside it: the names of packages or modules there."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {parts[0] for alias in node.names if (parts := _within(path, node, alias.name))}
        elif isinstance(node, ast.Import):
            names |= {alias.name.partition(".desired.")[2].partition(".")[0] for alias in node.names}
    return names


def _within(path: Path, node: ast.ImportFrom, name: str) -> tuple[str, ...]:
    """The parts of the imported name that come after the folder: `desired`, or for a file elsewhere its own."""
    module = (node.module or "").split(".") if node.module else []
    if node.level:
        module = [*path.parts[: len(path.parts) - node.level], *module]
    whole = (*module, name)
    if "desired" in whole:
        return whole[whole.index("desired") + 1 :]
    return whole[len(path.parent.parts) :] if whole[: len(path.parent.parts)] == path.parent.parts else ()


def owner(name: str) -> str | None:
    """The kind that a package or module of `desired` belongs to: those of its name."""
    return name if name in {found.name for found in every_kind()} else None


def others(path: Path, own: str | None) -> set[str]:
    """Kinds other than its ``own`` that the file imports."""
    return {kind for module in imported(path) if (kind := owner(module)) not in (None, own)}


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_a_kind_imports_no_other(found: Found) -> None:
    files = [*DESIRED.glob(f"{found.name}.py"), *DESIRED.glob(f"{found.name}/*.py")]
    assert files
    assert {path.name: others(path, found.name) for path in files} == {path.name: set() for path in files}


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_its_declarations_import_no_other(found: Found) -> None:
    module, resource = COLLECTION / "plugins" / "modules" / f"{found.name}.py", PULUMI / f"{found.name}.py"
    assert found.name in {owner(name) for name in imported(module)}
    assert others(module, found.name) == set()
    assert others(resource, found.name) == MAY_IMPORT.get(found.name, set())


@pytest.mark.parametrize("path", GENERIC, ids=lambda path: path.name)
def test_what_is_generic_knows_none(path: Path) -> None:
    assert others(path, None) == set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert said & {found.name for found in every_kind()} == set()
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    # `Project` is the client's as well: what the account API gives.
    assert named & {word for found in every_kind() for word in (found.constant, found.resource)} - {"Project"} == set()


def test_the_core_knows_no_layer() -> None:
    layers = {"pulumi", "ansible", "basic"}
    assert [path for path in (UTILS / "_core").rglob("*.py") if any(layers & set(name.split(".")) for name in modules(path))] == []


def modules(path: Path) -> set[str]:
    """The names of all modules that the file imports from, as it writes them."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
