# SPDX-License-Identifier: Apache-2.0
"""The callbacks of a project, those of all events or of some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..inputs import Input, InputReader
from ..scope import Scope
from .kind import CALLBACK, EVENTS, GROUPS
from .state import CallbackState, every

TABLE = (CALLBACK.table[0], Input("group", choices=GROUPS), Input("event", choices=EVENTS))


def asked_for(scope: Scope, inputs: Mapping[str, Any]) -> list[CallbackState]:
    """Those that ``inputs`` of :data:`TABLE` ask for, the oldest first. Raises :class:`InvalidInput` before any request."""
    CALLBACK.authorise(scope.connection)
    reader = InputReader(inputs)
    asked = reader.table(TABLE, project=scope.connection.api_key)
    reader.finish()
    found = every(scope, asked.pop("project"))
    return [state for state in found if all(getattr(state.spec, name) == value for name, value in asked.items())]
