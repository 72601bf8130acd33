# SPDX-License-Identifier: Apache-2.0
"""What the Ansible module ``opentok.cloud.projects`` returns in check mode, registered and written as JSON."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ....core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, Document, document, item, undeclared
from . import wording

CALLED = "the module opentok.cloud.projects"


def is_one(found: Mapping[str, Any]) -> bool:
    """Whether it is one."""
    return {"changed", "projects"} <= found.keys() or bool(found.get("failed") and "msg" in found)


def document_of(found: Mapping[str, Any], now: datetime.datetime) -> Document:
    """The document that it comes to."""
    projects = found.get("projects") or []
    if not isinstance(found.get("projects", []), list):
        raise ValueError("projects")
    errors = [str(found["msg"])] if found.get("failed") and not any(one["failed"] for one in projects) else []
    if "undeclared" in found and found["undeclared"] is None:
        errors.append("what is not declared was not known: the id of an entry comes from a step that was only checked as well")
    failed = DRIFT if (found.get("failure") or {}).get("type") == "PlanError" else COULD_NOT_LOOK
    others = [*(found.get("purged") or ()), *(found.get("undeclared") or ())]
    accounts = {one.get("account_key") for one in projects} - {None}
    return document(
        (_item(one, failed) for one in projects),
        source="opentok.cloud.projects",
        looked_at=now,
        account_key=accounts.pop() if len(accounts) == 1 else None,
        errors=errors,
        undeclared=[_undeclared(one) for one in others],
    )


def _item(one: Mapping[str, Any], failed: str) -> Document:
    return item(
        one["key"],
        result=failed if one["failed"] else DRIFT if one["actions"] else AS_DECLARED,
        id_=one["id"],
        name=one["name"],
        actions=one["actions"],
        does=wording.does(one["actions"]),
        disruptive=wording.disruptive(one["actions"]),
        recorded=one["recorded"],
        warnings=one["warnings"],
        error=one["msg"],
        secret_rotated_at=one["secret_rotated_at"],
        secret_rotation_due_at=one["secret_rotation_due_at"],
    )


def _undeclared(one: Mapping[str, Any]) -> Document:
    texts = one["actions"]
    ended = {"actions": texts, "does": wording.does(texts), "disruptive": wording.disruptive(texts)}
    return {**undeclared(one["id"], one["name"], one["status"]), **ended, "error": one["msg"], "warnings": one.get("warnings") or []}
