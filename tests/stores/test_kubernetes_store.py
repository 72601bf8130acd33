# SPDX-License-Identifier: Apache-2.0
"""Kubernetes by its official client, against the contract server: ownership, versions, rights, policies, and every refusal as one line."""

from __future__ import annotations

import base64
import functools
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.config import incluster_config

from pulumi_opentok.core.desired.publish import PublishError
from tests.kubernetes_server import KubernetesServer, Rule
from tests.stores import places
from tests.stores.places import NEWER, SECRET, document, store

TARGET = "kubernetes:acme/opentok"
OURS = {"labels": {"app.kubernetes.io/managed-by": "pulumi-opentok"}}
PATH = "/api/v1/namespaces/acme/secrets"
BASE64 = base64.b64encode(SECRET.encode()).decode()
WHO = "system:serviceaccount:ci:publisher"
refused = functools.partial(places.refused, hidden=(BASE64,))


def encoded(content: Any) -> dict[str, str]:
    return {"opentok.json": base64.b64encode(json.dumps(content).encode()).decode()}


def data(cluster: KubernetesServer, name: str = "opentok") -> dict[str, str]:
    """What is in the Secret."""
    found = cluster.get("Secret", "acme", name) or {"data": {}}
    return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}


def test_what_is_there(cluster: KubernetesServer) -> None:
    store(TARGET).write(document())
    there = cluster.get("Secret", "acme", "opentok") or {}
    assert there["type"] == "Opaque"
    assert there["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "pulumi-opentok", "pulumi-opentok/api-key": "46000001"}
    content = data(cluster)
    assert json.loads(content.pop("opentok.json")) == document()
    assert content == {"OPENTOK_API_KEY": "46000001", "OPENTOK_API_SECRET": SECRET}


def test_the_requests(cluster: KubernetesServer) -> None:
    store(TARGET).write(document())
    one = store(TARGET)
    cluster.requests.clear()
    assert one.read() == document()
    assert cluster.requests == [("GET", f"{PATH}/opentok")]
    one.write(document(api_secret=NEWER))
    ((method, path),) = cluster.requests[1:]
    assert (method, path.lower()) == ("PATCH", f"{PATH}/opentok?fieldManager=pulumi-opentok&force=true".lower())


def test_the_owner_is_the_workload_that_is_there_now(cluster: KubernetesServer) -> None:
    owner = cluster.add("Deployment", "acme", "web", spec={})["metadata"]
    target = f"{TARGET}?owner=deployment/web"
    store(target).preflight()
    store(target).write(document())
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": owner["uid"]}
    assert (cluster.get("Secret", "acme", "opentok") or {})["metadata"]["ownerReferences"] == [reference]
    refused(f"{TARGET}?owner=statefulset/web", "write", "read statefulset acme/web was refused", "not found", "create that first")


def test_keys_and_labels_of_others_stay(cluster: KubernetesServer) -> None:
    store(TARGET).write(document())
    there = cluster.get("Secret", "acme", "opentok") or {}
    there["metadata"]["labels"]["team"] = "video"
    cluster.add("Secret", "acme", "opentok", metadata=there["metadata"], data={**there["data"], "OTHER": "MQ=="})
    store(TARGET).write(document(api_secret=NEWER))
    assert data(cluster)["OTHER"] == "1"
    assert data(cluster)["OPENTOK_API_SECRET"] == NEWER
    assert (cluster.get("Secret", "acme", "opentok") or {})["metadata"]["labels"]["team"] == "video"


def test_what_was_changed_by_hand_is_taken_back(cluster: KubernetesServer) -> None:
    store(TARGET).write(document())
    metadata = (cluster.get("Secret", "acme", "opentok") or {})["metadata"]
    entry = {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "time": "2026-11-29T12:00:00Z", "fieldsType": "FieldsV1"}
    metadata["managedFields"] = [{**entry, "fieldsV1": {"f:data": {"f:opentok.json": {}}}}]
    cluster.add("Secret", "acme", "opentok", metadata=metadata, data=encoded(document(api_secret=NEWER)))
    store(TARGET).write(document())
    assert json.loads(data(cluster)["opentok.json"]) == document()


def test_what_someone_else_wrote_meanwhile_is_not_overwritten(cluster: KubernetesServer) -> None:
    store(TARGET).write(document(api_secret="0" * 40))
    slow = store(TARGET)
    slow.read()
    store(TARGET).write(document(api_secret=NEWER))
    with pytest.raises(PublishError, match=r"409: .*the object has been modified.*if someone else has just written there, run again"):
        slow.write(document())
    assert data(cluster)["OPENTOK_API_SECRET"] == NEWER
    slow.write(document())
    assert data(cluster)["OPENTOK_API_SECRET"] == SECRET


def test_what_someone_else_created_meanwhile_is_not_overwritten(cluster: KubernetesServer) -> None:
    slow = store(TARGET)
    assert slow.read() is None
    store(TARGET).write(document(api_secret=NEWER))
    with pytest.raises(PublishError, match=r'409: secrets "opentok" already exists'):
        slow.write(document())
    assert data(cluster)["OPENTOK_API_SECRET"] == NEWER


def test_one_that_was_deleted_meanwhile(cluster: KubernetesServer) -> None:
    store(TARGET).write(document())
    slow = store(TARGET)
    slow.read()
    cluster.remove("Secret", "acme", "opentok")
    with pytest.raises(PublishError, match=r"409: .*no existing object was found"):
        slow.write(document(api_secret=NEWER))
    slow.read()
    cluster.add("Secret", "acme", "opentok", metadata=OURS)
    with pytest.raises(PublishError, match=r'409: secrets "opentok" already exists'):
        slow.write(document(api_secret=NEWER))
    assert "data" not in (cluster.get("Secret", "acme", "opentok") or {})


def test_a_label_that_someone_else_puts_on_at_the_moment_is_no_hindrance(cluster: KubernetesServer) -> None:
    store(TARGET).write(document())
    one, left = store(TARGET), ["a", "b"]
    one.read()

    def label(method: str, path: str) -> None:
        if method == "PATCH" and left:
            there = cluster.get("Secret", "acme", "opentok") or {}
            there["metadata"]["labels"]["seen"] = left.pop()
            cluster.add("Secret", "acme", "opentok", **{key: there[key] for key in ("metadata", "data")})

    cluster.before = label
    one.write(document(api_secret=NEWER))
    assert data(cluster)["OPENTOK_API_SECRET"] == NEWER
    assert not left


def test_a_lost_answer_is_found_out_by_the_next_run(cluster: KubernetesServer) -> None:
    store(TARGET).write(document())
    cluster.lose_answers_to = "PATCH"
    refused(TARGET, "write", "no answer from https://127.0.0.1")
    cluster.lose_answers_to = None
    assert store(TARGET).read() == document()


@pytest.mark.parametrize("there", [False, True])
def test_the_preflight_is_a_dry_run_that_changes_nothing(cluster: KubernetesServer, there: bool) -> None:
    if there:
        store(TARGET).write(document())
    before = cluster.get("Secret", "acme", "opentok")
    cluster.requests.clear()
    store(TARGET).preflight()
    assert cluster.get("Secret", "acme", "opentok") == before
    options = "fieldManager=pulumi-opentok" + ("&force=true" if there else "")
    assert [method for method, path in cluster.requests] == ["GET", "POST", "PATCH" if there else "POST"]
    assert set(cluster.requests[-1][1].lower().partition("?")[2].split("&")) == set(f"dryrun=all&{options}".lower().split("&"))


@pytest.mark.parametrize(
    ("there", "may", "missing"),
    [
        (False, ["get", "create"], None),
        (True, ["get", "patch"], None),
        (False, ["get", "patch"], "create"),
        (True, ["get", "create"], "patch"),
        (True, ["get", "update", "list"], "patch"),
    ],
)
def test_the_preflight_asks_for_what_the_write_needs(
    cluster: KubernetesServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool, may: list[str], missing: str | None
) -> None:
    if there:
        store(TARGET).write(document())
    limited(cluster, monkeypatch, tmp_path, Rule(may, ["secrets"], "acme"))
    if missing is None:
        store(TARGET).preflight()
        store(TARGET).write(document(version=2))
        assert store(TARGET).read() == document(version=2)
    else:
        advice = "by a Role and a RoleBinding, as docs/publish.md has them"
        refused(TARGET, "preflight", f"this user has no right to {missing} secrets in namespace acme", advice)
        refused(TARGET, "write", "403: secrets", f'User "{WHO}" cannot {missing} resource "secrets"', advice)


def test_the_rights_of_one_secret_are_enough(cluster: KubernetesServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store(TARGET).write(document())
    limited(cluster, monkeypatch, tmp_path, Rule(["get", "patch"], ["secrets"], "acme", ["opentok"]))
    store(TARGET).preflight()
    store(TARGET).write(document(version=2))
    refused("kubernetes:acme/other", "read", f'User "{WHO}" cannot get resource "secrets" in API group "" in the namespace "acme"')


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_no_right_at_all(cluster: KubernetesServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: str) -> None:
    limited(cluster, monkeypatch, tmp_path)
    refused(TARGET, asked, "read was refused by https://127.0.0.1", 'cannot get resource "secrets"', "by a Role and a RoleBinding")


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_a_token_that_has_expired(cluster: KubernetesServer, asked: str) -> None:
    cluster.users.clear()
    refused(TARGET, asked, "401: Unauthorized: the token has expired or is not known there: log in again")


@pytest.mark.parametrize("asked", ["preflight", "write"])
def test_a_namespace_that_is_not_there(cluster: KubernetesServer, asked: str) -> None:
    assert store("kubernetes:nowhere/opentok").read() is None
    refused("kubernetes:nowhere/opentok", asked, '404: namespaces "nowhere" not found: create that first')


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("asked", ["preflight", "write"])
def test_a_webhook_that_denies(cluster: KubernetesServer, there: bool, asked: str) -> None:
    if there:
        store(TARGET).write(document())
    cluster.api.webhooks["policy.example"] = lambda operation, new: f"no label `team`, but {json.dumps(new)}"
    refused(TARGET, asked, 'admission webhook "policy.example" denied the request: no label `team`', "satisfy it, or exempt this object")


def test_a_webhook_that_has_no_dry_run_is_asked_by_the_write(cluster: KubernetesServer) -> None:
    """As kube-apiserver refuses it, without asking the webhook."""
    told = {"kind": "Status", "status": "Failure", "reason": "BadRequest", "code": 400, "message": 'admission webhook "x" does not support dry run'}
    cluster.instead = lambda method, path, body: (400, "application/json", json.dumps(told)) if "dryRun" in path else None
    store(TARGET).preflight()
    store(TARGET).write(document())
    assert store(TARGET).read() == document()


def test_a_quota(cluster: KubernetesServer) -> None:
    cluster.api.quotas["acme", "secrets"] = 0
    refused(TARGET, "preflight", "403: ", "exceeded quota: acme, requested: secrets=1, used: secrets=0, limited: secrets=0: raise the quota")


def test_too_large(cluster: KubernetesServer) -> None:
    cluster.add("Secret", "acme", "opentok", metadata=OURS, data={**encoded(document()), "other": base64.b64encode(b"x" * 1_048_400).decode()})
    refused(TARGET, "preflight", "422: ", "it is too large for Kubernetes: take away what else is in it")


def test_an_immutable_one(cluster: KubernetesServer) -> None:
    cluster.add("Secret", "acme", "opentok", metadata=OURS, data=encoded(document(api_secret=NEWER)), immutable=True)
    assert store(TARGET).read() == document(api_secret=NEWER)
    for asked in ("preflight", "write"):
        refused(TARGET, asked, "is immutable: delete it, and the next run creates one that is not")


def test_one_that_is_being_deleted(cluster: KubernetesServer) -> None:
    cluster.add("Secret", "acme", "opentok", metadata={**OURS, "deletionTimestamp": "2026-11-29T12:00:00Z"}, data=encoded(document()))
    refused(TARGET, "preflight", "is being deleted: run again when it is gone")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"data": encoded(document())}, "not labelled as managed by pulumi-opentok, and is not overwritten"),
        ({}, "kubectl --namespace acme label secret opentok app.kubernetes.io/managed-by=pulumi-opentok"),
        ({"metadata": {"labels": {"app.kubernetes.io/managed-by": "Helm"}}, "data": encoded(document())}, "not labelled as managed by"),
        ({"metadata": OURS, "data": {"password": "MQ=="}}, "no OpenTok credential document, and is not overwritten"),
        ({"metadata": OURS, "data": {"opentok.json": "MQ=="}}, "no OpenTok credential document"),
        ({"metadata": OURS, "type": "kubernetes.io/basic-auth"}, "of the type 'kubernetes.io/basic-auth', and has to be Opaque"),
    ],
)
def test_a_secret_of_someone_else(cluster: KubernetesServer, made: dict[str, Any], said: str) -> None:
    before = cluster.add("Secret", "acme", "opentok", **made)
    for asked in ("read", "preflight", "write"):
        refused(TARGET, asked, said)
    assert cluster.get("Secret", "acme", "opentok") == before


