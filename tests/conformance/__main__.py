# SPDX-License-Identifier: Apache-2.0
"""Prints which methods of the SDKs are exercised: ``python -m tests.conformance``."""

from __future__ import annotations

from collections import Counter

from tests.conformance.table import LANGUAGES, rows


def main() -> None:
    """A table for each SDK, and how many methods are in which state."""
    for language, title in LANGUAGES.items():
        table = rows(language)
        print(f"\n{title}")
        for method, operation, state in table:
            print(f"  {method:<40} {operation:<26} {state}")
        counts = Counter(state.partition(":")[0] for _, _, state in table)
        print(f"  {len(table)} methods: " + ", ".join(f"{count} {state}" for state, count in counts.most_common()))


if __name__ == "__main__":
    main()
