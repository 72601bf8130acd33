# SPDX-License-Identifier: Apache-2.0
"""Registers a callback once, and removes one.

The API has no key that makes a registration idempotent, and takes the same one twice. So nothing is sent a second time: where an answer is
lost, the list of the project says whether it was registered, and after each registration whether another run has made the same.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable

from ...api.callbacks import Callbacks
from ...errors import ApiError, NotFound, OpenTokError, OutcomeUnknown, PlanError, ServerError
from ..looking import UNIT, looks
from ..scope import Scope
from .state import CallbackSpec, CallbackState, find, read

Warn = Callable[[str], None]


def register(scope: Scope, spec: CallbackSpec, warn: Warn) -> CallbackState:
    """What is registered afterwards, also when the answer is lost on its way. Raises :class:`OutcomeUnknown` when it is not seen."""
    what, ask = f"{spec.what} in project {spec.project}", [str(spec.group), str(spec.event), str(spec.url)]
    began = time.monotonic()
    try:
        made = scope.signed(str(spec.project), lambda signer: Callbacks(scope.transport, signer).register(*ask))
    except OpenTokError as error:
        if not error.outcome_unknown:
            raise
        found = _lost(scope, spec, what, error, began)
        warn(f"the answer to registering {what} was lost ({error}); the list of the project shows that it was registered: callback {found.id}")
        return _alone(scope, found, warn)
    answered = CallbackState(spec=dataclasses.replace(spec, prune=None), id=made.id, account_key=scope.account_key, created_at=made.created_at)
    try:
        found = find(scope, spec)
        unseen = made.id not in (found.id, *found.duplicates)
        rewritten = unseen and read(scope, f"{spec.project}/{made.id}").id is not None
    except OpenTokError as error:
        warn(f"callback {made.id} is registered, but the callbacks of the project cannot be listed to see whether it is the only one: {error}")
        return answered
    if rewritten:
        # Each run would register one more.
        remove(scope, answered, made.id)
        raise PlanError(f"{what}: OpenTok wrote down another URL than was sent, so the callback was removed again: declare the URL in its usual form")
    return answered if found.id is None else _alone(scope, found, warn)


def remove(scope: Scope, state: CallbackState, callback_id: str) -> CallbackState:
    """``state`` without the callback of this id: itself, a duplicate, or one that is pruned."""
    with contextlib.suppress(NotFound):
        scope.signed(str(state.spec.project), lambda signer: Callbacks(scope.transport, signer).delete(callback_id))
    if state.id == callback_id:
        return dataclasses.replace(state, id=None)
    return dataclasses.replace(state, duplicates=tuple(one for one in state.duplicates if one != callback_id))


def _lost(scope: Scope, spec: CallbackSpec, what: str, lost: OpenTokError, began: float) -> CallbackState:
    for wait in looks(time.monotonic() - began):
        if wait:
            time.sleep(wait * UNIT)
        try:
            found = find(scope, spec)
        except OpenTokError as error:
            unseen = f"and the callbacks of the project cannot be listed to see whether it was registered ({error})"
            raise OutcomeUnknown(f"the answer to registering {what} was lost ({lost}), {unseen}: run again, which looks first") from None
        if found.id is not None:
            return found
    if isinstance(lost, ApiError) and not isinstance(lost, ServerError):
        raise lost
    raise OutcomeUnknown(
        f"{what} is not seen: it was sent once and got no usable answer, and the list of the project does not show it;"
        f" run again, which looks first: {lost}"
    )


def _alone(scope: Scope, found: CallbackState, warn: Warn) -> CallbackState:
    """The one that stays of those that are registered now; every run that sees the same ones keeps the same."""
    for other in found.duplicates:
        warn(f"{found.spec.what} was registered more than once at the same moment: callback {found.id} is kept, {other} removed")
        found = remove(scope, found, other)
    return found
