# SPDX-License-Identifier: Apache-2.0
"""Prints the folder of the policy pack, or of the rules for ansible-lint."""

from __future__ import annotations

import argparse
from pathlib import Path

FOLDERS = {"pulumi": "pack", "ansible-lint": "ansible_lint"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pulumi_opentok.policies", description=__doc__)
    parser.add_argument("layer", choices=FOLDERS)
    print(Path(__file__).resolve().parent / FOLDERS[parser.parse_args().layer])  # noqa: T201  (what it is called for)


if __name__ == "__main__":
    main()
