# SPDX-License-Identifier: Apache-2.0
"""``make faults``: many random schedules on all cores, seeded and resumable. Exit status 1 when an invariant was broken."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.faults import mutants, schedule
from tests.faults.chunks import SIZE, TURNS, failure, first_failure, layer_of, run_one
from tests.faults.model import Broken
from tests.faults.opentok import OpenTokProcess
from tests.faults.progress import REPO, Progress, commit
from tests.proxies import pass_proxies

EVERY = 10.0
"""Seconds between two lines of progress."""


def main() -> int:
    arguments = _arguments()
    pass_proxies()
    signal.signal(signal.SIGTERM, _stop)
    if arguments.mutants is not None:
        return mutants.run(arguments.seed, arguments.mutants)
    if arguments.only:
        return _only(arguments.only)
    if arguments.find:
        return _find(arguments.find, arguments.seed, arguments.schedules)
    version = arguments.version or commit()
    progress = Progress(arguments.seed, version)
    chunks = -(-arguments.schedules // SIZE)
    if arguments.worker is not None:
        return _work(progress, arguments.seed, _share(chunks, arguments.worker, arguments.workers), arguments.worker)
    todo = chunks - sum(number < chunks for number in progress.done())
    print(f"seed {arguments.seed}, commit {version}: {todo} of {chunks} chunks of {SIZE} schedules to do; notes in {progress.folder}", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.faults", *sys.argv[1:], f"--workers={arguments.workers}", f"--version={version}"]
    workers = [subprocess.Popen([*command, f"--worker={number}"], cwd=REPO) for number in range(arguments.workers)]
    try:
        _watch(progress, workers, chunks, began)
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    return _record(progress, arguments.seed, version, chunks)


def _stop(*_: object) -> None:
    """A worker ends where it is, for Hypothesis would take an exception for a finding; whoever started workers ends them first."""
    if any(argument.startswith("--worker=") for argument in sys.argv):
        os._exit(1)
    sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("-n", "--schedules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--mutants", nargs="*", metavar="GUARD", help="break guards of the product one by one and show that schedules find it")
    parser.add_argument("--only", metavar="SCHEDULE", help="run one schedule, given as its Python text")
    parser.add_argument("--find", metavar="LAYER", help="run schedules of one layer until one breaks an invariant, which is printed as JSON")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--version", help=argparse.SUPPRESS)
    return parser.parse_args()


def _only(text: str) -> int:
    opentok = OpenTokProcess()
    try:
        run_one(opentok, eval(text, vars(schedule)))
    except Broken as broken:
        print(f"BROKEN: {broken}", flush=True)
        return 1
    finally:
        opentok.end()
    print("no invariant is broken", flush=True)
    return 0


def _find(layer: str, base: int, most: int) -> int:
    opentok = OpenTokProcess()
    try:
        tried, found, how = first_failure(opentok, base, layer, most)
    finally:
        opentok.end()
    why = re.sub(r"\s+", " ", how.removeprefix("Broken: ").partition(": {")[0])[:160]
    print(json.dumps({"tried": tried, "schedule": found, "why": why}), flush=True)
    return 1 if found else 0


def _share(chunks: int, worker: int, workers: int) -> list[int]:
    """The chunks of a worker, slow layers spread over all: those have always the same places in a turn."""
    return [number for number in range(chunks) if (number + number // len(TURNS)) % workers == worker]


def _work(progress: Progress, base: int, chunks: Sequence[int], worker: int) -> int:
    done = progress.done()
    opentok = OpenTokProcess()
    try:
        for number in chunks:
            if number in done and not done[number]["failure"]:
                continue
            began = time.monotonic()
            layer = layer_of(number)
            found = failure(opentok, base, layer, number)
            if found:
                path = progress.folder / f"failure-{number}.txt"
                path.write_text(f"seed {base}, chunk {number}, layer {layer}\n{found}\n")
                print(f"BROKEN: seed {base}, chunk {number}, layer {layer}, see {path}\n{found}", flush=True)
                opentok.end()
                opentok = OpenTokProcess()
            seconds = round(time.monotonic() - began, 2)
            progress.note(worker, {"chunk": number, "layer": layer, "schedules": SIZE, "seconds": seconds, "failure": bool(found)})
    finally:
        opentok.end()
    return 0


def _watch(progress: Progress, workers: list[subprocess.Popen[bytes]], chunks: int, began: float) -> None:
    before = len(progress.done())
    told = began
    while any(worker.poll() is None for worker in workers):
        time.sleep(0.2)
        if time.monotonic() - told >= EVERY:
            told = time.monotonic()
            done = len(progress.done())
            rate = (done - before) * SIZE / (told - began)
            print(f"{done * SIZE} of {chunks * SIZE} schedules, {rate:.1f} per second", flush=True)


def _record(progress: Progress, base: int, version: str, chunks: int) -> int:
    done = {number: entry for number, entry in progress.done().items() if number < chunks}
    shares: Counter[str] = Counter()
    for entry in done.values():
        shares[entry["layer"]] += entry["schedules"]
    failures = sum(entry["failure"] for entry in done.values())
    counted = ", ".join(f"{layer} {count}" for layer, count in shares.most_common())
    missing = f", {chunks - len(done)} chunks not done" if len(done) < chunks else ""
    print(f"N={sum(shares.values())} seed={base} commit={version} ({counted}) failures={failures}{missing}", flush=True)
    return 1 if failures or missing else 0


if __name__ == "__main__":
    sys.exit(main())
