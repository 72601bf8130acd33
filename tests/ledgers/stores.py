# SPDX-License-Identifier: Apache-2.0
"""The stores that a ledger can be in: of each an empty place, on a real server, and ways round the ledger to what is there."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import hvac
import pytest
import yaml
from kubernetes import client, config

from pulumi_opentok.core.desired.ledger.cell import segment
from pulumi_opentok.core.desired.ledger.kubernetes import KubernetesCells
from pulumi_opentok.core.desired.ledger.places import ledger_at
from tests.gateway import Gateway, gateway
from tests.kubernetes_server import KubernetesServer, Rule
from tests.ledgers.sessions import terminate
from tests.stores.vault_stand_in import ROOT, VaultStandIn


@dataclass(frozen=True)
class Place:
    """``url`` names the ledger to runs that have ``environ``; of ``secrets`` no message may have a piece."""

    url: str
    environ: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    shared: bool = True
    """Whether runs may have it open at the same time."""
    gate: Gateway | None = None
    """What every request of a store that speaks HTTP goes through."""
    reader: Mapping[str, str] | None = None
    """The environment of who may only read."""
    damage: Callable[[str, Any], None] = lambda key, entry: None
    """Puts ``entry`` there as what is remembered under ``key``, whatever it is."""
    spoil: Callable[[str, bytes], None] | None = None
    """Puts what is no document there instead of what is remembered under ``key``, where the store would take it."""
    version: Callable[[int], None] = lambda number: None
    """Says that the ledger is of this version."""
    foreign: Callable[[], object] = lambda: None
    """Puts something of somebody else's where nothing was yet."""
    backup: Callable[[], Callable[[], None]] = lambda: lambda: None
    """Keeps all that is there now; what it gives puts that back."""
    cut_off: Callable[[int], None] = lambda process: None
    """The store notices that a process cannot be reached any more, if a lifetime without a sign of it is not how it does."""


@contextlib.contextmanager
def file(request: pytest.FixtureRequest) -> Iterator[Place]:
    path = Path(request.getfixturevalue("tmp_path"), "ledger.json")

    def change(how: Callable[[dict[str, Any]], None]) -> None:
        content = json.loads(path.read_text("utf-8")) if path.exists() else {"format": "opentok-ledger", "version": 1, "entries": {}}
        how(content)
        put(json.dumps(content))

    def put(text: str) -> None:
        path.touch(0o600)
        path.write_text(text, "utf-8")

    def backup() -> Callable[[], None]:
        text = path.read_text("utf-8")
        return lambda: put(text)

    yield Place(
        str(path),
        shared=False,
        damage=lambda key, entry: change(lambda content: content["entries"].update({key: entry})),
        version=lambda number: change(lambda content: content.update(version=number)),
        foreign=lambda: put('{"somebody": "else"}'),
        backup=backup,
    )


@contextlib.contextmanager
def s3(request: pytest.FixtureRequest) -> Iterator[Place]:
    """moto's server: its conditional writes look first and write then, so its requests are let through one by one."""
    moto, bucket = request.getfixturevalue("moto_server"), f"ops-{uuid.uuid4().hex[:12]}"
    keys = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE00", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    client = boto3.session.Session(*keys.values()).client("s3", endpoint_url=moto, region_name="us-east-1")
    client.create_bucket(Bucket=bucket)

    def put(name: str, value: Any) -> None:
        client.put_object(Bucket=bucket, Key=f"opentok/ledger/{name}", Body=value if isinstance(value, bytes) else json.dumps(value).encode())

    def everything() -> dict[str, bytes]:
        found = client.list_objects_v2(Bucket=bucket).get("Contents", ())
        return {one["Key"]: client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found}

    def backup() -> Callable[[], None]:
        kept = everything()

        def put_back() -> None:
            for name in everything().keys() - kept.keys():
                client.delete_object(Bucket=bucket, Key=name)
            for name, body in kept.items():
                client.put_object(Bucket=bucket, Key=name, Body=body)

        return put_back

    with gateway(moto) as gate:
        gate.one_at_a_time = True
        yield Place(
            f"s3://{bucket}/opentok/ledger?endpoint={gate.url}",
            {**keys, "AWS_EC2_METADATA_DISABLED": "true"},
            tuple(keys.values()),
            gate=gate,
            damage=lambda key, entry: put(f"entries/{segment(key)}", {"key": key, "entry": entry}),
            spoil=lambda key, data: put(f"entries/{segment(key)}", data),
            version=lambda number: put("ledger/ledger", {"format": "opentok-ledger", "version": number}),
            foreign=lambda: put("readme.txt", b"of somebody else"),
            backup=backup,
        )


