# SPDX-License-Identifier: Apache-2.0
"""Places to publish to, one of each store, with a way round the store to what is really there."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import boto3
import hvac
import pytest
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from pulumi_opentok.core.desired.publish import Publisher, PublishError, Target
from pulumi_opentok.core.desired.stores import publishers
from pulumi_opentok.core.http.auth import fingerprint
from tests.stores.azure_contract import AzureContract
from tests.stores.azure_contract import Version as KeyVaultVersion
from tests.stores.gcp_contract import GoogleContract
from tests.stores.gcp_contract import Version as GoogleVersion
from tests.stores.github_contract import GitHubContract

SECRET = "5ec2e7a0c4d1b8f35ec2e7a0c4d1b8f35ec2e7a0"
NEWER = "d1ffe2e47b90a6c8d1ffe2e47b90a6c8d1ffe2e4"


def document(**fields: Any) -> dict[str, Any]:
    """A credential document."""
    usual = {"platform": "opentok", "api_key": "46000001", "api_secret": SECRET, "version": 1, "rotated_at": "2026-03-01T12:00:00Z"}
    return {**usual, **fields}


PUT_SECRET = Path(__file__).with_name("put-secret")
"""A program that keeps the document in the file of its first argument."""


def store(target: str) -> Publisher:
    """The one store of this target, which can be read."""
    return cast(Publisher, any_store(target))


def any_store(target: str) -> Target:
    """The one store of this target."""
    (one,) = publishers([target])
    return one


def refused(target: str, asked: str, *because: str, hidden: Collection[str]) -> str:
    """The one line that a store says when it refuses what is ``asked``, in which no piece of the secret is, or of what is ``hidden``."""
    one = store(target)
    with pytest.raises(PublishError) as refusal:
        one.write(document()) if asked == "write" else getattr(one, asked)()
    text = str(refusal.value)
    assert text.startswith(one.where)
    assert [part for part in because if part not in text] == [], text
    for secret in (SECRET, *hidden):
        assert not any(secret[start : start + 8] in text for start in range(len(secret) - 7)), text
    return text


@dataclass(frozen=True)
class Place:
    """`target` names it, `look` gives what its readers see (None: nothing), `put` puts something there behind the store's back."""

    target: str
    look: Callable[[], dict[str, Any] | None]
    put: Callable[[dict[str, Any]], object]
    remove: Callable[[], object]
    clear: Callable[[], object] = lambda: None
    as_read: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda content: content)
    """What the store itself shows of a document."""

    @property
    def any_store(self) -> Target:
        """The same, which may be one that cannot be read."""
        return any_store(self.target)

    @property
    def store(self) -> Publisher:
        """A new one each time: nothing is remembered from one run to the next."""
        return store(self.target)


def file_place(folder: Path) -> Place:
    path = folder / "opentok.json"

    def put(content: dict[str, Any]) -> None:
        path.touch(0o600)
        path.write_text(json.dumps(content), encoding="utf-8")

    return Place(f"file:{path}", lambda: json.loads(path.read_text(encoding="utf-8")) if path.exists() else None, put, path.unlink)


def exec_place(folder: Path) -> Place:
    """It cannot be read through its store."""
    beside = file_place(folder)
    return replace(beside, target=f"exec:{PUT_SECRET} {folder / 'opentok.json'}")


def aws_place() -> Place:
    client = boto3.session.Session().client("secretsmanager")

    def look() -> dict[str, Any] | None:
        try:
            return dict(json.loads(client.get_secret_value(SecretId="acme/opentok")["SecretString"]))
        except client.exceptions.ResourceNotFoundException:
            return None

    def put(content: dict[str, Any]) -> None:
        if look() is None:
            client.create_secret(Name="acme/opentok", SecretString=json.dumps(content))
        else:
            client.put_secret_value(SecretId="acme/opentok", SecretString=json.dumps(content))

    def remove() -> None:
        client.delete_secret(SecretId="acme/opentok", ForceDeleteWithoutRecovery=True)

    return Place("aws-secretsmanager:acme/opentok", look, put, remove)


