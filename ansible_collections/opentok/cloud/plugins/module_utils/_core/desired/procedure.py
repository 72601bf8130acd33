# SPDX-License-Identifier: Apache-2.0
"""What is done, and leaves nothing that could be kept up: it has a table and outputs as a kind has, and no state."""

from __future__ import annotations

import abc
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from .kind import Described
from .run import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger


class Procedure(Described, abc.ABC):
    """Something that is done, of which no desired state is kept up."""

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
