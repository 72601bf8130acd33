# SPDX-License-Identifier: Apache-2.0
"""The stores that a ledger can be in: of each an empty place, on a real server, and ways round the ledger to what is there."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from pulumi_opentok.core.desired.ledger.cell import segment
from tests.gateway import Gateway, gateway


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
    version: Callable[[int], None] = lambda number: None
    """Says that the ledger is of this version."""
    foreign: Callable[[], None] = lambda: None
    """Puts something of somebody else's where nothing was yet."""
    backup: Callable[[], Callable[[], None]] = lambda: lambda: None
    """Keeps all that is there now; what it gives puts that back."""


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
            version=lambda number: put("ledger/ledger", {"format": "opentok-ledger", "version": number}),
            foreign=lambda: put("readme.txt", b"of somebody else"),
            backup=backup,
        )


STORES: dict[str, Callable[[pytest.FixtureRequest], AbstractContextManager[Place]]] = {"file": file, "s3": s3}
