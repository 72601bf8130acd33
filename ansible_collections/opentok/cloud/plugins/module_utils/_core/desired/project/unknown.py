# SPDX-License-Identifier: Apache-2.0
"""The plan of a project that an earlier step of a check would make."""

from __future__ import annotations

from ..plan import NOT_YET_KNOWN, Action, Plan, not_yet_known
from .plan import STATUS_TEXTS
from .rotation_plan import TOKENS_DIE
from .state import ProjectSpec

PROJECT = "the project whose id is not known yet"


def plan_unknown(spec: ProjectSpec, *, present: bool) -> Plan:
    """The plan where only the id is declared, and it is not known yet: what is done whatever there will be, and a warning of the rest."""
    actions = _present(spec) if present else _absent(spec)
    unknown = dict.fromkeys(("id", "api_key", "secret_fingerprint", "created_at"), NOT_YET_KNOWN)
    after = {**unknown, "name": spec.name, "status": spec.status, "account_key": spec.account_key}
    stays = present or spec.on_delete != "delete"
    return Plan(kind="project", actions=tuple(actions), after=after if stays else None, warnings=(not_yet_known(["existing_id"]),))


def _present(spec: ProjectSpec) -> list[Action]:
    actions = []
    if spec.rotate == "always":
        actions.append(Action(do="refresh_secret", text=f"rotate the secret of {PROJECT}; {TOKENS_DIE}", disrupts=True, issues_secret=True))
    if spec.status == "suspended":
        actions.append(Action(do="set_status", text=STATUS_TEXTS["suspended"].format(project=PROJECT), disrupts=True))
    return actions


def _absent(spec: ProjectSpec) -> list[Action]:
    if spec.on_delete == "retain":
        return []
    if spec.on_delete == "suspend":
        text = STATUS_TEXTS["suspended"].format(project=f"{PROJECT} instead of deleting it (on_delete: suspend)")
        return [Action(do="set_status", text=text, disrupts=True)]
    return [Action(do="delete", text=f"delete {PROJECT}: its key and every session made with it stop working for good", disrupts=True)]
