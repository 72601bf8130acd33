# SPDX-License-Identifier: Apache-2.0
"""A Google Cloud Secret Manager secret that holds the credential document in its latest version.

Needs ``secretmanager.versions.access`` and ``versions.add``, ``secrets.create`` where the secret is not there yet, ``versions.list`` and
``versions.destroy`` with ``?keep=``. Credentials are Application Default Credentials (GOOGLE_APPLICATION_CREDENTIALS, gcloud, a metadata server).
Source: https://cloud.google.com/secret-manager/docs/reference/rest.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import InvalidInput, MissingLibrary, Problem, join_words, quote
from ..publish import Document, PublishError
from .document import PLACEHOLDER, from_text, to_text
from .failures import scrubbed
from .patience import READ_TIMEOUT, answer_of, patiently
from .versions import name_and_keep

try:
    from google.api_core.exceptions import GoogleAPICallError
    from google.auth.exceptions import GoogleAuthError
    from google.cloud import secretmanager_v1
    from google.protobuf.json_format import ParseError
    from requests.exceptions import RequestException

    HAS_SECRET_MANAGER = True
except (ImportError, TypeError):  # TypeError: in a process that has Pulumi's SDK, whose google.rpc.Status is another
    HAS_SECRET_MANAGER = False

SCHEME = "gcp-secretmanager"

NO_CHECKSUM = 0
"""The CRC32C of no document that is written (but for one in 2**32): a version that comes with it is refused, after all that comes before."""

_NAME = re.compile(r"projects/[a-z0-9][a-z0-9.:-]{0,61}[a-z0-9](/locations/(?P<location>[a-z]+-[a-z]+[0-9]+))?/secrets/[A-Za-z0-9_-]{1,255}")


class SecretManagerStore:
    """The secret ``name``, a whole resource name; of its enabled versions the newest ``keep`` stay, the live one among them."""

    def __init__(self, name: str, keep: int | None = None) -> None:
        self.where = f"Google Secret Manager secret {name}"
        if not HAS_SECRET_MANAGER:
            raise MissingLibrary("google-cloud-secret-manager", extra="gcp", target=self.where)
        self._name = name
        self._keep = keep
        self._made: Any = None
        self._latest: int | None = None
        """The number of the version that was read; 0 for no version, ``None`` where it is not known."""

    @classmethod
    def of(cls, place: str) -> SecretManagerStore:
        """The store of ``gcp-secretmanager:`` and ``place``. Raises ``InvalidInput``."""
        name, keep = name_and_keep(SCHEME, place)
        if not _NAME.fullmatch(name):
            wanted = "must be projects/PROJECT/secrets/NAME, or projects/PROJECT/locations/LOCATION/secrets/NAME for a regional secret"
            raise InvalidInput(Problem("publish", f"{quote(f'{SCHEME}:{place}', 120)} {wanted}"))
        return cls(name, keep)

    def preflight(self) -> None:
        """Asks for the permissions, and has a version refused for its checksum alone. A secret that is not there is created without a version."""
        there = self.read()
        # Were it taken all the same, readers would see nothing new.
        same = to_text(there or PLACEHOLDER)
        if not self._refused_for_checksum(same):
            self._create()
            self._refused_for_checksum(same)
        wanted = [f"secretmanager.versions.{verb}" for verb in ("access", "add", *(("list", "destroy") if self._keep else ()))]
        sent = {"resource": self._name, "permissions": wanted}
        missing = set(wanted) - set(self._ask("testIamPermissions", "test_iam_permissions", sent).permissions)
        if missing:
            raise PublishError(f"{self.where} cannot be published to: the account has not {join_words(sorted(missing))} on it: grant that")

    def read(self) -> Document | None:
        """A latest version that was disabled or destroyed is nothing: nobody can read it."""
        try:
            found = self._ask("access", "access_secret_version", {"name": f"{self._name}/versions/latest"})
        except _Refused as refusal:
            if refusal.status == "NOT_FOUND":
                self._latest = 0
                return None
            if refusal.status == "FAILED_PRECONDITION":
                self._latest = None
                return None
            raise
        self._latest = _number(found.name)
        if self._latest is None:
            raise PublishError(f"{self.where}: the answer names no version: is there a proxy in between?")
        return from_text(found.payload.data, self.where)

    def write(self, document: Document) -> None:
        """Adds one version, if the latest one is still that which was read. Then older versions beyond ``keep`` are destroyed."""
        seen = self._latest
        self.read()
        if seen is not None and self._latest != seen:
            raise PublishError(f"{self.where} has a newer version than this run read, which is not overwritten: run again")
        before, self._latest = self._latest, None
        text = to_text(document)
        sent = {"parent": self._name, "payload": {"data": text.encode()}}
        secrets = [document.get("api_secret"), _in_base64(text)]
        try:
            added = self._ask("addVersion", "add_secret_version", sent, secrets=secrets)
        except _Refused as refusal:
            if refusal.status != "NOT_FOUND":
                raise
            self._create()
            added = self._ask("addVersion", "add_secret_version", sent, secrets=secrets)
        number = _number(added.name)
        if number is None:
            raise PublishError(f"{self.where}: the answer to addVersion names no version: is there a proxy in between?")
        if before is not None and number != before + 1:
            raise PublishError(f"{self.where}: version {number} was written when another run had just written one too: run again, which compares")
        if self._keep:
            self._prune(number, self._keep)

    def _prune(self, live: int, keep: int) -> None:
        try:
            listed = self._ask(
                "list versions", "list_secret_versions", {"parent": self._name, "filter": "state:ENABLED", "page_size": 1000}, whole=list
            )
            older = sorted((version for version in listed if (_number(version.name) or live) < live), key=lambda one: _number(one.name) or 0)
            for version in older[: max(len(older) - (keep - 1), 0)]:
                if self._is_ours(version.name):
                    self._ask("destroy", "destroy_secret_version", {"name": version.name, "etag": version.etag})
        except PublishError as error:
            raise PublishError(f"{error}. Version {live} has the live credentials; the next rotation prunes to keep={keep}") from None

    def _is_ours(self, version: str) -> bool:
        """Destroying is for good: what someone else put there stays."""
        payload = self._ask("access", "access_secret_version", {"name": version}).payload
        try:
            from_text(payload.data, self.where)
        except PublishError:
            return False
        return True

    def _refused_for_checksum(self, text: str) -> bool:
        """Whether there is such a secret."""
        sent = {"parent": self._name, "payload": {"data": text.encode(), "data_crc32c": NO_CHECKSUM}}
        try:
            self._ask("addVersion", "add_secret_version", sent, secrets=[text, _in_base64(text)])
        except _Refused as refusal:
            if refusal.status not in ("NOT_FOUND", "INVALID_ARGUMENT"):
                raise
            return refusal.status != "NOT_FOUND"
        return True

    def _create(self) -> None:
        parent, _slash, name = self._name.rpartition("/secrets/")
        secret: dict[str, Any] = {"labels": {"published-by": "pulumi-opentok"}}
        if "/locations/" not in parent:
            secret["replication"] = {"automatic": {}}
        try:
            self._ask("create", "create_secret", {"parent": parent, "secret_id": name, "secret": secret})
        except _Refused as refusal:
            if refusal.status != "ALREADY_EXISTS":
                raise

    def _ask(
        self, what: str, method: str, sent: Mapping[str, Any], *, secrets: list[str | None] | None = None, whole: Callable[[Any], Any] | None = None
    ) -> Any:
        def call() -> Any:
            answer = getattr(self._client(), method)(request=dict(sent), retry=None, timeout=READ_TIMEOUT)
            return whole(answer) if whole else answer

        try:
            return patiently(call, answer_of, writes=method not in _READS)
        except GoogleAPICallError as error:
            status, message = _said(error)
            said = scrubbed(message, secrets or ())
            raise _Refused(f"{self.where}: {what} was refused: {status or error.code}: {said}: {_advice(status, error)}", status) from None
        except GoogleAuthError as error:
            said = scrubbed(str(error.args[0] if error.args else ""), secrets or ())
            advice = "check GOOGLE_APPLICATION_CREDENTIALS, or log in with `gcloud auth application-default login`"
            raise PublishError(f"{self.where}: {what}: no credentials that Google takes: {type(error).__name__}: {said}: {advice}") from None
        except (RequestException, ParseError, ValueError, TypeError, AttributeError) as error:
            # The text may quote what was sent.
            advice = "check the network and any proxy"
            raise PublishError(f"{self.where}: {what}: no usable answer from Google ({type(error).__name__}): {advice}") from None

    def _client(self) -> Any:
        if self._made is None:
            location = _NAME.fullmatch(self._name)
            region = location["location"] if location else None
            options = {"api_endpoint": f"secretmanager.{region}.rep.googleapis.com"} if region else {}
            # gRPC takes neither the proxy nor the certificates that all others here take.
            self._made = secretmanager_v1.SecretManagerServiceClient(transport="rest", client_options=options)
        return self._made


def _in_base64(text: str) -> str:
    """As it is on its way."""
    return base64.b64encode(text.encode()).decode()


_READS = ("access_secret_version", "list_secret_versions", "test_iam_permissions")


def _number(version: str) -> int | None:
    last = version.rpartition("/versions/")[2]
    return int(last) if last.isdecimal() else None


def _said(error: Any) -> tuple[str, str]:
    """The API's own word, such as ``NOT_FOUND``, and its message; nothing where the answer is not the API's: only that can say what is not there."""
    try:
        told = error.response.json()["error"]
        return str(told["status"]), str(told.get("message", ""))
    except (AttributeError, ValueError, TypeError, KeyError):
        return "", ""


def _advice(status: str, error: Any) -> str:
    if status == "PERMISSION_DENIED":
        return (
            "grant roles/secretmanager.secretAccessor and secretVersionAdder on the secret (and secretVersionManager for ?keep=), or create it first"
        )
    if status == "UNAUTHENTICATED":
        return "the credentials have expired or are of another kind: check GOOGLE_APPLICATION_CREDENTIALS"
    if status == "RESOURCE_EXHAUSTED":
        return "a quota is used up: run again later"
    if not status:
        return "this is not Google's answer: check the network and any proxy"
    return "see Google Cloud's status, then run again" if (error.code or 0) >= 500 else "put that right, then run again"


class _Refused(PublishError):
    """Google, or something in between, said no; ``status`` is empty for the latter."""

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message)
        self.status = status
