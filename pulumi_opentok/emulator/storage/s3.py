# SPDX-License-Identifier: Apache-2.0
"""Putting a file into a bucket at an S3-compatible endpoint, by boto3 (the extra ``aws``), which is imported when it is needed."""

from __future__ import annotations

import functools
import os
import re
import threading
from collections.abc import Mapping
from typing import Any

_CONNECT, _READ = 5, 15  # seconds
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}")
_MAKING = threading.Lock()
"""botocore makes one client at a time."""


class UploadError(Exception):
    """The file is not there. The text is our own: it holds nothing of what the endpoint said, and no credential."""


def put(config: Mapping[str, Any], key: str, content: bytes, content_type: str) -> None:
    """Put a file to where a project's storage settings say, and nowhere else. Blocks. Raises :class:`UploadError`."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise UploadError("boto3 is missing: pip install 'pulumi-opentok[aws]'") from None
    encryption = {"ServerSideEncryption": "AES256"} if config.get("sse") == "s3" else {}
    try:
        client = _client(config)
        try:
            client.put_object(Bucket=config["bucket"], Key=key, Body=content, ContentType=content_type, **encryption)
        finally:
            client.close()
    except ClientError as error:
        raise UploadError(_refusal(error.response)) from None
    except (BotoCoreError, ValueError) as error:
        raise UploadError(f"the endpoint cannot be used ({type(error).__name__})") from None


def _client(config: Mapping[str, Any]) -> Any:
    import botocore.config

    settings = botocore.config.Config(
        connect_timeout=_CONNECT,
        read_timeout=_READ,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        proxies={},
        request_checksum_calculation="when_required",  # not every S3-compatible store knows the newer checksums
    )
    with _MAKING:
        return _session().client(
            "s3",
            region_name="us-east-1",
            endpoint_url=config["endpoint"],
            aws_access_key_id=config["accessKey"],
            aws_secret_access_key=config["secretKey"],
            config=settings,
        )


@functools.cache
def _session() -> Any:
    """One for all: it has read what boto3 knows of S3, which takes longer than an upload."""
    import boto3
    import botocore.session

    # The profile, the configuration files and the proxy of whoever runs the emulator have no business here.
    nothing = (None, None, None, None)
    own = {"profile": nothing, "config_file": (None, None, os.devnull, None), "credentials_file": (None, None, os.devnull, None)}
    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=own))


def _refusal(response: Mapping[str, Any]) -> str:
    code = str(response.get("Error", {}).get("Code", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return f"the endpoint refused it: {code if _CODE.fullmatch(code) else 'no code'}, HTTP {status}"
