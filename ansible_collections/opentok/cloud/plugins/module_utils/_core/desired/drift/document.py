# SPDX-License-Identifier: Apache-2.0
"""The document ``opentok-drift``: what is not as declared, and what would be done.

docs/opentok-drift.schema.json is its schema, docs/drift.md its reference.

All keys are always there, ``None`` where unknown. It holds no secret: a fingerprint stands for one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...errors import LIKE_A_SECRET, NOT_SHOWN
from ..times import to_text

Document = dict[str, Any]

FORMAT = "opentok-drift"
VERSION = 1

AS_DECLARED = "as declared"
DRIFT = "drift"
COULD_NOT_LOOK = "could not look"
KEYS = ("format", "version", "result", "source", "account_key", "looked_at", "summary", "items", "undeclared", "errors")
ROTATE, PUBLISH, OTHER = "rotate", "publish", "other"
"""What an action does, as data: further ones are ``create``, ``delete``, ``set_status``, ``replace``, ``update``."""
RESULTS = (AS_DECLARED, DRIFT, COULD_NOT_LOOK)


def item(
    key: str,
    *,
    result: str,
    kind: str = "project",
    id_: str | None = None,
    name: str | None = None,
    status: str | None = None,
    secret_fingerprint: str | None = None,
    differs: Sequence[Mapping[str, Any]] = (),
    actions: Sequence[str] = (),
    does: Sequence[str] | None = None,
    disruptive: Sequence[str] = (),
    recorded: Sequence[str] = (),
    reasons: Sequence[str] = (),
    warnings: Sequence[str] = (),
    error: str | None = None,
    due: Mapping[str, Any] | None = None,
    secret_rotated_at: str | None = None,
    secret_rotation_due_at: str | None = None,
) -> Document:
    """What is known of one declared thing, or of one that nobody declares. ``name``, ``status``, ``secret_fingerprint``: as they are now.

    ``differs``: a ``property`` with what was ``expected`` and what was ``found``. ``actions`` is what would be done, in the plan's words,
    ``does`` what each of them does, as data (``rotate``), ``disruptive`` those of it by which something stops working for someone. ``recorded``: what
    would only be remembered, in a ledger or a state, which is no drift. ``error``: why it cannot be made as declared (``drift``), or why
    nothing is known of it (``could not look``). ``due``: a rotation that is due, with its ``reasons``, ``since`` and the window that ``opens``.

    ``by`` is always ``None``: OpenTok does not tell who changed a project. ``first_seen`` is set by :func:`.first_seen.carried`.
    """
    return {
        "key": _shown(key),
        "kind": kind,
        "id": id_,
        "name": None if name is None else _shown(name),
        "status": status,
        "secret_fingerprint": secret_fingerprint,
        "result": result,
        "first_seen": None,
        "by": None,
        "differs": [{**one, "expected": _value(one["expected"]), "found": _value(one["found"])} for one in differs],
        "actions": list(actions),
        "does": [OTHER] * len(actions) if does is None else list(does),
        "disruptive": list(disruptive),
        "recorded": list(recorded),
        "reasons": list(reasons),
        "warnings": list(warnings),
        "error": error,
        "due": None if due is None else dict(due),
        "secret_rotated_at": secret_rotated_at,
        "secret_rotation_due_at": secret_rotation_due_at,
    }


def undeclared(id_: str | None, name: str, status: str | None = None) -> Document:
    """A project that nobody declares."""
    differs = [{"property": "declared", "expected": False, "found": True}]
    return item(id_ or name, result=DRIFT, id_=id_, name=name, status=status or None, differs=differs)


def document(
    items: Iterable[Document],
    *,
    source: str,
    looked_at: datetime.datetime,
    account_key: str | None = None,
    undeclared: Iterable[Document] = (),
    errors: Sequence[str] = (),
    declared: int | None = None,
) -> Document:
    """The whole. ``source``: what looked. ``errors``: why nothing could be looked at.

    ``declared``: how many are declared, where ``items`` are only some of them.
    """
    ours, others = list(items), list(undeclared)
    return {
        "format": FORMAT,
        "version": VERSION,
        "result": result_of([*ours, *others], errors),
        "source": source,
        "account_key": account_key,
        "looked_at": to_text(looked_at),
        "summary": summary_of(ours, others, declared),
        "items": ours,
        "undeclared": others,
        "errors": list(errors),
    }


def result_of(items: Sequence[Document], errors: Sequence[str]) -> str:
    """What could not be looked at weighs more than what has drifted: nobody may take the rest for all."""
    found = {one["result"] for one in items}
    if errors or COULD_NOT_LOOK in found:
        return COULD_NOT_LOOK
    return DRIFT if DRIFT in found else AS_DECLARED


def summary_of(items: Sequence[Document], undeclared: Sequence[Document], declared: int | None) -> Document:
    """The counts. ``declared``: see :func:`document`."""
    return {
        "declared": len(items) if declared is None else declared,
        "drift": sum(one["result"] == DRIFT for one in items),
        "could_not_look": sum(one["result"] == COULD_NOT_LOOK for one in items),
        "disruptive": sum(bool(one["disruptive"]) for one in (*items, *undeclared)),
        "due": sum(one["due"] is not None for one in items),
        "undeclared": sum(one["result"] == DRIFT for one in undeclared),
    }


def _value(value: Any) -> Any:
    return _shown(value) if isinstance(value, str) else value


def _shown(text: str) -> str:
    """A name, unless somebody took a secret for one."""
    return NOT_SHOWN if LIKE_A_SECRET.search(text) else text
