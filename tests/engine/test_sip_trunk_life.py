# SPDX-License-Identifier: Apache-2.0
"""The life of a SIP trunk on the real engine: made, quiet, changed, refreshed, its password with and without a new version, destroyed."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core.desired.sip_trunk.document import dial_options, read_trunk
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED, Outcome
from tests.engine.project_stack import NewStack
from tests.engine.stack import EngineStack
from tests.unit.sip.gateways import HOST, listening, nobody_listens

FIRST, SECOND, HEADER = "hunter2-the-first", "hunter2-the-second", "a-header-that-is-secret"


class Trunks:
    """A stack of SIP trunks without any credentials of OpenTok: what is declared is changed between runs."""

    def __init__(self, new_stack: NewStack, emulator: Emulator, **wanted: dict[str, Any]) -> None:
        self.wanted = wanted
        self._emulator = emulator
        self._printed: list[str] = []
        self.stack: EngineStack = new_stack(self._program, env={"OPENTOK_API_URL": emulator.url})

    def _program(self) -> None:
        for name, arguments in self.wanted.items():
            trunk = opentok.SipTrunk(name, **arguments)
            pulumi.export(name, trunk.document)
            pulumi.export(f"{name}Fingerprint", trunk.fingerprint)

    def up(self, **options: Any) -> Outcome:
        return self._noted(self.stack.up(**options))

    def preview(self, **options: Any) -> Outcome:
        return self._noted(self.stack.preview(**options))

    def refresh(self, **options: Any) -> Outcome:
        return self._noted(self.stack.refresh(**options))

    def quiet(self) -> bool:
        outcome = self.up(expect_no_changes=True)
        return outcome.ok().code == 0 and not outcome.changed

    def document(self, name: str) -> Any:
        return self.stack.outputs()[name]

    def leaks(self) -> list[str]:
        """The secrets that stand in the state, on disk, in events or in what was printed."""
        events = json.dumps(self.stack.events, default=lambda value: getattr(value, "__dict__", str(value)))
        seen = "\n".join((*self._printed, events, self.stack.everything_on_disk()))
        assert "sip.example.com" in seen
        return [secret for secret in (FIRST, SECOND, HEADER) if secret in seen]

    def _noted(self, outcome: Outcome) -> Outcome:
        self._printed.append(outcome.text)
        assert self._emulator.journal() == [], "OpenTok keeps no trunk: nothing to ask it"
        return outcome


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    # A password in clear, as in the program of someone careless.
    front: dict[str, Any] = {
        "uri": "sip:+15551234567@SIP.example.com;transport=TLS",
        "sender": "+15557654321@example.com",
        "headers": {"X-Order": "7"},
        "username": "acme",
        "password": FIRST,
        "require_encryption": True,
    }
    trunks = Trunks(new_stack, opentok_emulator, front=front, back={"uri": "sip:b@sip.example.com", "headers": {}})
    assert trunks.preview(expect_no_changes=True).code == NO_CHANGES_EXPECTED
    created = trunks.up().ok()
    assert created.warnings == ()
    document = trunks.document("front")
    assert document == {
        **{"format": 1, "name": None, "uri": "sip:+15551234567@sip.example.com;transport=tls", "sender": "+15557654321@example.com"},
        **{"headers": {"X-Order": "7"}, "username": "acme", "password_version": 1, "secure": True, "video": False},
        **{"observe_force_mute": False, "require_encryption": True, "enabled": True},
    }
    assert dial_options(document, FIRST)["uri"] == document["uri"]
    assert read_trunk(document).fingerprint == trunks.document("frontFingerprint")
    assert trunks.quiet()
    assert not trunks.refresh(expect_no_changes=True).ok().changed
    assert trunks.quiet()
    identity = trunks.stack.resources()["front"]["id"]

    front["uri"] = "sip:+15551234567@sip.example.COM;transport=tls"
    assert trunks.quiet(), "another way to write the same"
    front.update(uri="sip:+15551234568@sip.example.com;transport=tls", headers={"X-Order": "8"}, enabled=False)
    assert trunks.up().ok().ops("front") == ["update"]
    assert (trunks.document("front")["headers"], trunks.document("front")["enabled"]) == ({"X-Order": "8"}, False)
    assert trunks.document("front")["uri"] == "sip:+15551234568@sip.example.com;transport=tls"
    assert trunks.stack.resources()["front"]["id"] == identity
    assert trunks.quiet()

    before = trunks.document("frontFingerprint")
    front["password"] = SECOND
    planned = trunks.preview()
    assert any("password changed, but password_version is still 1" in text for text in planned.warnings), planned.text
    trunks.up().ok()
    assert trunks.document("frontFingerprint") == before, "who reads the document cannot see it"
    assert trunks.quiet()
    front.update(password=FIRST, password_version=2)
    raised = trunks.up().ok()
    assert raised.warnings == ()
    assert (trunks.document("front")["password_version"], trunks.document("frontFingerprint") != before) == (2, True)
    assert trunks.quiet()

    assert trunks.refresh().ok()
    assert trunks.leaks() == []
    trunks._noted(trunks.stack.destroy()).ok()
    assert trunks.leaks() == []


def test_what_is_secret_stays_so_in_the_document(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    def program() -> None:
        trunk = opentok.SipTrunk("front", uri="sip:a@sip.example.com", headers={"X-Key": pulumi.Output.secret(HEADER)})
        pulumi.export("front", trunk.document)

    trunks = Trunks(new_stack, opentok_emulator)
    trunks.stack.program = program
    trunks.up().ok()
    assert trunks.document("front")["headers"] == {"X-Key": HEADER}
    assert "front" in trunks.stack.secret_outputs()
    trunks.refresh().ok()
    assert trunks.quiet()
    assert trunks.leaks() == []


def test_the_gateway_is_verified_before_anything_is_recorded(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    with nobody_listens() as port:
        trunks = Trunks(new_stack, opentok_emulator, front={"uri": f"sip:a@{HOST}:{port};transport=tcp", "verify": True})
        assert trunks.preview().ok(), "never in a preview"
        failed = trunks.up()
        assert failed.code != 0
        assert "verify: the gateway is not as it should be, so nothing was published" in failed.text
        assert f"{HOST}:{port} (tcp) at {HOST}:{port}: connect: refused" in failed.text
        assert "front" not in trunks.stack.resources()
    with listening() as port:
        trunks.wanted["front"]["uri"] = f"sip:a@{HOST}:{port};transport=tcp"
        trunks.up().ok()
    assert trunks.quiet(), "nobody listens any more, and nobody asks"
    assert not trunks.refresh(expect_no_changes=True).ok().changed
    uri = trunks.document("front")["uri"]
    trunks.wanted["front"]["video"] = True
    assert trunks.up().code != 0
    assert (trunks.document("front")["uri"], trunks.document("front")["video"]) == (uri, False)


def test_there_is_nothing_to_look_up(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    stack = new_stack(lambda: opentok.SipTrunk.get("front", "0123"), env=opentok_emulator.env)
    failed = stack.preview()
    assert failed.code != 0
    assert "SipTrunk.get('front'): OpenTok keeps no SIP trunks, so none can be looked up: export its document" in failed.text
    assert "Traceback" not in failed.text
