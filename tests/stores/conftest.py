# SPDX-License-Identifier: Apache-2.0
"""The stores that there are to publish to: folders, a moto server for AWS, a stand-in for Vault, a contract server for Kubernetes.

None of the user's own is seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from pulumi_opentok.core.desired.project import rotation
from pulumi_opentok.emulator import Emulator, pytest_plugin
from tests.core.service import Service
from tests.kubernetes_server import KubernetesServer
from tests.moto_server import moto_server
from tests.stores.places import Place, aws_place, exec_place, file_place, kubernetes_place, vault_place
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
        if name.startswith(("AWS_", "KUBE", "VAULT_")):
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


@pytest.fixture(params=["file", "aws-secretsmanager", "vault", "kubernetes"])
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
        fixture, made = {
            "aws-secretsmanager": ("aws", aws_place),
            "vault": ("vault", vault_place),
            "kubernetes": ("cluster", kubernetes_place),
        }[scheme]
        request.getfixturevalue(fixture)
        return made()

    yield make
    for one in real:
        one.clear()
