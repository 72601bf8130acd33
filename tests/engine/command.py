# SPDX-License-Identifier: Apache-2.0
"""The engine's CLI for the Automation API: the one of a given folder, asked for its version once."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from pathlib import Path

from pulumi.automation import CommandError, PulumiCommand
from semver import VersionInfo


class EngineCommand(PulumiCommand):
    """`PulumiCommand` looks for `<root>/bin/pulumi` and runs it at each construction; this takes the binary that it is given."""

    def __init__(self, engine: Path) -> None:
        self.command = str(engine / "pulumi")
        self.version = engine_version(self.command)


@functools.cache
def engine_version(command: str) -> VersionInfo:
    """The version that the binary says."""
    env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    answer = subprocess.run([command, "version"], env=env, capture_output=True, text=True, check=True).stdout.strip()
    return VersionInfo.parse(answer.removeprefix("v"))


def failure(error: CommandError) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a failed command: the Automation API keeps them as one text only."""
    found = re.match(r"\n code: (-?\d+)\n stdout: (.*)\n stderr: (.*)\Z", str(error), re.DOTALL)
    if found is None:
        raise error
    return int(found[1]), found[2], found[3]
