# SPDX-License-Identifier: Apache-2.0
"""What can be read and is not declared here: it has a table of what is asked for, and outputs as a kind has."""

from __future__ import annotations

import abc
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from ..api.account import check_project
from ..api.session_ids import check_session, opentok_session
from ..checks import check_an_id, number_problems, raise_if_any
from ..errors import NotFound
from ..http.pages import PAGE
from .inputs import Input, InputReader
from .kind import Described
from .scope import Scope
from .times import to_text

T = TypeVar("T")

MAX_LIMIT = 1_000_000


class Listing(Described, abc.ABC):
    """Objects of one sort, as they are now."""

    @abc.abstractmethod
    def read(self, scope: Scope, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Those that ``inputs`` ask for, each with all ``outputs`` (JSON types only), ``secret_outputs`` in clear.

        Raises :class:`InvalidInput` before any request.
        """


class SessionListing(Listing):
    """What a session has, all of it or with ``id`` one. None where nobody has ever connected, and none where it has ended."""

    table = (
        Input("session", check_session, aliases=("session_id",), required=True, missing="declare whose", quoted=False, names_other=True),
        Input("id", check_an_id, quoted=False, names_other=True),
    )

    def read(self, scope: Scope, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
        reader = InputReader(inputs)
        asked = reader.table(self.table)
        reader.finish()
        session = asked["session"]
        try:
            found = scope.signed(opentok_session(session).api_key, lambda signer: [*self.look(scope, signer, session, asked.get("id"))])
        except NotFound:
            return []
        return [{**self.show(one), "session_id": session} for one in found]

    @abc.abstractmethod
    def look(self, scope: Scope, signer: Any, session: str, one: str | None) -> Iterable[Any]:
        """The objects as the client gives them, or the ``one`` of this id."""

    @abc.abstractmethod
    def show(self, found: Any) -> dict[str, Any]:
        """The ``outputs`` of one object, but for ``session_id``."""


class ProjectListing(Listing):
    """What a project has: the newest first, of all sessions or of one, at most ``limit`` of them; or with ``id`` one."""

    table: ClassVar[tuple[Input, ...]]

    def read(self, scope: Scope, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
        reader = InputReader(inputs)
        asked = reader.table(self.table)
        session, one = asked.get("session"), asked.get("id")
        project = whose(reader, asked, scope)
        for other in ("session", "limit"):
            if one is not None and other in asked:
                reader.problem(other, "contradicts id, which asks for one: leave it out")
        reader.finish()
        if one is not None:
            try:
                return [self.show(scope.signed(str(project), lambda signer: self.get(scope, signer, one)))]
            except NotFound:
                return []
        limit = asked.get("limit", MAX_LIMIT)
        page = min(limit, PAGE)
        found = scope.signed(str(project), lambda signer: [*itertools.islice(self.iterate(scope, signer, session, page), limit)])
        return [self.show(row) for row in found]

    @abc.abstractmethod
    def get(self, scope: Scope, signer: Any, one: str) -> Any:
        """The object of this id, as the client gives it. Raises :class:`NotFound`."""

    @abc.abstractmethod
    def iterate(self, scope: Scope, signer: Any, session: str | None, page_size: int) -> Iterable[Any]:
        """The objects as the client gives them, newest first, loaded as they are needed."""

    @abc.abstractmethod
    def show(self, found: Any) -> dict[str, Any]:
        """The ``outputs`` of one object."""


def whose(reader: InputReader, asked: Mapping[str, Any], scope: Scope) -> str | None:
    """The project of ``asked``: the one that is declared, that of the session, or that of the project pair."""
    session = asked.get("session")
    owner = opentok_session(session).api_key if session else None
    project = asked.get("project") or owner or scope.connection.api_key
    if owner is not None and project != owner:
        reader.problem("session", f"belongs to project {owner}, not to {project}")
    if project is None and not reader.given("project") and not reader.given("session"):
        reader.problem("project", "missing: declare whose, by the project's id or a session, or give the project pair (api_key, api_secret)")
    return project


def project_table(check: Any = check_an_id) -> tuple[Input, ...]:
    """The table of a :class:`ProjectListing`; ``check`` judges an id."""
    return (
        Input("id", check, quoted=False, names_other=True),
        Input("project", check_project, names_other=True),
        Input("session", check_session, aliases=("session_id",), quoted=False, names_other=True),
        Input("limit", _limit, type="int"),
    )


def plain(found: Any, names: Iterable[str]) -> dict[str, Any]:
    """The fields of ``found`` that are shown as they are."""
    return {name: getattr(found, name) for name in names}


def of_project(found: Any, names: Iterable[str]) -> dict[str, Any]:
    """The same, with what each object of a project has."""
    times = {"created_at": to_text(found.created_at), "updated_at": to_text(found.updated_at)}
    return {**plain(found, names), **times, "project": found.project_id}


def tracks(streams: Iterable[Any]) -> list[dict[str, Any]]:
    """The streams of a manual archive or broadcast, and which of their tracks are in it."""
    return [plain(stream, ("stream_id", "has_audio", "has_video")) for stream in streams]


def _limit(value: Any, field: str) -> int:
    raise_if_any(number_problems(field, value, 1, MAX_LIMIT, "objects"))
    return int(value)
