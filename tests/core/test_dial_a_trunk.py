# SPDX-License-Identifier: Apache-2.0
"""A call through a declared trunk: the document and the password make it, against the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.sip_trunk.document import dial_options, parse_trunk
from tests.core.service import Service

SECRET = "hunter2hunter2"
INPUTS: dict[str, Any] = {
    "uri": "sip:+15551234567@SIP.example.com;transport=TLS",
    "sender": "+15557654321@example.com",
    "headers": {"X-Order": "7"},
    "username": "u",
    "password": SECRET,
    "require_encryption": True,
}


def test_a_trunk_is_dialled(service: Service) -> None:
    client = service.client(service.account().projects.create("acme"))
    session = client.sessions.create(media_mode="routed").session_id
    trunk = parse_trunk(INPUTS)
    client.sip.dial(session, client.tokens.generate(session), **dial_options(trunk.document, trunk.password))
    (call,) = (service.emulator.session(session) or {})["sipCalls"]
    assert call["uri"] == "sip:+15551234567@sip.example.com;transport=tls"
    assert call["from"] == "+15557654321@example.com"
    assert call["secure"] is True
    assert SECRET not in str(service.emulator.journal())


def test_a_trunk_that_is_not_enabled_sends_nothing(service: Service) -> None:
    client = service.client(service.account().projects.create("acme"))
    session = client.sessions.create(media_mode="routed").session_id
    service.clear()
    trunk = parse_trunk({**INPUTS, "enabled": False})
    with pytest.raises(InvalidInput, match="enabled: is false: this trunk makes no calls"):
        client.sip.dial(session, client.tokens.generate(session), **dial_options(trunk.document, trunk.password))
    assert service.asked() == {}
