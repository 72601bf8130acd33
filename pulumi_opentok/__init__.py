# SPDX-License-Identifier: Apache-2.0
"""OpenTok projects and all that belongs to them as desired state, for Pulumi, and functions such as :func:`get_project`.

Names are loaded when they are first used, so that ``pulumi_opentok.core`` and ``pulumi_opentok.emulator`` come without Pulumi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .archive_storage import (
        ArchiveEncryption,
        ArchiveFallback,
        ArchiveStorage,
        ArchiveStorageArgs,
        ArchiveStorageArgsDict,
        ArchiveStorageOnDelete,
        TenantStorageArgsDict,
    )
    from .callback import Callback, CallbackArgs, CallbackArgsDict, CallbackEvent, CallbackGroup
    from .functions.of_project import (
        GetArchiveResult,
        GetBroadcastResult,
        GetBroadcastRtmpResult,
        GetCallbackResult,
        GetRenderResult,
        GetStreamTracksResult,
        get_archives,
        get_archives_output,
        get_broadcasts,
        get_broadcasts_output,
        get_callbacks,
        get_callbacks_output,
        get_renders,
        get_renders_output,
    )
    from .functions.of_session import (
        DecodeSessionResult,
        GetConnectionResult,
        GetStreamResult,
        decode_session,
        decode_session_output,
        get_connections,
        get_connections_output,
        get_streams,
        get_streams_output,
    )
    from .functions.projects import (
        GetProjectResult,
        get_project,
        get_project_output,
        get_projects,
        get_projects_output,
    )
    from .project import (
        OnDelete,
        OnExternalRotation,
        Project,
        ProjectArgs,
        ProjectArgsDict,
        ProjectStatus,
        RotationAppliesTo,
        RotationWindowArgs,
        RotationWindowArgsDict,
        TenantProjectArgsDict,
        Weekday,
    )
    from .provider import Provider
    from .session import ArchiveMode, ArchiveResolution, MediaMode, Session, SessionArgs, SessionArgsDict, TenantSessionArgsDict
    from .sip_trunk import SipTrunk, SipTrunkArgs, SipTrunkArgsDict
    from .tenant import Tenant
    from .tenant_args import TenantArgs, TenantArgsDict
    from .token import Role, SessionTokenArgsDict, Token, TokenArgs, TokenArgsDict, TokenFormat

_HOMES = {
    "ArchiveEncryption": "archive_storage",
    "ArchiveFallback": "archive_storage",
    "ArchiveMode": "session",
    "ArchiveResolution": "session",
    "ArchiveStorage": "archive_storage",
    "ArchiveStorageArgs": "archive_storage",
    "ArchiveStorageArgsDict": "archive_storage",
    "ArchiveStorageOnDelete": "archive_storage",
    "Callback": "callback",
    "CallbackArgs": "callback",
    "CallbackArgsDict": "callback",
    "CallbackEvent": "callback",
    "CallbackGroup": "callback",
    "DecodeSessionResult": "functions.of_session",
    "GetArchiveResult": "functions.of_project",
    "GetBroadcastResult": "functions.of_project",
    "GetBroadcastRtmpResult": "functions.of_project",
    "GetCallbackResult": "functions.of_project",
    "GetConnectionResult": "functions.of_session",
    "GetProjectResult": "functions.projects",
    "GetRenderResult": "functions.of_project",
    "GetStreamResult": "functions.of_session",
    "GetStreamTracksResult": "functions.of_project",
    "MediaMode": "session",
    "OnDelete": "project",
    "OnExternalRotation": "project",
    "Project": "project",
    "ProjectArgs": "project",
    "ProjectArgsDict": "project",
    "ProjectStatus": "project",
    "Provider": "provider",
    "Role": "token",
    "RotationAppliesTo": "project",
    "RotationWindowArgs": "project",
    "RotationWindowArgsDict": "project",
    "Session": "session",
    "SessionArgs": "session",
    "SessionArgsDict": "session",
    "SessionTokenArgsDict": "token",
    "SipTrunk": "sip_trunk",
    "SipTrunkArgs": "sip_trunk",
    "SipTrunkArgsDict": "sip_trunk",
    "Tenant": "tenant",
    "TenantArgs": "tenant_args",
    "TenantArgsDict": "tenant_args",
    "TenantProjectArgsDict": "project",
    "TenantSessionArgsDict": "session",
    "TenantStorageArgsDict": "archive_storage",
    "Token": "token",
    "TokenArgs": "token",
    "TokenArgsDict": "token",
    "TokenFormat": "token",
    "Weekday": "project",
    "decode_session": "functions.of_session",
    "decode_session_output": "functions.of_session",
    "get_archives": "functions.of_project",
    "get_archives_output": "functions.of_project",
    "get_broadcasts": "functions.of_project",
    "get_broadcasts_output": "functions.of_project",
    "get_callbacks": "functions.of_project",
    "get_callbacks_output": "functions.of_project",
    "get_connections": "functions.of_session",
    "get_connections_output": "functions.of_session",
    "get_project": "functions.projects",
    "get_project_output": "functions.projects",
    "get_projects": "functions.projects",
    "get_projects_output": "functions.projects",
    "get_renders": "functions.of_project",
    "get_renders_output": "functions.of_project",
    "get_streams": "functions.of_session",
    "get_streams_output": "functions.of_session",
}

__all__ = [
    "ArchiveEncryption",
    "ArchiveFallback",
    "ArchiveMode",
    "ArchiveResolution",
    "ArchiveStorage",
    "ArchiveStorageArgs",
    "ArchiveStorageArgsDict",
    "ArchiveStorageOnDelete",
    "Callback",
    "CallbackArgs",
    "CallbackArgsDict",
    "CallbackEvent",
    "CallbackGroup",
    "DecodeSessionResult",
    "GetArchiveResult",
    "GetBroadcastResult",
    "GetBroadcastRtmpResult",
    "GetCallbackResult",
    "GetConnectionResult",
    "GetProjectResult",
    "GetRenderResult",
    "GetStreamResult",
    "GetStreamTracksResult",
    "MediaMode",
    "OnDelete",
    "OnExternalRotation",
    "Project",
    "ProjectArgs",
    "ProjectArgsDict",
    "ProjectStatus",
    "Provider",
    "Role",
    "RotationAppliesTo",
    "RotationWindowArgs",
    "RotationWindowArgsDict",
    "Session",
    "SessionArgs",
    "SessionArgsDict",
    "SessionTokenArgsDict",
    "SipTrunk",
    "SipTrunkArgs",
    "SipTrunkArgsDict",
    "Tenant",
    "TenantArgs",
    "TenantArgsDict",
    "TenantProjectArgsDict",
    "TenantSessionArgsDict",
    "TenantStorageArgsDict",
    "Token",
    "TokenArgs",
    "TokenArgsDict",
    "TokenFormat",
    "Weekday",
    "decode_session",
    "decode_session_output",
    "get_archives",
    "get_archives_output",
    "get_broadcasts",
    "get_broadcasts_output",
    "get_callbacks",
    "get_callbacks_output",
    "get_connections",
    "get_connections_output",
    "get_project",
    "get_project_output",
    "get_projects",
    "get_projects_output",
    "get_renders",
    "get_renders_output",
    "get_streams",
    "get_streams_output",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from .core.version import VERSION

        return VERSION
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
