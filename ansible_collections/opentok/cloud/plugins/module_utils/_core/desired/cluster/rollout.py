# SPDX-License-Identifier: Apache-2.0
"""A workload that is to take what has changed, as a target names it: ``kubernetes-rollout:NAMESPACE/KIND/NAME``."""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import parse_qsl

from ...errors import InvalidInput, MissingLibrary, Problem, quote
from .client import HAS_KUBERNETES, NAME, NAMESPACE, Cluster
from .workloads import WORKLOADS, restart, wait_for

SCHEME = "kubernetes-rollout"
LONGEST_WAIT = 3600
_WAIT = re.compile(r"[1-9][0-9]{0,3}")


@dataclasses.dataclass(frozen=True)
class Rollout:
    """The workload ``name`` of a ``kind`` of ``WORKLOADS``; ``wait``: seconds that its new pods may take, 0 for not waiting."""

    kind: str
    namespace: str
    name: str
    context: str | None = None
    wait: int = 0

    @classmethod
    def of(cls, place: str) -> Rollout:
        """What follows ``kubernetes-rollout:``. Raises ``InvalidInput``, and ``MissingLibrary`` without the client."""
        path, mark, query = place.partition("?")
        namespace, kind, name = path.split("/") if path.count("/") == 2 else ("", "", "")
        if not NAMESPACE.fullmatch(namespace) or kind not in WORKLOADS or not NAME.fullmatch(name):
            ways = f"must be {SCHEME}:NAMESPACE/KIND/NAME such as {SCHEME}:acme/deployment/web, KIND being deployment, statefulset or daemonset"
            raise _wrong(place, ways)
        settings = dict(parse_qsl(query, keep_blank_values=True))
        wait = settings.get("wait", "1")
        if (mark and not settings) or set(settings) - {"context", "wait"} or not all(settings.values()):
            raise _wrong(place, "takes only ?context= (of the kubeconfig) and ?wait= (seconds)")
        if not _WAIT.fullmatch(wait) or int(wait) > LONGEST_WAIT:
            raise _wrong(place, f"waits for 1 to {LONGEST_WAIT} seconds")
        if not HAS_KUBERNETES:
            raise MissingLibrary("kubernetes")
        return cls(kind, namespace, name, settings.get("context"), int(settings.get("wait", 0)))

    @property
    def where(self) -> str:
        """For texts."""
        return f"Kubernetes {self.kind} {self.namespace}/{self.name}" + (f" in {self.context}" if self.context else "")

    def restart(self, *, cause: str) -> bool:
        """Restarts the workload, once for each ``cause``, and waits for its new pods. Returns whether it was restarted. Raises ``ClusterError``."""
        cluster = Cluster(self.context)
        done = restart(cluster, self.kind, self.namespace, self.name, cause=cause)
        if self.wait:
            wait_for(cluster, self.kind, self.namespace, self.name, seconds=self.wait)
        return done


def _wrong(place: str, message: str) -> InvalidInput:
    return InvalidInput(Problem("notify", f"{quote(f'{SCHEME}:{place}', 120)} {message}"))
