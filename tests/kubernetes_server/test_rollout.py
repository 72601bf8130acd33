# SPDX-License-Identifier: Apache-2.0
"""Restarts of workloads, once for each cause; what a real kube-apiserver can be asked of it, where OPENTOK_TEST_KUBECONFIG names one."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.cluster.client import Cluster, ClusterError
from pulumi_opentok.core.desired.cluster.rollout import Rollout
from pulumi_opentok.core.desired.cluster.workloads import unfinished, wait_for
from tests.kubernetes_server import KubernetesServer, Rule

RESTARTED_AT, CAUSE = "kubectl.kubernetes.io/restartedAt", "pulumi-opentok/restarted-for"
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": "example/main:1"}]}}
SPEC = {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE}
WRONG = {
    "": "must be kubernetes-rollout:NAMESPACE/KIND/NAME",
    "acme/web": "must be kubernetes-rollout:NAMESPACE/KIND/NAME",
    "acme/pod/web": "KIND being deployment, statefulset or daemonset",
    "acme/deployment/": "must be kubernetes-rollout:",
    "acme/deployment/Web": "must be kubernetes-rollout:",
    "acme/deployment/web/x": "must be kubernetes-rollout:",
    "acme/deployment/web?": "takes only ?context=",
    "acme/deployment/web?wait=": "takes only ?context=",
    "acme/deployment/web?x=1": "takes only ?context=",
    "acme/deployment/web?wait=0": "waits for 1 to 3600 seconds",
    "acme/deployment/web?wait=3601": "waits for 1 to 3600 seconds",
    "acme/deployment/web?wait=5m": "waits for 1 to 3600 seconds",
}


@pytest.fixture
def asked(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cluster, as kubectl's usual environment names it."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    return kubeconfig


@pytest.fixture
def one(server: KubernetesServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KubernetesServer:
    """The contract server with a Deployment, as kubectl's usual environment names it."""
    monkeypatch.setenv("KUBECONFIG", str(server.write_kubeconfig(tmp_path / "kubeconfig")))
    server.add("Deployment", "acme", "web", spec={**SPEC, "replicas": 2})
    return server


def pods_of(server: KubernetesServer) -> dict[str, str]:
    """The annotations of the pods."""
    spec = (server.get("Deployment", "acme", "web") or {})["spec"]
    return dict(spec["template"]["metadata"].get("annotations") or {})


@pytest.mark.parametrize("kind", ["deployment", "statefulset", "daemonset"])
def test_once_for_each_cause(asked: Path, api: client.ApiClient, namespace: str, kind: str) -> None:
    apps = client.AppsV1Api(api)
    create, read = {
        "deployment": (apps.create_namespaced_deployment, apps.read_namespaced_deployment),
        "statefulset": (apps.create_namespaced_stateful_set, apps.read_namespaced_stateful_set),
        "daemonset": (apps.create_namespaced_daemon_set, apps.read_namespaced_daemon_set),
    }[kind]
    create(namespace, {"metadata": {"name": "web"}, "spec": {**SPEC, **({"serviceName": "web"} if kind == "statefulset" else {})}})
    rollout = Rollout.of(f"{namespace}/{kind}/web")
    assert [rollout.restart(cause=cause) for cause in ("46000001/a", "46000001/a", "46000001/b")] == [True, False, True]
    there = read("web", namespace)
    assert there.metadata.generation == 3
    annotations = there.spec.template.metadata.annotations
    assert annotations[CAUSE] == "46000001/b"
    assert datetime.fromisoformat(annotations[RESTARTED_AT]).utcoffset() is not None
    assert [each.image for each in there.spec.template.spec.containers] == ["example/main:1"]
    assert {each.manager for each in there.metadata.managed_fields} >= {"pulumi-opentok"}


