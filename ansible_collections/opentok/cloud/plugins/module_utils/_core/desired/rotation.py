# SPDX-License-Identifier: Apache-2.0
"""Rotates a project's secret just once. When it is due says ``rotation_plan``. Private to opentok.cloud and pulumi_opentok.

A project has one secret and no overlap: a refresh kills the old secret and every client token signed with it at once, and it is not
idempotent. The account API shows the current secret, which makes a lost answer recoverable.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..account import Project, Projects
from ..auth import Signer
from ..errors import ApiError, Forbidden, OpenTokError, PlanError, RotationUnknown, ServerFault
from ..proof import prove as prove_credentials
from ..transport import Transport

PROOFS = 4
"""How often a new secret is tried before it counts as not proven: how fast it spreads at OpenTok is not documented."""

PAUSE = 0.5
"""Seconds before the second look; doubles each time."""


def rotate(projects: Projects, project: Project, warn: Callable[[str], None], sleep: Callable[[float], None] = time.sleep) -> Project:
    """Refreshes the secret once and returns the project with the new one.

    When the answer is lost the project is read back and the fingerprints are compared; only an unchanged secret is refreshed again, once.
    Raises :class:`RotationUnknown` when it cannot be told whether the secret was rotated.
    """
    for _attempt in range(2):
        try:
            return projects.refresh_secret(project.id)
        except OpenTokError as error:
            if not error.outcome_unknown:
                raise
            lost = error
            current = _read_back(projects, project, lost, sleep)
            if current is not None:
                warn(f"the answer to rotating the secret of {project} was lost ({lost}); reading it back shows that it was rotated")
                return current
            if isinstance(error, ApiError) and not isinstance(error, ServerFault):
                raise
    raise PlanError(f"the secret of {project} was not rotated: two tries got no answer, and the secret is the same as before: {lost}")


def prove(
    projects: Projects, transport: Transport, project: Project, warn: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> Project:
    """Shows with a signed read that the new secret works; warns when it does not (the rotation itself is done and must be kept).

    Returns the project with the secret that is live then: another run may have rotated it at the same moment.
    """
    signer = Signer(project.credentials)
    for attempt in range(PROOFS):
        if attempt:
            sleep(PAUSE * 2 ** (attempt - 1))
        try:
            prove_credentials(transport, signer)
            return project
        except Forbidden as error:
            failure: OpenTokError = error
            current = _replaced(projects, project)
            if current is not None:
                warn(f"the secret of {project} was rotated again while this run rotated it, by another run or person: the live one is theirs")
                return current
        except OpenTokError as error:
            failure = error
            break
    warn(f"the secret of {project} was rotated, but the new one could not be proven to work: {failure}")
    return project


def _replaced(projects: Projects, project: Project) -> Project | None:
    """The project if its secret is no longer this one."""
    try:
        current = projects.get(project.id)
    except OpenTokError:
        return None
    return current if current.secret_fingerprint != project.secret_fingerprint else None


def _read_back(projects: Projects, project: Project, lost: OpenTokError, sleep: Callable[[float], None]) -> Project | None:
    """The project if its secret is another one than before, ``None`` if it is the same also after a short wait."""
    for look in range(2):
        if look:
            sleep(PAUSE)
        try:
            current = projects.get(project.id)
        except OpenTokError as error:
            raise RotationUnknown(
                f"the answer to rotating the secret of {project} was lost ({lost}), and reading it back failed too ({error}):"
                " the secret may be a new one; run again, the current secret can be read at any time"
            ) from None
        if current.secret_fingerprint != project.secret_fingerprint:
            return current
    return None
