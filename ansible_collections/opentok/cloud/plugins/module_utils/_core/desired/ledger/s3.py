# SPDX-License-Identifier: Apache-2.0
"""The cells of a ledger as objects of S3, or of a store with its API and its conditional writes.

``s3://bucket/key`` has them as ``key/PART/[GROUP/]KEY``. Credentials, profile and region are boto3's usual configuration; ``?region=`` and
``?endpoint=`` name others. Needs ``s3:GetObject``, ``PutObject``, ``DeleteObject`` on ``bucket/key/*`` and ``s3:ListBucket`` on the bucket.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from ...errors import InvalidInput, LedgerError, MissingLibrary, Problem, quote
from ..stores.failures import scrubbed
from .cell import Cell, Changed, Unanswered, again, each_cell, from_document, keys_of, segment, to_document
from .ledger import ledger_error

try:
    import boto3.session
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ParamValidationError
    from botocore.parsers import ResponseParserError

    HAS_BOTO3 = True
except ImportError:
    HAS_BOTO3 = False

NO_SUCH = '"00000000000000000000000000000000"'
"""An ETag that no object has."""

_PLACE = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>[A-Za-z0-9_.=+@-]+(/[A-Za-z0-9_.=+@-]+)*)", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]{2,40}")
_WANTED = "must be s3://BUCKET/KEY such as s3://acme-ops/opentok/ledger (a key of letters, digits and _.=+@-, not ending in /)"


class S3Cells:
    """See :class:`Cells`. A revision is an ETag: no two documents are alike, because each has a mark of its own."""

    timeout: ClassVar[float] = 10.0
    """Seconds without a byte after which an answer is given up."""

    def __init__(self, where: str, bucket: str, key: str, *, region: str | None = None, endpoint: str | None = None) -> None:
        self.where = where
        if not HAS_BOTO3:
            raise MissingLibrary("boto3", extra="aws", target=f"ledger {quote(where, 300)}")
        self._bucket = bucket
        self._prefix = f"{key}/"
        self._region = region
        self._endpoint = endpoint
        self._client: Any = None
        self._hidden: tuple[str | None, ...] = ()
        self._proven = False
        self._proving = threading.Lock()

    @classmethod
    def of(cls, place: str) -> S3Cells:
        """The cells of ``place``. Raises ``InvalidInput``."""
        url, mark, query = place.partition("?")
        match, settings = _PLACE.fullmatch(url), dict(parse_qsl(query, keep_blank_values=True))
        if "@" in (bucket := url.removeprefix("s3://").partition("/")[0]) or ":" in bucket or (match is None and "@" in url):
            raise InvalidInput(Problem("ledger", f"{_WANTED}, without credentials: those are boto3's usual configuration (AWS_PROFILE, AWS_…)"))
        if match is None or any(not part.strip(".") for part in match["key"].split("/")):
            raise InvalidInput(Problem("ledger", f"{_WANTED}, not {quote(url, 200)}"))
        if (mark and not settings) or set(settings) - {"region", "endpoint"} or not _REGION.fullmatch(settings.get("region", "eu-west-1")):
            raise InvalidInput(Problem("ledger", "of s3:// takes only ?region= and &endpoint=, such as ?region=eu-west-1"))
        endpoint = settings.get("endpoint")
        if endpoint is not None and not _is_endpoint(endpoint):
            wanted = "endpoint= must be an address such as https://minio.example:9000, without user, password or path"
            raise InvalidInput(Problem("ledger", wanted))
        return cls(place, match["bucket"], match["key"], region=settings.get("region"), endpoint=endpoint)

    def open(self, *, write: bool) -> None:
        try:
            session = boto3.session.Session()
            found = session.get_credentials()
            if found is None:
                raise self._failed("there are no AWS credentials: set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role")
            keys = found.get_frozen_credentials()
            self._hidden = (keys.access_key, keys.secret_key, keys.token)
            region = self._region or session.region_name or "us-east-1"
            self._client = session.client("s3", region_name=region, endpoint_url=self._endpoint, config=self._config())
        except (BotoCoreError, ValueError) as error:
            said = scrubbed(str(error), self._hidden)
            raise self._failed(f"boto3's configuration cannot be used: {type(error).__name__}: {said}") from None

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def empty(self) -> bool:
        return not again(lambda: self._list(self._prefix, MaxKeys=1)).get("Contents")

    def read(self, part: str, key: str, group: str = "") -> Cell | None:
        return self._get(self._name(part, key, group), part)

    def write(self, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
        name, body = self._name(part, key, group), to_document(value)
        revision = self._put(name, body, expected)
        if not self._proven:
            self._prove(name, body)
        return revision

    def remove(self, part: str, key: str) -> None:
        self._call("DeleteObject", lambda: self._client.delete_object(Bucket=self._bucket, Key=self._name(part, key)))

    def keys(self, part: str, group: str = "") -> Iterable[str]:
        prefix = self._name(part, "", group)
        return keys_of(self, (name[len(prefix) :] for name in self._names(prefix)), part, lambda name: self._get(prefix + name, part))

    def list(self, part: str) -> Iterable[tuple[str, Cell]]:
        return each_cell(self, part)

    def _name(self, part: str, key: str, group: str = "") -> str:
        within = f"{group}/" if group else ""
        return f"{self._prefix}{part}/{within}{segment(key) if key else ''}"

    def _names(self, prefix: str) -> Iterator[str]:
        more: dict[str, str] = {}
        while True:
            answer = again(functools.partial(self._list, prefix, **more))
            yield from (str(one["Key"]) for one in answer.get("Contents", ()))
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def _list(self, prefix: str, **more: Any) -> Mapping[str, Any]:
        def call() -> Mapping[str, Any]:
            answer: Mapping[str, Any] = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **more)
            # What is no answer of S3, such as a web page, has no count.
            return {**answer, "KeyCount": answer["KeyCount"]}

        answer: Mapping[str, Any] = self._call("ListObjectsV2", call)
        return answer

    def _get(self, name: str, part: str) -> Cell | None:
        def call() -> Cell:
            answer = self._client.get_object(Bucket=self._bucket, Key=name)
            body = answer["Body"].read()
            return Cell(from_document(body, self.where, f"s3://{self._bucket}/{name}", part), answer["ETag"], _age(answer))

        try:
            found: Cell = again(lambda: self._call("GetObject", call))
            return found
        except _NotThere:
            return None

    def _put(self, name: str, body: bytes, expected: Any) -> Any:
        condition = {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected}

        def call() -> Any:
            answer = self._client.put_object(Bucket=self._bucket, Key=name, Body=body, ContentType="application/json", **condition)
            return answer["ETag"]

        try:
            return self._call("PutObject", call)
        except _NotThere:
            raise Changed from None

    def _prove(self, name: str, body: bytes) -> None:
        """Has two writes refused of what was just written: a store that takes them overwrites whatever is there."""
        with self._proving:
            for expected in (None, NO_SUCH):
                try:
                    self._put(name, body, expected)
                except Changed:
                    continue
                header = "If-None-Match" if expected is None else "If-Match"
                what = f"overwrites an object in spite of {header}: two runs could both hold the same there"
                raise self._failed(f"this store has no conditional writes: it {what}; name a bucket of a store that has them")
            self._proven = True

    def _call(self, operation: str, call: Callable[[], Any]) -> Any:
        """What ``call`` gives. Raises :class:`Changed`, ``_NotThere``, :class:`Unanswered` or ``LedgerError``."""
        try:
            return call()
        except ClientError as error:
            raise self._refused(operation, error) from None
        except ParamValidationError:
            raise self._failed("boto3 is too old for conditional writes: install 1.36 or newer") from None
        except NoCredentialsError:
            raise self._failed(
                "there are no AWS credentials: set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role"
            ) from None
        except (BotoCoreError, ResponseParserError, KeyError, TypeError, ValueError) as error:
            # Its text may quote what a server sent, or a header.
            said = f"no usable answer to {operation} ({type(error).__name__}): check ?endpoint= and ?region=, the network and any proxy"
            raise Unanswered(str(self._failed(said))) from None

    def _refused(self, operation: str, error: Any) -> Exception:
        told, meta = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
        code, status = str(told.get("Code", "")), meta.get("HTTPStatusCode", 0)
        if code in ("PreconditionFailed", "412") or status == 412:
            return Changed()
        if code == "NoSuchKey" or (status == 404 and code in ("404", "NotFound")):
            return _NotThere()
        said = scrubbed(f"{code or 'no code'} (HTTP {status}): {told.get('Message', '')}", self._hidden)
        failed = self._failed(f"{operation} was refused: {said}: {_advice(code, status)}")
        # 409: another write of the same object is under way (ConditionalRequestConflict).
        return Unanswered(str(failed)) if status in (408, 409, 429) or status >= 500 or status < 400 or code == "RequestTimeout" else failed

    def _failed(self, what: str) -> LedgerError:
        return ledger_error(self.where, f"cannot be used: {what}")

    def _config(self) -> Any:
        # A write that is sent again by itself would be refused for the first one: who writes cells tells them apart.
        common: dict[str, Any] = {"connect_timeout": self.timeout, "read_timeout": self.timeout, "retries": {"total_max_attempts": 1}}
        common["max_pool_connections"] = 16
        if self._endpoint is not None:
            common["s3"] = {"addressing_style": "path"}
        try:
            # Not every S3-compatible store knows the newer checksums, which older versions of boto3 do not know either.
            return Config(**common, request_checksum_calculation="when_required", response_checksum_validation="when_required")
        except TypeError:
            return Config(**common)


class _NotThere(Exception):
    """There is no such object."""


def _age(answer: Mapping[str, Any]) -> float | None:
    """Seconds since it was written, by the clock of the server that answered."""
    date = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    try:
        return float((parsedate_to_datetime(str(date)) - answer["LastModified"]).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None


def _is_endpoint(text: str) -> bool:
    try:
        url = urlsplit(text)
        _port = url.port
    except ValueError:
        return False
    return (
        url.scheme in ("http", "https") and bool(url.hostname) and "@" not in url.netloc and url.path in ("", "/") and not (url.query or url.fragment)
    )


def _advice(code: str, status: int) -> str:
    if code == "NoSuchBucket":
        return "there is no such bucket: make it first, or name another"
    if code in ("AccessDenied", "AllAccessDisabled", "403") or status == 403:
        allow = "allow s3:GetObject, s3:PutObject and s3:DeleteObject on what is below the key, s3:ListBucket on the bucket"
        return f"check the credentials, and {allow}"
    if "Redirect" in code or code in ("AuthorizationHeaderMalformed", "IllegalLocationConstraintException"):
        return "the bucket is in another region: say ?region="
    if code == "NotImplemented" or status == 501:
        return "this store has no conditional writes: name a bucket of a store that has them"
    return "put that right, or name another place"
