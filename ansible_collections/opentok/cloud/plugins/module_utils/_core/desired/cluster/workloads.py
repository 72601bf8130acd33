# SPDX-License-Identifier: Apache-2.0
"""Workloads of a cluster: found, and restarted as ``kubectl rollout restart`` does it.

Needs ``get`` and ``patch`` on the workload.
Source: https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_restart/.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from .client import HAS_KUBERNETES, MANAGER, Cluster, ClusterError

if HAS_KUBERNETES:
    from kubernetes import client

WORKLOADS = {"deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}
"""As targets write a kind, and as Kubernetes does."""

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
CAUSE = "pulumi-opentok/restarted-for"
"""Annotations of the pods: when they were restarted, and for which change."""

TRIES = 5
"""How often a restart is sent where someone else changes the workload at the same moment."""


def read_workload(cluster: Cluster, kind: str, namespace: str, name: str) -> Mapping[str, Any]:
    """The object. Raises :class:`ClusterError`."""
    apps = client.AppsV1Api(cluster.client())
    reads = {
        "deployment": apps.read_namespaced_deployment,
        "statefulset": apps.read_namespaced_stateful_set,
        "daemonset": apps.read_namespaced_daemon_set,
    }
    return cluster.ask(f"read {kind} {namespace}/{name}", reads[kind], name, namespace)


def restart(cluster: Cluster, kind: str, namespace: str, name: str, *, cause: str) -> bool:
    """Has the workload replace its pods in its own way, once for each ``cause``. ``kind``: of :data:`WORKLOADS`.

    Returns whether it was done: not again for the cause that the pods have been restarted for last. Raises :class:`ClusterError`.
    """
    for _again in range(TRIES - 1):
        try:
            return _restart(cluster, kind, namespace, name, cause)
        except ClusterError as error:
            if error.reason != "Conflict":
                raise
    return _restart(cluster, kind, namespace, name, cause)


def _restart(cluster: Cluster, kind: str, namespace: str, name: str, cause: str) -> bool:
    there, what = read_workload(cluster, kind, namespace, name), f"restart {kind} {namespace}/{name}"
    if _annotations(there).get(CAUSE) == cause:
        return False
    if _part(there, "spec").get("paused") is True:
        raise ClusterError(f"{what}: it is paused: `kubectl --namespace {namespace} rollout resume {kind}/{name}`, then run again")
    annotations = {RESTARTED_AT: datetime.now(timezone.utc).isoformat(timespec="seconds"), CAUSE: cause}
    # On top of what was read: two runs at once would restart it twice for one cause.
    version = _part(there, "metadata").get("resourceVersion")
    body = {"metadata": {"resourceVersion": version}, "spec": {"template": {"metadata": {"annotations": annotations}}}}
    apps = client.AppsV1Api(cluster.client())
    patches = {
        "deployment": apps.patch_namespaced_deployment,
        "statefulset": apps.patch_namespaced_stateful_set,
        "daemonset": apps.patch_namespaced_daemon_set,
    }
    cluster.ask(what, patches[kind], name, namespace, body, field_manager=MANAGER)
    return True


def unfinished(workload: Mapping[str, Any]) -> str | None:
    """What a rollout is still waiting for, as ``kubectl rollout status`` says it; ``None`` when all pods are new and ready."""
    spec, status = _part(workload, "spec"), _part(workload, "status")
    if (status.get("observedGeneration") or 0) < (_part(workload, "metadata").get("generation") or 0):
        return "the rollout has not begun"
    daemons = workload.get("kind") == "DaemonSet" or "desiredNumberScheduled" in status
    wanted = status.get("desiredNumberScheduled") or 0 if daemons else spec.get("replicas", 1)
    updated = status.get("updatedNumberScheduled" if daemons else "updatedReplicas") or 0
    ready = status.get("numberAvailable" if daemons else "availableReplicas") or 0
    if updated < wanted:
        return f"{updated} of {wanted} pods are new"
    if not daemons and (status.get("replicas") or 0) > updated:
        return f"{status['replicas'] - updated} old pods are still there"
    return f"{ready} of {wanted} new pods are ready" if ready < wanted else None


def wait_for(
    cluster: Cluster, kind: str, namespace: str, name: str, *, seconds: float, pause: Callable[[float], object] = time.sleep, every: float = 2.0
) -> None:
    """Returns when the rollout is done. Raises :class:`ClusterError` when it is not within ``seconds``."""
    what, until = f"wait for {kind} {namespace}/{name}", time.monotonic() + seconds
    while (waits := unfinished(read_workload(cluster, kind, namespace, name))) is not None:
        if time.monotonic() >= until:
            raise ClusterError(f"{what}: not done after {seconds:g} s: {waits}: see `kubectl --namespace {namespace} rollout status {kind}/{name}`")
        pause(every)


def _annotations(workload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of its pods."""
    return _part(_part(_part(_part(workload, "spec"), "template"), "metadata"), "annotations")


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A map in a map; empty when it is none."""
    part = of.get(name)
    return part if isinstance(part, Mapping) else {}
