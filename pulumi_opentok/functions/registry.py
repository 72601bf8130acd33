# SPDX-License-Identifier: Apache-2.0
"""All functions by their tokens, for what answers invokes by name. Apart from the package, so that importing one function is no more than that."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from . import of_project, of_session, projects
from .calling import Function


def _of(*modules: ModuleType) -> dict[str, Function[Any]]:
    return {one.token: one for module in modules for one in vars(module).values() if isinstance(one, Function)}


FUNCTIONS: Mapping[str, Function[Any]] = _of(of_project, of_session, projects)
"""``opentok:index:getProject`` and so on."""
