# SPDX-License-Identifier: Apache-2.0
"""Calls of the core against the same requests by bare requests: of an account, of a project by its own pair, of a project by the account's."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import requests

from bench.emulator_process import EmulatorProcess
from bench.row import Row
from bench.timing import interleaved, of_medians
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.http.auth import Signer

LIMIT = 1.10
ROUNDS = 1500


def rows() -> list[Row]:
    """A row for each kind of client."""
    with EmulatorProcess() as opentok:
        account = opentok.account()
        project = account.projects.create("Acme")
        client = OpenTok(project.credentials, api_url=opentok.url)
        by_account = OpenTok.of_account(account, project.id)
        session = client.sessions.create(media_mode="routed").session_id
        opentok.publish(session)
        archive = client.archives.start(session).id
        get = functools.partial(Bare, opentok.url)
        return [
            row("core GET of a project", lambda: account.projects.get(project.id), get(opentok.credentials, f"/v2/project/{project.id}")),
            row(
                "OpenTok GET of an archive, project pair",
                lambda: client.archives.get(archive),
                get(project.credentials, f"/v2/project/{project.id}/archive/{archive}"),
            ),
            row(
                "OpenTok POST of a session, account pair and project id",
                lambda: by_account.sessions.create(media_mode="routed"),
                get(project.credentials, "/session/create", {"p2p.preference": "disabled", "archiveMode": "manual"}),
            ),
        ]


class Bare:
    """The request of ``requests.Session`` alone: a signed header that is made beforehand, the JSON decoded. With a ``form`` it is a POST."""

    def __init__(self, url: str, credentials: Credentials, path: str, form: dict[str, str] | None = None) -> None:
        self._http, self._signer = requests.Session(), Signer(credentials)
        self._http.headers["Accept"] = "application/json"
        self._send = functools.partial(self._http.request, "GET" if form is None else "POST", url + path, data=form, timeout=30)

    def seconds(self) -> float:
        """One request."""
        token = self._signer.token()
        start = time.perf_counter()
        answer = self._send(headers={"X-OPENTOK-AUTH": token})
        answer.json()
        taken = time.perf_counter() - start
        answer.raise_for_status()
        return taken


def row(what: str, call: Callable[[], Any], bare: Bare) -> Row:
    """The ratio of a call of the core and the bare request."""

    def by_core() -> float:
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    interleaved(50, by_core, bare.seconds)
    ours, theirs = interleaved(ROUNDS, by_core, bare.seconds)
    ratio = of_medians(ours, theirs)
    note = f"medians of {ROUNDS} each in turn; about {1e6 * (ratio - 1) * min(theirs):.0f} us on top of {1e6 * min(theirs):.0f} us"
    return Row(f"{what} : bare requests.Session", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT, note)
