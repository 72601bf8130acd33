# SPDX-License-Identifier: Apache-2.0
"""Who manages which field: server-side apply and `metadata.managedFields`.

Lists are one field, but for those whose items have a key (owner references, containers, …). `status` is nobody's.
Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from .status import apply_conflict, bad_request

Path = tuple[str, ...]
KEYS = {"ownerReferences": "uid", "containers": "name", "initContainers": "name", "volumes": "name", "env": "name"}
"""By the name of a list, the field that tells its items apart."""
_NOT_MANAGED = {
    "metadata": {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "managedFields"},
    "": {"apiVersion", "kind", "status"},
}


def applied(live: dict[str, Any] | None, wanted: dict[str, Any], manager: str, *, force: bool) -> dict[str, Any]:
    """`live` with what `wanted` says, and without what this manager had applied before and does not any more."""
    if wanted.get("metadata", {}).get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    there, want = to_tree(live or {}), to_tree(wanted)
    before, after = dict(_leaves(_managed(there))), dict(_leaves(_managed(want)))
    entries = _entries(live)
    own = entries.pop((manager, "Apply", ""), (set(), ""))
    conflicts = [
        (_shown(key, wanted["apiVersion"]), _dotted(path))
        for key, (paths, _) in sorted(entries.items())
        for path in sorted(paths & set(after))
        if before.get(path) != after[path]
    ]
    if conflicts and not force:
        raise apply_conflict(conflicts)
    for paths, _ in entries.values():
        paths -= {path for path in paths if path in after and before.get(path) != after[path]}
    others = {path for paths, _ in entries.values() for path in paths}
    for path in own[0] - set(after) - others:
        _remove(there, path)
    _merge(there, want)
    result: dict[str, Any] = from_tree(there)
    entries[manager, "Apply", ""] = (set(after), own[1] if own[0] == set(after) and not _changes(before, after) else _now())
    return _with_entries(result, entries)


def updated(live: dict[str, Any] | None, new: dict[str, Any], manager: str, subresource: str = "") -> dict[str, Any]:
    """`new`, with what it changes of `live` as this manager's."""
    before, after = dict(_leaves(_managed(to_tree(live or {})))), dict(_leaves(_managed(to_tree(new))))
    changed = {path for path in after if path not in before or before[path] != after[path]}
    entries = _entries(live)
    for paths, _ in entries.values():
        paths -= changed | (set(before) - set(after))
    own, since = entries.get((manager, "Update", subresource), (set(), ""))
    if changed:
        entries[manager, "Update", subresource] = (own | changed, _now())
    elif own:
        entries[manager, "Update", subresource] = (own, since)
    return _with_entries(new, entries)


def to_tree(value: Any, name: str = "") -> Any:
    """Maps with `f:NAME`, and lists with keys as maps with `k:KEY`."""
    if isinstance(value, dict):
        return {f"f:{key}": to_tree(item, key) for key, item in value.items()}
    if isinstance(value, list) and value and name in KEYS and all(isinstance(item, dict) and KEYS[name] in item for item in value):
        return {f"k:{json.dumps({KEYS[name]: item[KEYS[name]]}, separators=(',', ':'))}": to_tree(item) for item in value}
    return copy.deepcopy(value)


def from_tree(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.startswith("k:") for key in tree):
        return [from_tree(item) for item in tree.values()]
    return {key[2:]: from_tree(item) for key, item in tree.items()}


def _managed(tree: dict[str, Any]) -> dict[str, Any]:
    kept = {key: item for key, item in tree.items() if key[2:] not in _NOT_MANAGED[""]}
    if isinstance(kept.get("f:metadata"), dict):
        kept["f:metadata"] = {key: item for key, item in kept["f:metadata"].items() if key[2:] not in _NOT_MANAGED["metadata"]}
    return kept


def _leaves(tree: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, item in tree.items():
        if isinstance(item, dict):
            yield from _leaves(item, (*path, key))
        elif item is not None:
            yield (*path, key), item


def _changes(before: dict[Path, Any], after: dict[Path, Any]) -> bool:
    return any(before.get(path) != after[path] for path in after)


def _merge(there: dict[str, Any], wanted: dict[str, Any]) -> None:
    for key, item in wanted.items():
        if isinstance(item, dict) and isinstance(there.get(key), dict):
            _merge(there[key], item)
        elif item is not None:
            there[key] = item


def _remove(tree: dict[str, Any], path: Path) -> None:
    first, *rest = path
    if not rest:
        tree.pop(first, None)
    elif isinstance(tree.get(first), dict):
        _remove(tree[first], tuple(rest))
        if not tree[first]:
            del tree[first]


Entries = dict[tuple[str, str, str], tuple[set[Path], str]]
"""By manager, operation and subresource: what it manages, and since when."""


def _entries(live: dict[str, Any] | None) -> Entries:
    listed = (live or {}).get("metadata", {}).get("managedFields") or []
    return {(each["manager"], each["operation"], each.get("subresource", "")): (set(_paths(each["fieldsV1"])), each["time"]) for each in listed}


def _paths(fields: dict[str, Any], path: Path = ()) -> Iterator[Path]:
    for key, item in fields.items():
        if item:
            yield from _paths(item, (*path, key))
        elif key != ".":
            yield (*path, key)


def _with_entries(result: dict[str, Any], entries: Entries) -> dict[str, Any]:
    listed = []
    for (manager, operation, subresource), (paths, since) in entries.items():
        fields: dict[str, Any] = {}
        for path in sorted(paths):
            inner = fields
            for key in path:
                inner = inner.setdefault(key, {})
        if fields:
            entry = {"manager": manager, "operation": operation, "apiVersion": result["apiVersion"], "time": since, "fieldsType": "FieldsV1"}
            listed.append({**entry, "fieldsV1": fields} | ({"subresource": subresource} if subresource else {}))
    return {**result, "metadata": {**result["metadata"], "managedFields": listed}}


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shown(key: tuple[str, str, str], api_version: str) -> str:
    manager, operation, subresource = key
    told = f'"{manager}"' + (f' with subresource "{subresource}"' if subresource else "")
    return told if operation == "Apply" else f"{told} using {api_version}"


def _dotted(path: Path) -> str:
    """`.data.a`, and an item of a list as `[uid="…"]`."""
    return "".join(f".{key[2:]}" if key.startswith("f:") else f"[{'='.join(key[3:-1].split(':', 1)).replace(chr(34), '', 2)}]" for key in path)
