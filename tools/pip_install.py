# SPDX-License-Identifier: Apache-2.0
"""`pip install` that says in one line what it is at: a quiet pip is silent for minutes, another one prints hundreds of lines.

    python -m tools.pip_install --editable '.[dev]'
"""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Sequence

from tools.progress import Progress

DOING = ("Collecting", "Downloading", "Using cached", "Building", "Preparing", "Installing", "Attempting uninstall")
TOLD = 20
"""Lines of pip's output that are shown when it fails."""


def main(arguments: Sequence[str]) -> int:
    """Installs into this Python's environment. Returns pip's exit status."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", *arguments]
    last: deque[str] = deque(maxlen=TOLD)
    with Progress("pip") as progress:
        progress.say("installing what tests and demo need")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
            for line in pip.stdout or ():
                last.append(line)
                if line.strip().startswith(DOING):
                    # "Installing collected packages" goes on with all their names.
                    progress.say(line.strip().partition(": ")[0], at_once=False)
    if pip.returncode:
        sys.stderr.write("".join(last))
    return pip.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