def vault_place() -> Place:
    kv = hvac.Client().secrets.kv.v2
    path = f"opentok-tests-{os.getpid()}/acme"

    def look() -> dict[str, Any] | None:
        try:
            return dict(kv.read_secret_version(path, raise_on_deleted_version=True)["data"]["data"])
        except hvac.exceptions.InvalidPath:
            return None

    def put(content: dict[str, Any]) -> None:
        kv.create_or_update_secret(path, secret=content)

    def remove() -> None:
        kv.delete_latest_version_of_secret(path)

    def clear() -> None:
        kv.delete_metadata_and_all_versions(path)

    return Place(f"vault:secret/{path}", look, put, remove, clear)


def kubernetes_place() -> Place:
    """A Secret in a namespace of its own."""
    core = client.CoreV1Api(config.new_client_from_config(os.environ["KUBECONFIG"]))
    namespace = core.create_namespace({"metadata": {"generateName": "opentok-tests-"}}).metadata.name

    def look() -> dict[str, Any] | None:
        try:
            data = core.read_namespaced_secret("opentok", namespace).data
        except ApiException as error:
            if error.status != 404:
                raise
            return None
        content = dict(json.loads(base64.b64decode(data["opentok.json"])))
        if "api_secret" in content:
            variables = {name: base64.b64decode(data[name]).decode() for name in ("OPENTOK_API_KEY", "OPENTOK_API_SECRET") if name in data}
            assert variables in ({}, {"OPENTOK_API_KEY": content["api_key"], "OPENTOK_API_SECRET": content["api_secret"]})
        return content

    def put(content: dict[str, Any]) -> None:
        metadata = {"name": "opentok", "labels": {"app.kubernetes.io/managed-by": "pulumi-opentok"}}
        body = {"metadata": metadata, "stringData": {"opentok.json": json.dumps(content)}}
        if look() is None:
            core.create_namespaced_secret(namespace, body)
        else:
            core.replace_namespaced_secret("opentok", namespace, body)

    def remove() -> None:
        core.delete_namespaced_secret("opentok", namespace)

    return Place(f"kubernetes:{namespace}/opentok", look, put, remove, lambda: core.delete_namespace(namespace))
def gcp_place(google: GoogleContract) -> Place:
    name = "projects/acme/secrets/opentok"

    def look() -> dict[str, Any] | None:
        versions = google.secrets.get(name)
        return dict(json.loads(versions[-1].data)) if versions and versions[-1].data else None

    def put(content: dict[str, Any]) -> None:
        google.secrets.setdefault(name, []).append(GoogleVersion(json.dumps(content).encode()))

    return Place(f"gcp-secretmanager:{name}", look, put, lambda: google.secrets.pop(name))


def azure_place(azure: AzureContract) -> Place:
    def look() -> dict[str, Any] | None:
        versions = azure.secrets.get("opentok")
        return dict(json.loads(versions[-1].value)) if versions else None

    def put(content: dict[str, Any]) -> None:
        azure.secrets.setdefault("opentok", []).append(KeyVaultVersion(json.dumps(content), {}))

    return Place("azure-keyvault:acme/opentok", look, put, lambda: azure.secrets.pop("opentok"))


def github_place(github: GitHubContract) -> Place:
    name = "/repos/acme/web/actions/OPENTOK"

    def look() -> dict[str, Any] | None:
        return dict(json.loads(github.secrets[name]["value"])) if name in github.secrets else None

    def put(content: dict[str, Any]) -> None:
        github.put_secret(name, json.dumps(content))
        github.variables.pop(f"{name}_PUBLISHED", None)

    def as_read(content: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in content.items() if key != "api_secret"}
        return {**rest, "secret_fingerprint": fingerprint(content["api_secret"])}

    return Place("github-actions:acme/web/OPENTOK", look, put, lambda: github.secrets.pop(name), as_read=as_read)
