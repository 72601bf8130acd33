# SPDX-License-Identifier: Apache-2.0
"""Where a project's archives are stored: your own bucket or container.

Source: https://tokbox.com/developer/guides/archiving/using-s3/, .../using-azure/ and .../amazon-s3-encryption/. The API cannot show
the settings, and both kinds of target hold secrets, which are not part of any repr or error message.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from .. import operations
from ..checks import address_problems
from ..errors import ApiError, InvalidInput, Problem, quote
from ..http.calls import Calls
from ..http.redaction import without
from ..secrecy import equal_as_a_whole

FALLBACKS = ("none", "opentok")
ENCRYPTIONS = ("s3", "none")


@dataclasses.dataclass(frozen=True, kw_only=True)
class S3Storage:
    """A bucket of Amazon S3 or of anything that speaks its protocol.

    ``endpoint``: URL with scheme of the service, default Amazon's. ``sse``: server-side encryption, ``s3`` (Amazon's own keys) or ``none``.
    """

    access_key: str
    secret_key: str = dataclasses.field(repr=False)
    bucket: str
    endpoint: str | None = None
    sse: str | None = None

    __eq__ = equal_as_a_whole

    @property
    def secret(self) -> str:
        """What must not be shown."""
        return self.secret_key

    def problems(self) -> list[Problem]:
        """What the API would refuse."""
        problems = _empty(self, "access_key", "secret_key", "bucket")
        if self.endpoint is not None and address_problems("endpoint", self.endpoint, ("http", "https")):
            problems.append(Problem("endpoint", "must be a URL with its scheme, such as 'https://s3.example.com'"))
        if self.sse is not None and self.sse not in ENCRYPTIONS:
            problems.append(Problem("sse", f"must be 's3' or 'none', not {quote(self.sse)}"))
        return problems

    def as_json(self) -> dict[str, Any]:
        """``type`` and ``config`` of the request."""
        fields = {"accessKey": self.access_key, "secretKey": self.secret_key, "bucket": self.bucket, "endpoint": self.endpoint, "sse": self.sse}
        return {"type": "s3", "config": {name: value for name, value in fields.items() if value is not None}}


@dataclasses.dataclass(frozen=True, kw_only=True)
class AzureStorage:
    """A container of Azure Blob Storage. ``domain``: of the service, when it is not the usual one."""

    account_name: str
    account_key: str = dataclasses.field(repr=False)
    container: str
    domain: str | None = None

    __eq__ = equal_as_a_whole

    @property
    def secret(self) -> str:
        """What must not be shown."""
        return self.account_key

    def problems(self) -> list[Problem]:
        """What the API would refuse."""
        optional = ("domain",) if self.domain is not None else ()
        return _empty(self, "account_name", "account_key", "container", *optional)

    def as_json(self) -> dict[str, Any]:
        """``type`` and ``config`` of the request."""
        fields = {"accountName": self.account_name, "accountKey": self.account_key, "container": self.container, "domain": self.domain}
        return {"type": "azure", "config": {name: value for name, value in fields.items() if value is not None}}


class Storage(Calls):
    """Where the archives of one project go."""

    def set(self, target: S3Storage | AzureStorage, *, fallback: str, certificate: str | None = None) -> None:
        """Archives that start from now on are uploaded to ``target``; all earlier settings are replaced.

        ``fallback``: what happens to a file that cannot be uploaded, ``opentok`` (kept in OpenTok's cloud for 72 hours) or ``none`` (lost).
        It has no default, because the guide and the Go SDK disagree on the API's. ``certificate``: X.509 in PEM with an RSA key of at
        most 2,048 bits; archives are encrypted for it. ``None`` switches encryption off.
        """
        problems = target.problems()
        if fallback not in FALLBACKS:
            problems.append(Problem("fallback", f"must be 'none' or 'opentok', not {quote(fallback)}"))
        if certificate is not None and (not isinstance(certificate, str) or "-----BEGIN CERTIFICATE-----" not in certificate):
            problems.append(Problem("certificate", "must be an X.509 certificate in PEM ('-----BEGIN CERTIFICATE-----' …)"))
        if problems:
            raise InvalidInput(problems)
        body = {**target.as_json(), "fallback": fallback, "certificate": certificate}
        try:
            self._call(operations.STORAGE_SET, json=body)
        except ApiError as error:
            raise without(error, target.secret) from None

    def delete(self) -> None:
        """Archives that start from now on stay in OpenTok's cloud. Raises :class:`NotFound` when no target was set."""
        self._call(operations.STORAGE_DELETE)

    def _call(self, operation: operations.Operation, **send: Any) -> None:
        key = self._signer.credentials.key
        self._transport.call(operation, self._signer, about=f"the archive storage of project {key}", api_key=key, **send)


def _empty(target: S3Storage | AzureStorage, *fields: str) -> list[Problem]:
    values = dataclasses.asdict(target)
    wrong = [name for name in fields if not isinstance(values[name], str) or not values[name].strip()]
    return [Problem(name, "must be a non-empty string") for name in wrong]
