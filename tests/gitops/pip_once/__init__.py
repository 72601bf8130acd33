# SPDX-License-Identifier: Apache-2.0
"""`python -m pip install --requirement` in jobs of pipelines: what pip has found to be there it is not asked for again, a second of each job."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def with_pip_once(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of a job, in which ``python -m pip`` is the one beside this file."""
    return {**env, "PYTHONPATH": os.pathsep.join(filter(None, [_folder(), env.get("PYTHONPATH")]))}


@functools.cache
def _folder() -> str:
    """A copy: what was found lies in it."""
    folder = tempfile.mkdtemp(prefix="pip-once-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(Path(__file__).with_name("pip"), Path(folder, "pip"))
    return folder
