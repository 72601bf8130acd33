# SPDX-License-Identifier: Apache-2.0
"""Adding a kind touches no file of another kind: its declarations import no other, and what is generic names none.

That kinds import no other, and what is generic none, is a contract of import-linter: see pyproject.toml.
"""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import pytest

from tests.kinds.kinds import COLLECTION, DESIRED, ROOT, Found, every_kind

PLUGINS = "ansible_collections.opentok.cloud.plugins"
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
    "archive": {"session"},  # its argument: Archive(session=Session)
    "archive_storage": {"project"},  # its argument: ArchiveStorage(project=Project)
    "broadcast": {"session"},
    "callback": {"project"},  # its argument: Callback(project=Project)
    "render": {"session"},  # its argument: Render(session=Session)
    "session": {"project", "token"},  # its arguments and its tokens: Session(project=Project), Session.token()
}
"""Pulumi's declarations that take or make another kind's resource."""


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Who imports whom, for types only as well."""
    return grimp.build_graph("pulumi_opentok", "ansible_collections.opentok.cloud", cache_dir=None)


def kinds_imported(imports: grimp.ImportGraph, module: str) -> set[str]:
    """The kinds of which the module imports what they are, or what declares them in its layer."""
    places = ("pulumi_opentok.core.desired.", f"{PLUGINS}.module_utils._core.desired.", "pulumi_opentok.", f"{PLUGINS}.modules.")
    found = imports.find_modules_directly_imported_by(module)
    named = {name.removeprefix(place).partition(".")[0] for name in found for place in places if name.startswith(place)}
    return named & {found.name for found in every_kind()}


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_its_declarations_import_no_other(imports: grimp.ImportGraph, found: Found) -> None:
    assert kinds_imported(imports, f"{PLUGINS}.modules.{found.name}") == {found.name}
    assert kinds_imported(imports, f"pulumi_opentok.{found.name}") - {found.name} == MAY_IMPORT.get(found.name, set())


@pytest.mark.parametrize("path", GENERIC, ids=lambda path: path.name)
def test_what_is_generic_names_none(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert said & {found.name for found in every_kind()} == set()
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    # `Project` is the client's as well: what the account API gives.
    assert named & {word for found in every_kind() for word in (found.constant, found.resource)} - {"Project"} == set()
