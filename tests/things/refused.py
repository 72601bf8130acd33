# SPDX-License-Identifier: Apache-2.0
"""The table of bad input of each kind: for `parse`, for the real provider, and for whoever else takes a declaration."""

from __future__ import annotations

from typing import Any, NamedTuple

from pulumi_opentok.core.desired import Kind
from pulumi_opentok.core.desired.archive.kind import ARCHIVE
from pulumi_opentok.core.desired.archive_storage.kind import ARCHIVE_STORAGE
from pulumi_opentok.core.desired.broadcast.kind import BROADCAST
from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.render import RENDER
from pulumi_opentok.core.desired.session import SESSION
from pulumi_opentok.core.desired.sip_trunk.kind import SIP_TRUNK
from pulumi_opentok.core.desired.token import TOKEN
from tests.things.archive_storage import BAD_STORAGES, TO_S3
from tests.things.archives import BAD_ARCHIVES, RECORDED
from tests.things.broadcasts import BAD_BROADCASTS, LIVE
from tests.things.callback import BAD_CALLBACKS, JOINED
from tests.things.project import BAD_PROJECTS
from tests.things.renders import BAD_RENDERS, RENDERED
from tests.things.rows import Row
from tests.things.sessions import BAD_SESSIONS, BAD_TOKENS, ROUTED, TO_ROOM
from tests.things.sip_trunk import BAD_TRUNKS, TO_CALL


class Refused(NamedTuple):
    """``usual`` is a declaration that is right, into which a row puts what is wrong."""

    kind: Kind[Any, Any, Any]
    usual: dict[str, Any]
    rows: list[Row]


TABLES = [
    Refused(ARCHIVE, RECORDED, BAD_ARCHIVES),
    Refused(ARCHIVE_STORAGE, TO_S3, BAD_STORAGES),
    Refused(BROADCAST, LIVE, BAD_BROADCASTS),
    Refused(CALLBACK, JOINED, BAD_CALLBACKS),
    Refused(PROJECT, {"name": "Acme"}, BAD_PROJECTS),
    Refused(RENDER, RENDERED, BAD_RENDERS),
    Refused(SESSION, ROUTED, BAD_SESSIONS),
    Refused(SIP_TRUNK, TO_CALL, BAD_TRUNKS),
    Refused(TOKEN, TO_ROOM, BAD_TOKENS),
]
