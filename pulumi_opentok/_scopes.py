# SPDX-License-Identifier: Apache-2.0
"""One scope for each connection in this process: all resources share its connection pool, its JWTs and its list of projects."""

from __future__ import annotations

import threading

from . import _engine_log
from .core.desired import Scope
from .core.http.connection import Connection

_lock = threading.Lock()
_scopes: dict[Connection, Scope] = {}


def scope_of(connection: Connection) -> Scope:
    """The scope of this connection, made at the first call."""
    with _lock:
        if connection not in _scopes:
            _scopes[connection] = Scope(connection, warn=_engine_log.warning)
        return _scopes[connection]
