# SPDX-License-Identifier: Apache-2.0
"""The cluster that the contract is asked of: the server here, and a real one where OPENTOK_TEST_KUBECONFIG names it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client, config

from tests.kubernetes_server import KubernetesServer

REAL = os.environ.get("OPENTOK_TEST_KUBECONFIG")


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        yield running


@pytest.fixture(params=["contract", *(["real"] if REAL else [])])
def kubeconfig(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Of an administrator."""
    if request.param == "real":
        return Path(str(REAL))
    running: KubernetesServer = request.getfixturevalue("server")
    return running.write_kubeconfig(tmp_path / "kubeconfig")


@pytest.fixture
def api(kubeconfig: Path) -> client.ApiClient:
    return config.new_client_from_config(str(kubeconfig))


@pytest.fixture
def namespace(api: client.ApiClient) -> Iterator[str]:
    """A new one, empty."""
    name = f"contract-{uuid.uuid4().hex[:12]}"
    core = client.CoreV1Api(api)
    core.create_namespace({"metadata": {"name": name}})
    yield name
    core.delete_namespace(name)