def test_eight_at_once_restart_it_once(asked: Path, api: client.ApiClient, namespace: str) -> None:
    apps = client.AppsV1Api(api)
    apps.create_namespaced_deployment(namespace, {"metadata": {"name": "web"}, "spec": SPEC})
    done: list[bool] = []
    threads = [threading.Thread(target=lambda: done.append(Rollout.of(f"{namespace}/deployment/web").restart(cause="46000001/a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert apps.read_namespaced_deployment("web", namespace).metadata.generation == 2


def test_what_is_not_there(asked: Path, namespace: str) -> None:
    with pytest.raises(ClusterError, match=r'read deployment .*404: deployments.apps "web" not found: create that first, or name another'):
        Rollout.of(f"{namespace}/deployment/web").restart(cause="a")


@pytest.mark.parametrize(("place", "said"), WRONG.items(), ids=range(len(WRONG)))
def test_wrong(place: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Rollout.of(place)
    (problem,) = refused.value.problems
    assert (problem.field, said in problem.message) == ("notify", True), problem.message


def test_another_writer_at_the_same_moment(one: KubernetesServer) -> None:
    left = list(range(4))

    def scale(method: str, path: str) -> None:
        if method == "PATCH" and left:
            there = one.get("Deployment", "acme", "web") or {}
            one.add("Deployment", "acme", "web", spec={**there["spec"], "replicas": 3 + left.pop()})

    one.before = scale
    assert Rollout.of("acme/deployment/web").restart(cause="a")
    assert (pods_of(one)[CAUSE], left) == ("a", [])
    assert (one.get("Deployment", "acme", "web") or {})["spec"]["replicas"] == 3


def test_another_run_at_the_same_moment(one: KubernetesServer) -> None:
    done: list[bool] = []

    def other(method: str, path: str) -> None:
        if method == "PATCH" and not done:
            done.append(True)
            done.append(Rollout.of("acme/deployment/web").restart(cause="a"))

    one.before = other
    done.append(Rollout.of("acme/deployment/web").restart(cause="a"))
    assert done == [True, True, False]
    assert (one.get("Deployment", "acme", "web") or {})["metadata"]["generation"] == 2


def test_one_that_never_rests(one: KubernetesServer) -> None:
    turns = iter(range(1000))

    def scale(method: str, path: str) -> None:
        if method == "PATCH":
            there = one.get("Deployment", "acme", "web") or {}
            one.add("Deployment", "acme", "web", spec={**there["spec"], "replicas": next(turns)})

    one.before = scale
    with pytest.raises(ClusterError, match=r"409: .*run again"):
        Rollout.of("acme/deployment/web").restart(cause="a")
    assert [method for method, path in one.requests].count("PATCH") == 5


def test_a_lost_answer_is_no_second_restart(one: KubernetesServer) -> None:
    one.lose_answers_to = "PATCH"
    with pytest.raises(ClusterError, match=r"no answer from https://127.0.0.1"):
        Rollout.of("acme/deployment/web").restart(cause="a")
    one.lose_answers_to = None
    before = pods_of(one)
    assert not Rollout.of("acme/deployment/web").restart(cause="a")
    assert pods_of(one) == before


def test_a_paused_one(one: KubernetesServer) -> None:
    one.add("Deployment", "acme", "web", spec={**SPEC, "paused": True})
    with pytest.raises(ClusterError, match="it is paused: `kubectl --namespace acme rollout resume deployment/web`, then run again"):
        Rollout.of("acme/deployment/web").restart(cause="a")


def test_no_right_to_it(one: KubernetesServer, tmp_path: Path) -> None:
    one.write_kubeconfig(tmp_path / "kubeconfig", one.add_user("publisher", Rule(["get"], ["deployments"], "acme")))
    with pytest.raises(ClusterError, match=r'cannot patch resource "deployments" in API group "apps" in the namespace "acme"'):
        Rollout.of("acme/deployment/web").restart(cause="a")


STATUS = {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}


@pytest.mark.parametrize(
    ("status", "waits"),
    [
        ({}, "the rollout has not begun"),
        ({**STATUS, "observedGeneration": 0}, "the rollout has not begun"),
        ({**STATUS, "updatedReplicas": 1}, "1 of 2 pods are new"),
        ({**STATUS, "replicas": 3}, "1 old pods are still there"),
        ({**STATUS, "availableReplicas": 1}, "1 of 2 new pods are ready"),
        (STATUS, None),
    ],
)
def test_what_a_rollout_waits_for(one: KubernetesServer, status: dict[str, Any], waits: str | None) -> None:
    assert unfinished(one.set_status("Deployment", "acme", "web", **status)) == waits
    daemons = {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 2, "observedGeneration": 1}
    assert unfinished({"kind": "DaemonSet", "metadata": {"generation": 1}, "spec": {}, "status": daemons}) is None
    assert unfinished({"kind": "DaemonSet", "metadata": {"generation": 1}, "spec": {}, "status": {**daemons, "numberAvailable": 1}})


def test_waiting(one: KubernetesServer) -> None:
    paused: list[float] = []

    def progress(seconds: float) -> None:
        paused.append(seconds)
        one.set_status("Deployment", "acme", "web", **{**STATUS, "updatedReplicas": len(paused)})

    wait_for(Cluster(), "deployment", "acme", "web", seconds=60, pause=progress)
    assert paused == [2.0, 2.0]


def test_waiting_in_vain(one: KubernetesServer) -> None:
    said = r"not done after 0 s: the rollout has not begun: see `kubectl --namespace acme rollout status deployment/web`"
    with pytest.raises(ClusterError, match=said):
        wait_for(Cluster(), "deployment", "acme", "web", seconds=0)


def test_a_rollout_that_is_waited_for(one: KubernetesServer) -> None:
    """The controller is done by the time that it is asked."""

    def done(method: str, path: str) -> None:
        one.set_status("Deployment", "acme", "web", **{**STATUS, "observedGeneration": 2})

    one.before = done
    assert Rollout.of("acme/deployment/web?wait=60").restart(cause="a")
