# SPDX-License-Identifier: Apache-2.0
"""See the package."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.sdks import NoSdk, make, replace


def main() -> int:
    """Writes them; where they cannot be made, one line on standard error and 1."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            make(Path(scratch))
        except NoSdk as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        replace(Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
