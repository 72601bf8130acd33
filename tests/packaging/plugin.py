# SPDX-License-Identifier: Apache-2.0
"""The plugin's release archive of this tree, for the Python that runs the tests."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.packaging.building import core_version
from tools.plugin import NAME, contents, download, write

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
SUITABLE = Path(sys.base_prefix, "bin", f"python{THIS}")
"""This Python, without the environment that tests run in."""


def build_archive(wheel: Path, out: Path) -> Path:
    """Writes it into `out`.

    Raises:
        NoArchive: pip cannot get what it holds.
    """
    archive = out / f"{NAME}-v{core_version()}-linux-amd64.tar.gz"
    write(archive, contents(wheel, {THIS: download(THIS)}))
    return archive
