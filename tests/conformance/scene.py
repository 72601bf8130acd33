# SPDX-License-Identifier: Apache-2.0
"""What a test of an SDK starts from: an emulator, an account, a project, a session that somebody is in."""

from __future__ import annotations

import time

from pulumi_opentok.core import Account, Credentials, Project
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.http.transport import Transport
from pulumi_opentok.emulator import Emulator
from tests.conformance.sdks import Sdk, Thing

NOBODY = "99999999"
"""A key that no project has."""


class Scene:
    """An emulator with one project, made by our own client."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator, self.url = emulator, emulator.url
        pair = Credentials(key=emulator.account_key, secret=emulator.account_secret, kind="account")
        self.account = Account(pair, transport=self._transport())
        self.project: Project = self.account.projects.create("acme")

    def _transport(self) -> Transport:
        return Transport(self.url, timeout=10, backoff=0)

    @property
    def ours(self) -> OpenTok:
        """Our own client with the project's pair."""
        return OpenTok(self.project.credentials, transport=self._transport())

    def client(self, sdk: Sdk, kind: str = "") -> Thing:
        """The SDK's client with the project's pair."""
        return sdk.client(self.url, self.project.id, self.project.secret, kind)

    def wrong(self, sdk: Sdk) -> Thing:
        """The same with a wrong secret."""
        return sdk.client(self.url, self.project.id, "0" * 40)

    def unknown(self, sdk: Sdk) -> Thing:
        """A client whose key no project has."""
        return sdk.client(self.url, NOBODY, self.project.secret)

    def for_account(self, sdk: Sdk, secret: str = "") -> Thing:
        """The SDK's client with the account's pair."""
        return sdk.client(self.url, self.emulator.account_key, secret or self.emulator.account_secret)

    def session(self, **options: object) -> str:
        """A routed session, made by our own client; nobody has been in it."""
        return self.ours.sessions.create(**{"media_mode": "routed", **options}).session_id  # type: ignore[arg-type]

    def asked(self) -> list[tuple[str, int]]:
        """The requests since the journal was cleared: operation and status."""
        return [(entry["operation"], entry["status"]) for entry in self.emulator.journal()]


def soon(seconds: int = 600) -> int:
    """A moment in the future, seconds since the epoch."""
    return int(time.time()) + seconds
