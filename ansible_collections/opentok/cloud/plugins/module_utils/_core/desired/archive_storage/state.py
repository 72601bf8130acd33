# SPDX-License-Identifier: Apache-2.0
"""What is declared of a project's archive storage, and what is remembered of it: OpenTok shows none of it."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from ...api.storage import AzureStorage, S3Storage
from ...errors import quote
from ...http.auth import fingerprint as plain_fingerprint
from ...secrecy import equal_as_a_whole

S3 = ("bucket", "access_key", "secret_key", "endpoint", "sse")
AZURE = ("azure_container", "azure_account", "azure_key", "azure_domain")
SETTINGS = (*S3, *AZURE, "fallback", "certificate")
SECRETS = ("secret_key", "azure_key")
SHOWN = tuple(name for name in SETTINGS if name not in SECRETS)

ITERATIONS = 50_000
"""Of PBKDF2, some 30 ms: a key that a person chose cannot be looked up by its fingerprint, and is slow to guess."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArchiveStorageSpec:
    """What is declared: S3 or Azure, never both. Without either only its end can be meant."""

    project: str | None = None
    bucket: str | None = None
    access_key: str | None = None
    secret_key: str | None = dataclasses.field(default=None, repr=False)
    endpoint: str | None = None
    sse: str | None = None
    azure_container: str | None = None
    azure_account: str | None = None
    azure_key: str | None = dataclasses.field(default=None, repr=False)
    azure_domain: str | None = None
    fallback: str = "opentok"
    certificate: str | None = None
    triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    verify: bool = False
    on_delete: str = "delete"

    __eq__ = equal_as_a_whole

    @property
    def secret(self) -> str | None:
        return self.azure_key if self.bucket is None else self.secret_key

    @property
    def place(self) -> str:
        """Where archives go, for texts."""
        if self.bucket is None and self.azure_container is None:
            return "a place that is not known yet"
        if self.bucket is None:
            return f"container {quote(self.azure_container)} of Azure account {quote(self.azure_account)}"
        return f"bucket {quote(self.bucket, 255)}" + (f" at {quote(self.endpoint, 200)}" if self.endpoint else " of Amazon S3")

    @property
    def target(self) -> S3Storage | AzureStorage:
        """The same for the API."""
        if self.bucket is None:
            return AzureStorage(
                account_name=str(self.azure_account),
                account_key=str(self.azure_key),
                container=str(self.azure_container),
                domain=self.azure_domain,
            )
        pair = {"access_key": str(self.access_key), "secret_key": str(self.secret_key)}
        return S3Storage(**pair, bucket=self.bucket, endpoint=self.endpoint, sse=self.sse)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArchiveStorageState:
    """What was set, as far as anyone knows; ``spec`` ``None``: nothing is known. ``suspended``: the project was just seen to be."""

    spec: ArchiveStorageSpec | None = None
    account_key: str | None = None
    suspended: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArchiveStorageRecord:
    """What was declared when it was last set. ``fingerprint`` stands for a secret that was not kept, ``triggers`` are fingerprints of texts.

    ``unsettled``: it was to be set or removed, and no answer said whether it was.
    """

    spec: ArchiveStorageSpec
    triggers: Mapping[str, str]
    fingerprint: str | None = None
    set_at: datetime.datetime | None = None
    unsettled: bool = False

    def has_secret(self, secret: str | None) -> bool:
        if self.spec.secret is not None:
            return self.spec.secret == secret
        return self.fingerprint is not None and secret is not None and is_of(secret, self.fingerprint)


def changed(wanted: ArchiveStorageSpec, record: ArchiveStorageRecord) -> list[str]:
    """The names of the settings that are declared otherwise than they were last set."""
    names = [name for name in SHOWN if getattr(wanted, name) != getattr(record.spec, name)]
    if not record.has_secret(wanted.secret):
        names.append("azure_key" if wanted.bucket is None else "secret_key")
    return names


def fingerprints(triggers: Mapping[str, str]) -> dict[str, str]:
    """What stands for triggers: a text among them may be secret."""
    return {name: plain_fingerprint(text) for name, text in triggers.items()}


def salted(secret: str) -> str:
    """A fingerprint that tells whether a secret is still the same: unlike the house's plain one it is of what a person may have chosen."""
    salt = secrets.token_hex(16)
    return f"pbkdf2-sha256:{ITERATIONS}:{salt}:{_derived(secret, salt, ITERATIONS)}"


def is_of(secret: str, fingerprint: str) -> bool:
    """Whether ``fingerprint`` was made of ``secret``."""
    _name, iterations, salt, digest = fingerprint.split(":")
    return hmac.compare_digest(_derived(secret, salt, int(iterations)), digest)


def well_formed(fingerprint: str) -> str:
    """``fingerprint`` if :func:`salted` can have made it. Raises ``ValueError``."""
    name, iterations, salt, digest = fingerprint.split(":")
    if name != "pbkdf2-sha256" or not 0 < int(iterations) <= 10 * ITERATIONS or len(bytes.fromhex(salt)) != 16 or len(bytes.fromhex(digest)) != 32:
        raise ValueError("no fingerprint")
    return fingerprint


def _derived(secret: str, salt: str, iterations: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), bytes.fromhex(salt), iterations).hex()


def without_secrets(spec: ArchiveStorageSpec) -> dict[str, Any]:
    """The settings as they are shown."""
    return {name: getattr(spec, name) for name in SHOWN}