def test_an_empty_one_that_is_labelled_is_filled(cluster: KubernetesServer) -> None:
    cluster.add("Secret", "acme", "opentok", metadata=OURS)
    store(TARGET).preflight()
    store(TARGET).write(document())
    assert store(TARGET).read() == document()


def test_not_even_the_log_of_the_client_has_the_secret(cluster: KubernetesServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for version in (1, 2):
        store(TARGET).write(document(version=version))
        store(TARGET).read()
    assert "/api/v1/namespaces/acme/secrets" in caplog.text
    assert not [hidden for hidden in (SECRET, BASE64, encoded(document())["opentok.json"][40:80]) if hidden in caplog.text]


@pytest.mark.parametrize("cut", [0, 7])
@pytest.mark.parametrize("status", [400, 403, 422, 500, 503])
def test_what_a_server_quotes_of_the_secret_is_scrubbed(cluster: KubernetesServer, status: int, cut: int) -> None:
    def echo(method: str, path: str, body: bytes) -> tuple[int, str, str] | None:
        sent = json.loads(body) if method == "POST" else {}
        told = {"kind": "Status", "code": status, "message": f"not {BASE64[cut:]} nor {SECRET[cut:]} nor {sent}"}
        return (status, "application/json", json.dumps(told)) if sent else None

    cluster.instead = echo
    assert "***" in refused(TARGET, "write", f"write was refused by https://127.0.0.1:{cluster.port}: {status}")


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
@pytest.mark.parametrize(("status", "body"), [(200, "<html>"), (200, "[]"), (200, '{"metadata": 3}'), (200, ""), (502, "<html>"), (403, '"x"')])
def test_a_proxy_instead_of_a_cluster(cluster: KubernetesServer, asked: str, status: int, body: str) -> None:
    cluster.instead = lambda *_: (status, "text/html", body)
    refused(TARGET, asked, f"https://127.0.0.1:{cluster.port}")


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_nobody_there(cluster: KubernetesServer, asked: str) -> None:
    cluster.close()
    refused(TARGET, asked, f"read: no answer from https://127.0.0.1:{cluster.port}", "check KUBECONFIG (or ?context=) and the network")


def test_a_certificate_of_someone_else(cluster: KubernetesServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed(monkeypatch, tmp_path, cluster, lambda content: content["clusters"][0]["cluster"].pop("certificate-authority-data"))
    refused(TARGET, "write", "no answer from https://127.0.0.1", "CERTIFICATE_VERIFY_FAILED")


def test_another_context(cluster: KubernetesServer, tmp_path: Path) -> None:
    cluster.write_kubeconfig(tmp_path / "kubeconfig", context="staging")
    store(f"{TARGET}?context=staging").write(document())
    assert data(cluster)["OPENTOK_API_KEY"] == "46000001"
    refused(f"{TARGET}?context=production", "write", "Expected object with name production", "set KUBECONFIG")


@pytest.mark.parametrize("content", ["", "- x", "{", "clusters: 3", "users: [{user: {token: hunter2hunter2}}]"])
def test_a_kubeconfig_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    (tmp_path / "broken").write_text(content, encoding="utf-8")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "broken"))
    assert "hunter2" not in refused(TARGET, "read")


