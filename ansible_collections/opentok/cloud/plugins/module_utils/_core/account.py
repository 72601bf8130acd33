# SPDX-License-Identifier: Apache-2.0
"""The account API: projects, each with its API key and secret. Private to opentok.cloud and pulumi_opentok.

Source: https://tokbox.com/developer/guides/account-management/ and, for fields that no document names, the community Go SDK.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from . import operations
from .auth import Credentials, Signer, fingerprint, require_kind
from .connection import DEFAULT_API_URL, DEFAULT_TIMEOUT
from .errors import InvalidInput, Problem, UnreadableAnswer, not_text, quoted
from .operations import Operation
from .transport import Transport

STATUSES = ("active", "suspended")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Project:
    """A project as the API shows it.

    ``id`` is the API key. ``status`` is ``active`` (the API says ``VALID`` or ``ACTIVE``) or ``suspended``; anything else it may say is kept
    in lower case. ``name`` is ``""`` when it has none. ``created_at`` is in UTC. ``secret`` is not part of the repr.
    """

    id: str
    name: str
    status: str
    secret: str = dataclasses.field(repr=False)
    environment: str | None = None
    created_at: datetime.datetime | None = None

    @property
    def secret_fingerprint(self) -> str:
        """``sha256:`` and 64 hex digits."""
        return fingerprint(self.secret)

    @property
    def credentials(self) -> Credentials:
        """The project pair, for all that is not account management."""
        return Credentials(key=self.id, secret=self.secret, kind="project")

    def __str__(self) -> str:
        return f"project {self.id} {quoted(self.name)}" if self.name else f"project {self.id}"


class Account:
    """An OpenTok account. ``credentials`` must be the account pair: raises :class:`CredentialsError` for a project pair."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = DEFAULT_API_URL,
        timeout: float = DEFAULT_TIMEOUT,
        transport: Transport | None = None,
    ) -> None:
        require_kind(credentials, "account", "managing projects")
        self.key = credentials.key
        self.transport = transport or Transport(api_url, timeout=timeout)
        self.projects = Projects(self.transport, Signer(credentials))

    def __repr__(self) -> str:
        return f"Account({self.key}, {self.transport!r})"


class Projects:
    """The projects of an account. All six calls of the account API."""

    def __init__(self, transport: Transport, signer: Signer) -> None:
        self._transport = transport
        self._signer = signer

    def list(self) -> list[Project]:
        """All projects, in the server's order, in one request (the API has no paging)."""
        operation = operations.PROJECT_LIST
        about = f"account {self._signer.credentials.key}"
        rows = self._transport.call(operation, self._signer, about=about)
        if not isinstance(rows, list):
            what = f"{operation.name} of {about}: the answer is not a list of projects but {type(rows).__name__}"
            raise UnreadableAnswer(what, operation=operation.name)
        return [_project(row, operation, about) for row in rows]

    def get(self, project_id: str) -> Project:
        """The project of this id (= API key). Raises :class:`NotFound`."""
        return self._one(operations.PROJECT_GET, project_id)

    def create(self, name: str | None = None) -> Project:
        """Creates a project and returns it. Not idempotent: names are not unique. See ``desired.creation`` for exactly-once."""
        check_name(name)
        body = {"name": name} if name else None
        about = f"a project {quoted(name)}" if name else "a project without name"
        row = self._transport.call(operations.PROJECT_CREATE, self._signer, about=about, json=body)
        return _project(row, operations.PROJECT_CREATE, about)

    def set_status(self, project_id: str, status: str) -> Project:
        """``active`` lets the key work, ``suspended`` stops the key and every session made with it. Raises :class:`NotFound`."""
        if status not in STATUSES:
            raise InvalidInput(Problem("status", f"must be 'active' or 'suspended', not {quoted(status)}"))
        return self._one(operations.PROJECT_SET_STATUS, project_id, json={"status": status.upper()})

    def refresh_secret(self, project_id: str) -> Project:
        """Gives the project a new secret; the old one, and every client token signed with it, is dead at once. Not idempotent."""
        return self._one(operations.PROJECT_REFRESH_SECRET, project_id)

    def delete(self, project_id: str) -> None:
        """Deletes the project for good: its key and sessions stop working. Raises :class:`NotFound`."""
        self._transport.call(operations.PROJECT_DELETE, self._signer, about=f"project {check_id(project_id)}", api_key=project_id)

    def _one(self, operation: Operation, project_id: str, **send: Any) -> Project:
        about = f"project {check_id(project_id)}"
        row = self._transport.call(operation, self._signer, about=about, api_key=project_id, **send)
        return _project(row, operation, about)


def check_id(project_id: Any, field: str = "id") -> str:
    """``project_id`` if it can be one: 1 to 64 letters and digits. Raises :class:`InvalidInput`."""
    if not isinstance(project_id, str) or not project_id.isascii() or not project_id.isalnum() or len(project_id) > 64:
        raise InvalidInput(Problem(field, f"must be a project id (= API key) such as '46123456', not {quoted(project_id)}"))
    return project_id


def check_name(name: Any, field: str = "name") -> str | None:
    """``name`` if it can be a project's: any text, not blank; no limit of length is documented. Raises :class:`InvalidInput`."""
    if name is None:
        return None
    if not isinstance(name, str):
        raise InvalidInput(Problem(field, not_text(name)))
    if not name.strip():
        raise InvalidInput(Problem(field, "must not be empty or blank: give the project a name that finds it again"))
    try:
        name.encode()
    except UnicodeEncodeError:
        raise InvalidInput(Problem(field, "is not valid Unicode (a lone surrogate)")) from None
    if any(ord(char) < 32 or ord(char) == 127 for char in name):
        raise InvalidInput(Problem(field, "must not hold control characters or line breaks"))
    return name


def normal_status(text: str) -> str:
    """``active`` for ``VALID`` and ``ACTIVE``, else the API's word in lower case."""
    lowered = text.lower()
    return "active" if lowered == "valid" else lowered


def _project(row: Any, operation: Operation, about: str) -> Project:
    try:
        milliseconds = row.get("createdAt")
        project_id, secret = row["id"], row["secret"]
        if not isinstance(secret, str) or not secret:
            raise KeyError("secret")
        return Project(
            id=str(int(project_id)) if isinstance(project_id, (int, float)) else _text(project_id),
            name=row.get("name") or "",
            status=normal_status(row["status"]),
            secret=secret,
            environment=row.get("environment") or row.get("environmentName"),
            created_at=None if milliseconds is None else datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        fields = f"an object with {sorted(row)}" if isinstance(row, dict) else type(row).__name__
        raise UnreadableAnswer(
            f"{operation.name} of {about}: the answer is not a project but {fields} ({type(error).__name__})", operation=operation.name
        ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise KeyError("id")
    return value
