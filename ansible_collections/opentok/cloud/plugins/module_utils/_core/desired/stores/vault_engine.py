# SPDX-License-Identifier: Apache-2.0
"""HashiCorp Vault by hvac: where its KV version 2 engine is, and every answer of it as what it means.

Address, token, namespace and certificates come from where Vault's own command has them: VAULT_ADDR, VAULT_TOKEN or ~/.vault-token,
VAULT_NAMESPACE, VAULT_CACERT. Source: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...errors import MissingLibrary
from .failures import scrubbed

try:
    import hvac
    import requests
    from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, Unauthorized, VaultError

    HAS_HVAC = True
except ImportError:
    HAS_HVAC = False

CHECK_AND_SET = "check-and-set"
"""What Vault says when another version is there than the one that is written on top of."""

_PART = re.compile(r"[A-Za-z0-9_.~@+=:-]+")


class VaultFailure(Exception):
    """Vault could not be used. Its text is one line, without any secret."""


class VaultRefused(VaultFailure):
    """Vault itself ``said`` no: nothing was done."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class VaultUnanswered(VaultFailure):
    """There is no usable answer: what was asked for may have been done."""


class VaultNotThere(Exception):
    """HTTP 404. ``version``: of the secret's latest version, where that was deleted; 0 where there is none."""

    def __init__(self, version: int = 0) -> None:
        super().__init__(version)
        self.version = version


def is_path(place: str) -> bool:
    """Whether it can be MOUNT/PATH."""
    parts = place.split("/")
    return len(parts) >= 2 and all(_PART.fullmatch(part) and part.strip(".") for part in parts)


class VaultEngine:
    """The engine that ``path`` begins with. ``where`` is the place, for people; ``needs`` what the token must be allowed to."""

    def __init__(self, path: str, where: str, *, needs: str, timeout: float = 30.0) -> None:
        self.where = where
        if not HAS_HVAC:
            raise MissingLibrary("hvac", extra="vault", target=where)
        self._path = path
        self._needs = needs
        self._timeout = timeout
        self._made: Any = None
        self._mounted: str | None = None

    def place(self) -> tuple[str, str]:
        """The mount and the path in it, by asking Vault as its own command does: a mount may have slashes, and may be a KV version 1."""
        if self._mounted is None:
            try:
                answer = self.ask("look for the engine", lambda: self.client().adapter.get(f"/v1/sys/internal/ui/mounts/{self._path}"))
            except VaultNotThere:
                answer = {}
            engine = map_in(answer, "data")
            mount = str(engine.get("path") or "").strip("/")
            if not mount or not f"{self._path}/".startswith(f"{mount}/") or self._path == mount:
                nothing = "no secrets engine at the start of that path, or no path after it"
                raise VaultRefused(f"{self.where}: there is {nothing}: see `vault secrets list`")
            if engine.get("type") != "kv" or map_in(engine, "options").get("version") != "2":
                raise VaultRefused(f"{self.where}: the engine at {mount} is no KV version 2: name one that is, or see `vault kv enable-versioning`")
            self._mounted = mount
        return self._mounted, self._path[len(self._mounted) + 1 :]

    def ask(self, what: str, call: Callable[[], Any], secrets: Iterable[str | None] = (), *, silent: bool = False) -> Mapping[str, Any]:
        """The answer of ``call``; ``silent``: nothing but the status is expected. Raises :class:`VaultFailure` and :class:`VaultNotThere`."""
        try:
            answer = call()
        except InvalidPath as error:
            version = map_in(map_in(error.json, "data"), "metadata").get("version")
            raise VaultNotThere(version if isinstance(version, int) else 0) from None
        except VaultError as error:
            reasons = [type(error).__name__, *(str(item) for item in error.errors or ())]
            said = scrubbed("; ".join(reasons), [*secrets, self.client().token])
            text = f"{self.where}: {what} was refused by {self.address()}: {said}: {self._advice(error)}"
            if isinstance(error, (Forbidden, InvalidRequest, Unauthorized)):
                raise VaultRefused(text, said) from None
            raise VaultUnanswered(text) from None
        except (requests.exceptions.RequestException, ValueError, TypeError, AttributeError, KeyError) as error:
            # hvac trips over an answer of another shape. The text may quote a header, and so the token.
            said = type(error).__name__
            raise VaultUnanswered(
                f"{self.where}: {what}: no usable answer from {self.address()} ({said}): check VAULT_ADDR and the network"
            ) from None
        if silent and getattr(answer, "status_code", None) == 204:
            return {}
        if not isinstance(answer, Mapping):
            raise VaultUnanswered(f"{self.where}: {what}: the answer of {self.address()} is no JSON: check VAULT_ADDR and any proxy")
        return answer

    def kv(self) -> Any:
        """hvac's calls of the engine."""
        return self.client().secrets.kv.v2

    def client(self) -> Any:
        """hvac's client, from the usual environment."""
        if self._made is None:
            self._made = hvac.Client(namespace=os.environ.get("VAULT_NAMESPACE") or None, timeout=self._timeout)
        return self._made

    def close(self) -> None:
        """Closes its connections."""
        if self._made is not None:
            self._made.adapter.close()

    def address(self) -> str:
        """Without a user and password that may be in it."""
        url = urlsplit(self.client().url)
        return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"

    def _advice(self, error: Exception) -> str:
        if not self.client().token:
            return "there is no token: set VAULT_TOKEN, or log in with `vault login`"
        if isinstance(error, Forbidden):
            return f"the token needs {self._needs}, or has expired"
        if isinstance(error, InvalidRequest):
            return "if someone else has just written there, run again"
        return "see `vault status`, then run again"


def map_in(answer: Any, name: str) -> Mapping[str, Any]:
    """A map in a map; empty when it is none."""
    found = answer.get(name) if isinstance(answer, Mapping) else None
    return found if isinstance(found, Mapping) else {}
