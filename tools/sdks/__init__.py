# SPDX-License-Identifier: Apache-2.0
"""Makes the SDKs of the native provider: `sdk/nodejs`, `sdk/go/opentok` and `sdk/dotnet`, of the package schema, by Pulumi's own generators.

They are committed. What is beside them by hand is Go's `go.mod` and `go.sum`.

    python -m tools.sdks        writes them
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pulumi_opentok._package import FILE
from tools import programs
from tools.sdks.readme import readmes

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "sdk"
GENERATOR = "pulumi-sdkgen"
BY_HAND = ("go/opentok/go.mod", "go/opentok/go.sum")


class NoSdk(Exception):
    """The SDKs cannot be made. The text is one line: why, and what would make it work."""


def make(folder: Path) -> None:
    """Writes them into `folder`, which is empty.

    Raises:
        NoSdk: the generator cannot be had, or refuses the schema.
    """
    try:
        generator = programs.ensure(GENERATOR)
    except programs.NoProgram as error:
        raise NoSdk(str(error)) from error
    done = subprocess.run([generator, "sdks", FILE, folder], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoSdk(f"{GENERATOR} failed: {(done.stderr.splitlines() or ['it said nothing'])[-1]}")
    for name, text in readmes().items():
        (folder / name).write_text(text, encoding="utf-8")


def replace(made: Path) -> None:
    """Puts what was `made` in the place of what is there, and keeps what is there by hand."""
    for name in BY_HAND:
        shutil.copy(FOLDER / name, made / name)
    shutil.rmtree(FOLDER)
    shutil.copytree(made, FOLDER)
