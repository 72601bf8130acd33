# SPDX-License-Identifier: Apache-2.0
"""docs/features.md has no gap between the API and the layers, and names nothing that is not there or cannot do it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core.operations import OPERATIONS
from tests.kinds.features import EVERY_OPERATION, PAGE, names, reachable, rows
from tests.kinds.kinds import COLLECTION

PLUGINS = COLLECTION / "plugins"
CELLS = {re.findall(r"`(.+?)`", row[0])[0]: row for row in rows(EVERY_OPERATION)}


def test_every_operation_has_its_row() -> None:
    assert [(row[0], row[1]) for row in rows(EVERY_OPERATION)] == [(f"`{one.name}`", f"`{one.method} {one.path}`") for one in OPERATIONS]


@pytest.mark.parametrize("operation", CELLS)
def test_what_a_row_names_can_send_it(operation: str) -> None:
    _, _, by_pulumi, by_ansible = CELLS[operation]
    for cell in (by_pulumi, by_ansible):
        assert names(cell) or re.fullmatch(r"no: .{10,}", cell), f"{operation}: name what covers it, or say why nothing does: {cell}"
    assert [name for name in names(by_ansible) if operation not in reachable(plugin(name))] == []
    assert [name for name in names(by_pulumi) if name not in opentok.__all__ or operation not in reachable(plugin(module_of(name)))] == []


def plugin(name: str) -> Path:
    return next(path for folder in ("modules", "lookup") if (path := PLUGINS / folder / f"{name}.py").is_file())


def module_of(name: str) -> str:
    """The module that does what a resource or a function does: ``ArchiveStorage`` is archive_storage, ``get_archives`` archive_info."""
    if name.startswith("get_"):
        return f"{name.removeprefix('get_').removesuffix('s')}_info"
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_everything_that_there_is_is_on_the_page() -> None:
    classes = [name for name in opentok.__all__ if is_resource(getattr(opentok, name))]
    functions = [name for name in opentok.__all__ if inspect.isfunction(getattr(opentok, name)) and not name.endswith("_output")]
    plugins = [path.stem for folder in ("modules", "lookup", "filter", "inventory") for path in (PLUGINS / folder).glob("*.py")]
    roles = [path.name for path in (COLLECTION / "roles").iterdir()]
    sources = [path.stem for path in (COLLECTION / "extensions").rglob("event_source/*.py")]
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in (*classes, *functions, *plugins, *roles, *sources) if f"`{name}`" not in text] == []


def is_resource(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, pulumi.Resource)
