# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task in check mode is not given yet: an earlier one that would make it was only checked as well.

Such a result is null, and a template of it gives null or an empty string.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ._core.desired.plan import NOT_YET_KNOWN
from ._core.http.connection import Connection

PAIR = frozenset({"api_key", "api_secret"})
"""Options of the connection that may be those of a project that an earlier task would make, or whose secret it would rotate."""


def given_as_nothing(options: Mapping[str, Any]) -> frozenset[str]:
    """The names of the options that were given, and without a value."""
    return frozenset(name for name, value in options.items() if is_nothing(value))


def is_nothing(value: Any) -> bool:
    """Whether this is what a template gives of a value that is not known yet, or a list with such a one."""
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, list) and any(map(is_nothing, value)))


def known_connection(options: Mapping[str, Any], nothing: frozenset[str], called: Mapping[str, str]) -> tuple[Connection, frozenset[str]]:
    """The connection, and which options of the project pair are not known yet. An account pair needs none."""
    if not PAIR & nothing:
        return Connection.resolve(options, called=called), frozenset()
    connection = Connection.resolve({name: value for name, value in options.items() if name not in PAIR}, called=called)
    if connection.account_key or connection.api_key:
        return connection, frozenset()
    return dataclasses.replace(connection, api_key=str(options.get("api_key") or NOT_YET_KNOWN)), PAIR & nothing
