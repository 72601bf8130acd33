# SPDX-License-Identifier: Apache-2.0
"""What a subcommand is: the modules of ``commands/`` have one or two each, and their package names them all."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class Subcommand:
    """``add`` makes its parser, ``run`` does it and gives the exit status. ``changes``: it can change something. ``repeats``: what
    running it again would do once more; empty: nothing."""

    name: str
    add: Callable[[Any], None]
    run: Callable[[argparse.Namespace], int]
    changes: bool = False
    repeats: str = ""
