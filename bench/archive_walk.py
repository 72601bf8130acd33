# SPDX-License-Identifier: Apache-2.0
"""Walks through all archives of a project in a process of its own: `archive_walk.py URL KEY rss|traced`, the secret on standard input.

Prints, as JSON, how many archives there were and how many megabytes the process had at most above what it had after its first request.
"""

from __future__ import annotations

import gc
import json
import sys
import tracemalloc
from pathlib import Path

from bench.emulator_process import status_megabytes
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok


def main(url: str, key: str, how: str) -> None:
    """One walk. The first request is part of the start: it loads modules and opens the connection."""
    client = OpenTok(Credentials(key=key, secret=sys.stdin.readline().strip(), kind="project"), api_url=url)
    client.archives.list(count=1)
    gc.collect()
    if how == "traced":
        tracemalloc.start()
        start = tracemalloc.get_traced_memory()[0] / 1e6
    else:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark starts anew
        start = status_megabytes("self", "VmRSS")
    count = sum(1 for _ in client.archives.iterate())
    peak = tracemalloc.get_traced_memory()[1] / 1e6 if how == "traced" else status_megabytes("self", "VmHWM")
    print(json.dumps({"count": count, "megabytes": peak - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
