# SPDX-License-Identifier: Apache-2.0
"""What of a project is not as declared: for reports, a plan says what is done about it."""

from __future__ import annotations

from ..project.state import ProjectRecord, ProjectSpec, ProjectState
from .report import Difference

STILL_THERE = Difference(property="exists", expected=False, found=True)


def differences(spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None) -> tuple[Difference, ...]:
    """Each property that is other than declared; the secret where it is not the one that the ledger recorded."""
    project = state.project
    if project is None:
        # Several of one name are not "none": that is an error of its own.
        return () if state.namesakes else (Difference(property="exists", expected=True, found=False),)
    found = []
    if spec.name not in (None, project.name):
        found.append(Difference(property="name", expected=spec.name, found=project.name))
    if spec.status not in (None, project.status):
        found.append(Difference(property="status", expected=spec.status, found=project.status))
    if record is not None and record.handover is not None:
        from ..project.handover import changed_elsewhere  # here: it is rarely needed

        other = changed_elsewhere(state, record.handover)
        found.extend(Difference(property=name, expected=expected, found=now) for name, expected, now in other)
        if record.handover.other == project.id:
            # Another project has another secret.
            return tuple(found)
    live = project.secret_fingerprint
    recorded = None if record is None else record.secret_fingerprint
    if record is not None and recorded not in (None, live) and live != record.secret_previous:
        found.append(Difference(property="secret_fingerprint", expected=recorded, found=live))
    return tuple(found)
