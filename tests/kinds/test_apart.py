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
    *(DESIRED / f"{name}.py" for name in ("kind", "plan", "run", "scope", "inputs", "publish", "ledger", "ledger_file", "durations", "times")),
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
    """The last part of each module that the file imports, also for types only: `project_state`, `run`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            # `from . import a, b` imports modules by their names.
            modules = [node.module] if node.module else [alias.name for alias in node.names]
            names |= {str(module).rpartition(".")[2] for module in modules}
        elif isinstance(node, ast.Import):
            names |= {alias.name.rpartition(".")[2] for alias in node.names}
    return names


def owner(module: str) -> str | None:
    """The kind that a module of `desired` belongs to by its name: `sip_trunk_file` to `sip_trunk`. The client's `session_ids` is none."""
    if not (DESIRED / f"{module}.py").exists():
        return None
    names = sorted((found.name for found in every_kind()), key=len, reverse=True)
    return next((name for name in names if module == name or module.startswith(f"{name}_")), None)


def others(path: Path, own: str | None) -> set[str]:
    """Kinds other than its ``own`` that the file imports."""
    return {kind for module in imported(path) if (kind := owner(module)) not in (None, own)}


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_a_kind_imports_no_other(found: Found) -> None:
    files = [path for path in DESIRED.glob("*.py") if owner(path.stem) == found.name]
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
    core = [path for path in (UTILS / "_core").rglob("*.py") if {"pulumi", "ansible", "basic"} & imported(path)]
    assert core == []
