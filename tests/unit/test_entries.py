# SPDX-License-Identifier: Apache-2.0
"""Two entries of one project that are deleted at the same moment: one of them deletes the project, also where a refresh has shown both."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from pulumi_opentok._entries import ENTRY, Entries

URN = "urn:pulumi:dev::proof::pulumi-python:dynamic/opentok:Project::acme"
BOTH = [{ENTRY: {"mark": mark}} for mark in ("a", "b")]


class Polite(threading.Semaphore):
    """A lock whose holder lets the others go first when it gives it back."""

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)  # type: ignore[arg-type]
        time.sleep(0.01)


def test_one_of_two_entries_deletes_the_project() -> None:
    entries = Entries("project")
    entries._lock = Polite()  # type: ignore[assignment]
    for outs in BOTH:
        entries.declared("1", outs, URN, leaves=False, refreshing=True)
    start = threading.Barrier(2)

    def forgotten(outs: dict[str, dict[str, str]]) -> bool:
        start.wait(60)
        return entries.held_by_another("1", outs, URN)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(forgotten, BOTH)) == [False, True]


def test_a_declared_entry_keeps_it() -> None:
    entries = Entries("project")
    entries.declared("1", {ENTRY: {"mark": "c"}}, URN.replace("acme", "other"), leaves=False)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda outs: entries.held_by_another("1", outs, URN), BOTH)) == [True, True]
