# SPDX-License-Identifier: Apache-2.0
"""Which of what runs is the one that a record knows.

A record knows the id of the one that a run has started or taken over. Another one that runs under the same key is somebody else's, unless a start
of a run's own was never answered: then what runs since then may be what that has started.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from typing import Any

from ...errors import PlanError, join_words
from ..looking import may_still_come, not_settled
from ..scope import Scope
from ..times import from_text, to_text
from .state import Begun, RunState

State = RunState[Any]


def as_known(scope: Scope, known: State, there: State, runs: Collection[str], *, others: Collection[str] = (), keyless: bool = False) -> State:
    """``there``, as it was just looked at, with the one that is ``known`` as it is now.

    ``others``: ids that are known to belong to something else. ``keyless``: the list does not show the key of one.
    """
    begun = known.begun and dataclasses.replace(known.begun, fresh=_fresh(scope, known.begun))
    before = () if begun is None else begun.there
    running = [one for one in (there.found, *there.twins) if one is not None and one.status in runs and one.id not in others]
    rivals = [one for one in running if known.found is None or one.id != known.found.id]
    ours = [one for one in rivals if begun is not None and one.id not in before]
    return dataclasses.replace(
        there,
        found=known.found,
        twins=tuple(ours),
        foreign=tuple(one for one in rivals if one not in ours),
        unsure=tuple(one for one in there.beside if keyless and begun is not None and one.id not in before and one.id not in others),
        begun=begun,
        declared=known.declared,
    )


def others_of(entries: Mapping[str, Mapping[str, Any]], identity: str, id_field: str) -> set[str]:
    """The ids that other entries of a ledger know."""
    return {str(entry[id_field]) for key, entry in entries.items() if key != identity and entry.get(id_field)}


def begun_now(state: State, runs: Collection[str], now: datetime.datetime | None) -> Begun:
    """What is noted of a start before it is sent, or after it got no answer."""
    running = {one.id for one in (state.found, *state.twins, *state.foreign, *state.beside) if one is not None and one.status in runs}
    return Begun(at=to_text(now) or "", there=tuple(sorted(running)))


def restored(saved: Mapping[str, Any] | None) -> Begun | None:
    """The reverse of :func:`saved_as`. Raises :class:`TypeError`, :class:`ValueError` or :class:`KeyError` for what is not of that shape."""
    if saved is None:
        return None
    if not isinstance(saved["at"], str) or not all(isinstance(one, str) for one in saved["there"]):
        raise TypeError("a start that was begun is a moment and ids")
    from_text(saved["at"])
    return Begun(at=saved["at"], there=tuple(saved["there"]))


def saved_as(begun: Begun) -> dict[str, Any]:
    """For a state or a ledger."""
    return {"at": begun.at, "there": list(begun.there)}


def refuse_to_end(name: str, state: State) -> None:
    """Raises :class:`PlanError` where a start that was not answered may have begun, or still begin, what is to end and cannot be told."""
    if state.begun is None:
        return
    if state.unsure:
        raise PlanError(unanswered(name, state))
    if state.begun.fresh and not state.twins:
        asked = f"an earlier run asked for a {name} of session {state.session} and got no answer"
        raise not_settled(asked)


def unanswered(name: str, state: State) -> str:
    """The error of who cannot tell which one a start of its own has begun."""
    ids = join_words(one.id for one in state.unsure)
    runs, it = ("run", "one of them is") if len(state.unsure) > 1 else ("runs", "that is")
    return (
        f"an earlier run asked for a {name} of session {state.session} and got no answer, and {name} {ids} {runs} there since: whether {it} it cannot"
        f" be told, for OpenTok lists no tags, so nothing was done; stop it by its id if it is (a request to …/{name}/<id>/stop), and run again"
    )


def _fresh(scope: Scope, begun: Begun) -> bool:
    at = from_text(begun.at)
    return at is not None and may_still_come(at, scope.now())
