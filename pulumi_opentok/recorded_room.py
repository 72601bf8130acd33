# SPDX-License-Identifier: Apache-2.0
"""A room that is recorded, as one Pulumi component: a session, how it is recorded, and where its archives go."""

from __future__ import annotations

from typing import Any, Unpack, overload

import pulumi

from ._args import arguments_of
from .archive import Archive
from .archive_storage import ArchiveStorage
from .recorded_room_args import ALWAYS, PARTS, RecordedRoomArgs, RecordedRoomArgsDict, problems
from .session import Session
from .token import SessionTokenArgsDict


class RecordedRoom(pulumi.ComponentResource):
    """A routed session, recorded by OpenTok itself or by a managed archive, and if declared the storage of its project's archives.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH")
    hearing = opentok.RecordedRoom("hearing", project=acme, session={"archive_resolution": "1280x720"})
    pulumi.export("hearing", hearing.session_id)
    pulumi.export("judge", hearing.token("judge", role="moderator"))
    ```

    ## What to know

    Nothing is recorded in an empty room. With ``archive="always"``, OpenTok starts when the first client connects, stops when all have left, and
    nobody can stop it before. A managed archive with ``state="running"`` is started by ``up``, which fails as long as nobody is connected:
    declare ``state="stopped"`` until then. ``always`` and managed are different sessions: to change from one to the other replaces the session.

    The parts are ``<room>-session``, ``<room>-archive`` and ``<room>-storage``. A project has one storage: only one room of it may declare that.
    """

    _session_type = Session
    _archive_type = Archive
    _storage_type = ArchiveStorage

    session: Session
    """The session, ``routed``."""
    archive: Archive | None
    """The managed archive; ``None`` if OpenTok records always."""
    storage: ArchiveStorage | None
    """``None`` if none is declared."""
    session_id: pulumi.Output[str]
    """The id of the session."""
    archive_id: pulumi.Output[str | None]
    """The id of the managed archive that records or recorded last; ``None`` if there was none yet, or OpenTok records always."""

    @overload
    def __init__(self, resource_name: str, args: RecordedRoomArgs | RecordedRoomArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[RecordedRoomArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`RecordedRoomArgs` or dict. :class:`RecordedRoomArgsDict` says what each means.
        :param opts: The options of the resource.

        Raises ``pulumi.RunError`` that names each unknown argument of a part.
        """
        given, opts = arguments_of("RecordedRoom", RecordedRoomArgsDict, *args, **keywords)
        parts = {part: given.get(part) for part in PARTS}
        if wrong := problems(parts):
            raise pulumi.RunError(f"RecordedRoom({resource_name!r}): {'; '.join(wrong)}")
        # Merging puts each provider under its own package, where the parts find it: see Tenant.
        super().__init__("opentok:index:RecordedRoom", resource_name, {}, pulumi.ResourceOptions.merge(None, opts))
        session, archive, storage = parts.values()
        whose: dict[str, Any] = {"project": given["project"]} if given.get("project") is not None else {}
        mine = pulumi.ResourceOptions(parent=self)
        self.storage = None if storage is None else self._storage_type(f"{resource_name}-storage", **whose, **storage, opts=mine)
        # What is recorded goes where the project's storage was set when the recording began.
        then = pulumi.ResourceOptions(parent=self, depends_on=[] if self.storage is None else [self.storage])
        managed: Any = None if archive in (None, ALWAYS) else archive
        mode: dict[str, Any] = {"media_mode": "routed", "archive_mode": "always" if managed is None else "manual"}
        self.session = self._session_type(f"{resource_name}-session", **whose, **mode, **(session or {}), opts=then)
        self.archive = None if managed is None else self._archive_type(f"{resource_name}-archive", session=self.session, **managed, opts=then)
        self.session_id = self.session.session_id
        nothing: pulumi.Output[Any] = pulumi.Output.from_input(None)
        self.archive_id = nothing if self.archive is None else self.archive.archive_id
        self.register_outputs({"session_id": self.session_id, "archive_id": self.archive_id})

    def token(self, name: str, *, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[SessionTokenArgsDict]) -> pulumi.Output[str]:
        """A client token for the session, as a secret output: see :meth:`Session.token`."""
        return self.session.token(name, opts=opts, **arguments)
