# SPDX-License-Identifier: Apache-2.0
"""Short makers of what the tables of archive storages are about, and what is refused in a declaration of one."""

from __future__ import annotations

from typing import Any

from pulumi_opentok.core.desired.archive_storage.kind import ARCHIVE_STORAGE
from pulumi_opentok.core.desired.archive_storage.state import ArchiveStorageSpec
from tests.things.rows import HIDDEN, LONG, MISTAKEN_SECRET, Row
from tests.things.sessions import ACME, UNIFIED

ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
AZURE_KEY = "0123456789abcdef" * 5 + "012345=="
TO_S3: dict[str, Any] = {"project": ACME, "bucket": "acme-archives", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
TO_AZURE: dict[str, Any] = {"project": ACME, "azure_container": "archives", "azure_account": "acme", "azure_key": AZURE_KEY}
NO_S3 = dict.fromkeys(("bucket", "access_key", "secret_key"))
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"


def storage(**inputs: Any) -> ArchiveStorageSpec:
    """What is declared of a storage in S3."""
    return ARCHIVE_STORAGE.parse({**TO_S3, **inputs})


BUCKET = "must be the name of a bucket: 3 to 63 lowercase letters"
BUCKET_THERE = "must be the name of a bucket: 1 to 255 letters"
KEY = "must be one line of printable ASCII characters, without blanks"
ENDPOINT = "must be a URL with its scheme"
CONTAINER = "must be the name of a container"
AZURE_KEYS = "must be an access key of the storage account: 64 bytes as base64"
DOMAIN = "must be a domain such as 'blob.core.windows.net'"
PEM = "must be an X.509 certificate in PEM"
AGAINST_BUCKET = "contradicts bucket: a project has one storage, S3 or Azure"
BLANK, TEXT = "must not be empty or blank", "must be a string, not"

BAD_STORAGES: list[Row] = [
    ({"project": None}, ["project"], "missing: declare the project (its id), or give the project pair"),
    ({"project": 1.5}, ["project"], "must be a project id (= API key) such as '46123456', not 1.5"),
    ({"project": "4600 001"}, ["project"], "must be a project id"),
    ({"project": UNIFIED}, ["project"], "must be a project id"),
    ({"project": MISTAKEN_SECRET}, ["project"], "must be a project id (= API key) such as '46123456'"),
    (NO_S3, ["bucket"], "missing: declare bucket, access_key and secret_key for S3, or azure_container"),
    ({"bucket": None}, ["bucket"], "missing: goes with access_key and secret_key"),
    ({"access_key": None}, ["access_key"], "missing: goes with bucket and secret_key"),
    ({"secret_key": None}, ["secret_key"], "missing: goes with bucket and access_key"),
    ({**NO_S3, "sse": "s3"}, ["bucket", "access_key", "secret_key"], "missing: goes with sse"),
    ({"bucket": ""}, ["bucket"], BLANK),
    ({"bucket": 7}, ["bucket"], TEXT),
    ({"bucket": ["a"]}, ["bucket"], TEXT),
    ({"bucket": "ab"}, ["bucket"], BUCKET),
    ({"bucket": "Acme"}, ["bucket"], BUCKET),
    ({"bucket": "acme_archives"}, ["bucket"], BUCKET),
    ({"bucket": "-acme"}, ["bucket"], BUCKET),
    ({"bucket": "acme..archives"}, ["bucket"], BUCKET),
    ({"bucket": "192.168.5.4"}, ["bucket"], BUCKET),
    ({"bucket": "a" * 64}, ["bucket"], BUCKET),
    ({"bucket": MISTAKEN_SECRET.upper()}, ["bucket"], BUCKET),
    ({"bucket": "s3://acme-archives"}, ["bucket"], BUCKET_THERE),
    ({"bucket": "acme-archives/2026"}, ["bucket"], BUCKET_THERE),
    ({"bucket": "arn:aws:s3:::acme-archives"}, ["bucket"], BUCKET_THERE),
    ({"bucket": "acme-archives\n"}, ["bucket"], BUCKET_THERE),
    ({"bucket": LONG, "endpoint": "https://s3.example.com"}, ["bucket"], BUCKET_THERE),
    ({"access_key": " "}, ["access_key"], BLANK),
    ({"access_key": 5}, ["access_key"], TEXT),
    ({"access_key": "two words"}, ["access_key"], KEY),
    ({"access_key": "ключ"}, ["access_key"], KEY),
    ({"access_key": LONG}, ["access_key"], KEY),
    ({"secret_key": 5}, ["secret_key"], "must be a string, not int: quote it"),
    ({"secret_key": True}, ["secret_key"], "must be a string, not bool: quote it"),
    ({"secret_key": f"{HIDDEN}\n"}, ["secret_key"], KEY),
    ({"secret_key": f" {HIDDEN}"}, ["secret_key"], KEY),
    ({"secret_key": "a\0b"}, ["secret_key"], KEY),
    ({"secret_key": {"a": HIDDEN}}, ["secret_key"], "must be a string, not dict"),
    ({"endpoint": "s3.example.com"}, ["endpoint"], ENDPOINT),
    ({"endpoint": "ftp://s3.example.com"}, ["endpoint"], ENDPOINT),
    ({"endpoint": "https://"}, ["endpoint"], ENDPOINT),
    ({"endpoint": "https://["}, ["endpoint"], ENDPOINT),
    ({"endpoint": "https://[::1]x"}, ["endpoint"], ENDPOINT),
    ({"endpoint": "https://a..b"}, ["endpoint"], ENDPOINT),
    ({"endpoint": "https://s3.example.com:99999"}, ["endpoint"], ENDPOINT),
    ({"endpoint": f"https://joe:{HIDDEN}@s3.example.com"}, ["endpoint"], ENDPOINT),
    ({"endpoint": f"https://s3.example.com?key={HIDDEN}"}, ["endpoint"], ENDPOINT),
    ({"endpoint": "https://s3.example.com/a b"}, ["endpoint"], KEY),
    ({"endpoint": 9}, ["endpoint"], TEXT),
    ({"sse": "aws:kms"}, ["sse"], "must be 's3' or 'none', not 'aws:kms'"),
    ({"sse": True}, ["sse"], "must be 's3' or 'none', not True"),
    ({"azure_container": "archives"}, ["azure_container"], AGAINST_BUCKET),
    ({"azure_container": "archives", "azure_key": AZURE_KEY}, ["azure_container", "azure_key"], AGAINST_BUCKET),
    ({**TO_AZURE, "bucket": None, "access_key": None}, ["secret_key"], "contradicts azure_container: a project has one storage"),
    ({**NO_S3, **TO_AZURE, "sse": "s3"}, ["sse"], "contradicts azure_container: a project has one storage"),
    ({**NO_S3, **TO_AZURE, "azure_container": None}, ["azure_container"], "missing: goes with azure_account and azure_key"),
    ({**NO_S3, **TO_AZURE, "azure_container": "Archives"}, ["azure_container"], CONTAINER),
    ({**NO_S3, **TO_AZURE, "azure_container": "a--b"}, ["azure_container"], CONTAINER),
    ({**NO_S3, **TO_AZURE, "azure_container": "$root"}, ["azure_container"], CONTAINER),
    ({**NO_S3, **TO_AZURE, "azure_container": 3}, ["azure_container"], TEXT),
    ({**NO_S3, **TO_AZURE, "azure_account": None}, ["azure_account"], "missing: goes with azure_container and azure_key"),
    ({**NO_S3, **TO_AZURE, "azure_account": "acme-archives"}, ["azure_account"], "must be the name of a storage account"),
    ({**NO_S3, **TO_AZURE, "azure_account": LONG}, ["azure_account"], "must be the name of a storage account"),
    ({**NO_S3, **TO_AZURE, "azure_key": None}, ["azure_key"], "missing: goes with azure_container and azure_account"),
    ({**NO_S3, **TO_AZURE, "azure_key": HIDDEN}, ["azure_key"], AZURE_KEYS),
    ({**NO_S3, **TO_AZURE, "azure_key": AZURE_KEY[:-4]}, ["azure_key"], AZURE_KEYS),
    ({**NO_S3, **TO_AZURE, "azure_key": 1}, ["azure_key"], TEXT),
    ({**NO_S3, **TO_AZURE, "azure_domain": "https://blob.core.windows.net"}, ["azure_domain"], DOMAIN),
    ({**NO_S3, **TO_AZURE, "azure_domain": f"a:{HIDDEN}@blob.core.windows.net"}, ["azure_domain"], DOMAIN),
    ({**NO_S3, **TO_AZURE, "azure_domain": ["a"]}, ["azure_domain"], TEXT),
    ({"fallback": "vonage"}, ["fallback"], "must be 'none' or 'opentok', not 'vonage'"),
    ({"fallback": False}, ["fallback"], "must be 'none' or 'opentok', not False"),
    ({"certificate": "MIIB"}, ["certificate"], PEM),
    ({"certificate": "/etc/ssl/cert.pem"}, ["certificate"], PEM),
    ({"certificate": CERTIFICATE[:-4]}, ["certificate"], PEM),
    ({"certificate": CERTIFICATE.replace("MIIB", LONG * 2)}, ["certificate"], PEM),
    ({"certificate": f"-----BEGIN PRIVATE KEY-----\n{HIDDEN}\n-----END PRIVATE KEY-----"}, ["certificate"], "must hold the certificate alone"),
    ({"certificate": 5}, ["certificate"], TEXT),
    ({"triggers": "2026-11"}, ["triggers"], "must be a map such as {version: '2'}, not '2026-11'"),
    ({"triggers": {"since": 1.1}}, ["triggers"], "the value of 'since' is a number"),
    ({"verify": "yes"}, ["verify"], "must be true or false, not str"),
    ({"verify": 1}, ["verify"], "must be true or false, not int"),
    ({**NO_S3, **TO_AZURE, "verify": True}, ["verify"], "must be false with Azure"),
    ({"on_delete": "keep"}, ["on_delete"], "must be 'delete' or 'retain', not 'keep'"),
    ({"on_delete": MISTAKEN_SECRET}, ["on_delete"], "must be 'delete' or 'retain', not (not shown"),
    ({"project": 1.5, "bucket": "A", "secret_key": 5, "sse": "a", "verify": 0}, ["project", "secret_key", "sse", "verify", "bucket"], "must be"),
]
"""Of a storage in S3."""

GOOD_STORAGES: list[dict[str, Any]] = [
    {},
    {"project": 46000001},
    {"endpoint": "https://minio.example.com:9000/", "bucket": "Acme_Archives", "secret_key": "minioadmin"},
    {"endpoint": "http://127.0.0.1:9000"},
    {"sse": "none", "fallback": "none"},
    {"certificate": f"{CERTIFICATE}\n"},
    {"certificate": CERTIFICATE.replace("\n", "\r\n")},
    {"triggers": {"set": 3}},
    {**NO_S3, **TO_AZURE, "azure_domain": "blob.core.chinacloudapi.cn"},
]
