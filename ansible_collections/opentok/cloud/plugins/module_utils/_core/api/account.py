# SPDX-License-Identifier: Apache-2.0
"""The account API: projects, each with its API key and secret.

Source: https://tokbox.com/developer/guides/account-management/ and, for undocumented fields, the community Go SDK.
"""

from __future__ import annotations

import builtins
import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from .. import operations
from ..errors import LIKE_A_SECRET, NOT_SHOWN, InvalidInput, InvalidResponse, Problem, join_words, not_text, one_line, quote
from ..http.auth import Credentials, Signer, fingerprint, require_kind
from ..http.calls import Calls
from ..http.connection import DEFAULT_API_URL, DEFAULT_TIMEOUT, number_as_text
from ..http.objects import moment, same, text, unreadable
from ..http.transport import Transport
from ..operations import Operation
from ..secrecy import equal_as_a_whole, finder

STATUSES = ("active", "suspended")
MAX_ID = 64


@dataclasses.dataclass(frozen=True, kw_only=True)
class Project:
    """A project as the API shows it.

    ``id`` is the API key. ``status`` is ``active`` (the API says ``VALID`` or ``ACTIVE``) or ``suspended``; anything else it may say is kept
    in lower case. ``name`` is ``""`` when it has none. ``created_at`` is in UTC. ``secret`` is not part of the repr.

    ``name_tells``: that the name holds a secret, the account's or one of the same answer; see :attr:`shown_name`.
    Only in a list ``id``, ``status`` and ``secret`` may be ``""``: such a row is kept for its name. See :attr:`whole`.
    """

    id: str
    name: str
    status: str
    secret: str = dataclasses.field(repr=False)
    environment: str | None = None
    created_at: datetime.datetime | None = None
    account_key: str | None = dataclasses.field(default=None, compare=False)
    name_tells: bool = dataclasses.field(default=False, compare=False, repr=False)

    __eq__ = equal_as_a_whole

    @property
    def whole(self) -> bool:
        """Whether everything that a run needs is known; if not, the project must first be read by its id."""
        return bool(self.id and self.status and self.secret)

    @property
    def shown_name(self) -> str:
        """The name as anyone may read it: not shown where it holds a secret, or what looks like one."""
        return NOT_SHOWN if self.name_tells or LIKE_A_SECRET.search(self.name) else self.name

    @property
    def secret_fingerprint(self) -> str:
        """``sha256:`` and 64 hex digits; ``""`` where the secret is not known."""
        return fingerprint(self.secret) if self.secret else ""

    @property
    def credentials(self) -> Credentials:
        """The project pair, for everything except account management."""
        return Credentials(key=self.id, secret=self.secret, kind="project")

    def __str__(self) -> str:
        return f"project {self.id} {quote(self.shown_name)}" if self.name else f"project {self.id}"


class Account:
    """An OpenTok account. ``credentials`` must be the account pair: raises :class:`CredentialsError` for a project pair."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = DEFAULT_API_URL,
        timeout: float = DEFAULT_TIMEOUT,
        allow_http: bool = False,
        transport: Transport | None = None,
    ) -> None:
        require_kind(credentials, "account", "managing projects")
        self.key = credentials.key
        self.transport = transport or Transport(api_url, timeout=timeout, allow_http=allow_http)
        self.projects = Projects(self.transport, Signer(credentials))

    def __repr__(self) -> str:
        return f"Account({self.key}, {self.transport!r})"


class Projects(Calls):
    """The projects of an account. All six calls of the account API."""

    def list(self) -> list[Project]:
        """All projects, in the server's order, in one request (the API has no paging).

        An incomplete row does not fail the call: it is kept as far as possible, see :attr:`Project.whole`, and causes a warning.
        Raises :class:`InvalidResponse` if the answer is not a list of projects, :class:`CutList` if the list is incomplete.
        """
        operation = operations.PROJECT_LIST
        about = f"account {self._signer.credentials.key}"
        rows = self._transport.call(operation, self._signer, about=about)
        if not isinstance(rows, list) or (rows and not any(isinstance(row, dict) for row in rows)):
            raise unreadable(operation, about, "a list of projects", rows)
        projects = self._judged([_listed(row, self._key) for row in rows])
        odd = [project for project in projects if not project.whole]
        if odd:
            which = join_words(str(project) if project.id else f"one without an id, {quote(project.shown_name)}," for project in odd[:5])
            more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
            self._transport.warn(f"{operation.name} of {about}: {which}{more} is incomplete in the list: id, status or secret is missing")
        # A row that came twice is one project all the same.
        return [*{project.id: project for project in reversed(projects) if project.id}.values()][::-1] + [
            project for project in projects if not project.id
        ]

    def get(self, project_id: str) -> Project:
        """The project of this id (= API key). Raises :class:`NotFound`."""
        return self._one(operations.PROJECT_GET, project_id)

    def create(self, name: str | None = None) -> Project:
        """Creates a project and returns it. Not idempotent: names are not unique. See ``desired.creation`` for exactly-once."""
        check_name(name)
        body = {"name": name} if name else None
        about = f"a project {quote(name)}" if name else "a project without name"
        row = self._transport.call(operations.PROJECT_CREATE, self._signer, about=about, json=body)
        return self._judged([_project(row, operations.PROJECT_CREATE, about, self._key)])[0]

    def set_status(self, project_id: str, status: str) -> Project:
        """``active`` lets the key work, ``suspended`` stops the key and every session made with it.

        Raises :class:`NotFound`, and :class:`InvalidResponse` if the project still has another status.
        """
        if status not in STATUSES:
            raise InvalidInput(Problem("status", f"must be 'active' or 'suspended', not {quote(status)}"))
        operation = operations.PROJECT_SET_STATUS
        row = self._answer(operation, project_id, json={"status": status.upper()})
        shown = self._judged([_listed(row, self._key)])[0]
        project = shown if shown.whole and shown.status == status else self.get(project_id)
        if project.status != status:
            what = f"the server reports success, but {project} is still {quote(project.status)}"
            raise InvalidResponse(f"{operation.name} of project {project_id}: {what}: run again", operation=operation.name)
        return project

    def refresh_secret(self, project_id: str) -> Project:
        """Gives the project a new secret; the old one, and every client token signed with it, is dead at once. Not idempotent."""
        return self._one(operations.PROJECT_REFRESH_SECRET, project_id)

    def delete(self, project_id: str) -> None:
        """Deletes the project for good: its key and sessions stop working. Raises :class:`NotFound`."""
        self._transport.call(operations.PROJECT_DELETE, self._signer, about=f"project {check_id(project_id)}", api_key=project_id)

    def _one(self, operation: Operation, project_id: str) -> Project:
        row = self._answer(operation, project_id)
        return self._judged([_project(row, operation, f"project {project_id}", self._key)])[0]

    def _judged(self, projects: Sequence[Project]) -> builtins.list[Project]:
        """The same, with what their names tell that nobody may read."""
        tells = finder([self._signer.credentials.secret, *(project.secret for project in projects)])
        return [dataclasses.replace(project, name_tells=True) if tells(project.name) else project for project in projects]

    def _answer(self, operation: Operation, project_id: str, **send: Any) -> Any:
        """The row of this project. Raises :class:`ForeignAnswer` for another one's."""
        about = f"project {check_id(project_id)}"
        row = self._transport.call(operation, self._signer, about=about, api_key=project_id, **send)
        if isinstance(row, dict):
            same(operation, about, {"project": project_id}, {"project": text(row, "id")})
        return row


