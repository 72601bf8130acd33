# SPDX-License-Identifier: Apache-2.0
"""The API by HTTPS on a free port of 127.0.0.1: clients send no token without TLS."""

from __future__ import annotations

import base64
import functools
import json
import secrets
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import trustme
import yaml

from tests.answering_server import AnsweringHandler, AnsweringServer, Reply

from .access import ADMINISTRATOR, ANONYMOUS, Rule, User
from .api import Api, Request
from .resources import by_kind
from .status import Refusal, unauthorized
from .validation import normalized

LARGEST_BODY = 3 * 1024 * 1024


class KubernetesServer:
    """Serves from its making until it is closed; `api` is what it holds. It has the namespaces `default` and `acme`."""

    def __init__(self) -> None:
        self.api = Api()
        self.administrator_token = secrets.token_urlsafe(24)
        self.users: dict[str, User] = {self.administrator_token: ADMINISTRATOR}
        """By bearer token."""
        self.requests: list[tuple[str, str]] = []
        """Method and path with query, of all that came in."""
        self.before: Callable[[str, str], None] = lambda method, path: None
        """Called before a request is done, so that a test can do something in between; the server then takes requests of others."""
        self.instead: Callable[[str, str, bytes], Reply | None] = lambda method, path, body: None
        """May answer in place of the API, as a proxy does."""
        self.lose_answers_to: str | None = None
        """The method whose work is done, and whose connection is then cut."""
        self._lock = threading.Lock()
        self._server = AnsweringServer(("127.0.0.1", 0), _handler(self))
        self._server.socket = _tls().wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        for namespace in ("default", "acme"):
            self.add("Namespace", "", namespace)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, kind: str, namespace: str, name: str, **more: Any) -> dict[str, Any]:
        """Puts an object there, by nobody's right; one that is there is replaced."""
        resource = by_kind(kind)
        metadata = {**more.pop("metadata", {}), "name": name}
        made = {"apiVersion": resource.api_version, "kind": kind, "metadata": metadata, **more}
        with self._lock:
            return self.api.objects.put(resource, namespace, normalized(resource, made))

    def get(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
        """What is there."""
        with self._lock:
            return self.api.objects.get(by_kind(kind), namespace, name)

    def remove(self, kind: str, namespace: str, name: str) -> None:
        """Takes it away, by nobody's right."""
        with self._lock:
            self.api.objects.remove(by_kind(kind), namespace, name)

    def set_status(self, kind: str, namespace: str, name: str, **status: Any) -> dict[str, Any]:
        """As the controller of a workload does."""
        found = self.get(kind, namespace, name)
        if found is None:
            raise KeyError(name)
        with self._lock:
            return self.api.objects.put(by_kind(kind), namespace, {**found, "status": {**found.get("status", {}), **status}})

    def add_user(self, name: str, *rules: Rule) -> str:
        """The bearer token of a new user with these rights."""
        token = secrets.token_urlsafe(24)
        self.users[token] = User(name, rules)
        return token

    @property
    def ca(self) -> str:
        """The certificate of the authority that clients have to trust, as PEM."""
        return _authority().cert_pem.bytes().decode()

    def write_kubeconfig(self, path: Path, token: str | None = None, *, namespace: str = "default", context: str = "test") -> Path:
        """A kubeconfig for the user of `token` (the administrator), with one context."""
        cluster = {"server": self.url, "certificate-authority-data": base64.b64encode(self.ca.encode()).decode()}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": "contract", "cluster": cluster}],
            "users": [{"name": "user", "user": {"token": token or self.administrator_token}}],
            "contexts": [{"name": context, "context": {"cluster": "contract", "user": "user", "namespace": namespace}}],
        }
        path.touch(0o600)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """Of the API."""
        url = urlsplit(target)
        if url.path in ("/healthz", "/readyz", "/livez"):
            return 200, {}
        try:
            if len(body) > LARGEST_BODY:
                raise Refusal(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LARGEST_BODY}")
            kind, _, token = headers.get("authorization", "").partition(" ")
            user = self.users.get(token) if kind.lower() == "bearer" else None if kind else ANONYMOUS
            if user is None:
                raise unauthorized()
            query = dict(parse_qsl(url.query, keep_blank_values=True))
            with self._lock:
                return self.api.answer(Request(method, unquote(url.path), query, headers, body, user))
        except Refusal as refusal:
            return refusal.code, refusal.body


@functools.cache
def _authority() -> trustme.CA:
    return trustme.CA()


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


def _handler(server: KubernetesServer) -> type[AnsweringHandler]:
    class Handler(AnsweringHandler):
        def reply(self, body: bytes) -> Reply | None:
            server.requests.append((self.command, self.path))
            server.before(self.command, self.path)
            answer = server.instead(self.command, self.path, body)
            if not answer:
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, content = server.answer(self.command, self.path, headers, body)
                answer = status, "application/json", json.dumps(content)
            return None if self.command == server.lose_answers_to else answer

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = AnsweringHandler.serve  # noqa: N815  # names of http.server

    return Handler
