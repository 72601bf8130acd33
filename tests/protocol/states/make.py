# SPDX-License-Identifier: Apache-2.0
"""Writes the states that the provider of a commit leaves, for test_states_of_before.py. Run it in a work tree of that commit, with all of its own:

    git worktree add /tmp/then COMMIT
    cd /tmp/then && PYTHONPATH=. python /path/to/this/make.py COMMIT > /path/to/this/COMMIT.json

A file is never written anew: what it holds stands in somebody's state.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from typing import Any

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.wire import Secret

ACME, ACME_SECRET = "46000001", "acm3" * 10
PROJECTS = [(ACME, ACME_SECRET, "Acme"), ("46000002", "9l0b" * 10, "Globex")]
URL = "https://hooks.example.com/acme"
TRUNK = {"uri": "sip:a@sip.example.com;transport=tls", "username": "acme", "password": "hunter2-hunter2"}
FAR_AWAY = "2099-01-01T00:00:00Z"
"""When tokens expire, the only value that is put in: they have to be valid in every run of the tests."""


def states(opentok: Emulator, server: DynamicServer) -> Iterator[tuple[str, str, Any]]:
    """Kind, what is special, the saved resource."""

    # The names of then: by what its own table or property says.
    of_token = importlib.import_module("pulumi_opentok.core.desired.token").TOKEN
    then = {} if "session" in of_token.inputs else {"session": "session_id"}

    def declare(kind: str, after: dict[str, Any] | None = None, **inputs: Any) -> Any:
        module = importlib.import_module(f"pulumi_opentok.{kind}")
        resource = "".join(word.capitalize() for word in kind.split("_"))
        own = server.of(getattr(module, f"{resource}Provider"))
        saved = own.create(checked(own, inputs))
        return saved if after is None else own.update(saved, checked(own, after, saved.inputs))

    def checked(own: DynamicServer, news: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
        news = {then.get(name, name): value for name, value in news.items()}
        inputs, failures = own.check(news, olds)
        assert failures == {}, failures
        return inputs

    yield "project", "little", declare("project", name="Initech")
    yield "project", "generated", declare("project", name="hooli-7b4e7a0", __take_by_name=True)
    yield "project", "existing", declare("project", existing_id="46000002", on_delete="suspend")
    much = {"name": "Umbrella", "status": "active", "on_delete": "delete", "allow_duplicate_name": True, "on_external_rotation": "fail"}
    much |= {"secret_max_age": "3650d", "retired_secrets": ["0ld5ecret"], "rotation_window": {"days": ["sat"], "start": "02:00", "end": "04:00"}}
    rotated = {**much, "secret_triggers": {"v": "2"}, "rotation_window": {**much["rotation_window"], "applies_to": "age"}}
    yield "project", "rotated", declare("project", rotated, **{**rotated, "secret_triggers": {"v": "1"}})
    marked = {"name": "Secretive", "__secret": ["name"]}
    yield "project", "secret", declare("project", **marked)
    routed = {"project": ACME, "media_mode": "routed"}
    yield "session", "little", declare("session", project=ACME)
    always = {"archive_mode": "always", "archive_name": "a", "archive_resolution": "640x480", "location": "198.51.100.7", "e2ee": False}
    session = declare("session", **routed, **always)
    yield "session", "all", session
    yield "session", "existing", declare("session", **routed, existing_id=session.id)
    yield "sip_trunk", "little", declare("sip_trunk", uri="sip:a@sip.example.com")
    all_of_it = {"password_version": 2, "name": "Front", "sender": "+15551234567@h.example", "headers": {"X-A": "7"}, "require_encryption": True}
    yield "sip_trunk", "all", declare("sip_trunk", **TRUNK, **all_of_it)
    yield "token", "little", declare("token", session=session.id)
    everything = {"role": "moderator", "expires_in": "7d", "renew_before": "1d", "data": "agent 7", "layout_classes": ["focus"], "token_format": "t1"}
    yield "token", "all", declare("token", session=session.id, **everything)
    if not had("callback"):
        return
    yield "callback", "little", declare("callback", project=ACME, group="connection", event="created", url=URL)
    if not had("archive"):
        return
    yield "archive", "stopped", declare("archive", session=declare("session", **routed).id, state="stopped", name="Meeting", layout={"type": "pip"})
    stopped = {"session": declare("session", **routed).id, "state": "stopped"}
    yield "broadcast", "stopped", declare("broadcast", **stopped, hls={}, max_duration=3600)
    yield "render", "stopped", declare("render", **stopped, url="https://example.com/page?token=t0ken")
    s3 = {"bucket": "acme-archives", "access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    yield "archive_storage", "s3", declare("archive_storage", project=ACME, **s3, triggers={"set": "1"})


def had(kind: str) -> bool:
    """Whether the kind was there at that commit."""
    return importlib.util.find_spec(f"pulumi_opentok.{kind}") is not None


def as_json(value: Any) -> Any:
    return {"secret": value.value} if isinstance(value, Secret) else value


def main() -> None:
    with Emulator(projects=PROJECTS) as opentok:
        account = {"OPENTOK_API_URL": opentok.url, "OPENTOK_ACCOUNT_KEY": opentok.account_key, "OPENTOK_ACCOUNT_SECRET": opentok.account_secret}
        server = DynamicServer(account)
        server.configure()
        found: list[dict[str, Any]] = []
        for kind, special, saved in states(opentok, server):
            outs = {name: as_json(value) for name, value in sorted(saved.outs.items())}
            outs |= {"expires_at": FAR_AWAY} if "expires_at" in outs else {}
            inputs = {name: as_json(value) for name, value in sorted(saved.inputs.items())}
            found.append({"kind": kind, "what": special, "id": saved.id, "inputs": inputs, "outs": outs})
        projects = [[row["id"], row["secret"], row["name"], row["status"]] for row in opentok.all_projects()]
        server.close()
    print(json.dumps({"commit": sys.argv[1], "projects": projects, "states": found}, indent=1))


if __name__ == "__main__":
    main()
