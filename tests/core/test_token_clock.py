# SPDX-License-Identifier: Apache-2.0
"""A machine whose clock is off makes tokens by the server's clock, once an answer has shown it: not expired, not in the future."""

from __future__ import annotations

import base64
import datetime
import json
import socket
import threading
import time
from typing import Any

import pytest
import requests

from pulumi_opentok.core import Connection
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.sip_call import SIP_CALL
from pulumi_opentok.core.desired.sip_trunk.document import parse_trunk
from pulumi_opentok.core.desired.token import TOKEN
from tests.core.raw_server import RawServer, answer, raw_server
from tests.core.service import Service

OFF = [-7200.0, -600.0, 600.0, 7200.0]


def claims(token: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")))


def is_good(service_ahead: float, token: str, lifetime: float) -> bool:
    """For a server whose clock is so many seconds ahead of ours."""
    said, now = claims(token), time.time() + service_ahead
    return -30 < said["iat"] - now <= 0.5 and abs(said["exp"] - said["iat"] - lifetime) < 1


@pytest.mark.parametrize("seconds", OFF)
def test_tokens_of_a_client(service: Service, seconds: float) -> None:
    account = service.account()
    project = account.projects.create("acme")
    service.emulator.advance(seconds)
    client = OpenTok.of_account(account, project.id)
    session = client.sessions.create(media_mode="routed").session_id
    assert is_good(seconds, client.tokens.generate(session, expires_in=60), 60)
    early = base64.b64decode(client.tokens.generate(session, token_format="t1").removeprefix("T1==")).decode()
    created = int(early.split("create_time=")[1].split("&")[0])
    assert -30 < created - (time.time() + seconds) <= 0.5


@pytest.mark.parametrize("seconds", OFF)
def test_a_declared_token_and_when_it_is_renewed(service: Service, seconds: float) -> None:
    project = service.account().projects.create("acme")
    session = service.client(project).sessions.create(media_mode="routed").session_id
    service.emulator.advance(seconds)
    scope = service.scope()
    inputs = {"session": session, "expires_in": "1h", "renew_before": "10m"}
    shown = Run(TOKEN, scope).present(inputs).shown or {}
    assert is_good(seconds, shown["token"], 3600)
    ends = datetime.datetime.fromtimestamp(claims(shown["token"])["exp"], datetime.timezone.utc)
    assert shown["expires_at"] == ends.isoformat().replace("+00:00", "Z")

    # The same token later, as a layer that remembers it asks: by the server's clock it is due or is not.
    state, record = TOKEN.restore("1", shown)
    spec = TOKEN.parse(inputs, account_key=scope.account_key)
    for minutes, due in ((40, False), (51, True)):
        plan = TOKEN.plan(spec, state, record, scope.now() + datetime.timedelta(minutes=minutes))
        assert plan.changes is due, minutes


@pytest.mark.parametrize("by", ["account pair", "project pair"])
@pytest.mark.parametrize("seconds", OFF)
def test_the_token_of_a_sip_call(service: Service, seconds: float, by: str) -> None:
    """With the project pair the call itself is the first that shows the clock: its token is made anew with the signature."""
    project = service.account().projects.create("acme")
    session = service.client(project).sessions.create(media_mode="routed").session_id
    service.emulator.advance(seconds)
    servers: list[RawServer] = []

    def forward(connection: socket.socket, _over: threading.Event) -> None:
        head, body = servers[0].heads[-1], servers[0].bodies[-1]
        method, path, _ = head.split("\r\n")[0].split(" ")
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        got = requests.request(method, service.emulator.url + path, data=body, headers=headers, timeout=5)
        connection.sendall(answer(f"{got.status_code} OK", got.content, Date=got.headers["Date"]))

    with raw_server(speak=forward) as server:
        servers.append(server)
        pair = {"api_key": project.id, "api_secret": project.secret}
        account = {"account_key": service.emulator.account_key, "account_secret": service.emulator.account_secret}
        settings = {"api_url": server.url, **(pair if by == "project pair" else account)}
        scope = Scope(Connection.resolve(settings, environ={}), warn=service.warnings.append)
        trunk = parse_trunk({"uri": "sip:a@example.com"}).document
        SIP_CALL.act(scope, {"session": session, "trunk": trunk}, present=True)
        bodies = [json.loads(body) for head, body in zip(server.heads, server.bodies, strict=True) if "/dial" in head.split("\r\n")[0]]
    assert len(bodies) == (2 if by == "project pair" else 1)
    assert is_good(seconds, bodies[-1]["token"], 3600)
    assert len((service.emulator.session(session) or {})["sipCalls"]) == 1


def test_what_is_not_known_is_this_machine_s_clock(service: Service) -> None:
    """A project pair makes a token without any request, so nothing shows what the server's clock says."""
    project = service.account().projects.create("acme")
    session = service.client(project).sessions.create(media_mode="routed").session_id
    assert is_good(0, service.client(project).tokens.generate(session, expires_in=60), 60)
    scope = Scope(Connection.resolve({"api_key": project.id, "api_secret": project.secret}, environ={}))
    assert abs((scope.now() - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) < 1
