# SPDX-License-Identifier: Apache-2.0
"""A plan: what would be done, why, and what it leads to. Plain data.

Pulumi's diff and log and Ansible's check mode, diff mode and result are all read off a plan, so both say the same in the same words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from ..errors import OpenTokError, join_words

StateT = TypeVar("StateT")

NOT_YET_KNOWN = "(known after it is done)"
"""In a plan's ``after``: a value that only the server can give."""


def not_yet_known(names: Collection[str]) -> str:
    """The warning of a plan that nothing could be looked at for: these inputs come from an earlier step, which was not done either."""
    ones = sorted(names)
    return f"{join_words(ones)} {'are' if len(ones) > 1 else 'is'} not known before an earlier step is done: only the run can tell more"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Action:
    """One step. ``do`` names it for the kind's ``apply``, ``text`` for people; ``args`` are what it needs, never a secret.

    ``do`` is ``delete`` only where the declared thing itself ends and nothing else, which a layer may have its own words for.

    ``touches_api`` is false for a step that only changes what is remembered. ``disrupts`` is true when something stops working for someone,
    ``issues_secret`` when there are new credentials afterwards, ``needs_publication`` when it must not be done before the present ones are in
    all places.
    """

    do: str
    text: str
    args: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    touches_api: bool = True
    disrupts: bool = False
    issues_secret: bool = False
    needs_publication: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """Ordered ``actions`` that lead from ``before`` to ``after`` (``None``: does not exist; fingerprints stand for secrets).

    ``replaces`` names the inputs whose change cannot be made in place; it is then empty of actions that would change the old object.
    ``reasons`` say why, ``warnings`` what else someone should know before it is done.
    """

    kind: str
    actions: tuple[Action, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    replaces: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether there is anything to do, be it only to remember something."""
        return bool(self.actions or self.replaces)

    @property
    def changes_api(self) -> bool:
        """Whether anything would change at OpenTok."""
        return bool(self.replaces) or any(action.touches_api for action in self.actions)

    @property
    def texts(self) -> tuple[str, ...]:
        """What would be done, a line each."""
        return tuple(action.text for action in self.actions)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Applied(Generic[StateT]):
    """What applying a plan came to: the ``state`` there is now and the actions that are ``done``.

    ``unfinished`` is the error that stopped it after something had been done that must not be forgotten (a project was created, a secret
    rotated); an error before that is raised instead. ``unsure``: the action that it stopped may have been done all the same.
    """

    state: StateT
    done: tuple[Action, ...] = ()
    warnings: tuple[str, ...] = ()
    unfinished: OpenTokError | None = None
    unsure: bool = False
