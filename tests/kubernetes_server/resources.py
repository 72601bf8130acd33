# SPDX-License-Identifier: Apache-2.0
"""The resources that the server has, and its discovery documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Resource:
    group: str
    plural: str
    kind: str
    short: str = ""
    namespaced: bool = True
    unconditional_update: bool = True
    """Whether an update without a resourceVersion is taken."""
    has_generation: bool = False

    @property
    def api_version(self) -> str:
        return f"{self.group}/v1" if self.group else "v1"

    @property
    def qualified(self) -> str:
        """As refusals name it: `secrets`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


RESOURCES = (
    Resource("", "namespaces", "Namespace", "ns", namespaced=False),
    Resource("", "secrets", "Secret"),
    Resource("", "configmaps", "ConfigMap", "cm"),
    Resource("", "serviceaccounts", "ServiceAccount", "sa"),
    Resource("coordination.k8s.io", "leases", "Lease", unconditional_update=False),
    Resource("apps", "deployments", "Deployment", "deploy", has_generation=True),
    Resource("apps", "statefulsets", "StatefulSet", "sts", has_generation=True),
    Resource("apps", "daemonsets", "DaemonSet", "ds", has_generation=True),
)
GROUPS = ("apps", "authorization.k8s.io", "coordination.k8s.io")
VERBS = ["create", "delete", "get", "list", "patch", "update"]


def by_plural(group: str, plural: str) -> Resource | None:
    return next((each for each in RESOURCES if (each.group, each.plural) == (group, plural)), None)


def by_kind(kind: str) -> Resource:
    return next(each for each in RESOURCES if each.kind == kind)


def discovery(path: str) -> dict[str, Any] | None:
    """The document at `path`; `None` if it is none of discovery."""
    if path == "/version":
        return {"major": "1", "minor": "33", "gitVersion": "v1.33.4+contract-server", "platform": "linux/amd64"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
    if path == "/apis":
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(group) for group in GROUPS]}
    if path == "/api/v1":
        return _listed("")
    group = path.removeprefix("/apis/").removesuffix("/v1")
    if path == f"/apis/{group}/v1" and group in GROUPS:
        return _listed(group)
    return _group(group) if path == f"/apis/{group}" and group in GROUPS else None


def _group(group: str) -> dict[str, Any]:
    version = {"groupVersion": f"{group}/v1", "version": "v1"}
    return {"kind": "APIGroup", "apiVersion": "v1", "name": group, "versions": [version], "preferredVersion": version}


def _listed(group: str) -> dict[str, Any]:
    rows = [
        {"name": each.plural, "singularName": each.kind.lower(), "namespaced": each.namespaced, "kind": each.kind, "verbs": VERBS}
        | ({"shortNames": [each.short]} if each.short else {})
        for each in RESOURCES
        if each.group == group
    ]
    if group == "authorization.k8s.io":
        rows = [{"name": "selfsubjectaccessreviews", "singularName": "", "namespaced": False, "kind": "SelfSubjectAccessReview", "verbs": ["create"]}]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{group}/v1" if group else "v1", "resources": rows}
