# SPDX-License-Identifier: Apache-2.0
"""kubectl as a second witness, where it is on PATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not on PATH")
SECRET = '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "one"}, "stringData": {"a": "1"}}'
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example/main:1"}]}
"""


def kubectl(kubeconfig: Path, *arguments: str, stdin: str = "", fails: bool = False) -> str:
    """What it printed; of a failure, on stderr."""
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": str(kubeconfig.parent)}
    done = subprocess.run(["kubectl", *arguments], input=stdin, env=environment, capture_output=True, text=True, check=False)
    assert bool(done.returncode) == fails, done.stderr
    return done.stderr if fails else done.stdout


def test_kubectl_sees_what_is_there(kubeconfig: Path, namespace: str) -> None:
    here = ("--namespace", namespace)
    creating = ("create", "--validate=false", "--filename", "-", *here)
    kubectl(kubeconfig, *creating, stdin=SECRET)
    found = json.loads(kubectl(kubeconfig, "get", "secret", "one", "--output", "json", *here))
    assert found["data"] == {"a": "MQ=="}
    assert kubectl(kubeconfig, "get", "secrets", "--output", "name", *here) == "secret/one\n"
    assert "already exists" in kubectl(kubeconfig, *creating, stdin=SECRET, fails=True)
    applying = ("apply", "--server-side", "--validate=false", "--filename", "-", *here)
    kubectl(kubeconfig, *applying, stdin=DEPLOYMENT)
    kubectl(kubeconfig, "rollout", "restart", "deployment/web", *here)
    deployed = json.loads(kubectl(kubeconfig, "get", "deployment", "web", "--output", "json", *here))
    assert deployed["metadata"]["generation"] == 2
    assert "kubectl.kubernetes.io/restartedAt" in deployed["spec"]["template"]["metadata"]["annotations"]
    kubectl(kubeconfig, "delete", "secret", "one", *here)
    assert "NotFound" in kubectl(kubeconfig, "get", "secret", "one", *here, fails=True)
