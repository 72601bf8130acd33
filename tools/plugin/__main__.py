# SPDX-License-Identifier: Apache-2.0
"""Writes the plugin's release archive beside a wheel.

    python -m tools.plugin dist/pulumi_opentok-0.1.0-py3-none-any.whl [3.13 ...]        prints its path; the Pythons: all that are supported
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.interpreters import SUPPORTED
from tools.plugin import NAME, NoArchive, contents, download, version, write


def main() -> int:
    wheel, pythons = Path(sys.argv[1]), sys.argv[2:] or SUPPORTED
    archive = wheel.with_name(f"{NAME}-v{version(wheel)}-linux-amd64.tar.gz")
    try:
        write(archive, contents(wheel, {python: download(python) for python in pythons}))
    except NoArchive as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(archive)
    return 0


if __name__ == "__main__":
    sys.exit(main())