WORDS = ("True", "False", "None")
"""What Ansible makes of `true` and the like where a string is expected."""


def check_id(project_id: Any, field: str = "id") -> str:
    """``project_id`` if it can be one: 1 to 64 letters and digits. Raises :class:`InvalidInput`."""
    if not isinstance(project_id, str) or not project_id.isascii() or not project_id.isalnum() or len(project_id) > MAX_ID or project_id in WORDS:
        raise InvalidInput(Problem(field, f"must be a project id (= API key) such as '46123456', not {quote(project_id)}"))
    return project_id


def check_project(value: Any, field: str) -> str:
    """The id of the project that an input names: YAML and Pulumi make a number of it, and a secret may be mistaken for it. Raises as above."""
    project = check_id(number_as_text(value), field)
    if LIKE_A_SECRET.search(project):
        raise InvalidInput(Problem(field, f"must be a project id (= API key) such as '46123456', not {quote(project)}"))
    return project


def check_name(name: Any, field: str = "name") -> str | None:
    """``name`` if it can be a project's: any string without control characters or surrounding whitespace; no maximum length is documented.

    Raises :class:`InvalidInput`.
    """
    if name is None:
        return None
    if not isinstance(name, str):
        raise InvalidInput(Problem(field, not_text(name)))
    if not name.strip():
        raise InvalidInput(Problem(field, "must not be empty or blank: give the project a name by which it can be found"))
    try:
        name.encode()
    except UnicodeEncodeError:
        raise InvalidInput(Problem(field, "is not valid Unicode (a lone surrogate)")) from None
    if not name.isprintable() and _controls(name):
        raise InvalidInput(Problem(field, "must not contain control characters, line breaks or marks that change the text direction"))
    if name != name.strip():
        # A server may cut it off, and the next run would not find the project.
        raise InvalidInput(Problem(field, "must not begin or end with whitespace"))
    return name


def _controls(name: str) -> bool:
    """Whether it contains characters that control its display; those that join letters and emoji are allowed."""
    # Here, since it is rarely needed.
    import unicodedata

    return any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char not in "\u200c\u200d" for char in name)


def normal_status(word: str) -> str:
    """``active`` for ``VALID`` and ``ACTIVE``, else the API's word in lower case."""
    lowered = word.lower()
    return "active" if lowered == "valid" else lowered


def _project(row: Any, operation: Operation, about: str, account_key: str) -> Project:
    """The project in an answer. Raises :class:`InvalidResponse` if it lacks something that a run needs."""
    project = _listed(row, account_key)
    if not project.whole:
        raise unreadable(operation, about, "a project", row)
    return project


def _listed(row: Any, account_key: str) -> Project:
    """As much of a project as the row has."""
    found = row if isinstance(row, dict) else {}
    project_id, secret = text(found, "id"), found.get("secret")
    return Project(
        id=project_id if project_id and project_id.isascii() and project_id.isalnum() and len(project_id) <= MAX_ID else "",
        name=text(found, "name") or "",
        status=normal_status(one_line(found["status"], 40)) if isinstance(found.get("status"), str) else "",
        secret=secret if isinstance(secret, str) and secret.isprintable() and " " not in secret else "",
        environment=text(found, "environment") or text(found, "environmentName"),
        created_at=moment(found.get("createdAt")),
        account_key=account_key,
    )
