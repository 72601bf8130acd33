# SPDX-License-Identifier: Apache-2.0
"""A secret of a HashiCorp Vault KV version 2 engine that holds the credential document.

Needs ``read``, ``create`` and ``update`` on ``MOUNT/data/PATH``. Address, token, namespace and certificates come from where Vault's own
command has them: VAULT_ADDR, VAULT_TOKEN or ~/.vault-token, VAULT_NAMESPACE, VAULT_CACERT.
Source: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...errors import InvalidInput, Problem, quote
from ..publish import Document, PublishError
from .document import PLACEHOLDER, from_content
from .failures import MissingStoreLibrary, scrubbed

try:
    import hvac
    import requests
    from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, VaultError

    HAS_HVAC = True
except ImportError:
    HAS_HVAC = False

NEVER = 2**31 - 1
"""A version that no secret gets to: a check-and-set write on top of it is always refused."""

_PART = re.compile(r"[A-Za-z0-9_.~@+=:-]+")


class VaultStore:
    """The secret that ``vault kv get PATH`` shows, ``path`` beginning with the engine's mount."""

    def __init__(self, path: str) -> None:
        self.where = f"Vault secret {path}"
        if not HAS_HVAC:
            raise MissingStoreLibrary("hvac", extra="vault", target=self.where)
        self._path = path
        self._made: Any = None
        self._mounted: str | None = None
        self._version: int | None = None

    @classmethod
    def of(cls, place: str) -> VaultStore:
        """The store of ``vault:`` and ``place``. Raises ``InvalidInput``."""
        parts = place.split("/")
        if len(parts) < 2 or not all(_PART.fullmatch(part) and part.strip(".") for part in parts):
            wanted = "must be vault:MOUNT/PATH such as vault:secret/acme/opentok (letters, digits and _.~@+=:-)"
            raise InvalidInput(Problem("publish", f"{quote('vault:' + place, 120)} {wanted}"))
        return cls(place)

    def preflight(self) -> None:
        """Asks Vault what the token may do with the path, and has a write refused for its version alone: neither changes anything."""
        there = self.read()
        wanted = "update" if self._version else "create"
        mount, path = self._place()
        data = f"{mount}/data/{path}"
        answer = self._ask("sys/capabilities-self", lambda: self._client().sys.get_capabilities([data]))
        may = (_part(answer, "data") or answer).get(data)
        if not isinstance(may, list) or not {"root", wanted} & {str(capability) for capability in may}:
            raise PublishError(f"{self.where} cannot be written: the token has no capability `{wanted}` on {data}: add it to a policy of the token")
        # What policies and Sentinel say of such a request comes before its version is looked at. Were it written, nobody would see anything new.
        try:
            self._put(dict(there or PLACEHOLDER), cas=NEVER)
        except _Refused as refusal:
            if "check-and-set" not in refusal.said:
                raise

    def read(self) -> Document | None:
        mount, path = self._place()
        try:
            answer = self._ask("read", lambda: self._kv().read_secret_version(path, mount_point=mount, raise_on_deleted_version=False))
        except _NotThere:
            self._version = 0
            return None
        data = _part(answer, "data")
        version = _part(data, "metadata").get("version")
        if not isinstance(version, int):
            raise PublishError(f"{self.where}: the answer has no version in it: is {self._address()} a Vault?")
        self._version = version
        # A version that was deleted is there, without data.
        return None if data.get("data") is None else from_content(data["data"], self.where)

    def write(self, document: Document) -> None:
        """Puts one version, on top of the one that was read: what someone else has put there since is not overwritten."""
        if self._version is None:
            self.read()
        try:
            self._put(document, cas=self._version)
        finally:
            self._version = None

    def _put(self, document: Mapping[str, Any], *, cas: int | None) -> None:
        mount, path = self._place()
        try:
            self._ask(
                "write",
                lambda: self._kv().create_or_update_secret(path, secret=dict(document), cas=cas, mount_point=mount),
                secrets=[document.get("api_secret")],
            )
        except _NotThere:
            raise PublishError(f"{self.where}: the engine went away: see `vault secrets list`") from None

    def _place(self) -> tuple[str, str]:
        """The mount and the path in it, by asking Vault as its own command does: a mount may have slashes, and may be a KV version 1."""
        if self._mounted is None:
            try:
                answer = self._ask("look for the engine", lambda: self._client().adapter.get(f"/v1/sys/internal/ui/mounts/{self._path}"))
            except _NotThere:
                answer = {}
            engine = _part(answer, "data")
            mount = str(engine.get("path") or "").strip("/")
            if not mount or not f"{self._path}/".startswith(f"{mount}/") or self._path == mount:
                nothing = "no secrets engine at the start of that path, or no path after it"
                raise PublishError(f"{self.where}: there is {nothing}: see `vault secrets list`")
            if engine.get("type") != "kv" or _part(engine, "options").get("version") != "2":
                raise PublishError(f"{self.where}: the engine at {mount} is no KV version 2: name one that is, or see `vault kv enable-versioning`")
            self._mounted = mount
        return self._mounted, self._path[len(self._mounted) + 1 :]

    def _ask(self, what: str, call: Callable[[], Any], secrets: list[str | None] | None = None) -> Mapping[str, Any]:
        try:
            answer = call()
        except InvalidPath as error:
            raise _NotThere from error
        except VaultError as error:
            reasons = [type(error).__name__, *(str(item) for item in error.errors or ())]
            said = scrubbed("; ".join(reasons), [*(secrets or ()), self._client().token])
            raise _Refused(f"{self.where}: {what} was refused by {self._address()}: {said}: {self._advice(error)}", said) from None
        except (requests.exceptions.RequestException, ValueError, TypeError, AttributeError, KeyError) as error:
            # hvac trips over an answer of another shape. The text may quote a header, and so the token.
            said = type(error).__name__
            raise PublishError(f"{self.where}: {what}: no usable answer from {self._address()} ({said}): check VAULT_ADDR and the network") from None
        if not isinstance(answer, Mapping):
            raise PublishError(f"{self.where}: {what}: the answer of {self._address()} is no JSON: check VAULT_ADDR and any proxy")
        return answer

    def _advice(self, error: Exception) -> str:
        if not self._client().token:
            return "there is no token: set VAULT_TOKEN, or log in with `vault login`"
        if isinstance(error, Forbidden):
            return "the token needs read, create and update on MOUNT/data/PATH, or has expired"
        if isinstance(error, InvalidRequest):
            return "if someone else has just written there, run again"
        return "see `vault status`, then run again"

    def _kv(self) -> Any:
        return self._client().secrets.kv.v2

    def _client(self) -> Any:
        if self._made is None:
            self._made = hvac.Client(namespace=os.environ.get("VAULT_NAMESPACE") or None)
        return self._made

    def _address(self) -> str:
        """Without a user and password that may be in it."""
        url = urlsplit(self._client().url)
        return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"


def _part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A map in a map; empty when it is none."""
    part = answer.get(name)
    return part if isinstance(part, Mapping) else {}


class _Refused(PublishError):
    """Vault itself ``said`` no."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said


class _NotThere(Exception):
    """HTTP 404."""
