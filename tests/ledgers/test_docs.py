# SPDX-License-Identifier: Apache-2.0
"""The rights that docs/ledger.md names are enough."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests
import yaml

from pulumi_opentok.core.desired.ledger.ledger import LedgerError, Subject
from pulumi_opentok.core.desired.ledger.places import ledger_at
from tests.docs.snippets import ROOT, of_page
from tests.kubernetes_server import KubernetesServer, Rule
from tests.stores.vault_stand_in import VaultStandIn

RIGHTS = {snippet.words[0]: snippet.text for snippet in of_page(ROOT / "docs" / "ledger.md") if snippet.runner == "rights"}
PROJECT = Subject("project", key="46000001", called="ACME", account="45")


def use(url: str) -> None:
    """Whatever a run does."""
    for number in range(2):
        with ledger_at(url).locked() as book:
            with book.lease(PROJECT):
                book.set("project/46000001", {"name": "ACME", "number": number})
                book.set("project/2", {"name": "x" * 200, "number": number})
                book.forget("project/2")
            assert dict(book.of("project", called="ACME")) == {"46000001": {"name": "ACME", "number": number}}
        with ledger_at(url).read_only() as reading:
            assert list(reading.of("project")) == ["46000001"]


@pytest.fixture
def iam(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """moto, which looks at rights from the first request of the test on."""
    requests.post(f"{moto_server}/moto-api/reset", timeout=10)
    yield moto_server
    requests.post(f"{moto_server}/moto-api/reset-auth", data=b"inf", timeout=10)


def test_s3(iam: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = boto3.session.Session("AKIAEXAMPLE", "not-real", region_name="us-east-1")
    session.client("s3", endpoint_url=iam).create_bucket(Bucket="acme-ops")
    users = session.client("iam", endpoint_url=iam)
    users.create_user(UserName="runner")
    users.put_user_policy(UserName="runner", PolicyName="ledger", PolicyDocument=json.dumps(json.loads(RIGHTS["s3"])))
    key = users.create_access_key(UserName="runner")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    requests.post(f"{iam}/moto-api/reset-auth", data=b"0", timeout=10)
    use(f"s3://acme-ops/opentok/ledger?endpoint={iam}")
    with pytest.raises(LedgerError, match=r"AccessDenied.*allow s3:GetObject"):
        use(f"s3://acme-ops/another/ledger?endpoint={iam}")


def test_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    server, token = VaultStandIn(), "hvs.runner-token-0123456789abcdef"
    try:
        found = re.findall(r'path "([^"]+)" \{\s*capabilities = (\[[^\]]*\])\s*\}', RIGHTS["vault"])
        server.tokens[token] = {path: json.loads(capabilities) for path, capabilities in found}
        monkeypatch.setenv("VAULT_ADDR", server.url)
        monkeypatch.setenv("VAULT_TOKEN", token)
        use("vault:secret/opentok/ledger")
        with pytest.raises(LedgerError, match=r"Forbidden.*the token needs read, create and update on"):
            use("vault:secret/another/ledger")
    finally:
        server.close()


def test_kubernetes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    namespace, role, binding = yaml.safe_load_all(RIGHTS["kubernetes"])
    with KubernetesServer() as cluster:
        cluster.add("Namespace", "", namespace["metadata"]["name"])
        within = role["metadata"]["namespace"]
        rules = (Rule(rule["verbs"], rule["resources"], namespace=within) for rule in role["rules"])
        assert binding["roleRef"]["name"] == role["metadata"]["name"]
        assert binding["metadata"]["namespace"] == within
        subject = binding["subjects"][0]
        token = cluster.add_user(f"system:serviceaccount:{subject['namespace']}:{subject['name']}", *rules)
        monkeypatch.setenv("KUBECONFIG", str(cluster.write_kubeconfig(tmp_path / "kubeconfig", token)))
        use("kubernetes://opentok/ledger")
        with pytest.raises(LedgerError, match=r"403: .*allow that verb on that resource"):
            use("kubernetes://acme/ledger")
