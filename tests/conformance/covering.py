# SPDX-License-Identifier: Apache-2.0
"""Which test exercises which method of an SDK."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])
HERE = Path(__file__).resolve().parent


def covers(language: str, *methods: str) -> Callable[[Test], Test]:
    """Says that a test asserts on these methods; it fails where it does not call each of them (conftest.py)."""

    def mark(test: Test) -> Test:
        test.covers = {**getattr(test, "covers", {}), language: set(methods)}  # type: ignore[attr-defined]
        return test

    return mark


def with_context(*methods: str) -> tuple[str, ...]:
    """Each Go method and its twin that takes a context."""
    return tuple(name for method in methods for name in (method, f"{method}Context"))


def covered(language: str) -> set[str]:
    """All methods of an SDK that the tests of this folder say they cover."""
    return {method for test in _tests() for method in getattr(test, "covers", {}).get(language, ())}


def _tests() -> Iterator[Any]:
    for path in sorted(HERE.glob("test_*.py")):
        yield from vars(importlib.import_module(f"tests.conformance.{path.stem}")).values()
