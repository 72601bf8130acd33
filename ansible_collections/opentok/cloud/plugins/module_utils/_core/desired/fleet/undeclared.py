# SPDX-License-Identifier: Apache-2.0
"""What is done about the projects of an account that nobody declares: nothing, a list of them, or their end within bounds."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping
from typing import Any

from ...api.account import Project
from ...errors import InvalidInput, Problem, quote
from ..inputs import Input, InputReader
from ..times import to_text
from ..wildcards import matches

MODES = ("ignore", "report", "purge")

_PERCENT = re.compile(r"(\d{1,3}) ?%", re.ASCII)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limit:
    """At most so many projects: a ``number``, or that many ``percent`` of all that the account has when the run looks, rounded down."""

    number: int
    percent: bool = False

    def of(self, total: int) -> int:
        """How many that is in an account of ``total`` projects."""
        return total * self.number // 100 if self.percent else self.number

    def __str__(self) -> str:
        return f"{self.number}%" if self.percent else str(self.number)


def _limit(value: Any, field: str) -> Limit:
    text = value.strip() if isinstance(value, str) else value
    percent = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    if percent and int(percent[1]) <= 100:
        return Limit(number=int(percent[1]), percent=True)
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10:
        text = int(text)
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return Limit(number=text)
    raise InvalidInput(Problem(field, f"must be a whole number such as 3, or a part of the account's projects such as '10%', not {quote(value)}"))


def _pattern(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(Problem(field, f"must be a pattern of names such as 'pr-*', in which * stands for any characters, not {quote(value)}"))
    return value


TABLE = (
    Input("undeclared", default="ignore", choices=MODES, bounds=True),
    Input("purge_limit", _limit, bounds=True),
    Input("purge_pattern", _pattern, default="*", type="str", bounds=True),
)
"""The options of :class:`Undeclared`, for layers."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Undeclared:
    """The policy. ``purge`` ends what is not declared as it was once declared to end (``on_delete``), but only projects whose name is as
    ``purge_pattern`` says (``*`` stands for any characters), and only if no more than ``purge_limit`` would end: else nothing at all is done.
    """

    undeclared: str = "ignore"
    purge_limit: Limit | None = None
    purge_pattern: str = "*"

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Undeclared:
        """The policy that a layer's options of these names say. Raises :class:`InvalidInput`, also for a purge without a limit."""
        reader = InputReader(options)
        policy = cls(**reader.table(TABLE))
        if policy.purges and not reader.given("purge_limit"):
            reader.problem("purge_limit", "missing: say how many projects may end at most, as a number (3) or a part of the account's ('10%')")
        reader.finish()
        return policy

    @classmethod
    def purge(cls, limit: Any, pattern: str = "*") -> Undeclared:
        """A purge of at most ``limit``."""
        return cls.read({"undeclared": "purge", "purge_limit": limit, "purge_pattern": pattern})

    @property
    def purges(self) -> bool:
        return self.undeclared == "purge"

    @property
    def looks(self) -> bool:
        """Whether anyone wants to know what is not declared."""
        return self.undeclared != "ignore"

    def may_end(self, project: Project) -> bool:
        """Whether a purge may touch it."""
        return self.purges and bool(project.id) and matches(self.purge_pattern, project.name)

    def check(self, declared: int) -> None:
        """Raises :class:`InvalidInput` where nothing is declared: an empty list is a mistake more often than the wish to end everything."""
        if self.purges and not declared:
            nothing = "declares no project that is to be there, so a purge would end all that the account has: nothing was done"
            raise InvalidInput(Problem("projects", f"{nothing}; declare at least one, or leave undeclared: purge out"))


@dataclasses.dataclass(frozen=True, kw_only=True)
class UndeclaredProject:
    """A project of the account that no entry means. ``id`` is ``None`` where the list shows none that can be one.

    ``kept``: why a purge leaves it alone that would else end it, and how to go on.
    """

    id: str | None
    name: str
    status: str
    created_at: datetime.datetime | None = None
    kept: str | None = None

    @classmethod
    def of(cls, project: Project, kept: str | None = None) -> UndeclaredProject:
        return cls(id=project.id or None, name=project.shown_name, status=project.status, created_at=project.created_at, kept=kept)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, the time as text."""
        return {**dataclasses.asdict(self), "created_at": to_text(self.created_at)}
