# SPDX-License-Identifier: Apache-2.0
"""OpenTok projects, sessions, archives, renders, SIP trunks, tokens, callbacks and tenants as desired state, for Pulumi.

Beside them :func:`get_project` and :func:`get_projects`.

Names are loaded when they are first used, so that ``pulumi_opentok.core`` and ``pulumi_opentok.emulator`` come without Pulumi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .archive import Archive, ArchiveArgs, ArchiveArgsDict, ArchiveOnDelete, OutputMode
    from .callback import Callback, CallbackArgs, CallbackArgsDict, CallbackEvent, CallbackGroup
    from .composed_args import (
        IncludedStreamArgs,
        IncludedStreamArgsDict,
        LayoutArgs,
        LayoutArgsDict,
        LayoutType,
        Resolution,
        RunState,
        ScreenshareLayoutType,
        StreamMode,
    )
    from .functions import GetProjectResult, get_project, get_project_output, get_projects, get_projects_output
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
    from .render import Render, RenderArgs, RenderArgsDict, RenderOnDelete
    from .session import ArchiveMode, ArchiveResolution, MediaMode, Session, SessionArgs, SessionArgsDict, TenantSessionArgsDict
    from .sip_trunk import SipTrunk, SipTrunkArgs, SipTrunkArgsDict
    from .tenant import Tenant
    from .tenant_args import TenantArgs, TenantArgsDict
    from .token import Role, SessionTokenArgsDict, Token, TokenArgs, TokenArgsDict, TokenFormat

_HOMES = {
    "Archive": "archive",
    "ArchiveArgs": "archive",
    "ArchiveArgsDict": "archive",
    "ArchiveMode": "session",
    "ArchiveOnDelete": "archive",
    "ArchiveResolution": "session",
    "Callback": "callback",
    "CallbackArgs": "callback",
    "CallbackArgsDict": "callback",
    "CallbackEvent": "callback",
    "CallbackGroup": "callback",
    "GetProjectResult": "functions",
    "IncludedStreamArgs": "composed_args",
    "IncludedStreamArgsDict": "composed_args",
    "LayoutArgs": "composed_args",
    "LayoutArgsDict": "composed_args",
    "LayoutType": "composed_args",
    "MediaMode": "session",
    "OnDelete": "project",
    "OnExternalRotation": "project",
    "OutputMode": "archive",
    "Project": "project",
    "ProjectArgs": "project",
    "ProjectArgsDict": "project",
    "ProjectStatus": "project",
    "Provider": "provider",
    "Render": "render",
    "RenderArgs": "render",
    "RenderArgsDict": "render",
    "RenderOnDelete": "render",
    "Resolution": "composed_args",
    "Role": "token",
    "RotationAppliesTo": "project",
    "RotationWindowArgs": "project",
    "RotationWindowArgsDict": "project",
    "RunState": "composed_args",
    "ScreenshareLayoutType": "composed_args",
    "Session": "session",
    "SessionArgs": "session",
    "SessionArgsDict": "session",
    "SessionTokenArgsDict": "token",
    "SipTrunk": "sip_trunk",
    "SipTrunkArgs": "sip_trunk",
    "SipTrunkArgsDict": "sip_trunk",
    "StreamMode": "composed_args",
    "Tenant": "tenant",
    "TenantArgs": "tenant_args",
    "TenantArgsDict": "tenant_args",
    "TenantProjectArgsDict": "project",
    "TenantSessionArgsDict": "session",
    "Token": "token",
    "TokenArgs": "token",
    "TokenArgsDict": "token",
    "TokenFormat": "token",
    "Weekday": "project",
    "get_project": "functions",
    "get_project_output": "functions",
    "get_projects": "functions",
    "get_projects_output": "functions",
}

__all__ = [
    "Archive",
    "ArchiveArgs",
    "ArchiveArgsDict",
    "ArchiveMode",
    "ArchiveOnDelete",
    "ArchiveResolution",
    "Callback",
    "CallbackArgs",
    "CallbackArgsDict",
    "CallbackEvent",
    "CallbackGroup",
    "GetProjectResult",
    "IncludedStreamArgs",
    "IncludedStreamArgsDict",
    "LayoutArgs",
    "LayoutArgsDict",
    "LayoutType",
    "MediaMode",
    "OnDelete",
    "OnExternalRotation",
    "OutputMode",
    "Project",
    "ProjectArgs",
    "ProjectArgsDict",
    "ProjectStatus",
    "Provider",
    "Render",
    "RenderArgs",
    "RenderArgsDict",
    "RenderOnDelete",
    "Resolution",
    "Role",
    "RotationAppliesTo",
    "RotationWindowArgs",
    "RotationWindowArgsDict",
    "RunState",
    "ScreenshareLayoutType",
    "Session",
    "SessionArgs",
    "SessionArgsDict",
    "SessionTokenArgsDict",
    "SipTrunk",
    "SipTrunkArgs",
    "SipTrunkArgsDict",
    "StreamMode",
    "Tenant",
    "TenantArgs",
    "TenantArgsDict",
    "TenantProjectArgsDict",
    "TenantSessionArgsDict",
    "Token",
    "TokenArgs",
    "TokenArgsDict",
    "TokenFormat",
    "Weekday",
    "get_project",
    "get_project_output",
    "get_projects",
    "get_projects_output",
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
