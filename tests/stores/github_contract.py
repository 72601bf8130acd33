# SPDX-License-Identifier: Apache-2.0
"""A CONTRACT SERVER for secrets and variables of GitHub Actions, written from GitHub's documented REST API. It is not GitHub.

https://docs.github.com/rest/actions/secrets, https://docs.github.com/rest/actions/variables (repositories and environments),
https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api (404 for what a token may not see).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from nacl.public import PrivateKey, SealedBox

from tests.stores.cloud_front import Asked, Told

TOKEN = "github_pat_of_the_contract_0123456789abcdef"
EVERYTHING = frozenset({"secrets:read", "secrets:write", "variables:read", "variables:write"})
PLACES = ("/repos/acme/web/actions", "/repos/acme/web/environments/prod", "/repos/acme/web/environments/prod/eu")
NOT_FOUND = Told(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"})


@dataclass
class GitHubContract:
    """`secrets` and `variables` by place and name. The clock stands still unless `tick` moves it on, as GitHub's does within a second."""

    hosts: tuple[str, ...] = (r"api\.github\.com", r"github\.acme\.example")
    secrets: dict[str, dict[str, Any]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    rights: frozenset[str] = EVERYTHING
    key: PrivateKey = field(default_factory=PrivateKey.generate)
    now: datetime = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)
    tick: timedelta = timedelta(seconds=1)

    def answer(self, asked: Asked) -> Told:
        if asked.token != TOKEN:
            return Told(401, {"message": "Bad credentials", "status": "401"})
        path = asked.path.removeprefix("/api/v3")
        for place in sorted(PLACES, key=len, reverse=True):
            match = re.fullmatch(re.escape(place) + r"/(secrets|variables)(?:/([A-Za-z0-9_-]+))?", path)
            if match:
                kind, name = match.groups()
                right = f"{kind}:{'read' if asked.method == 'GET' else 'write'}"
                if right not in self.rights:
                    return Told(403, {"message": "Resource not accessible by personal access token", "status": "403"})
                return getattr(self, f"_{kind}")(asked, f"{place}/{(name or '').upper()}")
        return NOT_FOUND

    def _secrets(self, asked: Asked, name: str) -> Told:
        if name.endswith("/PUBLIC-KEY"):
            return Told(200, {"key_id": "568250167242549743", "key": base64.b64encode(bytes(self.key.public_key)).decode()})
        if asked.method == "PUT":
            box = base64.b64decode(asked.json["encrypted_value"])
            is_new = name not in self.secrets
            self.put_secret(name, SealedBox(self.key).decrypt(box).decode())
            return Told(201, {}) if is_new else Told(204)
        if name not in self.secrets:
            return NOT_FOUND
        if asked.method == "DELETE":
            self.secrets.pop(name)
            return Told(204)
        written = self.secrets[name]["updated_at"]
        return Told(200, {"name": name.rpartition("/")[2], "created_at": "2026-01-01T00:00:00Z", "updated_at": written})

    def put_secret(self, name: str, value: str) -> None:
        self.now += self.tick
        self.secrets[name] = {"value": value, "updated_at": self.now.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def _variables(self, asked: Asked, name: str) -> Told:
        if asked.method == "POST":
            name += asked.json["name"].upper()
            if name in self.variables:
                return Told(409, {"message": "Already exists - Variable already exists", "status": "409"})
            self.variables[name] = asked.json["value"]
            return Told(201, {})
        if name not in self.variables:
            return NOT_FOUND
        if asked.method == "DELETE":
            self.variables.pop(name)
            return Told(204)
        if asked.method == "PATCH":
            self.variables[name] = asked.json["value"]
            return Told(204)
        return Told(200, {"name": name.rpartition("/")[2], "value": self.variables[name]})
