# SPDX-License-Identifier: Apache-2.0
"""Runners that share a ledger and declare what is not a project, at the same moment: each thing is made once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.ledgers.parties import Parties, at_once, parties
from tests.ledgers.runs import Refused
from tests.ledgers.stores import Place

TRUNK = {"uri": "sip:+15551234567@sip.example.com"}


@pytest.fixture
def sharers(opentok_emulator: Emulator, either: Place) -> Iterator[Parties]:
    with parties(opentok_emulator, either) as made:
        yield made


@pytest.fixture
def room(sharers: Parties) -> dict[str, str]:
    """A session with somebody in it."""
    opentok = sharers.opentok
    account = Account(Credentials(key=opentok.account_key, secret=opentok.account_secret, kind="account"), api_url=opentok.url)
    project = account.projects.create("ACME GmbH")
    session = OpenTok(project.credentials, transport=account.transport).sessions.create(media_mode="routed").session_id
    opentok.publish(session)
    opentok.clear_journal()
    return {"project": project.id, "session": session}


DECLARED: dict[str, tuple[str, tuple[str, dict[str, Any]], str]] = {
    "session": ("present", ("session", {"name": "desk"}), "session.create"),
    "archive": ("present", ("archive", {"name": "shift", "on_delete": "stop"}), "archive.start"),
    "callback": ("present", ("callback", {"url": "https://example.com/hook", "group": "archive", "event": "status"}), "callback.register"),
    "captions": ("act", ("captions", {}), "captions.start"),
    "sip_call": ("act", ("sip_call", {"name": "agent", "trunk": TRUNK}), "sip.dial"),
    "audio_connector": ("act", ("audio_connector", {"name": "ear", "uri": "wss://example.com/ear"}), "audio_connector.start"),
    "moderation": ("act", ("moderation", {"action": "mute"}), "session.mute"),
}


@pytest.mark.parametrize("what", DECLARED)
def test_all_declare_it_at_once(sharers: Parties, room: dict[str, str], what: str) -> None:
    command, (kind, inputs), operation = DECLARED[what]
    where = {"project": room["project"]} if what in ("session", "callback") else {"session": room["session"]}
    runs = sharers.several(3)
    sharers.opentok.fault("*", "delay", seconds=0.05, times=None)
    said = at_once(runs, command, kind, {**inputs, **where})
    assert not [one for one in said if isinstance(one, Refused)], said
    done = sharers.done()
    assert done == {operation: 1}, done
    assert sorted(one["changed"] for one in said) == [False, False, True]
