# SPDX-License-Identifier: Apache-2.0
"""Rotates a project's secret just once. When it is due says ``rotation_plan``.

A project has one secret and no overlap: a refresh kills the old secret and every client token signed with it at once, and it is not
idempotent. The account API shows the current secret, which makes a lost answer recoverable; what it shows soon after a rotation may be the
old one, if another server answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from ...api.account import Project, Projects
from ...api.verify_credentials import verify_credentials
from ...errors import ApiError, Forbidden, OpenTokError, OutcomeUnknown, PlanError, RotationUnknown, ServerError
from ...http.auth import Signer
from ...http.transport import Transport
from ..looking import UNIT, looks

VERIFY_ATTEMPTS = 4
"""How often a new secret is tried before it counts as not proven: how fast it spreads at OpenTok is not documented."""

PAUSE = UNIT
"""Seconds before the second look; doubles each time."""

Sleep = Callable[[float], None]
Warn = Callable[[str], None]
Dead = Collection[str]
"""Fingerprints of secrets that are known to be dead: a server that shows one lags."""


def rotate(projects: Projects, project: Project, warn: Warn, sleep: Sleep = time.sleep, *, dead: Dead = ()) -> Project:
    """Refreshes the secret once and returns the project with the new one.

    When the answer is lost, or shows the secret that was there before, the project is read back and the fingerprints are compared; only an
    unchanged secret is refreshed again, once, and only where no answer came or the server failed.
    Raises :class:`RotationUnknown` when it cannot be told whether the secret was rotated, else :class:`OutcomeUnknown` when no other secret is seen.
    """
    lost: OpenTokError | None = None
    while True:
        began = time.monotonic()
        try:
            new = projects.refresh_secret(project.id)
        except OpenTokError as error:
            if not error.outcome_unknown:
                if lost is None:
                    raise
                said = f"the secret of {project} is not seen to be rotated: a first try got no answer ({lost}), the next one was refused"
                raise OutcomeUnknown(f"{said}: {error}") from None
            current = _read_back(projects, project, f"the answer to rotating the secret of {project} was lost ({error})", dead, began, sleep)
            if current is not None:
                warn(f"the answer to rotating the secret of {project} was lost ({error}); reading it back shows that it was rotated")
                return current
            if isinstance(error, ApiError) and not isinstance(error, ServerError):
                raise
            if lost is not None:
                said = f"the secret of {project} was not rotated: two tries got no answer, and the secret is the same as before"
                raise OutcomeUnknown(f"{said}; run again: {error}") from None
            lost = error
            continue
        return _another(projects, project, new, dead, lost, warn, sleep)


def verify_new_secret(
    projects: Projects, transport: Transport, project: Project, old: Project, warn: Warn, sleep: Sleep = time.sleep, *, dead: Dead = ()
) -> tuple[Project, OpenTokError | None]:
    """Shows with a signed read that the new secret works. Returns what it could not be proven for (the rotation itself is done and must be kept),
    and the project with the secret that is live then: another run may have rotated it at the same moment, or a gateway sent the request twice.
    What a suspended project signs is refused: it is read once more instead, and not proven where that cannot be.

    Raises :class:`RotationUnknown` when the ``old`` secret works and the new one does not.
    """
    if project.status != "active":
        try:
            current = projects.get(project.id)
        except OpenTokError as error:
            return project, _unproven(project, error)
        return _theirs(current, project, old, dead, warn) or project, None
    signer = Signer(project.credentials)
    for attempt in range(VERIFY_ATTEMPTS):
        if attempt:
            sleep(PAUSE * 2 ** (attempt - 1))
        try:
            verify_credentials(transport, signer)
            return project, None
        except Forbidden as error:
            failure: OpenTokError = error
            theirs = _theirs(_read(projects, project), project, old, dead, warn)
            if theirs is not None:
                return theirs, None
        except OpenTokError as error:
            failure = error
            break
    if isinstance(failure, Forbidden) and _works(transport, old):
        raise RotationUnknown(
            f"OpenTok answered that the secret of {project} was rotated, but it refuses the new one and takes the old one: {failure}."
            " The new one is not handed on; run again"
        )
    return project, _unproven(project, failure)


def _unproven(project: Project, failure: OpenTokError) -> PlanError:
    return PlanError(
        f"the secret of {project} was rotated, but the new one could not be proven to work: {failure}. What signs with it may be refused:"
        " look at the project, then run again"
    )


def read_anew(projects: Projects, stale: Project, sleep: Sleep = time.sleep) -> Project:
    """The project with a secret that is not the one of ``stale``, which a rotation has replaced. Raises :class:`PlanError` when it stays."""
    for wait in looks(0):
        if wait:
            sleep(wait * PAUSE)
        current = projects.get(stale.id)
        if current.secret_fingerprint != stale.secret_fingerprint:
            return current
    raise PlanError(
        f"OpenTok shows for {stale} the secret that was rotated away: the server that answers lags behind, so nothing was changed or published;"
        " run again in a while"
    )


def _another(
    projects: Projects, project: Project, new: Project, dead: Dead, lost: OpenTokError | None, warn: Warn, sleep: Sleep
) -> Project:
    """The project with its ``new`` secret, which a server that answers success may not have made."""
    same = new.secret_fingerprint == project.secret_fingerprint
    if not same and lost is None:
        return new
    answered = f"OpenTok answered that the secret of {project} was rotated"
    if not same:
        # The first try, whose answer was lost, may have been carried out after the second.
        current = _read(projects, new)
        if not _replaced(current, new, project, dead):
            return new
        warn(f"{answered}, and then that it was rotated once more: a first try whose answer was lost ({lost}) was carried out late")
        return current or new
    current = _read_back(projects, project, f"{answered}, but with the secret that it had", dead, time.monotonic(), sleep)
    if current is None:
        raise OutcomeUnknown(f"{answered}, but the secret is the same as before, also when it is read back: it counts as not rotated; run again")
    warn(f"{answered}, but with the secret that it had; reading it back shows the new one")
    return current


def _theirs(current: Project | None, project: Project, old: Project, dead: Dead, warn: Warn) -> Project | None:
    """``current`` if it has the secret that a rotation beside this one has given it."""
    if not _replaced(current, project, old, dead):
        return None
    warn(f"the secret of {project} was rotated again while this run rotated it, by another run or person: the live one is theirs")
    return current


def _replaced(current: Project | None, project: Project, old: Project, dead: Dead) -> bool:
    """Whether the secret is no longer that of ``project``, nor the ``old`` or a ``dead`` one, which a server that lags may still show."""
    return current is not None and current.secret_fingerprint not in {project.secret_fingerprint, old.secret_fingerprint, *dead}


def _read(projects: Projects, project: Project) -> Project | None:
    """The project as it is now, ``None`` where that cannot be known."""
    try:
        return projects.get(project.id)
    except OpenTokError:
        return None


def _works(transport: Transport, project: Project) -> bool:
    try:
        verify_credentials(transport, Signer(project.credentials))
    except OpenTokError:
        return False
    return True


def _read_back(projects: Projects, project: Project, what: str, dead: Dead, began: float, sleep: Sleep) -> Project | None:
    """The project if its secret is another one than before, ``None`` if it is the same (or a ``dead`` one) also after some waits."""
    for wait in looks(time.monotonic() - began):
        if wait:
            sleep(wait * PAUSE)
        try:
            current = projects.get(project.id)
        except OpenTokError as error:
            raise RotationUnknown(
                f"{what}, and reading it back failed too ({error}):"
                " the secret may be a new one; run again, the current secret can be read at any time"
            ) from None
        if current.secret_fingerprint not in {project.secret_fingerprint, *dead}:
            return current
    return None
