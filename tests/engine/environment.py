# SPDX-License-Identifier: Apache-2.0
"""The environment of one stack, and taking it for the time of a run."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
FOREIGN = ("PULUMI_", "OPENTOK_")
"""What the developer's own shell may have set and no test may see: it could point at a real account."""

_ONE_RUN = threading.RLock()


def stack_environment(engine: Path, home: Path) -> dict[str, str]:
    """The variables that isolate a stack in the folder `home` and lead the engine to this interpreter and this tree."""
    search = [str(REPO), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PATH": os.pathsep.join([str(engine), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join(search),
        "PULUMI_HOME": str(home / "pulumi-home"),
        "PULUMI_BACKEND_URL": f"file://{home / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "not a secret: state of tests",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_PYTHON_CMD": sys.executable,
    }


def whole_environment(own: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without foreign settings, and with the stack's own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    return {**kept, **own}


@contextmanager
def environment(own: Mapping[str, str]) -> Iterator[None]:
    """Takes a stack's environment in this very process: the program of an inline stack runs here, and reads `os.environ`.

    Pulumi's runtime is global to a process, so runs go one at a time.
    """
    with _ONE_RUN:
        before = dict(os.environ)
        try:
            become(whole_environment(own))
            yield
        finally:
            become(before)


def become(wanted: Mapping[str, str]) -> None:
    """Makes this process's environment the `wanted` one, without a moment in which other threads find it empty."""
    os.environ.update(wanted)
    for key in set(os.environ) - set(wanted):
        del os.environ[key]
