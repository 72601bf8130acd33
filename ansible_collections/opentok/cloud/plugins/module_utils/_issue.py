# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a kind that is issued and kept by nobody as an Ansible module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._core import errors
from ._core.desired.kind import Kind
from ._core.desired.run import Run
from ._module import _exit, _fail, _inputs, _module, _scope, _warn, options_of


def run_issue(kind: Kind, **read: Callable[[Any], Any]) -> None:
    """Issues what the module's options declare. Nobody keeps anything of it: no change, and the same in check mode.

    ``read``: what makes an input of the option of that name, where that is not the option itself.
    """
    module = _module(kind, options_of(kind.table), {})
    try:
        scope, unknown = _scope(module, kind.table)
        kind.authorise(scope.connection)
        inputs = {name: read[name](value) if name in read else value for name, value in _inputs(module, kind.table).items()}
        report = Run(kind, scope, unknown=unknown).present(inputs)
    except errors.OpenTokError as error:
        _fail(module, error)
    _warn(module, report.warnings)
    _exit(module, kind, kind.name, {"changed": False, kind.name: report.shown})
