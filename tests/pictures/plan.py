# SPDX-License-Identifier: Apache-2.0
"""The plan of the README's picture: the example's tenants, one to be suspended and one whose secret is to be rotated."""

from __future__ import annotations

import re

from tests.engine.environment import REPO
from tests.engine.typed import FROM_PATH, Shell

EXAMPLE = REPO / "examples" / "pulumi" / "tenants"
START = "pulumi login --local && pulumi stack init dev"
PREVIEW = "pulumi preview --diff --suppress-outputs"
FILE = REPO / "docs" / "pictures" / "plan.svg"


def edit(shell: Shell) -> None:
    """What a person changes in tenants.yaml."""
    shell.edit("tenants.yaml", 'rotation: "2026-11"', 'rotation: "2026-12"')
    shell.edit("tenants.yaml", "  - key: mueller\n", "  - key: mueller\n    status: suspended\n")


def shown(printed: str) -> str:
    """What a user's terminal shows of it: whose own language host gives no warning, and who has no `--expect-no-changes`."""
    lines = [line for line in printed.splitlines(keepends=True) if FROM_PATH not in line and "no changes were expected" not in line]
    return "".join(lines).strip() + "\n"


def lines_of(text: str) -> list[str]:
    """The lines without what differs from run to run: the order of the resources and their ids."""
    return sorted(re.sub(r"46\d{6}", "46000001", line) for line in text.splitlines() if line.strip())
