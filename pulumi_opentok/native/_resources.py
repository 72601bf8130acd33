# SPDX-License-Identifier: Apache-2.0
"""The native resources: each has arguments, outputs and texts of the class of the same name in :mod:`pulumi_opentok`."""

from __future__ import annotations

from .. import archive, archive_storage, broadcast, callback, project, recorded_room, render, session, sip_trunk, tenant, token
from ._resource import NativeResource


class Archive(NativeResource, archive.Archive):
    """The recording of a session: :class:`pulumi_opentok.Archive`, natively."""


class ArchiveStorage(NativeResource, archive_storage.ArchiveStorage):
    """Where a project's archives are uploaded: :class:`pulumi_opentok.ArchiveStorage`, natively."""


class Broadcast(NativeResource, broadcast.Broadcast):
    """The live broadcast of a session: :class:`pulumi_opentok.Broadcast`, natively."""


class Callback(NativeResource, callback.Callback):
    """A callback of a project: :class:`pulumi_opentok.Callback`, natively."""


class Project(NativeResource, project.Project):
    """An OpenTok project: :class:`pulumi_opentok.Project`, natively. ``import_`` of its options takes over an existing one too."""


class Render(NativeResource, render.Render):
    """A web page in a session: :class:`pulumi_opentok.Render`, natively."""


class SipTrunk(NativeResource, sip_trunk.SipTrunk):
    """A SIP trunk: :class:`pulumi_opentok.SipTrunk`, natively."""


class Token(NativeResource, token.Token):
    """A client token: :class:`pulumi_opentok.Token`, natively."""


class Session(NativeResource, session.Session):
    """A session: :class:`pulumi_opentok.Session`, natively. Its tokens are native ones."""

    _token_type = Token


class Tenant(tenant.Tenant):
    """All that one tenant needs: :class:`pulumi_opentok.Tenant` of native resources."""

    _project_type = Project
    _session_type = Session
    _sip_trunk_type = SipTrunk
    _storage_type = ArchiveStorage
    _callback_type = Callback


class RecordedRoom(recorded_room.RecordedRoom):
    """A room that is recorded: :class:`pulumi_opentok.RecordedRoom` of native resources."""

    _session_type = Session
    _archive_type = Archive
    _storage_type = ArchiveStorage
