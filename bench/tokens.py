# SPDX-License-Identifier: Apache-2.0
"""Client tokens of the core against those of the official Python SDK: same claims, one run, JWT and T1."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.emulator_process import ROOT
from bench.row import Row
from bench.timing import interleaved
from bench.token_maker import KEY, SECRET
from tests.conformance.installing import python_sdk
from tests.conformance.tokens import read

LIMIT = 2.0
COUNT, ROUNDS = 2000, 25


def rows() -> list[Row]:
    """One row for each format."""
    sdk = python_sdk(os.environ)
    # -S and -E: the SDK sees its folder and nothing of this environment.
    with maker(["-S", "-E"], "sdk", sdk) as theirs, maker([], "core", ROOT) as ours:
        return [row(form, ours, theirs) for form in ("jwt", "t1")]


def row(form: str, ours: Callable[[str, int], Any], theirs: Callable[[str, int], Any]) -> Row:
    """How many times as fast ours are; first one of each is read, they must say the same."""
    said = [dataclasses.replace(read(make(form, 1)["token"], KEY, SECRET), created=0, expires=0, session_id="") for make in (ours, theirs)]
    if said[0] != said[1]:
        raise RuntimeError(f"the claims differ: {said}")
    interleaved(2, lambda: ours(form, COUNT)["cpu"], lambda: theirs(form, COUNT)["cpu"])
    our, their = interleaved(ROUNDS, lambda: ours(form, COUNT)["cpu"], lambda: theirs(form, COUNT)["cpu"])
    speed = min(their) / min(our)
    note = f"CPU time, minima of {ROUNDS} x {COUNT:,} each in turn: {1e6 * min(our) / COUNT:.1f} and {1e6 * min(their) / COUNT:.1f} us a token"
    return Row(f"tokens ({form}): official Python SDK : core", f">= {LIMIT:.1f} x", f"{speed:.2f} x", speed >= LIMIT, note)


@contextlib.contextmanager
def maker(options: list[str], side: str, folder: Path) -> Iterator[Callable[[str, int], Any]]:
    """A process that makes tokens, as a function of format and count."""
    command = [sys.executable, *options, str(ROOT / "bench" / "token_maker.py"), side, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("started without pipes")
        asked, answers = process.stdin, process.stdout

        def make(form: str, count: int) -> Any:
            asked.write(f"{form} {count}\n")
            asked.flush()
            return json.loads(answers.readline())

        yield make
