# SPDX-License-Identifier: Apache-2.0
"""A CONTRACT SERVER for Azure Key Vault and Entra ID's token endpoint, written from their documented REST APIs. It is not Microsoft's.

https://learn.microsoft.com/rest/api/keyvault/secrets (set, get, list versions, update, delete, purge; 25 KiB),
https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses (the challenge),
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (tokens). Inner codes of errors
(SecretDisabled, ObjectIsDeletedButRecoverable) are as users quote them in issues of Microsoft's SDKs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.stores.cloud_front import Asked, Told

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT_SECRET = "client-secret-of-the-contract-0123456789"
TOKEN = "entra-access-token-of-the-contract-0123456789"
EVERYTHING = frozenset({"get", "set", "list", "delete", "purge"})
CHALLENGE = {"WWW-Authenticate": f'Bearer authorization="https://login.microsoftonline.com/{TENANT}", resource="https://vault.azure.net"'}


@dataclass
class Version:
    value: str
    sent: dict[str, Any]
    enabled: bool = True


@dataclass
class AzureContract:
    """`secrets` has the versions of each by its name, the first one first; `rights` what the identity may do."""

    hosts: tuple[str, ...] = (r"[a-z0-9-]+\.vault\.azure\.net", r"login\.microsoftonline\.com")
    secrets: dict[str, list[Version]] = field(default_factory=dict)
    deleted: dict[str, list[Version]] = field(default_factory=dict)
    rights: frozenset[str] = EVERYTHING
    token: str = TOKEN

    def answer(self, asked: Asked) -> Told:
        if asked.host == "login.microsoftonline.com":
            return self._login(asked)
        if asked.token != self.token:
            return Told(401, _error("Unauthorized", "AKV10000: Request is missing a Bearer or PoP token."), CHALLENGE)
        match = re.fullmatch(r"/(secrets|deletedsecrets)/([^/]+)(?:/([^/]*))?", asked.path)
        if not match:
            return Told(404, _error("NotFound", "no such route"))
        kind, name, version = match.groups()
        verb = _verb(asked.method, kind, version)
        if verb not in self.rights:
            return Told(403, _error("Forbidden", f"The user, group or application does not have secrets {verb} permission", "AccessDenied"))
        return getattr(self, f"_{asked.method.lower()}")(asked, name, version or "")

    def _login(self, asked: Asked) -> Told:
        if asked.method == "GET":
            base = f"https://login.microsoftonline.com/{TENANT}"
            ends = {name: f"{base}/oauth2/v2.0/{name.partition('_')[0]}" for name in ("token_endpoint", "authorization_endpoint")}
            return Told(
                200, {**ends, "issuer": f"{base}/v2.0", "tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration", "metadata": []}
            )
        sent = parse_qs(asked.body.decode())
        if sent["client_secret"] != [CLIENT_SECRET] or sent["scope"] != ["https://vault.azure.net/.default"]:
            told = {"error": "invalid_client", "error_description": f"AADSTS7000215: Invalid client secret provided: {sent['client_secret']}"}
            return Told(401, told)
        return Told(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN})

    def _put(self, asked: Asked, name: str, version: str) -> Told:
        if len(asked.json["value"].encode()) > 25 * 1024:
            return Told(400, _error("BadParameter", "Property value has invalid value"))
        if name in self.deleted:
            said = f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused"
            return Told(409, _error("Conflict", said, "ObjectIsDeletedButRecoverable"))
        self.secrets.setdefault(name, []).append(Version(asked.json["value"], asked.json))
        return Told(200, self.bundle(asked.host, name, len(self.secrets[name])))

    def _get(self, asked: Asked, name: str, version: str) -> Told:
        versions = self.secrets.get(name)
        if version == "versions":
            listed = [self.bundle(asked.host, name, number, value=False) for number in range(1, len(versions or ()) + 1)]
            return Told(200, {"value": listed, "nextLink": None})
        if not versions:
            return Told(404, _error("SecretNotFound", f"A secret with (name/id) {name} was not found in this key vault."))
        number = int(version, 16) if version else len(versions)
        if not versions[number - 1].enabled:
            return Told(403, _error("Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled"))
        return Told(200, self.bundle(asked.host, name, number))

    def _patch(self, asked: Asked, name: str, version: str) -> Told:
        self.secrets[name][int(version, 16) - 1].enabled = asked.json["attributes"]["enabled"]
        return Told(200, self.bundle(asked.host, name, int(version, 16), value=False))

    def _delete(self, asked: Asked, name: str, version: str) -> Told:
        if asked.path.startswith("/deletedsecrets/"):
            self.deleted.pop(name)
            return Told(204)
        self.deleted[name] = self.secrets.pop(name)
        ids = {"id": f"https://{asked.host}/secrets/{name}/1", "recoveryId": f"https://{asked.host}/deletedsecrets/{name}"}
        return Told(200, {**ids, "attributes": {}, "deletedDate": 1, "scheduledPurgeDate": 2})

    def bundle(self, host: str, name: str, number: int, *, value: bool = True) -> dict[str, Any]:
        version = self.secrets[name][number - 1]
        attributes = {"enabled": version.enabled, "created": 1767225600 + number, "updated": 1767225600 + number, "recoveryLevel": "Recoverable"}
        shown = {"id": f"https://{host}/secrets/{name}/{number:032x}", "attributes": attributes, "tags": version.sent.get("tags") or {}}
        return {**shown, "contentType": version.sent.get("contentType"), **({"value": version.value} if value else {})}


def _verb(method: str, kind: str, version: str | None) -> str:
    if kind == "deletedsecrets":
        return "purge"
    if method == "GET":
        return "list" if version == "versions" else "get"
    return "delete" if method == "DELETE" else "set"


def _error(code: str, message: str, inner: str | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **({"innererror": {"code": inner}} if inner else {})}}
