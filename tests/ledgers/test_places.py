# SPDX-License-Identifier: Apache-2.0
"""What names a ledger, and what does not: found before anything is sent."""

from __future__ import annotations

import re
import subprocess

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.ledger import kubernetes, s3
from pulumi_opentok.core.desired.ledger.cell import key_of, segment
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.core.desired.stores import vault_engine
from pulumi_opentok.core.errors import MissingLibrary
from tests.engine.environment import REPO
from tests.ledgers.test_contract import NAMES

SECRET = "hunter2hunter2"
WRONG = [
    ("s3://bucket", "must be s3://BUCKET/KEY"),
    ("s3://bucket/", "must be s3://BUCKET/KEY"),
    ("s3://Bucket/key", "must be s3://BUCKET/KEY"),
    ("s3://bucket/a//b", "must be s3://BUCKET/KEY"),
    ("s3://bucket/a/../b", "must be s3://BUCKET/KEY"),
    ("s3://bucket/key/", "must be s3://BUCKET/KEY"),
    (f"s3://AKIA:{SECRET}@bucket/key", "must be s3://BUCKET/KEY"),
    ("s3://bucket/key?", "takes only"),
    ("s3://bucket/key?secret=x", "takes only"),
    ("s3://bucket/key?region=EU WEST", "takes only"),
    (f"s3://bucket/key?endpoint=https://user:{SECRET}@minio:9000", "without user, password or path"),
    ("s3://bucket/key?endpoint=minio:9000", "must be an address"),
    ("s3://bucket/key?endpoint=https://minio/bucket", "must be an address"),
    ("s3://bucket/key?endpoint=https://minio:x", "must be an address"),
    ("vault:secret", "must be vault:MOUNT/PATH"),
    ("vault:secret/../x", "must be vault:MOUNT/PATH"),
    ("vault:secret/a b", "must be vault:MOUNT/PATH"),
    ("kubernetes://ledger", "must be kubernetes://NAMESPACE/NAME"),
    ("kubernetes://Opentok/ledger", "must be kubernetes://NAMESPACE/NAME"),
    ("kubernetes://opentok/" + "x" * 64, "must be kubernetes://NAMESPACE/NAME"),
    ("kubernetes://opentok/a/b", "must be kubernetes://NAMESPACE/NAME"),
    ("kubernetes://opentok/ledger?context=", "takes only ?context="),
    (f"kubernetes://user:{SECRET}@opentok/ledger", "must be kubernetes://NAMESPACE/NAME"),
    ("redis://localhost/0", "must be the path of a file"),
    (f"redis://user:{SECRET}@localhost/0", "must be the path of a file"),
    (f"s3://AKIA:{SECRET}/x@bucket/key", "without credentials: those are boto3's"),
    (f"s3://AKIA:{SECRET}/x", "without credentials: those are boto3's"),
    ("S3://bucket/key", "must begin with s3: in small letters"),
    (f"S3://AKIA:{SECRET}@bucket/key", "must begin with s3: in small letters"),
    ("Kubernetes://opentok/ledger", "must begin with kubernetes: in small letters"),
    ("VAULT:secret/ledger", "must begin with vault: in small letters"),
    (f"vault://token:{SECRET}@secret/ledger", "without // and any token"),
    (f"kubernetes://user:{SECRET}/ledger", "without user or password: those are the kubeconfig's"),
    (f"postgresql:opentok:{SECRET}@x", "not postgresql: without //"),
    (f"postgresql:/opentok:{SECRET}@x/y", "not postgresql: without //"),
    (f"PostgreSQL:opentok:{SECRET}@x", "not postgresql: without //"),
    (f"s3:{SECRET}/key", "not s3: without // (a file of that name is ./s3:…)"),
    (f"kubernetes:{SECRET}/name", "not kubernetes: without //"),
    (f"redis:{SECRET}@x", "not redis: without //"),
    ("s3://bucket/key\n", "cannot be printed"),
]


@pytest.mark.parametrize(("place", "because"), WRONG)
def test_what_names_none(place: str, because: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ledger_at(place)
    assert because in str(refusal.value)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("place", ["./s3:ledger", "file:s3:ledger", "s3.json", "ledgers/redis:1", "C:ledger.json"])
def test_what_names_a_file(place: str) -> None:
    assert isinstance(ledger_at(place), FileLedger)


@pytest.mark.parametrize(
    ("place", "module", "flag", "library"),
    [
        ("s3://bucket/key", s3, "HAS_BOTO3", "boto3, .*or the extra pulumi-opentok.aws"),
        ("vault:secret/ledger", vault_engine, "HAS_HVAC", "hvac, .*or the extra pulumi-opentok.vault"),
        ("kubernetes://opentok/ledger", kubernetes, "HAS_KUBERNETES", "kubernetes, .*or the extra pulumi-opentok.kubernetes"),
    ],
)
def test_a_library_that_is_missing(place: str, module: object, flag: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger_at(place)
    monkeypatch.setattr(module, flag, False)
    with pytest.raises(MissingLibrary, match=rf"ledger '{place}' needs the Python library {library}"):
        ledger_at(place)


@pytest.mark.parametrize("key", [*NAMES, "project/46000001", "x" * 120, "x" * 121, "=" * 64])
def test_a_key_as_a_part_of_a_path_is_told_again(key: str) -> None:
    name = segment(key)
    assert len(name) <= 120
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=")
    assert not name.startswith(".")
    assert key_of(name) in (key, None)


def test_keys_have_paths_of_their_own() -> None:
    keys = [*NAMES, "A=41", "=41", "a/b", "a=2Fb", "project/1", "project=2F1"]
    assert len({segment(key) for key in keys}) == len(set(keys))
    assert segment("project/46000001") == "project=2F46000001"


@pytest.mark.parametrize("name", ["a b", "=2f", "=4", "=zz", ".x", "=41", "ü"])
def test_what_is_no_path_of_a_key(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        key_of(name)


def test_the_page_says_which_secret_a_key_is() -> None:
    (name,) = re.findall(r"delete secret (NAME-entries-[^`]*)`", (REPO / "docs" / "ledger.md").read_text("utf-8"))
    said = subprocess.run(["sh", "-c", f"printf %s {name}"], capture_output=True, text=True, check=True).stdout
    assert said == kubernetes.KubernetesCells("", "namespace", "NAME")._secret("entries", "project/46000001")
