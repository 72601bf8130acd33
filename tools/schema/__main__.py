# SPDX-License-Identifier: Apache-2.0
"""See the package."""

from __future__ import annotations

import sys

from tools.programs import NoProgram
from tools.schema.package import FILE, as_text


def main() -> int:
    """Writes the file; where it cannot be made, one line on standard error and 1."""
    try:
        FILE.write_text(as_text(), encoding="utf-8")
    except (NoProgram, ValueError, TypeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
