# SPDX-License-Identifier: Apache-2.0
"""`kill -9` of a run of the engine at a moment of one's choice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.descendants import descendants, signalled
from tests.engine import plugin

CLI = "pulumi"
CLI_ALONE = "pulumi, and not its provider"
PROVIDER = "pulumi.dynamic"


def killed(program: str, when: Callable[[], object], *numbers: int) -> AbstractContextManager[None]:
    """While inside: as soon as `when()` is true, kills the processes of this test run that serve as `program` (`CLI` kills its provider, too)."""
    return signalled(lambda: serving(program), numbers or (signal.SIGKILL,), when)


def serving(program: str) -> list[int]:
    """This process's descendants that are providers, and with `CLI` the CLI before them, which would else see them go."""
    found = descendants()
    providers = [pid for pid, words in found if PROVIDER in words or plugin.MODULE in words]
    clis = [pid for pid, words in found if words and os.path.basename(words[0]) == CLI]
    return {CLI: [*clis, *providers], CLI_ALONE: clis, PROVIDER: providers}[program]
