# SPDX-License-Identifier: Apache-2.0
"""A secret of a HashiCorp Vault KV version 2 engine that holds the credential document.

Needs ``read``, ``create`` and ``update`` on ``MOUNT/data/PATH``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...errors import InvalidInput, Problem, quote
from ..publish import Document, PublishError
from .document import PLACEHOLDER, from_content
from .vault_engine import CHECK_AND_SET, VaultEngine, VaultFailure, VaultNotThere, VaultRefused, is_path, map_in

NEVER = 2**31 - 1
"""A version that no secret gets to: a check-and-set write on top of it is always refused."""


class VaultStore:
    """The secret that ``vault kv get PATH`` shows, ``path`` beginning with the engine's mount."""

    def __init__(self, path: str) -> None:
        self.where = f"Vault secret {path}"
        self._engine = VaultEngine(path, self.where, needs="read, create and update on MOUNT/data/PATH")
        self._version: int | None = None

    @classmethod
    def of(cls, place: str) -> VaultStore:
        """The store of ``vault:`` and ``place``. Raises ``InvalidInput``."""
        if not is_path(place):
            wanted = "must be vault:MOUNT/PATH such as vault:secret/acme/opentok (letters, digits and _.~@+=:-)"
            raise InvalidInput(Problem("publish", f"{quote('vault:' + place, 120)} {wanted}"))
        return cls(place)

    def preflight(self) -> None:
        """Asks Vault what the token may do with the path, and has a write refused for its version alone: neither changes anything."""
        there = self.read()
        wanted = "update" if self._version else "create"
        mount, path = self._place()
        data = f"{mount}/data/{path}"
        answer = self._ask("sys/capabilities-self", lambda: self._engine.client().sys.get_capabilities([data]))
        may = (map_in(answer, "data") or answer).get(data)
        if not isinstance(may, list) or not {"root", wanted} & {str(capability) for capability in may}:
            raise PublishError(f"{self.where} cannot be written: the token has no capability `{wanted}` on {data}: add it to a policy of the token")
        # What policies and Sentinel say of such a request comes before its version is looked at. Were it written, nobody would see anything new.
        try:
            self._put(dict(there or PLACEHOLDER), cas=NEVER)
        except _Refused as refusal:
            if CHECK_AND_SET not in refusal.said:
                raise

    def read(self) -> Document | None:
        mount, path = self._place()
        try:
            answer = self._ask("read", lambda: self._engine.kv().read_secret_version(path, mount_point=mount, raise_on_deleted_version=False))
        except VaultNotThere as nothing:
            self._version = nothing.version
            return None
        data = map_in(answer, "data")
        version = map_in(data, "metadata").get("version")
        if not isinstance(version, int):
            raise PublishError(f"{self.where}: the answer has no version in it: is {self._engine.address()} a Vault?")
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
                lambda: self._engine.kv().create_or_update_secret(path, secret=dict(document), cas=cas, mount_point=mount),
                [document.get("api_secret")],
            )
        except VaultNotThere:
            raise PublishError(f"{self.where}: the engine went away: see `vault secrets list`") from None

    def _place(self) -> tuple[str, str]:
        try:
            return self._engine.place()
        except VaultFailure as failure:
            raise PublishError(str(failure)) from None

    def _ask(self, what: str, call: Callable[[], Any], secrets: Iterable[str | None] = ()) -> Mapping[str, Any]:
        try:
            return self._engine.ask(what, call, secrets)
        except VaultRefused as refusal:
            raise _Refused(str(refusal), refusal.said) from None
        except VaultFailure as failure:
            raise PublishError(str(failure)) from None


class _Refused(PublishError):
    """Vault itself ``said`` no."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said
