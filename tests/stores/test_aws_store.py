# SPDX-License-Identifier: Apache-2.0
"""AWS Secrets Manager by boto3, against a moto server: what is written with which permissions, and every refusal as one line."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
import requests

from pulumi_opentok.core.desired.stores.aws import PREFLIGHT_STAGE
from tests.stores import places
from tests.stores.places import NEWER, SECRET, document, store

NAME = "acme/opentok"
TARGET = f"aws-secretsmanager:{NAME}"
pytestmark = pytest.mark.usefixtures("aws")
refused = functools.partial(places.refused, hidden=("not-real",))


def versions() -> dict[str, Any]:
    """What each staging label has."""
    client = boto3.session.Session().client("secretsmanager")
    stages = client.describe_secret(SecretId=NAME).get("VersionIdsToStages", {})
    labels = {label: version for version, labels in stages.items() for label in labels}
    return {
        label: json.loads(client.get_secret_value(SecretId=NAME, VersionId=version, VersionStage=label)["SecretString"])
        for label, version in labels.items()
    }


def test_a_secret_that_is_not_there_is_created() -> None:
    store(TARGET).write(document())
    assert versions() == {"AWSCURRENT": document()}


def test_one_write_moves_the_labels() -> None:
    store(TARGET).write(document())
    store(TARGET).write(document(api_secret=NEWER))
    assert versions() == {"AWSCURRENT": document(api_secret=NEWER), "AWSPREVIOUS": document()}


def test_the_preflight_is_a_write_that_no_reader_sees() -> None:
    store(TARGET).write(document())
    store(TARGET).preflight()
    placeholder = {"platform": "opentok", "preflight": True}
    assert versions() == {"AWSCURRENT": document(), PREFLIGHT_STAGE: placeholder}
    store(TARGET).preflight()
    store(TARGET).write(document(api_secret=NEWER))
    assert versions()["AWSCURRENT"] == document(api_secret=NEWER)
    assert versions()["AWSPREVIOUS"] == document()


def test_a_secret_that_was_made_without_a_value() -> None:
    boto3.session.Session().client("secretsmanager").create_secret(Name=NAME)
    assert store(TARGET).read() is None
    store(TARGET).preflight()
    assert store(TARGET).read() is None
    store(TARGET).write(document())
    assert store(TARGET).read() == document()


def test_by_its_arn_in_its_own_region(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = boto3.session.Session().client("secretsmanager", region_name="us-east-2").create_secret(Name=NAME)["ARN"]
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    store(f"aws-secretsmanager:{arn}").write(document())
    assert store(f"aws-secretsmanager:{NAME}?region=us-east-2").read() == document()
    assert store(f"aws-secretsmanager:{NAME}?region=eu-west-1").read() is None


def test_an_arn_of_nothing_cannot_be_created() -> None:
    arn = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{NAME}-AbCdEf"
    refused(f"aws-secretsmanager:{arn}", "preflight", "a secret cannot be created by its ARN")


def test_a_binary_secret_is_someone_elses() -> None:
    boto3.session.Session().client("secretsmanager").create_secret(Name=NAME, SecretBinary=b"\x00\x01")
    refused(TARGET, "preflight", "no OpenTok credential document")


def test_one_that_is_marked_for_deletion() -> None:
    store(TARGET).write(document())
    boto3.session.Session().client("secretsmanager").delete_secret(SecretId=NAME)
    refused(TARGET, "preflight", "InvalidRequestException", "restore-secret")


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_nothing_is_allowed(moto_server: str, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    with only_allowed(moto_server, monkeypatch, "s3:ListBucket"):
        refused(TARGET, asked, "AccessDenied", "allow secretsmanager:GetSecretValue, secretsmanager:PutSecretValue and")


def test_a_preflight_finds_that_only_reading_is_allowed(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store(TARGET).write(document())
    with only_allowed(moto_server, monkeypatch, "secretsmanager:GetSecretValue"):
        assert store(TARGET).read() == document()
        refused(TARGET, "preflight", "put_secret_value was refused", "AccessDenied")


def test_reading_and_writing_are_all_that_is_needed(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store(TARGET).write(document())
    with only_allowed(moto_server, monkeypatch, "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"):
        store(TARGET).preflight()
        store(TARGET).write(document(api_secret=NEWER))
        assert store(TARGET).read() == document(api_secret=NEWER)


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
@pytest.mark.parametrize(("unset", "said"), [("AWS_DEFAULT_REGION", "NoRegion"), ("AWS_ACCESS_KEY_ID", "Credentials")])
def test_no_region_no_credentials(monkeypatch: pytest.MonkeyPatch, asked: str, unset: str, said: str) -> None:
    monkeypatch.delenv(unset)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    refused(TARGET, asked, said, "check the AWS credentials, AWS_DEFAULT_REGION (or ?region=) and the network")


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_nobody_there(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    refused(TARGET, asked, "Could not connect to the endpoint URL")


def test_an_endpoint_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    refused(TARGET, "write", "Invalid endpoint")


@pytest.mark.parametrize("cut", [0, 7])
@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_what_a_server_quotes_of_the_secret_is_scrubbed(monkeypatch: pytest.MonkeyPatch, status: int, cut: int) -> None:
    with echoing(status, cut) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        text = refused(TARGET, "write", "put_secret_value was refused")
        assert "***" in text


def test_a_web_page_instead_of_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with echoing(200, 0) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        refused(TARGET, "read", "no OpenTok credential document")


@contextmanager
def only_allowed(moto_server: str, monkeypatch: pytest.MonkeyPatch, *actions: str) -> Iterator[None]:
    """As a user of IAM who may do these alone."""
    iam = boto3.session.Session().client("iam")
    iam.create_user(UserName="publisher")
    rules = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    iam.put_user_policy(UserName="publisher", PolicyName="rules", PolicyDocument=json.dumps(rules))
    pair = iam.create_access_key(UserName="publisher")["AccessKey"]
    with monkeypatch.context() as changed:
        changed.setenv("AWS_ACCESS_KEY_ID", pair["AccessKeyId"])
        changed.setenv("AWS_SECRET_ACCESS_KEY", pair["SecretAccessKey"])
        requests.post(f"{moto_server}/moto-api/reset-auth", data=b"0", timeout=10)
        try:
            yield
        finally:
            requests.post(f"{moto_server}/moto-api/reset-auth", data=b"inf", timeout=10)


@contextmanager
def echoing(status: int, cut: int) -> Iterator[str]:
    """A server that sends back what it was sent, but for the first characters of the secret."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said = {"__type": "ValidationException", "message": body.replace(SECRET[:cut], "") if cut else body, "SecretString": "<html>"}
            answer = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
