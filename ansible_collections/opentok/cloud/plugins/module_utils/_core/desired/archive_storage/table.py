# SPDX-License-Identifier: Apache-2.0
"""The inputs of an archive storage, and which go together. A key may stand in any of them by mistake, so no text quotes one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ...api.account import check_project
from ...api.storage import ENCRYPTIONS, FALLBACKS
from ...checks import host_problem
from ...errors import InvalidInput, Problem, join_words, unquoted
from ..inputs import Input, InputReader, text_map
from .state import AZURE, S3

WHOSE = "declare the project (its id), or give the project pair (api_key, api_secret)"
BUCKET = "must be the name of a bucket: 3 to 63 lowercase letters, digits, dots and hyphens, a letter or digit at both ends, no IP address"
BUCKET_THERE = "must be the name of a bucket: 1 to 255 letters, digits, dots, hyphens and underscores, without a path"
CONTAINER = "must be the name of a container: 3 to 63 lowercase letters, digits and single hyphens, a letter or digit at both ends"
ACCOUNT = "must be the name of a storage account: 3 to 24 lowercase letters and digits"
AZURE_KEY = "must be an access key of the storage account: 64 bytes as base64, which are 88 characters"
DOMAIN = "must be a domain such as 'blob.core.windows.net', without scheme, port and path"
ENDPOINT = "must be a URL with its scheme, such as 'https://s3.example.com', without user name, password, query and fragment"
LINE = "must be one line of printable ASCII characters, without blanks"
PEM = "must be an X.509 certificate in PEM (from '-----BEGIN CERTIFICATE-----' to '-----END CERTIFICATE-----')"
PRIVATE_KEY = "must hold the certificate alone, not a private key: OpenTok encrypts, and whoever decrypts keeps the key"
NOTHING = "missing: declare bucket, access_key and secret_key for S3, or azure_container, azure_account and azure_key for Azure"

LONGEST = 1024  # characters of an access key or secret; our own bound
LONGEST_CERTIFICATE = 16_384
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_BUCKET_THERE = re.compile(r"[A-Za-z0-9._-]{1,255}")
_IP = re.compile(r"[0-9]+(\.[0-9]+){3}")
_CONTAINER = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*")
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_AZURE_KEY = re.compile(r"[A-Za-z0-9+/]{86}==")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\n.+\n-----END CERTIFICATE-----", re.DOTALL)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput(Problem(field, f"must be a string, not {type(value).__name__}{unquoted(value)}"))
    if not value.strip():
        raise InvalidInput(Problem(field, "must not be empty or blank: leave it out instead"))
    return value


def _matching(pattern: re.Pattern[str], rule: str) -> Any:
    def check(value: Any, field: str) -> str:
        if not pattern.fullmatch(_text(value, field)):
            raise InvalidInput(Problem(field, rule))
        return str(value)

    return check


def _line(value: Any, field: str) -> str:
    text = _text(value, field)
    if not (text.isascii() and text.isprintable()) or " " in text or len(text) > LONGEST:
        raise InvalidInput(Problem(field, f"{LINE}, at most {LONGEST:,}"))
    return text


def _endpoint(value: Any, field: str) -> str:
    text = _line(value, field)
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and host_problem(text) is None
        right = right and "@" not in parts.netloc and not parts.query and not parts.fragment
    except ValueError:
        right = False
    if not right:
        raise InvalidInput(Problem(field, ENDPOINT))
    return text.rstrip("/")


def _certificate(value: Any, field: str) -> str:
    text = _text(value, field).strip().replace("\r\n", "\n")
    if "PRIVATE KEY" in text:
        raise InvalidInput(Problem(field, PRIVATE_KEY))
    if not text.isascii() or len(text) > LONGEST_CERTIFICATE or not _PEM.fullmatch(text):
        raise InvalidInput(Problem(field, PEM))
    return text + "\n"


def _flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(Problem(field, f"must be true or false, not {type(value).__name__}"))
    return value


def _setting(name: str, check: Any, **traits: Any) -> Input:
    """What an earlier step may have made: the bucket itself, and a user that may write to it."""
    return Input(name, check, names_other=True, **{"quoted": False, **traits})


TABLE = (
    Input("project", check_project, force_new=True, reports_live_value=True, names_other=True, missing=WHOSE),
    _setting("bucket", _matching(_BUCKET_THERE, BUCKET_THERE)),
    _setting("access_key", _line),
    _setting("secret_key", _line, secret=True),
    _setting("endpoint", _endpoint),
    Input("sse", choices=ENCRYPTIONS),
    _setting("azure_container", _matching(_CONTAINER, CONTAINER)),
    _setting("azure_account", _matching(_ACCOUNT, ACCOUNT)),
    _setting("azure_key", _matching(_AZURE_KEY, AZURE_KEY), secret=True),
    _setting("azure_domain", _matching(_DOMAIN, DOMAIN)),
    Input("fallback", choices=FALLBACKS, default="opentok", reports_live_value=True),
    Input("certificate", _certificate, quoted=False),
    Input("triggers", text_map, type="dict", needs_record=True, only_present=True),
    Input("verify", _flag, False, type="bool", only_present=True),
    Input("on_delete", choices=("delete", "retain"), default="delete"),
)


def problems(reader: InputReader, *, bucket: str | None, endpoint: str | None, verify: bool) -> Iterator[Problem]:
    """What is wrong with what is declared together."""
    s3, azure = ([name for name in names if reader.given(name)] for names in (S3, AZURE))
    known_s3, known_azure = ([name for name in given if name not in reader.doubtful()] for given in (s3, azure))
    if not s3 and not azure:
        yield Problem("bucket", NOTHING)
    elif known_s3 and known_azure:
        wrong, against = (s3, "azure_container") if "bucket" not in s3 and "azure_container" in azure else (azure, s3[0])
        yield from (Problem(name, f"contradicts {against}: a project has one storage, S3 or Azure") for name in wrong)
    elif not (s3 and azure):
        needed, goes_with = (S3[:3], s3) if s3 else (AZURE[:3], azure)
        yield from (Problem(name, f"missing: goes with {join_words(goes_with)}") for name in needed if name not in goes_with)
    if bucket is not None and not reader.given("endpoint") and (not _BUCKET.fullmatch(bucket) or ".." in bucket or _IP.fullmatch(bucket)):
        yield Problem("bucket", BUCKET)
    if verify and azure and not s3:
        yield Problem("verify", "must be false with Azure: a probe object is written to S3 alone; look at the first archive that is uploaded")
