# SPDX-License-Identifier: Apache-2.0
"""Runs a folder with `Pulumi.yaml` and `__main__.py` as it is, as Pulumi's language host would, and leaves nothing in it."""

from __future__ import annotations

import os
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LEFT_OUT = {".venv", "venv", "__pycache__", ".git"}


def mirror(example: Path, target: Path) -> Path:
    """Makes `target` a folder of links to what `example` has; returns it.

    Settings files (`Pulumi*.yaml`) are copied, because the engine writes into `Pulumi.<stack>.yaml`. `__file__` of the
    program is in `target`; what stands beside it is found there through the links.
    """
    target.mkdir(parents=True)
    for entry in sorted(example.resolve().iterdir()):
        if entry.name in LEFT_OUT:
            continue
        if entry.name.startswith("Pulumi") and entry.suffix == ".yaml":
            shutil.copyfile(entry, target / entry.name)
        else:
            (target / entry.name).symlink_to(entry)
    return target


def folder_program(folder: Path) -> Callable[[], None]:
    """The program of `folder`, for the Automation API: `__main__.py`, run afresh each time with the folder as working directory."""

    def program() -> None:
        with inside(folder):
            runpy.run_path(str(folder / "__main__.py"), run_name="__main__")

    return program


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Works in `folder` and imports from it; forgets afterwards the modules that came from there."""
    before, path, modules = os.getcwd(), list(sys.path), set(sys.modules)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", "") or "").startswith(f"{folder}{os.sep}"):
                del sys.modules[name]
