# SPDX-License-Identifier: Apache-2.0
"""The manifests around the Pulumi Kubernetes Operator, Argo CD and Flux: what a cluster would refuse, and what they promise."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.playbooks.ansible_run import ROOT

GITOPS = ROOT / "examples" / "gitops"
FOLDERS = ("pulumi-operator", "argocd", "flux")
SCHEMAS = Path(__file__).with_name("schemas")
LOCATION = f"{SCHEMAS}/{{{{ .ResourceKind }}}}_{{{{ .Group }}}}_{{{{ .ResourceAPIVersion }}}}.json"

Manifest = dict[str, Any]


def manifests(*folders: str) -> list[Manifest]:
    """All objects of these folders; not kustomize's own file, which no cluster sees."""
    paths = (path for folder in folders for path in sorted((GITOPS / folder).glob("*.yaml")))
    found = [manifest for path in paths for manifest in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    return [manifest for manifest in found if not manifest["apiVersion"].startswith("kustomize.config")]


def of_kind(kind: str, found: Iterable[Manifest]) -> dict[str, Manifest]:
    return {manifest["metadata"]["name"]: manifest for manifest in found if manifest["kind"] == kind}


def refused(kubeconform: Path, found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Kind and name of each object that does not fit its schema, with the reason."""
    command = [str(kubeconform), "-strict", "-output", "json", "-schema-location", LOCATION, "-verbose"]
    done = subprocess.run(command, input="---\n".join(map(json.dumps, found)), capture_output=True, text=True, check=False)
    results = json.loads(done.stdout)["resources"]
    return {f"{result['kind']} {result['name']}": result["msg"] for result in results if result["status"] != "statusValid"}


def patched_by_flux() -> list[Manifest]:
    """The Stacks as Flux applies them."""
    (kustomization,) = of_kind("Kustomization", manifests("flux")).values()
    (patch,) = [patch for patch in kustomization["spec"]["patches"] if "target" in patch]
    found = of_kind("Stack", manifests("pulumi-operator")).values()
    stacks = [copy.deepcopy(stack) for stack in found if stack["metadata"]["namespace"] == "opentok"]
    for stack in stacks:
        for operation in yaml.safe_load(patch["patch"]):
            _, spec, field = operation["path"].split("/")
            assert (spec, operation["op"] == "add") == ("spec", field not in stack["spec"])
            if operation["op"] == "remove":
                del stack["spec"][field]
            else:
                stack["spec"][field] = operation["value"]
    return stacks


def test_the_api_server_would_take_all_manifests(program: Callable[[str], Path]) -> None:
    kubeconform, found = program("kubeconform"), manifests(*FOLDERS)
    assert len(found) >= 20
    assert refused(kubeconform, [*found, *patched_by_flux()]) == {}


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("resyncFrequencySecond", 60, "resyncFrequencySecond"),
        ("resyncFrequencySeconds", "60", "resyncFrequencySeconds"),
        ("workspaceReclaimPolicy", "Forget", "workspaceReclaimPolicy"),
        ("stack", None, "stack"),
        ("workspaceTemplate", {"spec": {"podTemplate": {"spec": {"container": []}}}}, "container"),
    ],
)
def test_the_schemas_refuse_what_a_cluster_would(field: str, value: object, named: str, program: Callable[[str], Path]) -> None:
    stack = copy.deepcopy(of_kind("Stack", manifests("pulumi-operator"))["opentok-tenants"])
    stack["spec"][field] = value
    if value is None:
        del stack["spec"][field]
    assert named in refused(program("kubeconform"), [stack])["Stack opentok-tenants"]


def test_secrets_come_from_the_store_and_rights_are_few() -> None:
    found = manifests(*FOLDERS)
    assert of_kind("Secret", found) == {}
    accounts = {(manifest["metadata"]["namespace"], name) for name, manifest in of_kind("ServiceAccount", found).items()}
    for stack in of_kind("Stack", found).values():
        assert (stack["metadata"]["namespace"], stack["spec"]["serviceAccountName"]) in accounts
        assert all(reference["type"] == "Secret" for reference in stack["spec"].get("envRefs", {}).values())
        assert not {"secrets", "accessTokenSecret", "envSecrets", "config"} & stack["spec"].keys()
        assert stack["spec"].get("destroyOnFinalize", False) is False
    for role in of_kind("Role", found).values():
        assert all("*" not in rule["verbs"] + rule["resources"] for rule in role["rules"])
    (secrets,) = of_kind("ExternalSecret", found).values()
    keys = {(secrets["spec"]["target"]["name"], data["secretKey"]) for data in secrets["spec"]["data"]}
    tenants = of_kind("Stack", found)["opentok-tenants"]["spec"]["envRefs"]
    assert {name: (reference["secret"]["name"], reference["secret"]["key"]) in keys for name, reference in tenants.items()} == {
        "OPENTOK_ACCOUNT_KEY": True,
        "OPENTOK_ACCOUNT_SECRET": True,
    }


def test_drift_is_looked_for_in_the_stack_that_is_applied_and_nothing_is_changed() -> None:
    stacks = of_kind("Stack", manifests("pulumi-operator"))
    tenants, drift = stacks["opentok-tenants"]["spec"], stacks["opentok-drift"]["spec"]
    differs = {name for name in {*tenants, *drift} if tenants.get(name) != drift.get(name)}
    assert differs == {
        *("preview", "continueResyncOnCommitMatch", "resyncFrequencySeconds", "updateTemplate", "prerequisites"),
        *("destroyOnFinalize", "retryMaxBackoffDurationSeconds"),
    }
    assert (drift["preview"], drift["refresh"], drift["resyncFrequencySeconds"]) == (True, True, 86400)
    assert drift["updateTemplate"]["spec"]["expectNoChanges"] is True


def test_argo_and_flux_may_apply_what_the_folder_holds_and_no_more() -> None:
    listed = yaml.safe_load((GITOPS / "pulumi-operator" / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    texts = ((GITOPS / "pulumi-operator" / name).read_text(encoding="utf-8") for name in listed)
    applied = {(manifest["apiVersion"].rpartition("/")[0], manifest["kind"]) for text in texts for manifest in yaml.safe_load_all(text)}
    (project,) = of_kind("AppProject", manifests("argocd")).values()
    allowed = {(one["group"], one["kind"]) for name in ("clusterResourceWhitelist", "namespaceResourceWhitelist") for one in project["spec"][name]}
    assert allowed == applied
    (application,) = of_kind("Application", manifests("argocd")).values()
    (source,) = of_kind("GitRepository", manifests("flux")).values()
    (kustomization,) = of_kind("Kustomization", manifests("flux")).values()
    repositories = {*project["spec"]["sourceRepos"], application["spec"]["source"]["repoURL"], source["spec"]["url"]}
    specs = [stack["spec"] for stack in of_kind("Stack", manifests("pulumi-operator")).values()]
    repositories |= {spec["projectRepo"] for spec in specs if "projectRepo" in spec}
    assert len(repositories) == 1
    assert kustomization["spec"]["path"] == f"./{application['spec']['source']['path']}"
    assert (kustomization["spec"]["prune"], application["spec"]["syncPolicy"]["automated"]["prune"]) == (False, False)
    (role,) = of_kind("Role", manifests("flux")).values()
    deleted = [yaml.safe_load(patch["patch"]) for patch in kustomization["spec"]["patches"] if "target" not in patch]
    once = {(patch["kind"], patch["metadata"]["name"]) for patch in deleted if patch["$patch"] == "delete"}
    assert once == {("Namespace", "opentok"), ("ClusterRoleBinding", "opentok-stacks:system:auth-delegator")}
    by_flux = {(group, f"{kind.lower()}s") for group, kind in allowed if kind not in dict(once)}
    assert {(rule["apiGroups"][0], rule["resources"][0]) for rule in role["rules"]} == by_flux
