# SPDX-License-Identifier: Apache-2.0
"""The core client of OpenTok and its desired state.

What every use needs. The API of one project is in ``opentok``, desired state in ``desired``: Ansible ships with a module what it imports, and
each module imports this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import errors

# Modules, not names: for each name that a shipped file imports, Ansible looks anew, and sorts all that are left, in every run.
from .http import auth, connection
from .version import VERSION

if TYPE_CHECKING:
    from .api.account import Account, Project

Credentials, fingerprint = auth.Credentials, auth.fingerprint
ENVIRONMENT, Connection = connection.ENVIRONMENT, connection.Connection
ApiError = errors.ApiError
CredentialsError = errors.CredentialsError
Forbidden = errors.Forbidden
InvalidInput = errors.InvalidInput
MissingLibrary = errors.MissingLibrary
NoResponse = errors.NoResponse
NotFound = errors.NotFound
OpenTokError = errors.OpenTokError
PlanError = errors.PlanError
Problem = errors.Problem
RateLimited = errors.RateLimited
ServerError = errors.ServerError
InvalidResponse = errors.InvalidResponse

__all__ = [
    "ENVIRONMENT",
    "VERSION",
    "Account",
    "ApiError",
    "Connection",
    "Credentials",
    "CredentialsError",
    "Forbidden",
    "InvalidInput",
    "InvalidResponse",
    "MissingLibrary",
    "NoResponse",
    "NotFound",
    "OpenTokError",
    "PlanError",
    "Problem",
    "Project",
    "RateLimited",
    "ServerError",
    "fingerprint",
]


def __getattr__(name: str) -> Any:
    """The account API is loaded where it is used, because it loads requests: a run that sends nothing need not."""
    if name in ("Account", "Project"):
        from .api import account

        return getattr(account, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
