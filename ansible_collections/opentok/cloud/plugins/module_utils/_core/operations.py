# SPDX-License-Identifier: Apache-2.0
"""The wire vocabulary: each operation of the OpenTok REST API by name. Private to opentok.cloud and pulumi_opentok.

Transport, error texts, the emulator's journal, its faults and the docs all use these names.
Source: the index of operations in https://tokbox.com/developer/rest/ and the account management guide.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Operation:
    """One call of the API.

    ``path`` is below the API's base URL, with ``{placeholders}`` for identifiers. ``credentials`` names the pair that must sign it:
    ``account`` or ``project``. ``repeatable`` says whether doing it twice is the same as doing it once: only then may an unanswered
    request be sent again. ``success`` are the status codes that mean it was done.
    """

    name: str
    method: str
    path: str
    credentials: str
    repeatable: bool
    success: tuple[int, ...] = (200,)


PROJECT_CREATE = Operation("project.create", "POST", "/v2/project", "account", repeatable=False)
PROJECT_LIST = Operation("project.list", "GET", "/v2/project", "account", repeatable=True)
PROJECT_GET = Operation("project.get", "GET", "/v2/project/{api_key}", "account", repeatable=True)
PROJECT_SET_STATUS = Operation("project.set_status", "PUT", "/v2/project/{api_key}", "account", repeatable=True)
PROJECT_REFRESH_SECRET = Operation("project.refresh_secret", "POST", "/v2/project/{api_key}/refreshSecret", "account", repeatable=False)
PROJECT_DELETE = Operation("project.delete", "DELETE", "/v2/project/{api_key}", "account", repeatable=True, success=(204,))
SESSION_CREATE = Operation("session.create", "POST", "/session/create", "project", repeatable=False)
ARCHIVE_LIST = Operation("archive.list", "GET", "/v2/project/{api_key}/archive", "project", repeatable=True)

OPERATIONS: tuple[Operation, ...] = (
    PROJECT_CREATE,
    PROJECT_LIST,
    PROJECT_GET,
    PROJECT_SET_STATUS,
    PROJECT_REFRESH_SECRET,
    PROJECT_DELETE,
    SESSION_CREATE,
    ARCHIVE_LIST,
)
