# SPDX-License-Identifier: Apache-2.0
"""Sets a project's archive storage, and removes it. Both may be sent again: the last one counts."""

from __future__ import annotations

from ...api.storage import Storage
from ...errors import ApiError, Forbidden, NotFound, OpenTokError, OutcomeUnknown, PlanError, ServerError
from ..plan import Action, Applied
from ..scope import Scope
from .state import ArchiveStorageSpec, ArchiveStorageState


def carry_out(scope: Scope, action: Action, state: ArchiveStorageState) -> Applied[ArchiveStorageState]:
    """What the one ``action`` of a plan comes to."""
    if action.do == "forget":
        return Applied(state=ArchiveStorageState(), done=(action,))
    if action.do == "remove":
        return _remove(scope, action, state)
    spec: ArchiveStorageSpec = action.args["spec"]
    if spec.verify:
        from .probe import probe

        notes = probe(spec)
    else:
        notes = ()
    if action.do == "verify":
        return Applied(state=state, done=(action,), warnings=notes)
    there = ArchiveStorageState(spec=spec, account_key=scope.account_key)
    try:
        scope.signed(
            str(spec.project),
            lambda signer: Storage(scope.transport, signer).set(spec.target, fallback=spec.fallback, certificate=spec.certificate),
        )
    except OpenTokError as error:
        if not _lost(error):
            raise
        return Applied(state=there, warnings=notes, unfinished=error, unsure=True)
    return Applied(state=there, done=(action,), warnings=notes)


def _remove(scope: Scope, action: Action, state: ArchiveStorageState) -> Applied[ArchiveStorageState]:
    project = str(action.args["project"])
    try:
        scope.signed(project, lambda signer: Storage(scope.transport, signer).delete())
    except NotFound:
        return Applied(state=ArchiveStorageState())
    except (Forbidden, PlanError):
        if scope.status_of(project, state.account_key) != "gone":
            raise
        # With a project that is gone its storage went.
        return Applied(state=ArchiveStorageState())
    except OpenTokError as error:
        if not _lost(error):
            raise
        raise OutcomeUnknown(f"the archive storage of project {project} may or may not have been removed: no answer said which ({error})") from None
    return Applied(state=ArchiveStorageState(), done=(action,))


def _lost(error: OpenTokError) -> bool:
    """Whether no usable answer came, rather than one that refuses."""
    return error.outcome_unknown and (isinstance(error, ServerError) or not isinstance(error, ApiError))
