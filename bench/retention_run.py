# SPDX-License-Identifier: Apache-2.0
"""One run of archive retention in a process of its own: `retention_run.py URL KEY KEEP rss|traced`, the secret on standard input.

Prints, as JSON, how many archives it deleted, in how many seconds, and how many megabytes the process had at most above what it had after its first
request.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from pathlib import Path

from bench.emulator_process import status_megabytes
from pulumi_opentok.core import Connection
from pulumi_opentok.core.api.archives.calls import Archives
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.archive_retention import ARCHIVE_RETENTION


def main(url: str, key: str, keep: str, how: str) -> None:
    """One run. The first request is part of the start: it loads modules and opens the connection."""
    pair = {"api_url": url, "api_key": key, "api_secret": sys.stdin.readline().strip()}
    scope = Scope(Connection.resolve(pair, environ={}))
    scope.signed(key, lambda signer: Archives(scope.transport, signer).list(count=1))
    gc.collect()
    if how == "traced":
        tracemalloc.start()
        start = tracemalloc.get_traced_memory()[0] / 1e6
    else:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark starts anew
        start = status_megabytes("self", "VmRSS")
    began = time.perf_counter()
    report = ARCHIVE_RETENTION.act(scope, {"keep": keep}, check=how == "traced")
    seconds = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1] / 1e6 if how == "traced" else status_megabytes("self", "VmHWM")
    print(json.dumps({"count": len(report.actions), "seconds": seconds, "megabytes": peak - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
