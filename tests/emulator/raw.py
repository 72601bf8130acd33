# SPDX-License-Identifier: Apache-2.0
"""A client of the API made of requests and PyJWT alone, so that the emulator is tested without the core."""

from __future__ import annotations

import json
import time
import warnings
from typing import Any

import jwt
import requests


def sign(key: object, secret: str, ist: str | None = "account", **claims: Any) -> str:
    """A token that is good for three minutes; ``claims`` replaces or adds, None leaves one out."""
    now = int(time.time())
    every = {"iss": key, "ist": ist, "iat": now, "exp": now + 180, **claims}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # short secrets
        # Not jwt.encode: it refuses the wrong claims that some tests are about.
        return jwt.PyJWS().encode(json.dumps({name: value for name, value in every.items() if value is not None}).encode(), secret, "HS256")


class Raw:
    """Sends requests signed with one pair."""

    def __init__(self, url: str, key: str, secret: str, kind: str = "account") -> None:
        self.url, self.key, self.secret, self.kind = url, key, secret, kind
        self._http = requests.Session()
        self._http.trust_env = False

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(
        self, method: str, path: str, *, token: str | None = None, headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        """One request; ``token`` None signs, "" sends none."""
        token = sign(self.key, self.secret, self.kind) if token is None else token
        every = {**({"X-OPENTOK-AUTH": token} if token else {}), **(headers or {})}
        return self._http.request(method, self.url + path, headers=every, timeout=60, **more)

    def create(self, name: str | None = None) -> dict[str, Any]:
        """A new project."""
        answer = self.send("POST", "/v2/project", json=None if name is None else {"name": name})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def names(self) -> list[str]:
        """The names of all projects of the account."""
        return [project["name"] for project in self.send("GET", "/v2/project").json()]

    def of(self, project: dict[str, Any]) -> Raw:
        """The same for a project's pair."""
        return Raw(self.url, project["id"], project["secret"], "project")
