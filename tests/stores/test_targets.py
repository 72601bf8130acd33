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
    "gcp-secretmanager:projects/acme-1/secrets/opentok": "Google Secret Manager secret projects/acme-1/secrets/opentok",
    "gcp-secretmanager:projects/acme.example:video/secrets/x?keep=3": "Google Secret Manager secret projects/acme.example:video/secrets/x",
    "gcp-secretmanager:projects/123/locations/us-east1/secrets/x": "Google Secret Manager secret projects/123/locations/us-east1/secrets/x",
    "azure-keyvault:acme/opentok": "Azure Key Vault secret opentok in acme.vault.azure.net",
    "azure-keyvault:acme.vault.usgovcloudapi.net/opentok?keep=1000": "Azure Key Vault secret opentok in acme.vault.usgovcloudapi.net",
    "github-actions:acme/web.site/OPENTOK": "GitHub Actions secret OPENTOK of acme/web.site",
    "github-actions:acme/web/environments/prod/eu/_x1": "GitHub Actions secret _x1 of acme/web, environment 'prod/eu'",
}
WRONG = {
    "": "must be file:PATH, aws-secretsmanager:NAME_OR_ARN, vault:MOUNT/PATH, gcp-secretmanager:projects/PROJECT/secrets/NAME,"
    " azure-keyvault:VAULT/NAME, github-actions:OWNER/REPO/NAME, kubernetes:NAMESPACE/NAME or exec:COMMAND, not ''",
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
    "exec:put " + "a" * 500: "is longer than 500 characters: put it into a script",
    "exec:put acme?timeout=": "?timeout= must be a whole number of seconds from 1 to 600",
    "exec:put acme?timeout=601": "?timeout= must be a whole number of seconds from 1 to 600",
    "exec:put 5ec2e7a0c4d1b8f35ec2e7a0c4d1b8f35ec2e7a0": "holds what looks like a secret, which all users of this machine could see",
    "gcp-secretmanager:opentok": "must be projects/PROJECT/secrets/NAME",
    "gcp-secretmanager:projects/acme/secrets/x/versions/3": "must be projects/PROJECT/secrets/NAME",
    "gcp-secretmanager:projects/acme/secrets/a.b": "must be projects/PROJECT/secrets/NAME",
    "gcp-secretmanager:projects/acme/locations/../secrets/x": "must be projects/PROJECT/secrets/NAME",
    "gcp-secretmanager:projects/acme/secrets/x?keep=0": "takes only ?keep=",
    "gcp-secretmanager:projects/acme/secrets/x?keep=1001": "takes only ?keep=",
    "gcp-secretmanager:projects/acme/secrets/x?keep=3&keep_too=1": "takes only ?keep=",
    "gcp-secretmanager:projects/acme/secrets/x?": "takes only ?keep=",
    "azure-keyvault:acme": "must be azure-keyvault:VAULT/NAME",
    "azure-keyvault:https://acme.vault.azure.net/opentok": "must be azure-keyvault:VAULT/NAME",
    "azure-keyvault:acme.example/opentok": "must be azure-keyvault:VAULT/NAME",
    "azure-keyvault:acme.vault.azure.net.evil.example/opentok": "must be azure-keyvault:VAULT/NAME",
    "azure-keyvault:user@acme.vault.azure.net/opentok": "must be azure-keyvault:VAULT/NAME",
    "azure-keyvault:acme/open_tok": "must be azure-keyvault:VAULT/NAME",
    "azure-keyvault:acme/opentok/3": "must be azure-keyvault:VAULT/NAME",
    "azure-keyvault:acme/opentok?keep=\u0663": "takes only ?keep=",
    "github-actions:acme/OPENTOK": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/../OPENTOK": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/GITHUB_X": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/1X": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/open-tok": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/OPENTOK?keep=3": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/environments/OPENTOK": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/environments//OPENTOK": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/prod/OPENTOK": "must be github-actions:OWNER/REPO/NAME",
    "github-actions:acme/web/environments/../OPENTOK": "must be github-actions:OWNER/REPO/NAME",
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


KEY_VAULT = ("azure-keyvault:acme/x", "Azure Key Vault secret x in acme.vault.azure.net", "azure")
GOOGLE = ("gcp-secretmanager:projects/acme/secrets/x", "Google Secret Manager secret projects/acme/secrets/x", "gcp")


@pytest.mark.parametrize(
    ("missing", "library", "target", "said", "extra"),
    [
        ("boto3", "boto3", "aws-secretsmanager:acme", "AWS Secrets Manager secret acme", "aws"),
        ("hvac", "hvac", "vault:secret/acme", "Vault secret secret/acme", "vault"),
        ("google.cloud", "google-cloud-secret-manager", *GOOGLE),
        ("azure.keyvault", "azure-keyvault-secrets", *KEY_VAULT),
        ("azure.identity", "azure-identity", *KEY_VAULT),
        ("kubernetes", "kubernetes", "kubernetes:acme/opentok", "Kubernetes Secret acme/opentok", "kubernetes"),
        ("nacl", "PyNaCl", "github-actions:acme/web/X", "GitHub Actions secret X of acme/web", "github"),
    ],
)
def test_a_library_that_is_missing_is_one_line_with_its_extra(missing: str, library: str, target: str, said: str, extra: str) -> None:
    named, _, text = in_python(WITHOUT.format(missing=[missing], target=target)).strip().partition("|")
    assert named == library
    ways = f"`pip install {library}`, or the extra pulumi-opentok[{extra}]"
    assert text == f"{said} needs the Python library {library}, which is missing: install it with {ways}"


def test_a_file_needs_no_library() -> None:
    assert in_python(WITHOUT.format(missing=["boto3", "hvac", "google", "azure", "kubernetes", "nacl"], target="file:x")) == ""


def in_python(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
