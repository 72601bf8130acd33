# SPDX-License-Identifier: Apache-2.0
"""The native provider of this tree, for a PATH."""

from __future__ import annotations

from pathlib import Path

from tests import forking

NAME = "pulumi-resource-opentok"
MODULE = "pulumi_opentok._native"


def install(folder: Path) -> Path:
    """Puts the executable that the engine looks for into `folder`: what the console script runs, without the imports. Returns its path."""
    path = folder / NAME
    path.write_text(f'#!/bin/sh\nexec {forking.command(MODULE)} -u -m {MODULE} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path
