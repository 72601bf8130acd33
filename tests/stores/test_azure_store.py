# SPDX-License-Identifier: Apache-2.0
"""Azure Key Vault by Microsoft's own clients, against the contract server: versions, refusals, and whose credentials are taken."""

from __future__ import annotations

import functools
import json

import pytest
from azure.identity import EnvironmentCredential
from azure.keyvault.secrets import SecretClient

from tests.stores import azure_contract, places
from tests.stores.azure_contract import EVERYTHING, TOKEN, AzureContract, Version
from tests.stores.cloud_front import Asked, CloudFront, Told
from tests.stores.places import NEWER, document, store

TARGET = "azure-keyvault:acme/opentok"
refused = functools.partial(places.refused, hidden=(TOKEN, azure_contract.CLIENT_SECRET))


def test_what_a_version_says_of_itself(azure: AzureContract) -> None:
    store(TARGET).write(document())
    (version,) = azure.secrets["opentok"]
    assert (version.sent["contentType"], version.sent["tags"]) == ("application/json", {"published-by": "pulumi-opentok"})


def test_tags_of_a_secret_stay(azure: AzureContract) -> None:
    azure.secrets["opentok"] = [Version(json.dumps(document()), {"tags": {"team": "video"}})]
    store(TARGET).write(document(version=2))
    assert azure.secrets["opentok"][-1].sent["tags"] == {"team": "video", "published-by": "pulumi-opentok"}


@pytest.mark.parametrize("is_there", [False, True])
def test_the_preflight_writes_no_version(azure: AzureContract, is_there: bool) -> None:
    if is_there:
        store(TARGET).write(document())
    store(TARGET).preflight()
    assert len(azure.secrets.get("opentok", ())) == is_there


def test_were_the_preflight_taken_readers_would_see_nothing_new(azure: AzureContract, front: CloudFront, monkeypatch: pytest.MonkeyPatch) -> None:
    store(TARGET).write(document())
    monkeypatch.setattr("pulumi_opentok.core.desired.stores.azure.TOO_LONG", 1)
    store(TARGET).preflight()
    assert [json.loads(version.value) for version in azure.secrets["opentok"]] == [document(), document()]


@pytest.mark.parametrize(("keep", "after"), [(1, "DDDE"), (2, "DDEE"), (3, "DEEE"), (9, "EEEE")])
def test_older_versions_are_disabled_and_never_the_live_one(azure: AzureContract, keep: int, after: str) -> None:
    for version in (1, 2, 3):
        store(TARGET).write(document(version=version))
    store(f"{TARGET}?keep={keep}").write(document(version=4))
    assert states(azure) == after
    assert store(TARGET).read() == document(version=4)


def test_versions_of_others_stay_enabled(azure: AzureContract) -> None:
    azure.secrets["opentok"] = [Version("hunter2", {"tags": {"team": "video"}}), Version(json.dumps(document()), {})]
    store(TARGET).write(document(version=2))
    store(f"{TARGET}?keep=1").write(document(version=3))
    assert states(azure) == "EEDE"


def test_what_cannot_be_pruned_is_said_and_the_credentials_are_there(azure: AzureContract) -> None:
    store(TARGET).write(document())
    azure.rights = EVERYTHING - {"list"}
    refused(f"{TARGET}?keep=1", "write", "list versions was refused", "has the live credentials; the next rotation prunes to keep=1")
    assert store(TARGET).read() == document()


def test_a_version_that_is_disabled_is_nothing(azure: AzureContract) -> None:
    azure.secrets["opentok"] = [Version(json.dumps(document()), {}, enabled=False)]
    assert store(TARGET).read() is None
    store(TARGET).preflight()
    store(TARGET).write(document(version=2))
    assert store(TARGET).read() == document(version=2)


def test_a_secret_that_was_deleted_and_not_purged(azure: AzureContract) -> None:
    azure.deleted["opentok"] = []
    assert store(TARGET).read() is None
    refused(TARGET, "write", "409: ObjectIsDeletedButRecoverable", "recover the deleted secret, or purge it: az keyvault secret recover|purge")


def test_the_firewall_of_a_vault(azure: AzureContract, front: CloudFront) -> None:
    told = {"error": {"code": "Forbidden", "message": "Client address is not authorized", "innererror": {"code": "ForbiddenByFirewall"}}}
    front.instead = lambda asked: Told(403, told) if asked.token else None
    refused(TARGET, "preflight", "ForbiddenByFirewall", "let this host through the vault's firewall")


def test_a_secret_of_the_principal_that_is_wrong(azure: AzureContract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "another-client-secret-9876543210")
    text = refused(TARGET, "read", "no credentials that Azure takes", "AADSTS7000215", "check AZURE_TENANT_ID")
    assert "9876543210" not in text


def test_a_token_that_has_expired(azure: AzureContract) -> None:
    azure.token = "another-one"
    refused(TARGET, "read", "no credentials that Azure takes", "Unauthorized", "check AZURE_TENANT_ID")


def test_no_credentials_at_all(azure: AzureContract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    refused(TARGET, "read", "no credentials that Azure takes", "az login")


def test_a_managed_identity(azure: AzureContract, front: CloudFront, monkeypatch: pytest.MonkeyPatch) -> None:
    """As App Service, Functions and Container Apps give it: a plain HTTP endpoint on the host itself."""

    class Identity:
        hosts = ("",)

        def answer(self, asked: Asked) -> Told:
            is_right = asked.headers.get("x-identity-header") == "the-header" and asked.query["resource"] == "https://vault.azure.net"
            token = {"access_token": TOKEN, "expires_on": "4102444800", "resource": asked.query["resource"], "token_type": "Bearer"}
            return Told(200, token) if is_right else Told(400, {"statusCode": 400, "message": "no"})

    front.add(Identity())
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{front.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "the-header")
    store(TARGET).write(document())
    assert store(TARGET).read() == document()
    assert "login.microsoftonline.com" not in {asked.host for asked in front.asked}


def test_a_vault_of_another_cloud_is_named_by_its_host() -> None:
    assert store("azure-keyvault:acme.vault.azure.cn/opentok").where == "Azure Key Vault secret opentok in acme.vault.azure.cn"


def test_what_someone_else_writes_at_the_same_moment_is_found_by_the_next_run(azure: AzureContract, front: CloudFront) -> None:
    """Key Vault has no conditional write and no number: the last one wins, and each run compares."""
    store(TARGET).write(document())
    front.before = lambda asked: places.azure_place(azure).put(document(api_secret=NEWER)) if asked.method == "PUT" and asked.body else None
    store(TARGET).write(document(version=2))
    front.before = lambda asked: None
    assert store(TARGET).read() == document(version=2)


def test_the_contract_is_one_to_microsofts_client(azure: AzureContract) -> None:
    client = SecretClient("https://acme.vault.azure.net", EnvironmentCredential())
    client.set_secret("x", "1", tags={"a": "b"})
    first = client.set_secret("x", "2")
    assert client.get_secret("x").value == "2"
    assert sorted(version.version == first.properties.version for version in client.list_properties_of_secret_versions("x")) == [False, True]
    client.update_secret_properties("x", first.properties.version, enabled=False)
    with pytest.raises(Exception, match="disabled secret"):
        client.get_secret("x")


def states(azure: AzureContract) -> str:
    return "".join("E" if version.enabled else "D" for version in azure.secrets["opentok"])
