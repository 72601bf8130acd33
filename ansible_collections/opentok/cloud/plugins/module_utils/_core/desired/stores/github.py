# SPDX-License-Identifier: Apache-2.0
"""A GitHub Actions secret of a repository or an environment that holds the credential document.

GitHub shows no secret to anybody but a workflow. So a variable beside it, ``NAME_PUBLISHED``, says which secret was put there and when: it is
written last, and believed as long as GitHub dates the secret as it does.
Needs a token (GH_TOKEN or GITHUB_TOKEN) with *Secrets* and *Variables* of the repository, read and write; *Environments* for one of those.
Source: https://docs.github.com/rest/actions/secrets, https://docs.github.com/rest/actions/variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote as url_part

from ...errors import InvalidInput, MissingLibrary, Problem, quote
from ...http.auth import fingerprint
from ..publish import Document, PublishError
from .document import PLACEHOLDER, from_text
from .github_api import GitHub, Refused, sealed
from .patience import until

try:
    from nacl import public
    from requests import Session

    HAS_NACL = bool(public and Session)
except ImportError:
    HAS_NACL = False

SCHEME = "github-actions"

PUBLISHED = "_PUBLISHED"
"""Ends the name of the variable beside a secret."""

TRIAL = "_PREFLIGHT"
"""Ends the names of the secret and the variable that the preflight writes and deletes again."""

_PART = r"(?!\.{1,2}/)"
_PLACE = re.compile(
    rf"(?P<repository>[a-z0-9](-?[a-z0-9])*(_[a-z0-9]+)?/{_PART}[a-z0-9._-]{{1,100}})"
    rf"(/environments/(?P<environment>{_PART}[^/]+(/{_PART}[^/]+)*))?"
    r"/(?P<name>(?!github_)[a-z_][a-z0-9_]{0,199})",
    re.ASCII | re.IGNORECASE,
)


class ActionsStore:
    """The secret ``name`` of ``repository`` (``owner/repo``), or of one of its environments."""

    def __init__(self, repository: str, name: str, environment: str | None = None) -> None:
        self.where = f"GitHub Actions secret {name} of {repository}" + (f", environment {quote(environment)}" if environment else "")
        if not HAS_NACL:
            raise MissingLibrary("PyNaCl", extra="github", target=self.where)
        self._name = name
        of = f"repos/{repository}"
        base = f"{of}/environments/{url_part(environment, safe='')}" if environment else f"{of}/actions"
        self._secrets, self._variables = f"{base}/secrets", f"{base}/variables"
        self._api = GitHub(self.where)
        self._seen: str | None = None
        """When the secret was written, as of the last read; "" for never."""

    @classmethod
    def of(cls, place: str) -> ActionsStore:
        """The store of ``github-actions:`` and ``place``. Raises ``InvalidInput``."""
        match = _PLACE.fullmatch(place)
        if not match:
            wanted = "must be github-actions:OWNER/REPO/NAME or OWNER/REPO/environments/ENV/NAME, NAME of letters, digits and _, not GITHUB_..."
            raise InvalidInput(Problem("publish", f"{quote(f'{SCHEME}:{place}', 120)} {wanted}"))
        return cls(match["repository"], match["name"], match["environment"])

    def preflight(self) -> None:
        """Writes a secret and a variable of other names, and deletes them: who may do that may write those here as well."""
        self.read()
        trial = f"{self._name}{TRIAL}"
        self._put_secret(trial, json.dumps(PLACEHOLDER), {})
        self._put_variable(trial, PLACEHOLDER)
        self._api.ask("DELETE", f"{self._secrets}/{trial}", "delete secret", expects=(204,))
        self._api.ask("DELETE", f"{self._variables}/{trial}", "delete variable", expects=(204,))

    def read(self) -> Document | None:
        """The document without its secret, with ``secret_fingerprint`` in its place: ``None`` there if someone wrote the secret since."""
        self._seen = written = self._written()
        text = self._variable()
        if text is None:
            if written:
                from_text("?", f"{self.where} (without a variable {self._name}{PUBLISHED} beside it)")
            return None
        note = from_text(text, f"{self.where}: variable {self._name}{PUBLISHED}")
        if not written or note is None:
            return None
        known = {name: note.get(name) for name in ("platform", "api_key", "secret_fingerprint", "version", "rotated_at")}
        return known if note.get("updated_at") == written else {**known, "secret_fingerprint": None}

    def write(self, document: Document) -> None:
        """Writes the secret, then the variable, if the secret is still that which was read."""
        seen = self._seen
        self.read()
        now, self._seen = self._seen, None
        if seen is not None and seen != now:
            raise PublishError(f"{self.where} was written by someone else since this run read it, and is not overwritten: run again")
        if not now:
            # Should the next request be the last one of this run, the secret is known to be ours.
            self._put_variable(f"{self._name}{PUBLISHED}", PLACEHOLDER)
        self._put_secret(self._name, _masked(document), document)
        # Something in between may have swallowed the request: the note below must not say then that the secret is there.
        written = until(self._written, lambda written: written not in ("", now))
        if written in ("", now):
            raise PublishError(f"{self.where} was written, and GitHub does not show that: is there a proxy in between? run again")
        secret = document.get("api_secret")
        note = {name: document.get(name) for name in ("platform", "api_key", "version", "rotated_at")}
        note |= {"secret_fingerprint": fingerprint(secret) if isinstance(secret, str) else None, "updated_at": written}
        self._put_variable(f"{self._name}{PUBLISHED}", note)

    def _written(self) -> str:
        """When GitHub says that the secret was written; "" where it says that there is none, of a repository that it shows."""
        try:
            written = self._api.ask("GET", f"{self._secrets}/{self._name}", "read").get("updated_at")
        except Refused as refusal:
            if not refusal.is_absence:
                raise
            self._public_key()
            return ""
        if not isinstance(written, str) or not written:
            raise PublishError(f"{self.where}: the answer has no updated_at in it: is there a proxy in between?")
        return written

    def _variable(self) -> str | None:
        try:
            value = self._api.ask("GET", f"{self._variables}/{self._name}{PUBLISHED}", "read variable").get("value")
        except Refused as refusal:
            if not refusal.is_absence:
                raise
            return None
        return value if isinstance(value, str) else "?"

    def _public_key(self) -> Mapping[str, Any]:
        return self._api.ask("GET", f"{self._secrets}/public-key", "read public key")

    def _put_secret(self, name: str, text: str, document: Mapping[str, Any]) -> None:
        key = self._public_key()
        box = sealed(key.get("key"), text, self.where)
        body = {"encrypted_value": box, "key_id": key.get("key_id")}
        self._api.ask("PUT", f"{self._secrets}/{name}", "write", expects=(201, 204), body=body, secrets=[document.get("api_secret"), box])

    def _put_variable(self, name: str, content: Mapping[str, Any]) -> None:
        body = {"name": name, "value": json.dumps(dict(content))}
        try:
            self._api.ask("PATCH", f"{self._variables}/{name}", "write variable", expects=(204,), body=body)
        except Refused as refusal:
            if not refusal.is_absence:
                raise
            self._api.ask("POST", self._variables, "write variable", expects=(201,), body=body)


def _masked(document: Document) -> str:
    """JSON with the secret on a line of its own: GitHub's runners hide each line of a secret in their logs, and what stands in quotes there."""
    rest = {name: value for name, value in document.items() if name != "api_secret"}
    return f'{{"api_secret":\n{json.dumps(document.get("api_secret"))}\n,{json.dumps(rest)[1:]}'
