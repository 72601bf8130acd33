# SPDX-License-Identifier: Apache-2.0
"""An AWS Secrets Manager secret that holds the credential document.

Needs ``secretsmanager:GetSecretValue`` and ``PutSecretValue``, and ``CreateSecret`` where the secret is not there yet.
Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ...errors import InvalidInput, MissingLibrary, Problem, join_words, quote
from ..publish import Document, PublishError
from .document import PLACEHOLDER, from_content, from_text, to_text
from .failures import scrubbed

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    HAS_BOTO3 = True
except ImportError:
    HAS_BOTO3 = False

PREFLIGHT_STAGE = "OPENTOK_PREFLIGHT"
"""The staging label of the version that proves that a write is allowed. Who asks for the secret gets AWSCURRENT, which stays where it is."""

_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_ARN = re.compile(r"arn:[a-z0-9-]+:secretsmanager:(?P<region>[a-z0-9-]+):[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")


class SecretsManagerStore:
    """The secret ``name``, a name or an ARN; ``region`` where it is not the one of boto3's usual configuration."""

    def __init__(self, name: str, region: str | None = None) -> None:
        self.where = f"AWS Secrets Manager secret {name}" + (f" in {region}" if region and not name.startswith("arn:") else "")
        if not HAS_BOTO3:
            raise MissingLibrary("boto3", extra="aws", target=self.where)
        self._name = name
        self._region = region
        self._made: Any = None

    @classmethod
    def of(cls, place: str) -> SecretsManagerStore:
        """The store of ``aws-secretsmanager:`` and ``place``. Raises ``InvalidInput``."""
        name, mark, query = place.partition("?")
        settings = dict(parse_qsl(query, keep_blank_values=True))
        if (mark and not settings) or set(settings) - {"region"} or not _REGION.fullmatch(settings.get("region", "eu-west-1")):
            raise _wrong(place, "takes only ?region=, such as ?region=eu-west-1; all else is boto3's usual configuration (AWS_PROFILE, ...)")
        arn = _ARN.fullmatch(name)
        if not arn and not _NAME.fullmatch(name):
            raise _wrong(place, "must be the name of a secret (letters, digits and /_+=.@-, at most 512) or its whole ARN")
        if arn and settings.get("region", arn["region"]) != arn["region"]:
            raise _wrong(place, "names two regions: the ARN has one already")
        return cls(name, arn["region"] if arn else settings.get("region"))

    def preflight(self) -> None:
        """Puts a version without credentials and without the label AWSCURRENT: only a write proves that a write, and its key, are allowed.

        A secret that is not there is created without a value. AWS gives the first version of a secret AWSCURRENT whatever is asked for:
        only then do readers see the placeholder, until the credentials are written.
        """
        self.read()
        if not self._put(PLACEHOLDER, VersionStages=[PREFLIGHT_STAGE]):
            self._create()
            self._put(PLACEHOLDER, VersionStages=[PREFLIGHT_STAGE])

    def read(self) -> Document | None:
        found = self._call("get_secret_value", {}, SecretId=self._name)
        if found is None:
            return None
        if "SecretString" in found:
            return from_text(found["SecretString"], self.where)
        return from_content("binary", self.where)

    def write(self, document: Document) -> None:
        if not self._put(document):
            self._create()
            self._put(document)

    def _put(self, document: Mapping[str, Any], **more: Any) -> bool:
        """Whether there was such a secret."""
        return self._call("put_secret_value", document, SecretId=self._name, SecretString=to_text(document), **more) is not None

    def _create(self) -> None:
        if self._name.startswith("arn:"):
            raise PublishError(f"{self.where} is not there, and a secret cannot be created by its ARN: name it, or create it first")
        self._call("create_secret", {}, Name=self._name, Description="Credentials of an OpenTok project, published by pulumi-opentok")

    def _call(self, operation: str, sent: Mapping[str, Any], **arguments: Any) -> Mapping[str, Any] | None:
        """The answer; ``None`` where there is no such secret or it has no value yet."""
        try:
            answer: Mapping[str, Any] = getattr(self._client(), operation)(**arguments)
        except ClientError as error:
            told = error.response.get("Error", {})
            code = str(told.get("Code", "Unknown"))
            if code == "ResourceNotFoundException" and operation != "create_secret":
                return None
            said = scrubbed(str(told.get("Message", "")), [sent.get("api_secret")])
            raise PublishError(f"{self.where}: {operation} was refused: {code}: {said}: {_advice(code)}") from None
        except ParamValidationError:
            raise PublishError(f"{self.where}: boto3 does not take the arguments of {operation}: is it a very old version?") from None
        except (BotoCoreError, ValueError) as error:
            said = scrubbed(str(error), [sent.get("api_secret")])
            advice = "check the AWS credentials, AWS_DEFAULT_REGION (or ?region=) and the network"
            raise PublishError(f"{self.where}: {operation}: {type(error).__name__}: {said}: {advice}") from None
        return answer

    def _client(self) -> Any:
        if self._made is None:
            patience = Config(connect_timeout=10, read_timeout=30)
            # A session of our own: the common one keeps the credentials that it saw first, and is not thread-safe.
            self._made = boto3.session.Session().client("secretsmanager", region_name=self._region, config=patience)
        return self._made


def _wrong(place: str, message: str) -> InvalidInput:
    return InvalidInput(Problem("publish", f"{quote('aws-secretsmanager:' + place, 120)} {message}"))


def _advice(code: str) -> str:
    if "Token" in code or "Credential" in code or "Signature" in code:
        return "check the AWS credentials, they may have expired"
    if "AccessDenied" in code or code == "403":
        actions = [f"secretsmanager:{action}" for action in ("GetSecretValue", "PutSecretValue", "CreateSecret (where it is not there yet)")]
        return f"allow {join_words(actions)}, and the use of its KMS key"
    if code == "InvalidRequestException":
        return "a secret that is marked for deletion is restored with `aws secretsmanager restore-secret`"
    return "put that right, or name another place"
