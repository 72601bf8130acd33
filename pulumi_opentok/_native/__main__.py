# SPDX-License-Identifier: Apache-2.0
"""``pulumi-resource-opentok ADDRESS``: what Pulumi's engine starts."""

from __future__ import annotations

import sys

HELP = """\
usage: pulumi-resource-opentok ADDRESS

The OpenTok plugin of Pulumi. Pulumi's engine starts it with its own address (host:port) wherever a program has a resource of the package
`opentok`; it prints the port that it serves on 127.0.0.1, and ends with the engine.

options:
  --help      this text
  --schema    prints the schema of the package
  --version   prints the version
"""


def main() -> None:
    """Serves until the engine ends it."""
    given = sys.argv[1:]
    if given in (["--help"], ["-h"]):
        sys.stdout.write(HELP)
        return
    if given == ["--version"]:
        from ..core.version import VERSION

        sys.stdout.write(f"pulumi-resource-opentok {VERSION}\n")
        return
    if given == ["--schema"]:
        from .. import _package

        sys.stdout.write(_package.text())
        return
    from .server import serve

    # Its flags are for plugins in Go (-v=3, --logtostderr, --tracing=...).
    serve(next((argument for argument in given if not argument.startswith("-")), None))


if __name__ == "__main__":
    main()
