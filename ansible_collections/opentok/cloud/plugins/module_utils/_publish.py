# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a module publishes credentials to, and whom it notifies of that.

Apart, because stores and hooks would be shipped with every module that names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def publishers(targets: Sequence[Any] | None) -> Sequence[Any]:
    """What publishes to ``targets``. Raises :class:`InvalidInput`."""
    if not targets:
        return ()
    from ._core.desired import stores

    return stores.publishers(targets)


def hooks(targets: Sequence[Any] | None, *, allow_http: bool) -> Sequence[Any]:
    """What notifies ``targets``. Raises :class:`InvalidInput`."""
    if not targets:
        return ()
    from ._core.desired import hooks as built_in

    return built_in.hooks(targets, allow_http=allow_http)
