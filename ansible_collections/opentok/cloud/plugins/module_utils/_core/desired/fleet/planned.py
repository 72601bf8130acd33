# SPDX-License-Identifier: Apache-2.0
"""The plan of a whole fleet as plain data, and its digest: what one process has planned and shown, another applies or refuses."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, PlanError, Problem
from ..inputs import as_text
from ..project.kind import PROJECT

if TYPE_CHECKING:
    from .entries import Declarations


ACTS_ON = ("name", "status", "secret_fingerprint", "secret_version")
"""The version is that of the ledger, ``None`` without one."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Planned:
    """What is planned for one project: its label, its ``id`` (``None``: it is created), and the ``texts`` (``None``: nothing can be planned).

    ``acts_on``: what it is that something is done with, by name of ACTS_ON; ``None`` where nothing is done, or nothing is there yet. The texts do
    not tell a suspended project from an active one, nor a secret that is to be rotated from the one that it is rotated to.
    """

    label: str
    id: str | None
    texts: tuple[str, ...] | None
    acts_on: Mapping[str, Any] | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class FleetPlan:
    """``entries`` in the order in which they are declared, ``purged`` by id: what is not declared and ends. No secrets."""

    account_key: str | None
    entries: tuple[Planned, ...] = ()
    purged: tuple[Planned, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it; see :meth:`from_dict`."""
        entries, purged = ([_row(one) for one in some] for some in (self.entries, self.purged))
        return {"account_key": self.account_key, "entries": entries, "purged": purged}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> FleetPlan:
        """What :meth:`as_dict` gave. Raises ``ValueError``, ``TypeError`` or ``KeyError`` for what it did not give."""
        entries, purged = (tuple(_planned(row) for row in saved[name]) for name in ("entries", "purged"))
        return cls(account_key=saved["account_key"], entries=entries, purged=purged)

    @property
    def digest(self) -> str:
        """``sha256:`` and 64 hex digits, the same in every process for the same plan of the same account."""
        return _digest(self.as_dict())


class StalePlan(PlanError):
    """Another plan than this one would be applied: nothing was done. ``plan`` is what would be done now."""

    def __init__(self, plan: FleetPlan) -> None:
        changed = "the account or the ledger has changed since it was planned"
        super().__init__(f"{changed}: nothing was done; look at the new plan and run again")
        self.plan = plan


def declarations_digest(declared: Declarations) -> str:
    """The same for the same declarations, however they are written down. Of a retired secret its fingerprint counts. Raises :class:`InvalidInput`."""
    rows = []
    for one in declared.entries:
        try:
            inputs = PROJECT.canonical(one.inputs)
        except InvalidInput as error:
            raise InvalidInput([Problem(f"{one.label}: {problem.field}", problem.message) for problem in error.problems]) from None
        # Without hooks as ever, so that a plan which was made before there were any stays valid.
        hooks = [list(one.notify)] if one.notify else []
        rows.append([one.label, one.key, one.state, list(one.publish), _plain(inputs), *hooks])
    return _digest([declared.on_delete, rows])


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _plain(value: Any) -> Any:
    """As JSON has it; what YAML makes of a text without quotes (a date) as text."""
    if isinstance(value, Mapping):
        return {as_text(name): _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else as_text(value)


def _row(one: Planned) -> dict[str, Any]:
    acts_on = None if one.acts_on is None else dict(one.acts_on)
    return {"key": one.label, "id": one.id, "plan": None if one.texts is None else list(one.texts), "acts_on": acts_on}


def _planned(row: Any) -> Planned:
    label, id_, texts, acts_on = row["key"], row["id"], row["plan"], row["acts_on"]
    if not isinstance(label, str) or not isinstance(id_, (str, type(None))) or not isinstance(texts, (list, type(None))):
        raise TypeError
    if not all(isinstance(text, str) for text in texts or ()):
        raise TypeError
    if acts_on is not None and set(acts_on) != set(ACTS_ON):
        raise ValueError("acts_on")
    return Planned(label=label, id=id_, texts=None if texts is None else tuple(texts), acts_on=acts_on)
