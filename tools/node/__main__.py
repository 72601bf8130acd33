# SPDX-License-Identifier: Apache-2.0
"""See the package."""

from __future__ import annotations

import sys

from tools.node import NAMES, NoProgram, ensure


def main() -> int:
    """Prints the folder of each program; where one cannot be had, one line on standard error and 1."""
    wanted = sys.argv[1:] or list(NAMES)
    strange = [name for name in wanted if name not in NAMES]
    if strange:
        print(f"error: {', '.join(strange)}: the programs are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    try:
        for name in wanted:
            print(ensure(name))
    except NoProgram as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
