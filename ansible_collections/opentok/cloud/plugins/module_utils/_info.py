# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the info twin of a kind of desired state as an Ansible module."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from ._core import errors
from ._core.desired.inputs import Input
from ._core.desired.kind import Kind
from ._core.desired.plan import not_yet_known
from ._core.desired.scope import Scope
from ._module import _exit, _fail, _module, _scope, options_of


def run_info(kind: Kind, table: Collection[Input], read: Callable[[Scope, Mapping[str, Any]], Iterable[Any]], **rules: Any) -> None:
    """Returns what there is, as a list under the kind's plural. ``read`` gives the states that the options of ``table`` ask for."""
    module = _module(kind, options_of(table), rules)
    try:
        scope, unknown = _scope(module, table)
        if unknown:
            # What an earlier task would make: there will be one.
            module.warn(not_yet_known(unknown))
            _exit(module, kind, f"{kind.name}s", {"changed": False, f"{kind.name}s": [dict.fromkeys(kind.outputs)]})
        shown = [kind.show(state, None) for state in read(scope, module.params) if kind.exists(state)]
    except errors.OpenTokError as error:
        _fail(module, error)
    _exit(module, kind, f"{kind.name}s", {"changed": False, f"{kind.name}s": shown})
