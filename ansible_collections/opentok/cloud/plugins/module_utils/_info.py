# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs what only reads as an Ansible module: the info twin of a kind of desired state, or a listing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._core import errors
from ._core.desired.inputs import Input
from ._core.desired.kind import Kind
from ._core.desired.plan import not_yet_known
from ._core.desired.scope import Scope
from ._module import _exit, _fail, _hide_wrong, _module, _scope, options_of

if TYPE_CHECKING:
    from ._core.desired.listing import Listing


def run_info(kind: Kind, table: Collection[Input], read: Callable[[Scope, Mapping[str, Any]], Iterable[Any]], **rules: Any) -> None:
    """Returns what there is, as a list under the kind's plural. ``read`` gives the states that the options of ``table`` ask for."""
    _run(kind, table, lambda *asked: [kind.told(kind.show(state, None), state) for state in read(*asked) if kind.exists(state)], rules)


def run_listing(listing: Listing, **rules: Any) -> None:
    """Returns what the listing reads, as a list under its plural."""
    _run(listing, listing.table, listing.read, rules)


def _run(described: Any, table: Collection[Input], read: Callable[[Scope, Mapping[str, Any]], list[dict[str, Any]]], rules: dict[str, Any]) -> None:
    module, key = _module(described, options_of(table), rules), f"{described.name}s"
    try:
        scope, unknown = _scope(module, table)
        if unknown:
            # What an earlier task would make: there will be one.
            module.warn(not_yet_known(unknown))
            _exit(module, described, key, {"changed": False, key: [dict.fromkeys(described.outputs)]})
        shown = read(scope, module.params)
    except errors.OpenTokError as error:
        _hide_wrong(module, error, [row.name for row in table if not row.quoted])
        _fail(module, error)
    _exit(module, described, key, {"changed": False, key: shown})
