# SPDX-License-Identifier: Apache-2.0
"""A STAND-IN for HashiCorp Vault, written from its documented HTTP API. It is no Vault.

A real one could not be had from a package index when this was written. `vault-dev` (PyPI) and `vault-bin` (npm) download from HashiCorp's
own site; the Go proxy refuses OpenBao; `go build github.com/hashicorp/vault@v1.21.4` takes 2 minutes of downloads and then was not done
after 7 more, with 3 GB of memory, on 2 busy cores; v1.1.2, the only other one, needs modules that the proxy has not.

A real one is used by `test_every_store.py` and `test_runs.py` where it is named: start `vault server -dev`, set OPENTOK_TEST_VAULT_ADDR and
OPENTOK_TEST_VAULT_TOKEN (it has a KV version 2 engine at `secret/`), and run `make test T=tests/stores`.

What it does, and where that is documented (https://developer.hashicorp.com/vault/api-docs/...):
KV version 2 read, write with `options.cas`, deletion of the latest version, LIST of a folder, `max_versions` and deletion of all versions by
the metadata (secret/kv/kv-v2); `sys/capabilities-self`
(system/capabilities-self); `sys/internal/ui/mounts/PATH` (system/internal-ui-mounts); 403 for a token without the capability, 404 for
nothing there, 503 when sealed (api-docs#http-status-codes); `X-Vault-Token`, `X-Vault-Namespace`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from tests.answering_server import AnsweringHandler, AnsweringServer, Reply

ROOT = "hvs.stand-in-root-token-0123456789"
MOUNTS = {"secret": "2", "team/kv": "2", "old": "1"}

Answer = tuple[int, Any]
DENIED: Answer = 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}


class VaultStandIn:
    """Serves on a free port of 127.0.0.1 until it is closed. `versions` has what was written, by namespace, mount and path."""

    def __init__(self) -> None:
        self.tokens: dict[str, dict[str, list[str]]] = {}
        """Capabilities by path (a trailing `*`: any that begins so), by token."""
        self.versions: dict[tuple[str, str], list[dict[str, Any] | None]] = {}
        self.written: dict[tuple[str, str, int], str] = {}
        """When each version was written."""
        self.kept: dict[tuple[str, str], int] = {}
        """`max_versions` of a secret, by namespace and path (that of its data)."""
        self.requests: list[tuple[str, str]] = []
        self.denied: set[str] = set()
        """Parameters that the policies of all tokens but root's deny (`denied_parameters`)."""
        self.sealed = False
        self.instead: Callable[[str, str, bytes], Reply | None] = lambda method, path, body: None
        """May answer in place of Vault, as a proxy does: status, content type, body."""
        self.lose_answers_to: str | None = None
        """The method whose work is done, and whose connection is then cut."""
        self._lock = threading.Lock()
        self._server = AnsweringServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, token: str, namespace: str, body: bytes) -> Answer:
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != ROOT and token not in self.tokens:
            return 403, {"errors": ["permission denied"]}
        sent = json.loads(body) if body else {}
        if path == "sys/capabilities-self":
            of = {asked: self.capabilities(token, asked) for asked in sent["paths"]}
            return 200, {**of, "capabilities": next(iter(of.values())), "data": of}
        if path.startswith("sys/internal/ui/mounts/"):
            return self._mount(token, path.removeprefix("sys/internal/ui/mounts/"))
        path, _, query = path.partition("?")
        mount = next((mount for mount in MOUNTS if path.startswith((f"{mount}/data/", f"{mount}/metadata/")) and MOUNTS[mount] == "2"), None)
        if mount is None:
            return 404, {"errors": ["no handler for route"]}
        with self._lock:
            if path.startswith(f"{mount}/metadata/"):
                return self._metadata("LIST" if query == "list=true" else method, token, mount, namespace, path, sent)
            return self._data(method, token, namespace, path, sent)

    def capabilities(self, token: str, path: str) -> list[str]:
        if token == ROOT:
            return ["root"]
        rules = self.tokens[token]
        found = [rules[rule] for rule in rules if rule == path or (rule.endswith("*") and path.startswith(rule[:-1]))]
        return sorted({capability for rule in found for capability in rule}) or ["deny"]

    def _mount(self, token: str, path: str) -> Answer:
        mount = next((mount for mount in MOUNTS if f"{path}/".startswith(f"{mount}/")), None)
        # As Vault does: not a word about mounts on which the token may do nothing.
        if mount is None or (token != ROOT and not any(rule.startswith(f"{mount}/") for rule in self.tokens[token])):
            return 403, {"errors": [f'preflight capability check returned 403, please ensure client\'s policies grant access to path "{path}/"']}
        return 200, {"data": {"path": f"{mount}/", "type": "kv", "options": {"version": MOUNTS[mount]}}}

    def _data(self, method: str, token: str, namespace: str, path: str, sent: Any) -> Answer:
        versions = self.versions.setdefault((namespace, path), [])
        needed = "read" if method == "GET" else "delete" if method == "DELETE" else "update" if versions else "create"
        if not {needed, "root"} & set(self.capabilities(token, path)):
            return DENIED
        if method == "DELETE":
            versions[-1:] = [None]
            return 204, None
        if method == "GET":
            if not versions:
                return 404, {"errors": []}
            deleted = versions[-1] is None
            metadata = {**self._version(namespace, path, len(versions)), "deletion_time": "2026-01-01T00:00:00Z" if deleted else ""}
            return 404 if deleted else 200, {"data": {"data": versions[-1], "metadata": metadata}}
        if token != ROOT and self.denied & set(sent):
            return DENIED
        cas = sent.get("options", {}).get("cas")
        if cas is not None and cas != len(versions):
            return 400, {"errors": ["check-and-set parameter did not match the current version"]}
        versions.append(sent["data"])
        self.written[namespace, path, len(versions)] = datetime.now(timezone.utc).isoformat().replace("+00:00", "000Z")
        return 200, {"data": self._version(namespace, path, len(versions))}

    def _version(self, namespace: str, path: str, number: int) -> dict[str, Any]:
        return {"version": number, "created_time": self.written.get((namespace, path, number), ""), "deletion_time": "", "destroyed": False}

    def _metadata(self, method: str, token: str, mount: str, namespace: str, path: str, sent: Any) -> Answer:
        asked = f"{path.rstrip('/')}/" if method == "LIST" else path
        there = bool(self.versions.get((namespace, data_of(mount, path))))
        needed = {"LIST": "list", "DELETE": "delete"}.get(method, "update" if there else "create")
        if not {needed, "root"} & set(self.capabilities(token, asked)):
            return DENIED
        if method == "LIST":
            folder = data_of(mount, asked)
            there_are = (name for (space, name), versions in self.versions.items() if space == namespace and versions)
            below = (name[len(folder) :] for name in there_are if name.startswith(folder))
            names = sorted({name if "/" not in name else f"{name.partition('/')[0]}/" for name in below})
            return (200, {"data": {"keys": names}}) if names else (404, {"errors": []})
        if method == "DELETE":
            self.versions.pop((namespace, data_of(mount, path)), None)
            return 204, None
        self.kept[namespace, data_of(mount, path)] = sent["max_versions"]
        return 204, None


def data_of(mount: str, path: str) -> str:
    """Where the data of this metadata is."""
    return f"{mount}/data/{path.removeprefix(f'{mount}/metadata/')}"


def _handler(vault: VaultStandIn) -> type[AnsweringHandler]:
    class Handler(AnsweringHandler):
        def reply(self, body: bytes) -> Reply | None:
            path = unquote(self.path.removeprefix("/v1/"))
            vault.requests.append((self.command, path))
            answer = vault.instead(self.command, path, body)
            if not answer:
                token, namespace = self.headers.get("X-Vault-Token", ""), self.headers.get("X-Vault-Namespace", "")
                status, content = vault.answer(self.command, path, token, namespace, body)
                answer = status, "application/json", "" if content is None else json.dumps(content)
            return None if self.command == vault.lose_answers_to else answer

        do_GET = do_POST = do_PUT = do_DELETE = do_LIST = AnsweringHandler.serve  # noqa: N815  # names of http.server

    return Handler
