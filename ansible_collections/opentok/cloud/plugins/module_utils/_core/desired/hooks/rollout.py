# SPDX-License-Identifier: Apache-2.0
"""A workload of Kubernetes that is restarted after a publication: its new pods read the new credentials."""

from __future__ import annotations

from ...http.auth import fingerprint
from ..cluster.client import ClusterError
from ..cluster.rollout import SCHEME, Rollout
from ..notify import Change, NotifyError


class RolloutHook:
    """Restarts the workload of ``rollout``, which ``place`` names."""

    def __init__(self, rollout: Rollout, place: str) -> None:
        self.where = rollout.where
        self.mark = fingerprint(f"{SCHEME}:{place}")
        self._rollout = rollout

    @classmethod
    def of(cls, place: str) -> RolloutHook:
        """The hook of ``kubernetes-rollout:`` and ``place``. Raises ``InvalidInput``, and ``MissingLibrary`` without the client."""
        return cls(Rollout.of(place), place)

    def run(self, change: Change) -> None:
        """Once for each secret, however often it is called: the pods say which one they were restarted for."""
        try:
            self._rollout.restart(cause=f"{change['api_key']} {change['secret_fingerprint']}")
        except ClusterError as error:
            raise NotifyError(f"{self.where}: {error}") from None
