# SPDX-License-Identifier: Apache-2.0
"""A project with a routed session, for tests that watch what the emulator does by itself: its calls are signed by the emulator's clock."""

from __future__ import annotations

import dataclasses
from typing import Any

import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw, sign


@dataclasses.dataclass
class Scene:
    """An emulator, a client with the pair of a project of it, and the id of a session."""

    emulator: Emulator
    client: Raw
    session: str

    @classmethod
    def of(cls, emulator: Emulator, account: Raw, **form: str) -> Scene:
        """A new project and a session in it."""
        client = account.of(account.create())
        return cls(emulator, client, new_session(client, **form))

    def send(self, method: str, path: str, body: Any = None) -> requests.Response:
        """A call to the project."""
        now = int(self.emulator.now())
        token = sign(self.client.key, self.client.secret, "project", iat=now, exp=now + 180)
        return self.client.send(
            method, f"/v2/project/{self.client.key}/{path}", token=token, **({} if body is None else {"json": body})
        )

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The same; it must succeed. The JSON object that it answers."""
        answer = self.send(method, path, body)
        assert 200 <= answer.status_code < 300, answer.text
        return dict(answer.json()) if answer.content else {}

    def start(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Begin something in the session: archive, broadcast, render, captions."""
        return self.ask("POST", kind, {"sessionId": self.session, **fields})

    def dial(self, uri: str = "sip:user@sip.example.com", **sip: Any) -> dict[str, Any]:
        """A SIP call."""
        return self.start("dial", token="t", sip={"uri": uri, **sip})

    def watch(self, url: str, *groups: str) -> None:
        """Have events of these groups sent to ``url``."""
        for group in groups:
            self.emulator.set_webhook(self.client.key, group, url)

    def last_delivery(self) -> dict[str, Any]:
        """The latest of all."""
        return self.emulator.deliveries()[-1]


def new_session(client: Raw, **form: str) -> str:
    """A routed session of a project."""
    fields = {"p2p.preference": "disabled", **form}
    answer = client.send("POST", "/session/create", data=fields, headers={"Accept": "application/json"})
    return str(answer.json()[0]["session_id"])
