# SPDX-License-Identifier: Apache-2.0
"""OpenTok projects, sessions, SIP trunks, tokens and tenants as desired state, for Pulumi, and lookups: :func:`get_project`, :func:`get_projects`.

Names are loaded when they are first used, so that ``pulumi_opentok.core`` and ``pulumi_opentok.emulator`` come without Pulumi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .functions import GetProjectResult, get_project, get_project_output, get_projects, get_projects_output
    from .project import Project
    from .provider import Provider
    from .session import Session
    from .sip_trunk import SipTrunk
    from .tenant import Tenant
    from .token import Token

_HOMES = {
    "GetProjectResult": "functions",
    "Project": "project",
    "Provider": "provider",
    "Session": "session",
    "SipTrunk": "sip_trunk",
    "Tenant": "tenant",
    "Token": "token",
    "get_project": "functions",
    "get_project_output": "functions",
    "get_projects": "functions",
    "get_projects_output": "functions",
}

__all__ = [
    "GetProjectResult",
    "Project",
    "Provider",
    "Session",
    "SipTrunk",
    "Tenant",
    "Token",
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
