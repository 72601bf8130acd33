# SPDX-License-Identifier: Apache-2.0
"""`import pulumi_opentok.core` against `import requests`, in fresh interpreters."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from bench.emulator_process import ROOT
from bench.row import Row
from bench.timing import interleaved, of_medians, of_minima

LIMIT = 1.20
ROUNDS = 40
CODE = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"


def rows() -> list[Row]:
    """One row."""
    interleaved(2, cpu_of_import("pulumi_opentok.core"), cpu_of_import("requests"))
    ours, theirs = interleaved(ROUNDS, cpu_of_import("pulumi_opentok.core"), cpu_of_import("requests"))
    ratio = of_minima(ours, theirs)
    note = (
        f"CPU time of the import alone, without the interpreter's start; minima of {ROUNDS} each in turn:"
        f" {1000 * min(ours):.1f} and {1000 * min(theirs):.1f} ms; of medians {of_medians(ours, theirs):.3f} x"
    )
    return [Row("import pulumi_opentok.core : import requests", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT, note)]


def cpu_of_import(module: str) -> Callable[[], float]:
    """A measure of one import."""
    command = [sys.executable, "-c", CODE.format(module)]

    def measure() -> float:
        return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)

    return measure
