# SPDX-License-Identifier: Apache-2.0
"""The texts that name a place: right ones, wrong ones (each named, nothing sent), and libraries that are not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.stores import publishers

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme/opentok-AbCdEf"
RIGHT = {
    "file:/etc/acme/opentok.json": "file '/etc/acme/opentok.json'",
    "file:///etc/acme/opentok.json": "file '/etc/acme/opentok.json'",
    "file:here/x.json": f"file '{os.getcwd()}/here/x.json'",
    "file:a:b c.json": f"file '{os.getcwd()}/a:b c.json'",
    "aws-secretsmanager:acme/opentok": "AWS Secrets Manager secret acme/opentok",
    "aws-secretsmanager:acme/opentok?region=eu-west-1": "AWS Secrets Manager secret acme/opentok in eu-west-1",
    f"aws-secretsmanager:{ARN}": f"AWS Secrets Manager secret {ARN}",
    f"aws-secretsmanager:{ARN}?region=eu-west-1": f"AWS Secrets Manager secret {ARN}",
    "vault:secret/acme": "Vault secret secret/acme",
    "vault:team/kv/acme/opentok": "Vault secret team/kv/acme/opentok",
    "kubernetes:acme/opentok": "Kubernetes Secret acme/opentok",
    "kubernetes:acme/opentok.v1?context=prod&owner=deployment/web": "Kubernetes Secret acme/opentok.v1 in prod",
    "exec:put-secret acme 'the first'?timeout=5": "command 'put-secret acme 'the first''",
    "exec:/opt/put what?no=matter": "command '/opt/put what?no=matter'",
}
WRONG = {
    "": "must be file:PATH, aws-secretsmanager:NAME_OR_ARN, vault:MOUNT/PATH, kubernetes:NAMESPACE/NAME or exec:COMMAND, not ''",
    "file": "must be file:PATH",
    "s3://bucket/x": "must be file:PATH",
    "FILE:/x": "must be file:PATH",
    "/etc/acme.json": "must be file:PATH",
    "file:": "names no place after the colon",
    "vault: ": "names no place after the colon",
    "file:/a\nb": "character in it that cannot be printed",
    "file:/a\0b": "character in it that cannot be printed",
    "file://host/x.json": "names a host",
    "file:/": "is a folder",
    "file:..": "is a folder",
    "file:/etc/acme/": "is a folder",
    "aws-secretsmanager:a b": "must be the name of a secret",
    "aws-secretsmanager:" + "a" * 513: "must be the name of a secret",
    "aws-secretsmanager:arn:aws:s3:::bucket": "must be the name of a secret",
    "aws-secretsmanager:acme?": "takes only ?region=",
    "aws-secretsmanager:acme?region=": "takes only ?region=",
    "aws-secretsmanager:acme?region=x y": "takes only ?region=",
    "aws-secretsmanager:acme?profile=x": "takes only ?region=",
    f"aws-secretsmanager:{ARN}?region=us-east-1": "names two regions",
    "vault:secret": "must be vault:MOUNT/PATH",
    "vault:secret/": "must be vault:MOUNT/PATH",
    "vault:/secret/acme": "must be vault:MOUNT/PATH",
    "vault:secret/../sys": "must be vault:MOUNT/PATH",
    "vault:secret//acme": "must be vault:MOUNT/PATH",
    "vault:secret/acme?version=2": "must be vault:MOUNT/PATH",
    "vault:https://vault/acme": "must be vault:MOUNT/PATH",
    "kubernetes:acme": "must be kubernetes:NAMESPACE/NAME",
    "kubernetes:acme/": "must be kubernetes:NAMESPACE/NAME",
    "kubernetes://acme/opentok": "must be kubernetes:NAMESPACE/NAME",
    "kubernetes:Acme/opentok": "must be kubernetes:NAMESPACE/NAME",
    "kubernetes:acme.x/opentok": "must be kubernetes:NAMESPACE/NAME",
    "kubernetes:acme/open_tok": "must be kubernetes:NAMESPACE/NAME",
    "kubernetes:acme/" + "a" * 254: "must be kubernetes:NAMESPACE/NAME",
    "kubernetes:acme/opentok/key": "must be kubernetes:NAMESPACE/NAME",
    "kubernetes:acme/opentok?": "takes only ?context=",
    "kubernetes:acme/opentok?key=x": "takes only ?context=",
    "kubernetes:acme/opentok?owner=": "takes only ?context=",
    "kubernetes:acme/opentok?owner=web": "has an owner that is no deployment/NAME",
    "kubernetes:acme/opentok?owner=pod/web": "has an owner that is no deployment/NAME",
    "exec:''": "names no program",
    "exec:put 'acme": "cannot be split into words as a shell does it: no closing quotation",
    "exec:./put acme": "must begin with the absolute path of a program, or with the name of one on PATH",
    "exec:put acme?timeout=": "?timeout= must be a whole number of seconds from 1 to 600",
    "exec:put acme?timeout=601": "?timeout= must be a whole number of seconds from 1 to 600",
    "exec:put 5ec2e7a0c4d1b8f35ec2e7a0c4d1b8f35ec2e7a0": "holds what looks like a secret, which all users of this machine could see",
}
WITHOUT = """
import sys
sys.modules.update(dict.fromkeys({missing!r}))
from pulumi_opentok.core import MissingLibrary
from pulumi_opentok.core.desired.stores import publishers
try:
    publishers([{target!r}])
except MissingLibrary as error:
    print(error.library, error, sep="|")
"""


@pytest.mark.parametrize(("target", "where"), RIGHT.items())
def test_right(target: str, where: str) -> None:
    (one,) = publishers([target])
    assert one.where == where


@pytest.mark.parametrize(("target", "message"), WRONG.items(), ids=range(len(WRONG)))
def test_wrong(target: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        publishers([target])
    (problem,) = refused.value.problems
    assert problem.field == "publish"
    assert message in problem.message
    assert "\n" not in str(refused.value)


def test_every_wrong_one_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        publishers(["file:", "vault:secret/fine", "nowhere", 3])  # type: ignore[list-item]
    assert len(refused.value.problems) == 3


def test_the_home_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (one,) = publishers(["file:~/opentok.json"])
    assert one.where == f"file '{tmp_path}/opentok.json'"


def test_none_and_one() -> None:
    assert publishers([]) == publishers(None) == ()
    assert [one.where for one in publishers("vault:secret/acme")] == ["Vault secret secret/acme"]


@pytest.mark.parametrize(
    ("target", "missing", "said"),
    [
        ("aws-secretsmanager:acme", "boto3", "AWS Secrets Manager secret acme needs the Python library boto3"),
        ("vault:secret/acme", "hvac", "Vault secret secret/acme needs the Python library hvac"),
        ("kubernetes:acme/opentok", "kubernetes", "Kubernetes Secret acme/opentok needs the Python library kubernetes"),
    ],
)
def test_a_library_that_is_missing_is_one_line_with_its_extra(target: str, missing: str, said: str) -> None:
    done = in_python(WITHOUT.format(missing=[missing], target=target))
    library, _, text = done.strip().partition("|")
    assert library == missing
    extra = {"boto3": "aws", "hvac": "vault", "kubernetes": "kubernetes"}[missing]
    assert text == f"{said}, which is missing: install it with `pip install {missing}`, or the extra pulumi-opentok[{extra}]"


def test_a_file_needs_no_library() -> None:
    assert in_python(WITHOUT.format(missing=["boto3", "hvac", "kubernetes"], target="file:x")) == ""


def in_python(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
