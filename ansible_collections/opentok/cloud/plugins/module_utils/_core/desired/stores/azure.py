# SPDX-License-Identifier: Apache-2.0
"""An Azure Key Vault secret that holds the credential document in its current version.

Needs ``get`` and ``set`` (role Key Vault Secrets Officer), and ``list`` with ``?keep=``. Credentials are those of azure-identity's
``DefaultAzureCredential``: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, a workload's or managed identity, ``az login``.
Source: https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from ...errors import InvalidInput, MissingLibrary, Problem, quote
from ..publish import Document, PublishError
from .document import PLACEHOLDER, from_text, to_text
from .failures import scrubbed
from .patience import CONNECT_TIMEOUT, READ_TIMEOUT, answer_of, patiently
from .versions import name_and_keep

try:
    from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
    from azure.keyvault.secrets import SecretClient

    HAS_KEY_VAULT = True
except ImportError:
    HAS_KEY_VAULT = False

try:
    from azure.identity import DefaultAzureCredential

    HAS_IDENTITY = True
except ImportError:
    HAS_IDENTITY = False

SCHEME = "azure-keyvault"

TOO_LONG = 25 * 1024 + 1
"""Bytes; Key Vault takes values up to 25 KiB. JSON with blanks after it is the same document."""

TAGS = {"published-by": "pulumi-opentok"}

_PLACE = re.compile(
    r"(?P<vault>[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9](\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net))?)"
    r"/(?P<name>[A-Za-z0-9-]{1,127})"
)


class KeyVaultStore:
    """The secret ``name`` of a vault at ``host``; of its versions the newest ``keep`` stay enabled, the live one among them."""

    def __init__(self, host: str, name: str, keep: int | None = None) -> None:
        self.where = f"Azure Key Vault secret {name} in {host}"
        for library, is_there in (("azure-keyvault-secrets", HAS_KEY_VAULT), ("azure-identity", HAS_IDENTITY)):
            if not is_there:
                raise MissingLibrary(library, extra="azure", target=self.where)
        self._host = host
        self._name = name
        self._keep = keep
        self._made: Any = None
        self._current: str | None = None
        """The version that was read; "" for none."""
        self._tags: dict[str, str] = {}

    @classmethod
    def of(cls, place: str) -> KeyVaultStore:
        """The store of ``azure-keyvault:`` and ``place``. Raises ``InvalidInput``."""
        rest, keep = name_and_keep(SCHEME, place)
        match = _PLACE.fullmatch(rest)
        if not match:
            wanted = "must be azure-keyvault:VAULT/NAME, a vault's name or its host (acme.vault.azure.cn) and a secret's (letters, digits and -)"
            raise InvalidInput(Problem("publish", f"{quote(f'{SCHEME}:{place}', 120)} {wanted}"))
        vault = match["vault"]
        return cls(vault if "." in vault else f"{vault}.vault.azure.net", match["name"], keep)

    def preflight(self) -> None:
        """Sends what is there with too many blanks after it, which Key Vault refuses for its length. Were it taken, readers would see nothing new."""
        text = to_text(self.read() or PLACEHOLDER)
        try:
            self._set(text + " " * TOO_LONG)
        except _Refused as refusal:
            if refusal.status not in (400, 413) or not refusal.code:
                raise

    def read(self) -> Document | None:
        """A current version that was disabled is nothing: nobody can read it."""
        try:
            found = self._ask("get", lambda: self._client().get_secret(self._name))
        except _Refused as refusal:
            if (refusal.status, refusal.code) not in ((404, "SecretNotFound"), (403, "SecretDisabled")):
                raise
            self._current, self._tags = "", {}
            return None
        if not isinstance(found.value, str) or not found.properties.version:
            raise PublishError(f"{self.where}: the answer has no value and version in it: is there a proxy in between?")
        self._current, self._tags = found.properties.version, dict(found.properties.tags or {})
        return from_text(found.value, self.where)

    def write(self, document: Document) -> None:
        """Sets one version, if the current one is still that which was read. Then older versions beyond ``keep`` are disabled."""
        seen = self._current
        self.read()
        current, self._current = self._current, None
        if seen is not None and current != seen:
            raise PublishError(f"{self.where} has another version than this run read, which is not overwritten: run again")
        live = self._set(to_text(document), secret=document.get("api_secret")).properties.version
        if not live or live == current:
            raise PublishError(f"{self.where}: the answer to set names no new version: is there a proxy in between?")
        if self._keep:
            self._prune(live, self._keep)

    def _set(self, text: str, secret: str | None = None) -> Any:
        def call() -> Any:
            return self._client().set_secret(self._name, text, content_type="application/json", tags={**self._tags, **TAGS})

        return self._ask("set", call, writes=True, secrets=[secret, text.strip()])

    def _prune(self, live: str, keep: int) -> None:
        """Key Vault deletes no single version. Those of others have not our tag, and stay as they are."""
        try:
            listed = self._ask("list versions", lambda: list(self._client().list_properties_of_secret_versions(self._name)))
            ours = [one for one in listed if one.enabled and one.version != live and TAGS.items() <= (one.tags or {}).items()]
            ours.sort(key=lambda one: one.created_on, reverse=True)
            for one in ours[keep - 1 :]:
                self._disable(one.version)
        except PublishError as error:
            raise PublishError(f"{error}. Version {live} has the live credentials; the next rotation prunes to keep={keep}") from None

    def _disable(self, version: str) -> None:
        self._ask("disable", lambda: self._client().update_secret_properties(self._name, version, enabled=False), writes=True)

    def _ask(self, what: str, call: Callable[[], Any], *, writes: bool = False, secrets: list[str | None] | None = None) -> Any:
        try:
            return patiently(call, answer_of, writes=writes)
        except ClientAuthenticationError as error:
            said = scrubbed(error.message or "", [*(secrets or ()), os.environ.get("AZURE_CLIENT_SECRET")])
            advice = "check AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and the network, or give the host an identity, or `az login`"
            raise PublishError(f"{self.where}: {what}: no credentials that Azure takes: {said}: {advice}") from None
        except HttpResponseError as error:
            code, message = _said(error)
            said = scrubbed(message, secrets or ())
            advice = _advice(error.status_code or 0, code)
            raise _Refused(f"{self.where}: {what} was refused: {error.status_code}: {code}: {said}: {advice}", error.status_code or 0, code) from None
        except (AzureError, ValueError, TypeError, AttributeError, KeyError) as error:
            # The text may quote what was sent.
            advice = "check the vault's name, the network and any proxy"
            raise PublishError(f"{self.where}: {what}: no usable answer from Key Vault ({type(error).__name__}): {advice}") from None

    def _client(self) -> Any:
        if self._made is None:
            patience = {"retry_total": 0, "connection_timeout": CONNECT_TIMEOUT, "read_timeout": READ_TIMEOUT}
            credential = DefaultAzureCredential(**patience)
            self._made = SecretClient(f"https://{self._host}", credential, permit_redirects=False, **patience)
        return self._made


def _said(error: Any) -> tuple[str, str]:
    """Key Vault's own code (the inner one, if there is one) and message; no code where the answer is not Key Vault's."""
    try:
        told = error.response.json()["error"]
        inner = told.get("innererror") or {}
        return str(inner.get("code") or told["code"]), str(told.get("message"))
    except (AttributeError, ValueError, TypeError, KeyError):
        return "", str(error.reason or "")


def _advice(status: int, code: str) -> str:
    if not code:
        return "this is not Key Vault's answer: check the vault's name, the network and any proxy"
    if code == "ForbiddenByFirewall":
        return "let this host through the vault's firewall, or run where it is let through"
    if status == 403:
        return "the identity needs get and set (and list for ?keep=), such as the role Key Vault Secrets Officer"
    if code == "ObjectIsDeletedButRecoverable":
        return "recover the deleted secret, or purge it: az keyvault secret recover|purge"
    return "see Azure's status, then run again" if status >= 500 else "put that right, then run again"


class _Refused(PublishError):
    """Key Vault, or something in between, said no; ``code`` is empty for the latter."""

    def __init__(self, message: str, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
