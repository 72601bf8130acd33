# SPDX-License-Identifier: Apache-2.0
"""Starts one of what runs in a session, and stops it.

The API has no key that makes a start idempotent. So none is sent a second time: where an answer is lost, the list says whether it was started,
and after each start whether another run has started the same. A run stops only what itself has started, or what its plan says.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any

from ...errors import ApiError, NotFound, OpenTokError, OutcomeUnknown, PlanError, ServerError, join_words
from ..looking import UNIT, looks
from ..scope import Scope
from .kind import RunningKind
from .state import RunState

Kind = RunningKind[Any, Any]
State = RunState[Any]
Warn = Callable[[str], None]


def start(kind: Kind, scope: Scope, spec: Any, state: State, warn: Warn) -> State:
    """What runs afterwards, also when the answer is lost on its way. Raises :class:`OutcomeUnknown` when it is not seen."""
    began = time.monotonic()
    if state.found is not None:
        # It has just ended: a list that lags may still show it as one that runs.
        state = dataclasses.replace(state, seen=state.seen | {state.found.id})
    try:
        made = scope.signed(state.project, lambda signer: kind.start(scope, signer, spec))
    except NotFound as error:
        raise PlanError(f"{kind.nobody(spec)} ({error})") from None
    except OpenTokError as error:
        if not error.outcome_unknown:
            raise
        return _lost(kind, scope, spec, state, error, began, warn)
    if kind.rewritten(spec, made):
        # Nothing would find it again, so that each run could start one more.
        stop(kind, scope, state, made)
        declared = join_words(kind.key_inputs)
        raise PlanError(f"OpenTok wrote {kind.name} {made.id} down with another {declared} than declared, so it was stopped again")
    return _alone(kind, scope, spec, _running(state, made, scope), warn)


def stop(kind: Kind, scope: Scope, state: State, one: Any) -> Any:
    """``one``, stopped. Ended already, or gone, is stopped."""
    ended = dataclasses.replace(one, status=kind.gone)
    began = time.monotonic()
    try:
        return scope.signed(state.project, lambda signer: kind.client(scope, signer).stop(one.id)) or kind.now(scope, state.project, one)
    except NotFound:
        return ended
    except OpenTokError as error:
        if not error.outcome_unknown:
            raise
        for _look in _looks(began):
            now = kind.now(scope, state.project, one)
            if now.status not in kind.runs:
                return now
        if isinstance(error, ApiError) and error.status == 409:
            raise PlanError(f"{kind.unstoppable(one)} ({error})") from None
        raise


def _running(state: State, found: Any, scope: Scope) -> State:
    return dataclasses.replace(state, found=found, twins=(), begun=None, unsure=(), declared=True, account_key=scope.account_key)


def _lost(kind: Kind, scope: Scope, spec: Any, state: State, lost: OpenTokError, began: float, warn: Warn) -> State:
    what = f"the answer to the start ({kind.starting(spec)}) was lost ({lost})"
    refused = isinstance(lost, ApiError) and not isinstance(lost, ServerError)
    if refused:
        what = f"the start ({kind.starting(spec)}) was refused ({lost})"
    for _look in _looks(began):
        try:
            there = kind.look(scope, state.session, state.key)
        except OpenTokError as error:
            unseen = f"and what runs cannot be listed to see whether it was started ({error})"
            raise OutcomeUnknown(f"{what}, {unseen}: run again, which looks first") from None
        new = kind.new(spec, state, there)
        if new and kind.unique(spec) and len(new) > 1:
            raise OutcomeUnknown(f"{what}, and {join_words(one.id for one in new)} run since: look which one it is, and stop what is not wanted")
        if new:
            warn(f"{what}; the list shows that it runs: {kind.name} {new[0].id}")
            return _alone(kind, scope, spec, _running(state, new[0], scope), warn, ours=False)
        if refused and there.beside:
            raise PlanError(f"{kind.taken(spec, there.beside)} ({lost})")
    if refused:
        raise lost
    raise OutcomeUnknown(
        f"it is not seen that it was started: {kind.starting(spec)}: it was sent once and got no usable answer, and the list does not show it;"
        f" {kind.unseen(spec)}: {lost}"
    )


def _alone(kind: Kind, scope: Scope, spec: Any, state: State, warn: Warn, *, ours: bool = True) -> State:
    """``state`` after one more look. Of several that were started at the same moment the oldest stays: each run stops its own, if that is younger."""
    if kind.unique(spec):
        return state
    found: Any = state.found
    new: list[Any] = []
    for _look in _looks(time.monotonic()):
        try:
            new = kind.new(spec, state, kind.look(scope, state.session, state.key))
        except OpenTokError as error:
            warn(f"{kind.name} {found.id} was started, but what runs cannot be listed to see whether it is the only one: {error}")
            return state
        if ours and len(new) > 1 and new[0].id != found.id and found.id in {one.id for one in new}:
            stop(kind, scope, state, found)
            warn(f"it was started twice at the same moment ({kind.starting(spec)}): {kind.name} {new[0].id} stays, {found.id} was stopped")
            return _running(state, new[0], scope)
        if [one.id for one in new] == [found.id]:
            return dataclasses.replace(state, seen=state.seen | {found.id})
    if found.id not in {one.id for one in new}:
        warn(f"{kind.name} {found.id} was started, but the list does not show it yet, so it cannot be told whether it is the only one")
    return dataclasses.replace(state, twins=tuple(one for one in new if one.id != found.id))


def _looks(began: float) -> Iterator[None]:
    """The moments to look at, after a request that was sent at ``began``."""
    for wait in looks(time.monotonic() - began):
        if wait:
            time.sleep(wait * UNIT)
        yield
