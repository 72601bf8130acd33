# SPDX-License-Identifier: Apache-2.0
"""The stores that there are to publish to: folders, a moto server for AWS, a stand-in for Vault, contract servers for Kubernetes and, under their
own host names, the other clouds. None of the user's own is seen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_opentok.core.desired.project import rotation
from pulumi_opentok.core.desired.stores import azure as azure_store
from pulumi_opentok.core.desired.stores import gcp as gcp_store
from pulumi_opentok.core.desired.stores import github_api, patience
from pulumi_opentok.emulator import Emulator, pytest_plugin
from tests.core.service import Service
from tests.kubernetes_server import KubernetesServer
from tests.moto_server import moto_server
from tests.stores import azure_contract, github_contract
from tests.stores.azure_contract import AzureContract
from tests.stores.cloud_front import CloudFront
from tests.stores.gcp_contract import GoogleContract
from tests.stores.github_contract import GitHubContract
from tests.stores.places import Place, aws_place, azure_place, exec_place, file_place, gcp_place, github_place, kubernetes_place, vault_place
from tests.stores.vault_stand_in import ROOT, VaultStandIn

__all__ = ["moto_server"]
REAL_VAULT = os.environ.get("OPENTOK_TEST_VAULT_ADDR"), os.environ.get("OPENTOK_TEST_VAULT_TOKEN")
REAL_CLUSTER = os.environ.get("OPENTOK_TEST_KUBECONFIG")


def pytest_configure(config: pytest.Config) -> None:
    """The plugin comes from its entry point; a checkout that is not installed has none."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("AWS_", "KUBE", "VAULT_", "AZURE_", "GOOGLE_", "GITHUB_", "GH_", "IDENTITY_", "MSI_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(rotation, "PAUSE", 0.0)


@pytest.fixture
def service(opentok_emulator: Emulator) -> Service:
    """A fresh OpenTok, with clients of it."""
    return Service(opentok_emulator)


@pytest.fixture
def aws(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an AWS with nothing in it, as boto3's usual configuration names it."""
    requests.post(f"{moto_server}/moto-api/reset", timeout=10)
    requests.post(f"{moto_server}/moto-api/reset-auth", data=b"inf", timeout=10)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_server)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-real")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return moto_server


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultStandIn]:
    """A Vault (the stand-in) with nothing in it, as Vault's usual environment names it."""
    server = VaultStandIn()
    monkeypatch.setenv("VAULT_ADDR", server.url)
    monkeypatch.setenv("VAULT_TOKEN", ROOT)
    yield server
    server.close()


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[KubernetesServer]:
    """A cluster (the contract server) with nothing in its namespaces, as kubectl's usual environment names it."""
    with KubernetesServer() as server:
        monkeypatch.setenv("KUBECONFIG", str(server.write_kubeconfig(tmp_path / "kubeconfig")))
        yield server


@pytest.fixture(scope="session")
def cloud_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudFront]:
    front = CloudFront(tmp_path_factory.mktemp("front"))
    yield front
    front.close()


@pytest.fixture
def front(cloud_front: CloudFront, monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFront]:
    """The clouds' host names, none of which has a contract yet."""
    cloud_front.reset()
    monkeypatch.setenv("HTTPS_PROXY", cloud_front.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cloud_front.bundle))
    monkeypatch.setattr(patience, "PAUSE", 0.0)
    for module in (azure_store, gcp_store, github_api):
        monkeypatch.setattr(module, "READ_TIMEOUT", 5.0)
    yield cloud_front
    cloud_front.let_go()


@pytest.fixture(scope="session")
def google_key() -> Any:
    return GoogleContract().key


@pytest.fixture
def google(front: CloudFront, google_key: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> GoogleContract:
    """An empty Secret Manager, with a service account as Google's usual environment names it."""
    contract = GoogleContract(key=google_key)
    front.add(contract)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(contract.account_file(tmp_path)))
    return contract


@pytest.fixture
def azure(front: CloudFront, monkeypatch: pytest.MonkeyPatch) -> AzureContract:
    """An empty Key Vault, with a service principal as Azure's usual environment names it."""
    contract = AzureContract()
    front.add(contract)
    monkeypatch.setenv("AZURE_TENANT_ID", azure_contract.TENANT)
    monkeypatch.setenv("AZURE_CLIENT_ID", "66666666-2222-3333-4444-555555555555")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", azure_contract.CLIENT_SECRET)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    return contract


@pytest.fixture
def github(front: CloudFront, monkeypatch: pytest.MonkeyPatch) -> GitHubContract:
    """A repository without secrets, with a token as GitHub's usual environment names it."""
    contract = GitHubContract()
    front.add(contract)
    monkeypatch.setenv("GITHUB_TOKEN", github_contract.TOKEN)
    return contract


PLACES: dict[str, tuple[str, Callable[..., Place]]] = {
    "aws-secretsmanager": ("aws", lambda _aws: aws_place()),
    "vault": ("vault", lambda _vault: vault_place()),
    "kubernetes": ("cluster", lambda _cluster: kubernetes_place()),
    "gcp-secretmanager": ("google", gcp_place),
    "azure-keyvault": ("azure", azure_place),
    "github-actions": ("github", github_place),
}
"""By the scheme of a store with a server: the fixture of that, and what makes an empty place of it."""


@pytest.fixture(params=["file", *PLACES])
def place(request: pytest.FixtureRequest) -> Place:
    """An empty place of each store that can be read."""
    made: Place = request.getfixturevalue("place_of")(request.param)
    return made


@pytest.fixture
def place_of(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Place]]:
    """Makes an empty place of a store."""
    real: list[Place] = []

    def make(scheme: str) -> Place:
        if scheme in ("file", "exec"):
            return file_place(tmp_path) if scheme == "file" else exec_place(tmp_path)
        if scheme == "vault" and all(REAL_VAULT):
            monkeypatch.setenv("VAULT_ADDR", str(REAL_VAULT[0]))
            monkeypatch.setenv("VAULT_TOKEN", str(REAL_VAULT[1]))
            real.append(vault_place())
            return real[-1]
        if scheme == "kubernetes" and REAL_CLUSTER:
            monkeypatch.setenv("KUBECONFIG", REAL_CLUSTER)
            real.append(kubernetes_place())
            return real[-1]
        fixture, made = PLACES[scheme]
        return made(request.getfixturevalue(fixture))

    yield make
    for one in real:
        one.clear()
