# SPDX-License-Identifier: Apache-2.0
"""A contract server of the Kubernetes API: what its documentation and the source of kube-apiserver 1.33 say, in memory. It is no Kubernetes.

    with KubernetesServer() as cluster:
        cluster.write_kubeconfig(path)                      # as its administrator
        cluster.add("Deployment", "acme", "web", spec={…})
        token = cluster.add_user("system:serviceaccount:ci:publisher", Rule(["get", "patch"], ["secrets"], namespace="acme"))

Modelled: Namespaces, Secrets, ConfigMaps, ServiceAccounts, Leases, Deployments, StatefulSets and DaemonSets with get, list (labelSelector,
fieldSelector on the name, limit, continue), create, update, the four patches with server-side apply and its managed fields, delete with
preconditions, dryRun=All; SelfSubjectAccessReview; bearer tokens, RBAC, a quota of numbers, admission webhooks; discovery, as kubectl needs it.
Not modelled: watch, defaulting of specs, controllers (a test sets a status itself), protobuf, garbage collection by owners.
"""

from .access import Rule
from .server import KubernetesServer, Refusal

__all__ = ["KubernetesServer", "Refusal", "Rule"]
