# SPDX-License-Identifier: Apache-2.0
"""A CONTRACT SERVER for Google Cloud Secret Manager, written from its documented REST API. It is not Google's.

https://cloud.google.com/secret-manager/docs/reference/rest (v1: secrets.create, addVersion, versions.access, list, destroy, disable,
testIamPermissions), https://cloud.google.com/secret-manager/docs/data-integrity (CRC32C), https://google.aip.dev/193 (errors),
https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth (self-signed tokens), .../oauth2/web-server#offline (refresh).
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.stores.cloud_front import Asked, Told

ACCOUNT = "publisher@acme.iam.gserviceaccount.com"
VERBS = ("access", "add", "list", "destroy")
EVERYTHING = frozenset({"secretmanager.secrets.create", *(f"secretmanager.versions.{verb}" for verb in VERBS)})
SECRET = r"/v1/(projects/[^/]+(?:/locations/[^/]+)?/secrets/[^/:]+)"


@dataclass
class Version:
    data: bytes | None
    state: str = "ENABLED"


@dataclass
class GoogleContract:
    """`secrets` has the versions of each by its resource name, the first one first; `rights` what the account may do."""

    hosts: tuple[str, ...] = (r"secretmanager(\.[a-z0-9-]+\.rep)?\.googleapis\.com", r"oauth2\.googleapis\.com")
    secrets: dict[str, list[Version]] = field(default_factory=dict)
    created: list[dict[str, Any]] = field(default_factory=list)
    rights: frozenset[str] = EVERYTHING
    refreshable: bool = True
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))

    def account_file(self, folder: Path) -> Path:
        """What GOOGLE_APPLICATION_CREDENTIALS names."""
        pem = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
        path = folder / "account.json"
        content = {"type": "service_account", "project_id": "acme", "private_key_id": "1", "private_key": pem, "client_email": ACCOUNT}
        path.write_text(json.dumps({**content, "token_uri": "https://oauth2.googleapis.com/token"}), encoding="utf-8")
        return path

    def answer(self, asked: Asked) -> Told:
        if asked.host == "oauth2.googleapis.com":
            return Told(200, {"access_token": "ya29.refreshed", "expires_in": 3600, "token_type": "Bearer"}) if self.refreshable else _REVOKED
        if not self._knows(asked.token):
            return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        parent = re.fullmatch(r"/v1/(projects/[^/]+(?:/locations/[^/]+)?)/secrets", asked.path)
        if parent and asked.method == "POST":
            return self._create(f"{parent[1]}/secrets/{asked.query['secretId']}", asked.json)
        for pattern, method in ROUTES.items():
            match = re.fullmatch(SECRET + pattern, asked.path)
            if match and (asked.method == "GET") == (pattern.endswith((":access", "/versions"))):
                return getattr(self, method)(asked, *match.groups())
        return error(404, "NOT_FOUND", "Requested entity was not found.")

    def _knows(self, token: str) -> bool:
        if token == "ya29.refreshed":
            return True
        try:
            claims = jwt.decode(token, self.key.public_key(), algorithms=["RS256"], options={"verify_aud": False})
        except jwt.InvalidTokenError:
            return False
        return bool(claims["iss"] == ACCOUNT)

    def _may(self, right: str, name: str) -> Told | None:
        if f"secretmanager.{right}" in self.rights:
            return None
        return error(403, "PERMISSION_DENIED", f"Permission 'secretmanager.{right}' denied for resource '{name}' (or it may not exist).")

    def _create(self, name: str, sent: dict[str, Any]) -> Told:
        refusal = self._may("secrets.create", name)
        if refusal:
            return refusal
        if ("/locations/" in name) == ("replication" in sent):
            return error(400, "INVALID_ARGUMENT", "Secret.replication must be provided, and for global secrets alone.")
        if name in self.secrets:
            return error(409, "ALREADY_EXISTS", f"Secret [{name}] already exists.")
        self.secrets[name] = []
        self.created.append(sent)
        return Told(200, {"name": name, **sent})

    def _permissions(self, asked: Asked, name: str) -> Told:
        return Told(200, {"permissions": [right for right in asked.json["permissions"] if name in self.secrets and right in self.rights]})

    def _add(self, asked: Asked, name: str) -> Told:
        refusal = self._may("versions.add", name)
        if refusal:
            return refusal
        if name not in self.secrets:
            return error(404, "NOT_FOUND", f"Secret [{name}] not found.")
        payload = asked.json["payload"]
        data = base64.b64decode(payload["data"])
        if "dataCrc32c" in payload and int(payload["dataCrc32c"]) != crc32c(data):
            return error(400, "INVALID_ARGUMENT", "The checksum of the payload does not match data_crc32c.")
        self.secrets[name].append(Version(data))
        return Told(200, self.shown(name, len(self.secrets[name])))

    def _access(self, asked: Asked, name: str, number: str) -> Told:
        refusal = self._may("versions.access", name)
        if refusal:
            return refusal
        versions = self.secrets.get(name)
        if not versions:
            return error(404, "NOT_FOUND", f"Secret [{name}] not found or has no versions.")
        index = len(versions) if number == "latest" else int(number)
        version = versions[index - 1]
        if version.state != "ENABLED" or version.data is None:
            return error(400, "FAILED_PRECONDITION", f"Secret Version [{name}/versions/{index}] is in {version.state} state.")
        payload = {"data": base64.b64encode(version.data).decode(), "dataCrc32c": str(crc32c(version.data))}
        return Told(200, {"name": f"{name}/versions/{index}", "payload": payload})

    def _list(self, asked: Asked, name: str) -> Told:
        refusal = self._may("versions.list", name)
        numbers = [number for number, version in enumerate(self.secrets[name], 1) if asked.query.get("filter") in (None, f"state:{version.state}")]
        return refusal or Told(200, {"versions": [self.shown(name, number) for number in reversed(numbers)], "totalSize": len(numbers)})

    def _destroy(self, asked: Asked, name: str, number: str) -> Told:
        refusal = self._may("versions.destroy", name)
        if refusal:
            return refusal
        if asked.json.get("etag") not in (None, self.shown(name, int(number))["etag"]):
            return error(400, "FAILED_PRECONDITION", "The etag does not match.")
        self.secrets[name][int(number) - 1] = Version(None, "DESTROYED")
        return Told(200, self.shown(name, int(number)))

    def shown(self, name: str, number: int) -> dict[str, Any]:
        state = self.secrets[name][number - 1].state
        return {"name": f"{name}/versions/{number}", "state": state, "createTime": "2026-03-01T12:00:00Z", "etag": f'"{number}-{state}"'}


ROUTES = {
    r":testIamPermissions": "_permissions",
    r":addVersion": "_add",
    r"/versions/(latest|[0-9]+):access": "_access",
    r"/versions": "_list",
    r"/versions/([0-9]+):destroy": "_destroy",
}
_REVOKED = Told(400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."})


def error(status: int, word: str, message: str) -> Told:
    return Told(status, {"error": {"code": status, "message": message, "status": word}})


def crc32c(data: bytes) -> int:
    """Castagnoli's."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF
