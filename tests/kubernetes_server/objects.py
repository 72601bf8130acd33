# SPDX-License-Identifier: Apache-2.0
"""The objects that are there: kept, numbered, listed in pages."""

from __future__ import annotations

import base64
import copy
import itertools
import json
import uuid
from datetime import datetime, timezone
from typing import Any

from .resources import Resource
from .selectors import selector
from .status import Refusal, bad_request, not_found

Key = tuple[str, str, str]
"""Qualified resource, namespace (empty: none), name."""
SYSTEM = ("uid", "creationTimestamp", "generation", "resourceVersion")


class Objects:
    """Not safe for threads: the server asks one request at a time."""

    def __init__(self) -> None:
        self._all: dict[Key, dict[str, Any]] = {}
        self._versions = itertools.count(1001)
        self.version = 1000
        self._pages: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        """By the token of a list that goes on: its version, and what is still to be told of it."""

    def get(self, resource: Resource, namespace: str, name: str) -> dict[str, Any] | None:
        return copy.deepcopy(self._all.get((resource.qualified, namespace, name)))

    def put(self, resource: Resource, namespace: str, new: dict[str, Any], *, keep: bool = True) -> dict[str, Any]:
        """Keeps it (unless it is a dry run), with what the system writes into it. What changes nothing gets no new resourceVersion."""
        name = new["metadata"]["name"]
        live = self._all.get((resource.qualified, namespace, name))
        made = {"apiVersion": resource.api_version, "kind": resource.kind, **copy.deepcopy(new)}
        there = (live or {}).get("metadata", {})
        metadata = {key: value for key, value in made["metadata"].items() if key not in SYSTEM}
        metadata["uid"] = there.get("uid") or str(uuid.uuid4())
        metadata["creationTimestamp"] = there.get("creationTimestamp") or _now()
        if resource.namespaced:
            metadata["namespace"] = namespace
        if resource.has_generation:
            metadata["generation"] = there.get("generation", 0) + (live is None or live.get("spec") != made.get("spec"))
        if there.get("resourceVersion"):
            metadata["resourceVersion"] = there["resourceVersion"]
        made["metadata"] = metadata
        if keep and (live is None or _without_times(made) != _without_times(live)):
            metadata["resourceVersion"] = self._next()
            self._all[resource.qualified, namespace, name] = made
        elif live is not None and _without_times(made) == _without_times(live):
            made = live
        return copy.deepcopy(made)

    def remove(self, resource: Resource, namespace: str, name: str) -> None:
        self._next()
        del self._all[resource.qualified, namespace, name]
        if resource.kind == "Namespace":
            self._all = {key: each for key, each in self._all.items() if key[1] != name}

    def all_of(self, resource: Resource, namespace: str) -> list[dict[str, Any]]:
        """In the order of etcd's keys; of all namespaces, for an empty one."""
        chosen = sorted(key for key in self._all if key[0] == resource.qualified and namespace in ("", key[1]))
        return [copy.deepcopy(self._all[key]) for key in chosen]

    def page(self, resource: Resource, namespace: str, query: dict[str, str]) -> dict[str, Any]:
        """A list, as of one moment however many pages it has. Raises :class:`Refusal` for a token that has expired."""
        limit = int(query.get("limit") or 0)
        if token := query.get("continue"):
            if token not in self._pages:
                told = "The provided continue parameter is too old to display a consistent list result. You must start a new list without it."
                raise Refusal(410, "Expired", told)
            version, items = self._pages[token]
        else:
            version, items = self.version, self._selected(resource, namespace, query)
        metadata: dict[str, Any] = {"resourceVersion": str(version)}
        if limit and len(items) > limit:
            items, rest = items[:limit], items[limit:]
            last = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": rest[0]["metadata"]["name"]})
            metadata["continue"] = base64.urlsafe_b64encode(last.encode()).decode()
            if not query.get("labelSelector"):
                metadata["remainingItemCount"] = len(rest)
            self._pages[metadata["continue"]] = (version, rest)
        rows = [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in items]
        return {"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": metadata, "items": rows}

    def expire_pages(self) -> None:
        """As when etcd has been compacted."""
        self._pages.clear()

    def _selected(self, resource: Resource, namespace: str, query: dict[str, str]) -> list[dict[str, Any]]:
        chosen = selector(query.get("labelSelector", ""))
        field, _, name = query.get("fieldSelector", "").partition("=")
        if field not in ("", "metadata.name"):
            raise bad_request(f'Unable to find "{resource.api_version}, Resource={resource.plural}" that match field selector "{field}"')
        items = [item for item in self.all_of(resource, namespace) if chosen(item["metadata"].get("labels") or {})]
        return [item for item in items if not field or item["metadata"]["name"] == name.lstrip("=")]

    def _next(self) -> str:
        self.version = next(self._versions)
        return str(self.version)

    def require(self, resource: Resource, namespace: str, name: str) -> dict[str, Any]:
        """Raises :class:`Refusal` for what is not there."""
        found = self.get(resource, namespace, name)
        if found is None:
            raise not_found(resource.qualified, name)
        return found


def _without_times(made: dict[str, Any]) -> dict[str, Any]:
    """Without what alone makes no change: the version, and since when fields are managed."""
    metadata = {key: value for key, value in made["metadata"].items() if key != "resourceVersion"}
    metadata["managedFields"] = [{**entry, "time": ""} for entry in metadata.get("managedFields") or []]
    return {**made, "metadata": metadata}


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