def test_no_configuration_at_all() -> None:
    refused(TARGET, "preflight", "there is no usable cluster configuration", "set KUBECONFIG, or run in a pod with a service account")


def test_the_usual_place_of_a_kubeconfig(cluster: KubernetesServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBECONFIG")
    (tmp_path / "home" / ".kube").mkdir(parents=True)
    cluster.write_kubeconfig(tmp_path / "home" / ".kube" / "config")
    store(TARGET).write(document())
    assert data(cluster)["OPENTOK_API_KEY"] == "46000001"


def test_in_a_pod(cluster: KubernetesServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By the service account, whose files are where every pod has them: only their place is another here."""
    token = cluster.add_user(WHO, Rule(["get", "create"], ["secrets"], "acme"))
    for name, content in {"TOKEN": token, "CERT": cluster.ca}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        monkeypatch.setattr(incluster_config, f"SERVICE_{name}_FILENAME", str(tmp_path / name))
    monkeypatch.delenv("KUBECONFIG")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(cluster.port))
    store(TARGET).preflight()
    store(TARGET).write(document())
    assert data(cluster)["OPENTOK_API_SECRET"] == SECRET


def limited(cluster: KubernetesServer, monkeypatch: pytest.MonkeyPatch, folder: Path, *rules: Rule) -> None:
    """As a user with these rights alone."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.write_kubeconfig(folder / "limited", cluster.add_user(WHO, *rules))))


def changed(monkeypatch: pytest.MonkeyPatch, folder: Path, cluster: KubernetesServer, change: Any) -> None:
    """With another kubeconfig."""
    path = cluster.write_kubeconfig(folder / "changed")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setenv("KUBECONFIG", str(path))
