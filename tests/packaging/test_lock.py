# SPDX-License-Identifier: Apache-2.0
"""requirements-dev.txt, which `make lock` writes and every environment of this tree is made from."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections import defaultdict

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.building import REPO
from tools.interpreters import SUPPORTED

TEXT = (REPO / "requirements-dev.txt").read_text(encoding="utf-8")


def locked() -> list[tuple[Requirement, list[str]]]:
    """Each row, and its hashes."""
    joined = re.sub(r"#.*", "", TEXT).replace("\\\n", " ")
    rows = [line.split(" --hash=") for line in joined.splitlines() if line.strip()]
    return [(Requirement(first), [each.strip() for each in hashes]) for first, *hashes in rows]


def declared() -> list[Requirement]:
    """What the package and the tests need by name."""
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = [Requirement(line) for lines in (project["dependencies"], *extras.values()) for line in lines]
    return [requirement for requirement in named if requirement.name != project["name"]]


@pytest.mark.parametrize("version", SUPPORTED)
def test_each_python_gets_one_version_of_all_that_is_declared(version: str) -> None:
    environment = {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": "linux", "os_name": "posix"}
    found = defaultdict(list)
    for row, _ in locked():
        if row.marker is None or row.marker.evaluate(environment):
            (pin,) = row.specifier
            found[canonicalize_name(row.name)].append(pin.version)
    assert {name: versions for name, versions in found.items() if len(versions) > 1} == {}
    lacking = [str(each) for each in declared() if not any(map(each.specifier.contains, found[canonicalize_name(each.name)]))]
    assert lacking == [], "run `make lock`"


def test_nothing_that_a_row_needs_is_missing() -> None:
    """It is installed with --no-deps: the pip of Python 3.11 asks for a row of its own for each `name[extra]` that a distribution needs."""
    rows = {canonicalize_name(row.name): row for row, _ in locked() if row.marker is None or row.marker.evaluate()}
    waiting, seen = [Requirement("pulumi-opentok[dev]")], set[str]()
    lacking = []
    while waiting:
        asked = waiting.pop()
        for line in importlib.metadata.requires(asked.name) or ():
            needed = Requirement(line)
            if str(needed) in seen or not (needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *asked.extras))):
                continue
            seen.add(str(needed))
            row = rows.get(canonicalize_name(needed.name))
            if needed.name != "pulumi-opentok" and (row is None or not all(map(needed.specifier.contains, (each.version for each in row.specifier)))):
                lacking.append(f"{asked} needs {needed}, locked is {row}")
            else:
                waiting.append(needed)
    assert lacking == [], "run `make lock`"
    assert len(seen) > len(rows)


def test_every_row_is_pinned_with_hashes_and_no_index_is_named() -> None:
    for row, hashes in locked():
        assert [each.operator for each in row.specifier] == ["=="]
        assert hashes
        assert [each for each in hashes if not re.fullmatch(r"sha256:[0-9a-f]{64}", each)] == []
    assert not re.search(r"://|index-url|find-links", TEXT)
