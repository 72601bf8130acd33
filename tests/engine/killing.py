# SPDX-License-Identifier: Apache-2.0
"""`kill -9` of a run of the engine at a moment of one's choice."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Callable, Iterator

from tests.descendants import descendants, signalled
from tests.engine import plugin

CLI = "pulumi"
CLI_ALONE = "pulumi, and not its provider"
PROVIDER = "pulumi.dynamic"
PLUGIN = plugin.MODULE


@contextlib.contextmanager
def killed(program: str, when: Callable[[], object], *numbers: int) -> Iterator[None]:
    """While inside: as soon as `when()` is true, kills the processes of this test run that serve as `program` (`CLI` kills its provider, too).

    Then until no plugin is left of those that were there: killed, or by themselves.
    """
    plugins: list[int] = []

    def chosen() -> list[int]:
        for pid in serving(PLUGIN):
            with contextlib.suppress(ProcessLookupError):
                plugins.append(os.pidfd_open(pid))
        return serving(program)

    with signalled(chosen, numbers or (signal.SIGKILL,), when):
        yield
    for handle in plugins:
        select.select([handle], [], [])
        os.close(handle)


def serving(program: str) -> list[int]:
    """This process's descendants that are providers, and with `CLI` the CLI before them, which would else see them go."""
    found = descendants()
    dynamic = [pid for pid, words in found if PROVIDER in words]
    plugins = [pid for pid, words in found if {PLUGIN, plugin.NAME} & {*words, *map(os.path.basename, words)}]
    clis = [pid for pid, words in found if words and os.path.basename(words[0]) == CLI]
    return {CLI: [*clis, *dynamic, *plugins], CLI_ALONE: clis, PROVIDER: dynamic, PLUGIN: plugins}[program]
