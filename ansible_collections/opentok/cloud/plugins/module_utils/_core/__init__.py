# SPDX-License-Identifier: Apache-2.0
"""The core client of OpenTok and its desired state. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

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
from .opentok import OpenTok
from .session_ids import decode_session_id
from .version import VERSION

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