@contextlib.contextmanager
def vault(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The stand-in, or the Vault that OPENTOK_TEST_VAULT_ADDR names."""
    with contextlib.ExitStack() as stack:
        behind, token = os.environ.get("OPENTOK_TEST_VAULT_ADDR"), os.environ.get("OPENTOK_TEST_VAULT_TOKEN", ROOT)
        path, reader = f"ledger-{uuid.uuid4().hex[:12]}", None
        if behind is None:
            server = stack.enter_context(contextlib.closing(VaultStandIn()))
            behind, reader = server.url, "hvs.reader-token-0123456789abcdef"
            server.tokens[reader] = {f"secret/data/{path}/*": ["read"], f"secret/metadata/{path}/*": ["list"]}
        gate = stack.enter_context(gateway(behind))
        adapter = hvac.Client(url=behind, token=token)
        kv = adapter.secrets.kv.v2

        def put(name: str, value: Any) -> None:
            kv.create_or_update_secret(f"{path}/{name}", secret=value)

        def everything(folder: str) -> dict[str, Any]:
            try:
                names = kv.list_secrets(folder)["data"]["keys"]
            except hvac.exceptions.InvalidPath:
                return {}
            found: dict[str, Any] = {}
            for name in names:
                where = f"{folder}/{name}".rstrip("/")
                found |= everything(where) if name.endswith("/") else {where: read(where)}
            return found

        def read(name: str) -> Any:
            return kv.read_secret_version(name, raise_on_deleted_version=True)["data"]["data"]

        def backup() -> Callable[[], None]:
            kept = everything(path)

            def put_back() -> None:
                for name in everything(path):
                    kv.delete_metadata_and_all_versions(name)
                for name, value in kept.items():
                    kv.create_or_update_secret(name, secret=value)

            return put_back

        yield Place(
            f"vault:secret/{path}",
            {"VAULT_ADDR": gate.url, "VAULT_TOKEN": token},
            (token,),
            gate=gate,
            reader={"VAULT_ADDR": gate.url, "VAULT_TOKEN": reader} if reader else None,
            damage=lambda key, entry: put(f"entries/{segment(key)}", {"key": key, "entry": entry}),
            version=lambda number: put("ledger/ledger", {"format": "opentok-ledger", "version": number}),
            foreign=lambda: put("readme", {"of": "somebody else"}),
            backup=backup,
        )
        for name in everything(path):
            kv.delete_metadata_and_all_versions(name)


@contextlib.contextmanager
def kubernetes(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The contract server, or the cluster whose administrator's kubeconfig, with a token, OPENTOK_TEST_KUBECONFIG names."""
    with contextlib.ExitStack() as stack:
        folder, namespace = Path(request.getfixturevalue("tmp_path")), f"ledger-{uuid.uuid4().hex[:12]}"
        real, reader = os.environ.get("OPENTOK_TEST_KUBECONFIG"), None
        if real is None:
            cluster = stack.enter_context(KubernetesServer())
            real = str(cluster.write_kubeconfig(folder / "direct"))
            reader = cluster.add_user("reader", Rule(["get", "list"], ["secrets"], namespace=namespace))
        direct = yaml.safe_load(Path(real).read_text("utf-8"))
        gate = stack.enter_context(gateway(direct["clusters"][0]["cluster"]["server"]))
        secrets = client.CoreV1Api(stack.enter_context(config.new_client_from_config(real)))
        secrets.create_namespace({"metadata": {"name": namespace}})
        stack.callback(secrets.delete_namespace, namespace)
        cells = KubernetesCells("", namespace, "ledger")

        def configuration(name: str, token: str) -> dict[str, str]:
            through = {**direct, "clusters": [{**direct["clusters"][0], "cluster": {"server": gate.url}}]}
            through["users"] = [{**direct["users"][0], "user": {"token": token}}]
            path = folder / name
            path.touch(0o600)
            path.write_text(yaml.safe_dump(through), "utf-8")
            return {"KUBECONFIG": str(path)}

        def put(part: str, key: str, value: Any, labels: Mapping[str, str] | None = None) -> None:
            raw = value if isinstance(value, bytes) else json.dumps(value).encode()
            name, data = cells._secret(part, key), {"document": base64.b64encode(raw).decode()}
            labels = {"pulumi-opentok/ledger": "ledger", "pulumi-opentok/ledger-part": part} if labels is None else labels
            with contextlib.suppress(client.ApiException):
                secrets.delete_namespaced_secret(name, namespace)
            secrets.create_namespaced_secret(namespace, {"metadata": {"name": name, "labels": labels}, "data": data})

        def backup() -> Callable[[], None]:
            kept = secrets.list_namespaced_secret(namespace).items

            def put_back() -> None:
                for one in secrets.list_namespaced_secret(namespace).items:
                    secrets.delete_namespaced_secret(one.metadata.name, namespace)
                for one in kept:
                    metadata = {"name": one.metadata.name, "labels": one.metadata.labels}
                    secrets.create_namespaced_secret(namespace, {"metadata": metadata, "data": one.data})

            return put_back

        token = direct["users"][0]["user"]["token"]
        yield Place(
            f"kubernetes://{namespace}/ledger",
            configuration("administrator", token),
            (token,),
            gate=gate,
            reader=configuration("reader", reader) if reader else None,
            damage=lambda key, entry: put("entries", key, {"key": key, "entry": entry}),
            spoil=lambda key, data: put("entries", key, data),
            version=lambda number: put("ledger", "ledger", {"format": "opentok-ledger", "version": number}),
            foreign=lambda: put("ledger", "ledger", {}, {}),
            backup=backup,
        )


@contextlib.contextmanager
def postgresql(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A database of the worker's server."""
    server = request.getfixturevalue("postgresql_server")
    database = server.database()
    url = server.url(database)

    def change(statement: str) -> None:
        if not server.sql("SELECT 1 FROM pg_tables WHERE tablename = 'opentok_ledger'", database=database):
            with ledger_at(url).locked():
                pass
        server.sql(statement, database=database)

    def backup() -> Callable[[], None]:
        kept = server.run("pg_dump", "--format=custom", server.url(database))
        return lambda: server.run("pg_restore", "--clean", "--if-exists", "--dbname", server.url(database), given=kept)

    yield Place(
        url,
        damage=lambda key, entry: change(f"INSERT INTO opentok_ledger_entries VALUES ('{key}', '{json.dumps(entry)}', '{{}}', gen_random_uuid())"),
        version=lambda number: change(f"UPDATE opentok_ledger SET version = {number}"),
        foreign=lambda: server.sql("CREATE TABLE opentok_ledger (name text)", database=database),
        backup=backup,
        cut_off=lambda process: terminate(server, database, process),
    )


STORES: dict[str, Callable[[pytest.FixtureRequest], AbstractContextManager[Place]]] = {
    "file": file,
    "postgresql": postgresql,
    "s3": s3,
    "vault": vault,
    "kubernetes": kubernetes,
}
