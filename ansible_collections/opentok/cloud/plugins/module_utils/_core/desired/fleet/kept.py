# SPDX-License-Identifier: Apache-2.0
"""Projects that no entry means, but that one of them may have meant before they were renamed: a purge leaves them alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...api.account import Project
from ...errors import quote
from ..creation import Creation
from ..project.state import ProjectRecord
from .member import Member

HOW = "declare its id to have it as declared, or its id with state: absent to end it"


def kept(others: Iterable[tuple[Project, ProjectRecord | None]], members: Sequence[Member], creation: Creation) -> dict[str, str]:
    """Why a purge does not end these of ``others`` (with what the ledger remembers), by id.

    What the ledger knows to be declared by a name that is declared is one that was renamed. Of what it does not know the name alone tells.
    """
    names = {member.spec.name for member in members if member.spec.id is None and member.spec.name}
    found: dict[str, str] = {}
    unknown = []
    for project, record in others:
        if record is None:
            unknown.append(project)
        elif record.name in names:
            found[project.id] = f"the ledger knows it as the declared {quote(record.name)}, so it was renamed elsewhere: {HOW}"
    return {**found, **_alike(unknown, names, creation)} if unknown else found


def _alike(projects: Sequence[Project], names: set[str], creation: Creation) -> dict[str, str]:
    from ..names import SHORTEST_CUT, difference

    taken = {one.id: name for name in names for one in creation.similar(name)}
    for project in projects:
        for length in range(SHORTEST_CUT, len(project.name)):
            if project.name[:length] in names:
                taken[project.id] = project.name[:length]
    return {
        project.id: f"its name differs from the declared {quote(name)} only {difference(name, project.name)}, so it may be that one: {HOW}"
        for project in projects
        if (name := taken.get(project.id)) is not None
    }
