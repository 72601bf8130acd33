# SPDX-License-Identifier: Apache-2.0
"""What pytest prints of a comparison that fails, in the tests of users as in ours: no secret of any object of the core."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi_opentok.core as core
from tests.engine.environment import REPO

SUITE = '''
import pytest
from tests.secrets.test_assertions import hidden_fields, pair_of, secretive

CLASSES = secretive()

@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("shape", [lambda one: one, lambda one: [one], lambda one: {"a": one}, lambda one: (1, one)])
def test_compared(cls, shape):
    left, right = pair_of(cls)
    assert shape(left) == shape(right)
'''


def secretive() -> list[type]:
    """Every dataclass of the core that has something to hide."""
    found = set()
    for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and dataclasses.is_dataclass(thing) and hidden_fields(thing):
                found.add(thing)
    return sorted(found, key=lambda cls: (cls.__module__, cls.__qualname__))


def hidden_fields(cls: type) -> list[str]:
    """The fields that its repr does not show."""
    return [field.name for field in dataclasses.fields(cls) if not field.repr]


def pair_of(cls: type) -> tuple[Any, Any]:
    """Two that differ in what they hide. Not checked: only what is printed of them matters."""
    pair = cls.__new__(cls), cls.__new__(cls)
    for side, one in zip(("left", "right"), pair, strict=True):
        for field in dataclasses.fields(cls):
            object.__setattr__(one, field.name, f"hunter2-{side}" if not field.repr else None)
    return pair


def test_no_secret_in_what_pytest_prints(tmp_path: Path) -> None:
    classes = secretive()
    assert {"Credentials", "Project", "Connection", "TokenState"} <= {cls.__name__ for cls in classes}
    suite = tmp_path / "test_theirs.py"
    suite.write_text(SUITE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-vv", "--showlocals", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(suite)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert f"{4 * len(classes)} failed" in done.stdout, done.stdout[-2000:]
    leaking = [line for line in done.stdout.splitlines() if "hunter2" in line and "f\"hunter2" not in line]
    assert leaking == []


def test_they_are_compared_by_their_secrets_all_the_same() -> None:
    for cls in secretive():
        left, right = pair_of(cls)
        assert (left == pair_of(cls)[0], left == right, left != right, left == "x") == (True, False, True, False), cls
        assert hash(left) == hash(pair_of(cls)[0]) != hash(right), cls
