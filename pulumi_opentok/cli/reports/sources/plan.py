# SPDX-License-Identifier: Apache-2.0
"""The JSON of ``opentok-projects plan``."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ....core.desired.drift.document import DRIFT, Document, document, item, undeclared

CALLED = "`opentok-projects plan --json`"


def is_one(found: Mapping[str, Any]) -> bool:
    """Whether it is one."""
    return {"account_key", "applied", "projects", "purged"} <= found.keys()


def document_of(found: Mapping[str, Any], now: datetime.datetime) -> Document:
    """The document that it comes to."""
    if found["applied"]:
        raise ValueError("it was applied")
    items = (_item(one, one["result"], one["differs"], one["disruptive"]) for one in found["projects"])
    ended = [_item(one, DRIFT, (), one["actions"]) for one in found["purged"] if one["actions"] or one["error"]]
    ends = {one["id"] for one in ended}
    others = [_left(one) for one in found["undeclared"] if one["id"] not in ends]
    return document(items, source="opentok-projects plan", looked_at=now, account_key=found["account_key"], undeclared=[*ended, *others])


def _left(one: Mapping[str, Any]) -> Document:
    kept = one.get("kept")
    return {**undeclared(one["id"], one["name"]), "warnings": [f"not purged: {kept}"] if kept else []}


def _item(one: Mapping[str, Any], result: str, differs: Any, disruptive: Any) -> Document:
    shown = one["project"] or {}
    return item(
        one["key"],
        result=result,
        id_=one["id"],
        name=one["name"],
        differs=differs,
        actions=one["actions"],
        disruptive=disruptive,
        reasons=one["reasons"],
        warnings=one["warnings"],
        error=one["error"],
        due=one["due"],
        secret_rotated_at=shown.get("secret_rotated_at"),
        secret_rotation_due_at=shown.get("secret_rotation_due_at"),
    )
