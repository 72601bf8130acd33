# SPDX-License-Identifier: Apache-2.0
"""The core client of OpenTok and its desired state. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .account import Account, Project
from .auth import Credentials, fingerprint
from .connection import ENVIRONMENT, STACK_CONFIG, Connection
from .errors import (
    ApiError,
    CredentialsError,
    Forbidden,
    InvalidInput,
    MissingLibrary,
    NoAnswer,
    NotFound,
    OpenTokError,
    PlanError,
    Problem,
    RateLimited,
    ServerFault,
    UnreadableAnswer,
)
from .version import VERSION

if TYPE_CHECKING:
    from .opentok import OpenTok
    from .session_ids import decode_session_id

__all__ = [
    "ENVIRONMENT",
    "STACK_CONFIG",
    "VERSION",
    "Account",
    "ApiError",
    "Connection",
    "Credentials",
    "CredentialsError",
    "Forbidden",
    "InvalidInput",
    "MissingLibrary",
    "NoAnswer",
    "NotFound",
    "OpenTok",
    "OpenTokError",
    "PlanError",
    "Problem",
    "Project",
    "RateLimited",
    "ServerFault",
    "UnreadableAnswer",
    "decode_session_id",
    "fingerprint",
]


def __getattr__(name: str) -> Any:
    # Ansible compiles every file that a module imports, in every run: what a project's declaration does not need comes when it is asked for.
    if name == "OpenTok":
        from .opentok import OpenTok

        return OpenTok
    if name == "decode_session_id":
        from .session_ids import decode_session_id

        return decode_session_id
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
