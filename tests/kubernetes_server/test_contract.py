# SPDX-License-Identifier: Apache-2.0
"""The contract server by the unmodified official client; the same of a real kube-apiserver, where OPENTOK_TEST_KUBECONFIG names one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from tests.kubernetes_server import KubernetesServer, Rule

Body = dict[str, Any]


@pytest.fixture
def core(api: client.ApiClient) -> client.CoreV1Api:
    return client.CoreV1Api(api)


@pytest.fixture
def apply(api: client.ApiClient) -> Callable[..., Any]:
    """Server-side apply of a Secret."""
    applying = client.ApiClient(api.configuration)
    applying.set_default_header("Content-Type", "application/apply-patch+yaml")

    def do(namespace: str, manager: str, data: dict[str, str], *, force: bool = False, **metadata: Any) -> Any:
        body = secret(data, **metadata)
        return client.CoreV1Api(applying).patch_namespaced_secret("one", namespace, body, field_manager=manager, force=force)

    return do


def secret(data: dict[str, str], **metadata: Any) -> Body:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "one", **metadata}, "data": encoded}


def core_of(server: KubernetesServer, folder: Path, token: str | None = None) -> client.CoreV1Api:
    """For what only the contract server can be asked: rights, quotas and webhooks need more than an API of a real one."""
    return client.CoreV1Api(config.new_client_from_config(str(server.write_kubeconfig(folder / "kubeconfig", token))))


def refused(call: Callable[[], object]) -> tuple[int, str, str]:
    """Code, reason and message of the refusal."""
    with pytest.raises(ApiException) as error:
        call()
    told = json.loads(error.value.body)
    assert (told["kind"], told["status"], told["code"]) == ("Status", "Failure", error.value.status)
    return told["code"], told.get("reason", ""), told["message"]


def fields_of(found: Any) -> dict[tuple[str, str], set[str]]:
    """The keys of `data` that each manager and operation has."""
    return {(each.manager, each.operation): set(each.fields_v1.get("f:data", {})) - {"."} for each in found.metadata.managed_fields}


def test_created_read_and_listed(core: client.CoreV1Api, namespace: str) -> None:
    made = core.create_namespaced_secret(namespace, secret({"a": "1"}, labels={"app": "x"}))
    found = core.read_namespaced_secret("one", namespace)
    assert (found.type, found.data, found.metadata.labels) == ("Opaque", {"a": "MQ=="}, {"app": "x"})
    assert found.metadata.uid
    assert found.metadata.resource_version == made.metadata.resource_version
    assert [each.metadata.name for each in core.list_namespaced_secret(namespace, label_selector="app=x").items] == ["one"]
    told = 'secrets "one" already exists'
    assert refused(lambda: core.create_namespaced_secret(namespace, secret({}))) == (409, "AlreadyExists", told)


def test_what_is_not_there(core: client.CoreV1Api, namespace: str) -> None:
    assert refused(lambda: core.read_namespaced_secret("two", namespace)) == (404, "NotFound", 'secrets "two" not found')
    assert refused(lambda: core.delete_namespaced_secret("two", namespace)) == (404, "NotFound", 'secrets "two" not found')
    assert refused(lambda: core.replace_namespaced_secret("one", namespace, secret({})))[:2] == (404, "NotFound")
    told = 'namespaces "opentok-nowhere" not found'
    assert refused(lambda: core.create_namespaced_secret("opentok-nowhere", secret({}))) == (404, "NotFound", told)


def test_an_update_with_an_old_version(core: client.CoreV1Api, namespace: str) -> None:
    first = core.create_namespaced_secret(namespace, secret({"a": "1"}))
    second = core.replace_namespaced_secret("one", namespace, secret({"a": "2"}, resourceVersion=first.metadata.resource_version))
    assert second.metadata.resource_version != first.metadata.resource_version
    assert refused(lambda: core.replace_namespaced_secret("one", namespace, secret({}, resourceVersion=first.metadata.resource_version))) == (
        409,
        "Conflict",
        'Operation cannot be fulfilled on secrets "one": the object has been modified; please apply your changes to the latest version and try again',
    )
    same = core.replace_namespaced_secret("one", namespace, secret({"a": "2"}))
    assert same.metadata.resource_version == second.metadata.resource_version
    assert core.read_namespaced_secret("one", namespace).data == {"a": "Mg=="}


def test_an_update_of_another_uid(core: client.CoreV1Api, namespace: str) -> None:
    core.create_namespaced_secret(namespace, secret({"a": "1"}))
    other = "11111111-2222-3333-4444-555555555555"
    assert refused(lambda: core.replace_namespaced_secret("one", namespace, secret({}, uid=other)))[:2] == (409, "Conflict")


def test_a_dry_run_changes_nothing(core: client.CoreV1Api, namespace: str) -> None:
    assert core.create_namespaced_secret(namespace, secret({"a": "1"}), dry_run="All").data == {"a": "MQ=="}
    assert refused(lambda: core.read_namespaced_secret("one", namespace))[:2] == (404, "NotFound")
    before = core.create_namespaced_secret(namespace, secret({"a": "1"}))
    assert core.replace_namespaced_secret("one", namespace, secret({"a": "2"}), dry_run="All").data == {"a": "Mg=="}
    core.delete_namespaced_secret("one", namespace, dry_run="All")
    found = core.read_namespaced_secret("one", namespace)
    assert (found.data, found.metadata.resource_version) == ({"a": "MQ=="}, before.metadata.resource_version)


def test_apply_creates_changes_and_takes_away(core: client.CoreV1Api, namespace: str, apply: Callable[..., Any]) -> None:
    first = apply(namespace, "mine", {"a": "1", "b": "1"}, labels={"app": "x"})
    assert fields_of(first) == {("mine", "Apply"): {"f:a", "f:b"}}
    again = apply(namespace, "mine", {"a": "1", "b": "1"}, labels={"app": "x"})
    assert again.metadata.resource_version == first.metadata.resource_version
    apply(namespace, "mine", {"a": "2"})
    found = core.read_namespaced_secret("one", namespace)
    assert (found.data, found.metadata.labels) == ({"a": "Mg=="}, None)


def test_two_who_apply(core: client.CoreV1Api, namespace: str, apply: Callable[..., Any]) -> None:
    apply(namespace, "first", {"a": "1"})
    apply(namespace, "second", {"b": "1"})
    code, reason, message = refused(lambda: apply(namespace, "second", {"a": "2", "b": "1"}))
    assert (code, reason, message) == (409, "Conflict", 'Apply failed with 1 conflict: conflict with "first": .data.a')
    taken = apply(namespace, "second", {"a": "2", "b": "1"}, force=True)
    assert fields_of(taken).get(("second", "Apply")) == {"f:a", "f:b"}
    assert "f:a" not in fields_of(taken).get(("first", "Apply"), set())
    assert core.read_namespaced_secret("one", namespace).data == {"a": "Mg==", "b": "MQ=="}


def test_shared_fields_stay_when_one_lets_go(core: client.CoreV1Api, namespace: str, apply: Callable[..., Any]) -> None:
    apply(namespace, "first", {"a": "1"})
    apply(namespace, "second", {"a": "1"})
    apply(namespace, "first", {})
    assert core.read_namespaced_secret("one", namespace).data == {"a": "MQ=="}


def test_apply_over_an_update(core: client.CoreV1Api, namespace: str, apply: Callable[..., Any]) -> None:
    core.create_namespaced_secret(namespace, secret({"a": "1"}), field_manager="mine")
    code, _, message = refused(lambda: apply(namespace, "mine", {"a": "2"}))
    assert code == 409
    assert message == 'Apply failed with 1 conflict: conflict with "mine" using v1: .data.a'
    apply(namespace, "mine", {"a": "2"}, force=True)
    updated = core.patch_namespaced_secret("one", namespace, {"data": {"a": "Mw=="}}, field_manager="other")
    assert fields_of(updated)["other", "Update"] == {"f:a"}
    assert "f:a" not in fields_of(updated).get(("mine", "Apply"), set())


def test_apply_with_a_version(core: client.CoreV1Api, namespace: str, apply: Callable[..., Any]) -> None:
    first = apply(namespace, "mine", {"a": "1"})
    apply(namespace, "mine", {"a": "2"}, resourceVersion=first.metadata.resource_version)
    stale = refused(lambda: apply(namespace, "mine", {"a": "3"}, force=True, resourceVersion=first.metadata.resource_version))
    assert stale[:2] == (409, "Conflict")
    assert "the object has been modified" in stale[2]
    core.delete_namespaced_secret("one", namespace)
    gone = refused(lambda: apply(namespace, "mine", {"a": "3"}, uid=first.metadata.uid))
    assert gone[:2] == (409, "Conflict")
    assert "no existing object was found" in gone[2]


def test_apply_without_a_manager(core: client.CoreV1Api, api: client.ApiClient, namespace: str) -> None:
    api.set_default_header("Content-Type", "application/apply-patch+yaml")
    code, reason, message = refused(lambda: core.patch_namespaced_secret("one", namespace, secret({})))
    assert (code, reason) == (422, "Invalid")
    assert "fieldManager: Required value: is required for apply patch" in message


def test_an_immutable_one(core: client.CoreV1Api, namespace: str, apply: Callable[..., Any]) -> None:
    core.create_namespaced_secret(namespace, {**secret({"a": "1"}), "immutable": True})
    code, reason, message = refused(lambda: apply(namespace, "mine", {"a": "2"}, force=True))
    assert (code, reason) == (422, "Invalid")
    assert "field is immutable when `immutable` is set" in message
    assert refused(lambda: core.patch_namespaced_secret("one", namespace, {"immutable": None}))[0] == 422


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (secret({"a b": "1"}), 422, 'Invalid value: "a b"'),
        (secret({"a": "x" * 1_048_577}), 422, "1048576 bytes"),
        ({**secret({}), "data": {"a": "%"}}, 400, "illegal base64"),
        (secret({}, name="Not_A_Name"), 422, "RFC 1123 subdomain"),
        (secret({}, labels={"a": "b c"}), 422, "a valid label must be"),
        (secret({}, ownerReferences=[{"apiVersion": "v1", "kind": "Secret", "name": "x", "uid": ""}]), 422, "uid"),
        (secret({}, namespace="other"), 400, "namespace"),
        ({**secret({}), "kind": "ConfigMap"}, 400, "cannot be handled as a Secret"),
        (secret({"a": "x" * 3_200_000}), 413, "limit is 3145728"),
    ],
)
def test_what_is_wrong_with_it(core: client.CoreV1Api, namespace: str, body: Body, code: int, said: str) -> None:
    status, _, message = refused(lambda: core.create_namespaced_secret(namespace, body))
    assert (status, said in message) == (code, True), message


def test_pages_are_of_one_moment(core: client.CoreV1Api, namespace: str) -> None:
    for name in "abcde":
        core.create_namespaced_config_map(namespace, {"metadata": {"name": name, "labels": {"odd": "yes" if name in "ace" else "no"}}})
    ours = {"namespace": namespace, "label_selector": "odd"}
    first = core.list_namespaced_config_map(limit=2, **ours)
    core.delete_namespaced_config_map("c", namespace)
    second = core.list_namespaced_config_map(limit=2, _continue=first.metadata._continue, **ours)
    third = core.list_namespaced_config_map(limit=2, _continue=second.metadata._continue, **ours)
    assert [[each.metadata.name for each in page.items] for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert not third.metadata._continue
    for selector, names in {"odd=yes": "ae", "odd!=yes,odd": "bd", "odd in (yes, x)": "ae", "odd notin (yes),odd": "bd", "!odd": ""}.items():
        found = core.list_namespaced_config_map(namespace, label_selector=selector).items
        assert "".join(each.metadata.name for each in found if each.metadata.name in "abcde") == names, selector


def test_deleted_under_a_condition(core: client.CoreV1Api, namespace: str) -> None:
    old = core.create_namespaced_config_map(namespace, {"metadata": {"name": "one"}}).metadata
    core.patch_namespaced_config_map("one", namespace, {"data": {"a": "1"}})
    for wrong in ({"resourceVersion": old.resource_version}, {"uid": "11111111-2222-3333-4444-555555555555"}):
        body = {"preconditions": wrong}
        code, reason, message = refused(lambda body=body: core.delete_namespaced_config_map("one", namespace, body=body))
        assert (code, reason) == (409, "Conflict")
        assert "in the precondition" in message
    core.delete_namespaced_config_map("one", namespace, body={"preconditions": {"uid": old.uid}})


def test_a_lease_is_updated_by_its_version_only(api: client.ApiClient, namespace: str) -> None:
    leases = client.CoordinationV1Api(api)
    body: Body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "one"}, "spec": {"holderIdentity": "a"}}
    first = leases.create_namespaced_lease(namespace, body)
    code, _, message = refused(lambda: leases.replace_namespaced_lease("one", namespace, body))
    assert code == 422
    assert "metadata.resourceVersion" in message
    versioned = {**body, "metadata": {"name": "one", "resourceVersion": first.metadata.resource_version}, "spec": {"holderIdentity": "b"}}
    assert leases.replace_namespaced_lease("one", namespace, versioned).spec.holder_identity == "b"
    assert refused(lambda: leases.replace_namespaced_lease("one", namespace, versioned))[:2] == (409, "Conflict")


def test_a_rollout_is_a_new_generation(api: client.ApiClient, namespace: str) -> None:
    apps = client.AppsV1Api(api)
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "main", "image": "example/main:1"}]}}
    spec = {"selector": {"matchLabels": {"app": "x"}}, "template": template}
    apps.create_namespaced_deployment(namespace, {"metadata": {"name": "web"}, "spec": spec})
    restart = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-29T12:00:00Z"}}}}}
    restarted = apps.patch_namespaced_deployment("web", namespace, restart)
    assert restarted.metadata.generation == 2
    assert [each.image for each in restarted.spec.template.spec.containers] == ["example/main:1"]
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "example/main:2"}]}}}}
    assert apps.patch_namespaced_deployment("web", namespace, image).metadata.generation == 3
    labelled = apps.patch_namespaced_deployment("web", namespace, {"metadata": {"labels": {"a": "b"}}})
    assert labelled.metadata.generation == 3
    versioned = {"metadata": {"resourceVersion": restarted.metadata.resource_version}, **restart}
    assert refused(lambda: apps.patch_namespaced_deployment("web", namespace, versioned))[:2] == (409, "Conflict")
    assert refused(lambda: apps.patch_namespaced_deployment("api", namespace, restart))[2] == 'deployments.apps "api" not found'


def test_an_administrator_may_do_all(api: client.ApiClient, namespace: str) -> None:
    asked = {"spec": {"resourceAttributes": {"namespace": namespace, "verb": "patch", "resource": "secrets", "name": "one"}}}
    assert client.AuthorizationV1Api(api).create_self_subject_access_review(asked).status.allowed is True


def test_a_token_that_is_none(kubeconfig: Path, namespace: str) -> None:
    content = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    content["users"][0]["user"] = {"token": "nobody"}
    core = client.CoreV1Api(config.new_client_from_config_dict(content))
    assert refused(lambda: core.read_namespaced_secret("one", namespace)) == (401, "Unauthorized", "Unauthorized")


def test_rights(server: KubernetesServer, tmp_path: Path) -> None:
    rules = [Rule(["get", "patch"], ["secrets"], "acme", ["one"]), Rule(["create"], ["configmaps"], "acme")]
    core = core_of(server, tmp_path, server.add_user("system:serviceaccount:ci:publisher", *rules))
    who = 'User "system:serviceaccount:ci:publisher" cannot'
    tail = 'in API group "" in the namespace "acme"'
    told = f'secrets "two" is forbidden: {who} get resource "secrets" {tail}'
    assert refused(lambda: core.read_namespaced_secret("two", "acme")) == (403, "Forbidden", told)
    told = f'secrets is forbidden: {who} list resource "secrets" {tail}'
    assert refused(lambda: core.list_namespaced_secret("acme")) == (403, "Forbidden", told)
    core.api_client.set_default_header("Content-Type", "application/apply-patch+yaml")
    told = f'secrets "one" is forbidden: {who} create resource "secrets" {tail}'
    assert refused(lambda: core.patch_namespaced_secret("one", "acme", secret({}), field_manager="m")) == (403, "Forbidden", told)
    server.add("Secret", "acme", "one")
    core.patch_namespaced_secret("one", "acme", secret({"a": "1"}), field_manager="m")


def test_a_webhook_and_a_quota(server: KubernetesServer, tmp_path: Path) -> None:
    core = core_of(server, tmp_path)
    server.api.quotas["acme", "secrets"] = 1
    core.create_namespaced_secret("acme", secret({}))
    told = 'secrets "two" is forbidden: exceeded quota: acme, requested: secrets=1, used: secrets=1, limited: secrets=1'
    assert refused(lambda: core.create_namespaced_secret("acme", secret({}, name="two"), dry_run="All")) == (403, "Forbidden", told)
    server.api.webhooks["policy.example"] = lambda operation, new: "no owner" if operation == "UPDATE" else None
    told = 'admission webhook "policy.example" denied the request: no owner'
    assert refused(lambda: core.patch_namespaced_secret("one", "acme", {"data": {"a": "MQ=="}})) == (403, "Forbidden", told)


def test_pages_expire(server: KubernetesServer, tmp_path: Path) -> None:
    core = core_of(server, tmp_path)
    for name in "ab":
        server.add("ConfigMap", "acme", name)
    token = core.list_namespaced_config_map("acme", limit=1).metadata._continue
    server.api.objects.expire_pages()
    assert refused(lambda: core.list_namespaced_config_map("acme", limit=1, _continue=token))[:2] == (410, "Expired")
