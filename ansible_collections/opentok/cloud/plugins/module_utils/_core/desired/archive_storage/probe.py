# SPDX-License-Identifier: Apache-2.0
"""Tries an S3 storage before OpenTok is told of it: writes a small object where archives will be, and deletes it again."""

from __future__ import annotations

import os
import secrets
from typing import Any

from ...errors import MissingLibrary, PlanError, quote
from .state import ArchiveStorageSpec

try:
    import boto3.session
    import botocore.session
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    HAS_BOTO3 = True
except ImportError:
    HAS_BOTO3 = False

CONTENT = b"Written and deleted by pulumi-opentok to see whether archives can be uploaded here.\n"
REFUSALS = {
    "NoSuchBucket": ("bucket", "there is no such bucket"),
    "InvalidBucketName": ("bucket", "is no name of a bucket there"),
    "InvalidAccessKeyId": ("access_key", "is not known there"),
    "SignatureDoesNotMatch": ("secret_key", "does not belong to access_key"),
    "AccessDenied": ("access_key", "may not write to the bucket: allow s3:PutObject"),
}
"""Which property is wrong, by S3's code. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html."""


def probe(spec: ArchiveStorageSpec) -> tuple[str, ...]:
    """What someone should know of it. Raises :class:`PlanError` that names the property at fault, :class:`MissingLibrary` without boto3."""
    if not HAS_BOTO3:
        raise MissingLibrary("boto3")
    # Archives are below the project's id as well: a policy may allow that prefix alone.
    where = {"Bucket": spec.bucket, "Key": f"{spec.project}/pulumi-opentok-probe-{secrets.token_hex(8)}.txt"}
    encryption = {"ServerSideEncryption": "AES256"} if spec.sse == "s3" else {}
    try:
        client = _client(spec)
        client.put_object(**where, Body=CONTENT, ContentType="text/plain", **encryption)
    except ClientError as error:
        raise _failed(*_refusal(error)) from None
    except (BotoCoreError, ValueError) as error:
        raise _failed("endpoint", f"cannot be reached or used ({type(error).__name__})") from None
    try:
        client.delete_object(**where)
    except (BotoCoreError, ClientError) as error:
        why = _code(error) if isinstance(error, ClientError) else type(error).__name__
        return (f"verify: the probe object {quote(where['Key'], 200)} could be written and not be deleted ({why}): delete it yourself",)
    return ()


def _failed(field: str, message: str) -> PlanError:
    return PlanError(f"verify: {field}: {message}; nothing was sent to OpenTok")


def _refusal(error: Any) -> tuple[str, str]:
    code = _code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return REFUSALS.get(code, ("endpoint", f"refused the probe object: {code}, HTTP {status}"))


def _code(error: Any) -> str:
    """S3's own word for it: what else it says may quote what it was sent."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code if code.isascii() and code.isalnum() and len(code) <= 60 else "no code"


def _client(spec: ArchiveStorageSpec) -> Any:
    # Profile, files and endpoints of whoever runs this are not what OpenTok will use; a proxy of theirs stands.
    none = (None, None, None, None)
    files = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    own = botocore.session.Session(session_vars={"profile": none, **files})
    common = {"connect_timeout": 10, "read_timeout": 30, "retries": {"total_max_attempts": 2}, "ignore_configured_endpoint_urls": True}
    if spec.endpoint is not None:
        common["s3"] = {"addressing_style": "path"}
    try:
        # Not every S3-compatible store knows the newer checksums, which older versions of boto3 do not know either.
        config = Config(**common, request_checksum_calculation="when_required")
    except TypeError:
        config = Config(**common)
    return boto3.session.Session(botocore_session=own).client(
        "s3",
        region_name="us-east-1",
        endpoint_url=spec.endpoint,
        aws_access_key_id=spec.access_key,
        aws_secret_access_key=spec.secret_key,
        config=config,
    )
