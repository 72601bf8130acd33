# SPDX-License-Identifier: Apache-2.0
"""A local OpenTok service for stacks, playbooks and tests, without an account.

:class:`Emulator` runs one in this process, :class:`Control` speaks to the control plane of one in another. Both are loaded when they
are first used: pytest imports this package everywhere, also where no test needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .config import EmulatorError

if TYPE_CHECKING:
    from .client import Control
    from .server import Emulator

__all__ = ["Control", "Emulator", "EmulatorError"]


def __getattr__(name: str) -> Any:
    if name == "Emulator":
        from .server import Emulator

        return Emulator
    if name == "Control":
        from .client import Control

        return Control
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
