# SPDX-License-Identifier: Apache-2.0
"""A small tenant service: provisions, suspends and removes tenants on request. Each tenant is a stack of the program in `tenant/`.

    PUT /tenants/acme {"name": "ACME GmbH"}    POST /tenants/acme/suspend    DELETE /tenants/acme
"""

import contextlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pulumi import automation as auto

PROGRAM = Path(__file__).resolve().parent / "tenant"
SHOWN = ("api_key", "session_id", "status")
RUNS = threading.BoundedSemaphore(4)  # each run is an engine, a program and a provider: some 300 MB

_busy: set[str] = set()
_lock = threading.Lock()


class Refused(Exception):
    """What the service answers instead of a result."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def provision(tenant: str, name: str, status: str = "active") -> dict[str, Any]:
    """The tenant has its project and room. Safe to repeat: what is there already is left alone."""
    with run_of(tenant):
        stack = auto.create_or_select_stack(tenant, work_dir=str(PROGRAM))
        stack.set_all_config({"name": auto.ConfigValue(name), "status": auto.ConfigValue(status)})
        return _up(stack)


def suspend(tenant: str) -> dict[str, Any]:
    """The tenant's API key and all sessions made with it stop working, until it is provisioned again."""
    with run_of(tenant):
        stack = auto.select_stack(tenant, work_dir=str(PROGRAM))
        stack.set_config("status", auto.ConfigValue("suspended"))
        return _up(stack)


def remove(tenant: str) -> dict[str, Any]:
    """The tenant's project is deleted for good, and then its stack."""
    with run_of(tenant):
        stack = auto.select_stack(tenant, work_dir=str(PROGRAM))
        _run(stack.destroy)
        stack.workspace.remove_stack(tenant)
        return {}


def _up(stack: auto.Stack) -> dict[str, Any]:
    outputs = _run(stack.up).outputs
    return {key: outputs[key].value for key in SHOWN}


def _run(operation: Callable[..., Any]) -> Any:
    """Runs it. A provider that could not finish keeps what it did and says so as an error of a run that succeeds."""
    errors: list[str] = []

    def note(event: auto.EngineEvent) -> None:
        told = event.diagnostic_event
        if told and told.severity == "error":
            errors.append(re.sub(r"<\{%.*?%\}>", "", told.message).strip())

    try:
        result = operation(on_event=note)
    except auto.ConcurrentUpdateError:
        raise Refused(409, "another process works on this tenant") from None
    except auto.CommandError as error:
        raise Refused(502, " ".join(errors) or str(error)) from None
    if errors:
        raise Refused(503, " ".join(errors))
    return result


@contextlib.contextmanager
def run_of(tenant: str) -> Iterator[None]:
    """One run of a tenant at a time, a few tenants at once."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", tenant):
        raise Refused(400, "a tenant is named by up to 40 lower-case letters, digits and hyphens")
    with _lock:
        if tenant in _busy:
            raise Refused(409, f"another request works on {tenant}")
        _busy.add(tenant)
    try:
        with RUNS:
            yield
    except auto.StackNotFoundError:
        raise Refused(404, f"there is no tenant {tenant}") from None
    finally:
        with _lock:
            _busy.discard(tenant)


class Handler(BaseHTTPRequestHandler):
    """HTTP, and no authentication: put your own in front."""

    def do_PUT(self) -> None:
        self._answer(r"/tenants/([^/]+)", lambda tenant: provision(tenant, **self._body()))

    def do_POST(self) -> None:
        self._answer(r"/tenants/([^/]+)/suspend", suspend)

    def do_DELETE(self) -> None:
        self._answer(r"/tenants/([^/]+)", remove)

    def _body(self) -> dict[str, str]:
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            return {"name": str(body["name"]), "status": str(body.get("status", "active"))}
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Refused(400, 'the body must be JSON such as {"name": "ACME GmbH"}') from None

    def _answer(self, path: str, call: Callable[[str], dict[str, Any]]) -> None:
        try:
            match = re.fullmatch(path, self.path)
            if not match:
                raise Refused(404, "there is no such path")
            status, answer = 200, call(match[1])
        except Refused as refused:
            status, answer = refused.status, {"error": str(refused)}
        text = json.dumps(answer).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
