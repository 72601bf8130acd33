# SPDX-License-Identifier: Apache-2.0
"""What a ledger has of a project, beside what is there and what another record has. Pure functions."""

from __future__ import annotations

import dataclasses

from ...api.account import Project
from ...errors import join_words
from ..durations import duration_text
from .rotation_plan import fingerprints
from .state import ProjectRecord, ProjectSpec


def remembered(project: Project, before: ProjectRecord | None, after: ProjectRecord) -> tuple[str, ...]:
    """What the ledger would have anew that changes nothing else, a line each."""
    texts = []
    if before is None:
        texts.append(f"record {project} with on_delete: {after.on_delete}")
        if after.secret_triggers:
            shown = (f"{key} ({value})" for key, value in sorted(fingerprints(after.secret_triggers).items()))
            texts.append(f"record the secret_triggers of {project}: {join_words(shown)}")
    old = before.secret_max_age if before else None
    if after.secret_max_age != old:
        ages = ["none" if age is None else duration_text(age) for age in (after.secret_max_age, old)]
        texts.append(f"record for {project} secret_max_age: {ages[0]}, in place of {ages[1]}")
    return tuple(texts)


def agreed(spec: ProjectSpec, project: Project, own: ProjectRecord, shared: ProjectRecord) -> ProjectRecord:
    """What is remembered of a project by two records: another party's rotation counts, if it was for what is declared here, or this one has not
    seen it. A ledger that does not know the live secret is an older copy, and tells nothing.
    """
    theirs = fingerprints(shared.rotation.known_triggers)
    same = all(theirs.get(key) == value for key, value in fingerprints(spec.secret_triggers).items())
    known = project.secret_fingerprint in (shared.secret_fingerprint, shared.secret_previous)
    if not known and not (same and shared.secret_pending):
        return own
    return own.with_rotation(shared.rotation if same else dataclasses.replace(shared.rotation, triggers=own.secret_triggers))


def not_recorded(spec: ProjectSpec, project: Project) -> tuple[str, ...]:
    """A warning where the ledger knows nothing of a project whose rotation depends on it."""
    names = [name for name, given in (("secret_triggers", spec.secret_triggers), ("secret_max_age", spec.secret_max_age)) if given]
    if not names:
        return ()
    verb = "are" if len(names) > 1 or names[0].endswith("s") else "is"
    return (f"the ledger does not know {project}: {join_words(names)} {verb} recorded as it is now, and nothing is rotated for it",)
