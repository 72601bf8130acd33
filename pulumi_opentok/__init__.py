# SPDX-License-Identifier: Apache-2.0
"""OpenTok projects and all that belongs to them as desired state, for Pulumi, and :func:`get_project`, :func:`get_projects`.

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
    from .callback import Callback, CallbackArgs, CallbackArgsDict, CallbackEvent, CallbackGroup, TenantCallbackArgsDict
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
    "GetProjectResult": "functions",
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
    "TenantCallbackArgsDict": "callback",
    "TenantProjectArgsDict": "project",
    "TenantSessionArgsDict": "session",
    "TenantStorageArgsDict": "archive_storage",
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
    "GetProjectResult",
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
    "TenantCallbackArgsDict",
    "TenantProjectArgsDict",
    "TenantSessionArgsDict",
    "TenantStorageArgsDict",
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
