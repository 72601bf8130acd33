# SPDX-License-Identifier: Apache-2.0
"""What the Ansible module ``opentok.cloud.projects`` returns in check mode, registered and written as JSON."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ....core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, Document, document, item
from . import wording

CALLED = "the module opentok.cloud.projects"


def is_one(found: Mapping[str, Any]) -> bool:
    """Whether it is one."""
    return {"changed", "projects"} <= found.keys() or bool(found.get("failed") and "msg" in found)


def document_of(found: Mapping[str, Any], now: datetime.datetime) -> Document:
    """The document that it comes to."""
    projects = found.get("projects") or []
    errors = [str(found["msg"])] if found.get("failed") and not any(one.get("failed") for one in projects) else []
    items = [_item(one) for one in projects]
    return document(items, source=CALLED, looked_at=now, account_key=found.get("account_key"), errors=errors)


def _item(one: Mapping[str, Any]) -> Document:
    shown = one.get("project") or one
    actions = one.get("actions") or []
    return item(
        str(one["key"]),
        result=COULD_NOT_LOOK if one.get("failed") else DRIFT if actions else AS_DECLARED,
        id_=shown.get("id"),
        name=shown.get("name"),
        actions=actions,
        disruptive=one.get("disruptive") or wording.disruptive(actions),
        warnings=one.get("warnings") or [],
        error=str(one["msg"]) if one.get("failed") else None,
        due=one.get("due"),
        secret_rotated_at=shown.get("secret_rotated_at"),
        secret_rotation_due_at=shown.get("secret_rotation_due_at"),
    )
