# SPDX-License-Identifier: Apache-2.0
"""What is done, and leaves nothing that could be kept up: it has a table and outputs as a kind has, and no state."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..api.session_ids import check_session, opentok_session
from ..api.streams import Streams
from ..errors import NotFound
from .inputs import Input
from .kind import Described
from .report import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger

T = TypeVar("T")


class Procedure(Described, abc.ABC):
    """Something that is done, of which no desired state is kept up."""

    states: ClassVar[tuple[str, str] | None] = None
    """What it does can be ended again: the words for that it is there (the default) and that it is not (``present`` false)."""

    remembers: ClassVar[bool] = False
    """It can be given a ledger."""

    @abc.abstractmethod
    def act(
        self,
        scope: Scope,
        inputs: Mapping[str, Any],
        *,
        present: bool = True,
        ledger: Ledger | None = None,
        check: bool = False,
        unknown: Collection[str] = (),
    ) -> Report:
        """Does what ``inputs`` say, or with ``present`` false ends it, and gives the :class:`Report`. With ``check`` nothing is sent but looks.

        ``unknown``, in a check only: inputs and credentials that an earlier step would give. Raises :class:`InvalidInput` before any request.
        """


def session_input(missing: str) -> Input:
    """The row of the session that something is done in; ``missing`` says what to declare."""
    return Input("session", check_session, aliases=("session_id",), required=True, missing=missing, quoted=False, names_other=True)


@dataclasses.dataclass(frozen=True, kw_only=True)
class InSession:
    """The session that something is done in: ``id`` and the project that owns it, both empty while it is not known yet."""

    scope: Scope
    id: str
    owner: str

    @classmethod
    def of(cls, scope: Scope, session: str | None, unknown: Collection[str] = ()) -> InSession:
        """Raises :class:`CredentialsError` where the only pair is that of another project."""
        owner = opentok_session(session).api_key if session else ""
        if scope.account_key is None and not unknown:
            scope.connection.pair_of(owner)
        return cls(scope=scope, id=session or "", owner=owner)

    def __str__(self) -> str:
        return f"session {self.id}" if self.id else "a session that is not known yet"

    def signed(self, call: Callable[[Any], T]) -> T:
        """What ``call`` gives with the signer of the session's project."""
        return self.scope.signed(self.owner, call)

    def connections(self) -> frozenset[str]:
        """The ids of the clients that are connected now."""
        try:
            found = self.signed(lambda signer: Streams(self.scope.transport, signer).connections(self.id))
        except NotFound:
            # Nobody has ever connected to it.
            return frozenset()
        return frozenset(client.connection_id for client in found)


def connection_text(connection: str | None, unknown: Collection[str], everyone: str) -> str:
    """Whom something is done to: one connection, or ``everyone`` where none is given."""
    if "connection_id" in unknown:
        return "a connection that is not known yet"
    return f"connection {connection}" if connection else everyone
