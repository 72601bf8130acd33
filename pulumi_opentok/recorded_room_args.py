# SPDX-License-Identifier: Apache-2.0
"""The arguments of a :class:`RecordedRoom`: for each part those of its resource, but what the room itself gives."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Mapping
from typing import Any, Literal, TypedDict, Unpack

import pulumi

from ._args import Args
from ._parts import problems_of_part
from .archive import ArchiveArgs, RoomArchiveArgsDict
from .archive_storage import ArchiveStorageArgs, TenantStorageArgsDict
from .project import Project
from .session import RoomSessionArgsDict, SessionArgs

ALWAYS: Literal["always"] = "always"


class RecordedRoomArgsDict(TypedDict, total=False):
    """A :class:`RecordedRoomArgs` as a dict."""

    project: Project | pulumi.Input[str] | None
    """The :class:`Project` that the room belongs to, or a project's id. Default: the project whose pair (``api_key``) is in use."""
    session: SessionArgs | RoomSessionArgsDict | None
    """Further arguments of its :class:`Session`: ``location``, ``archive_resolution`` and so on."""
    archive: Literal["always"] | ArchiveArgs | RoomArchiveArgsDict | None
    """``always`` (default): OpenTok itself records it from its first client on. Or the arguments of a managed :class:`Archive`, ``state`` say."""
    storage: ArchiveStorageArgs | TenantStorageArgsDict | None
    """The arguments of the :class:`ArchiveStorage` of the project, which all of its rooms share: one room of a project may declare it."""


class RecordedRoomArgs(Args, takes=RecordedRoomArgsDict):
    """The arguments of a :class:`RecordedRoom`."""

    def __init__(self, **arguments: Unpack[RecordedRoomArgsDict]) -> None:
        super().__init__(arguments)


PARTS: Mapping[str, type] = {"session": RoomSessionArgsDict, "archive": RoomArchiveArgsDict, "storage": TenantStorageArgsDict}
PROJECT = "is always the room's own: pass it as project="
GIVEN_BY_THE_ROOM: Mapping[str, Mapping[str, str]] = {
    "session": {
        "project": PROJECT,
        "media_mode": "is always 'routed', as a recording needs: leave it out",
        "archive_mode": "is what the room's archive says: pass archive='always', or the arguments of an archive",
    },
    "archive": {"session": "is always the room's own session: leave it out"},
    "storage": {"project": PROJECT},
}


def problems(parts: Mapping[str, Any]) -> list[str]:
    """What is wrong with the arguments of these parts, a line each. No value is quoted."""
    if isinstance(parts["archive"], str) and parts["archive"] != ALWAYS:
        return ["archive: must be 'always', or the arguments of an archive (a dict)"]
    declared = {part: None if args == ALWAYS else args for part, args in parts.items()}
    found = [text for part, args in declared.items() for text in problems_of_part(part, PARTS[part], args, GIVEN_BY_THE_ROOM[part])]
    session = parts["session"]
    if not found and parts["archive"] not in (None, ALWAYS) and session:
        only = "goes with archive='always' alone: a managed archive has name and resolution of its own"
        found += [f"session.{name}: {only}" for name in ("archive_name", "archive_resolution") if session.get(name) is not None]
    return found
