# SPDX-License-Identifier: Apache-2.0
"""SIP trunks over the protocol: secrets given in clear, and what is not known yet. Where the credentials would lead nobody listens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_opentok.sip_trunk import SipTrunkProvider
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, Saved
from tests.protocol.runs import declare, up
from tests.protocol.wire import UNKNOWN, Secret, plain

PASSWORD = "hunter2-hunter2"
URI = "sip:a@sip.example.com;transport=tls"
FRONT: dict[str, Any] = {"uri": URI, "username": "acme", "password": PASSWORD}


@pytest.fixture(scope="module")
def trunks() -> Iterator[DynamicServer]:
    """A server without any credentials."""
    server = DynamicServer({"OPENTOK_API_URL": "http://127.0.0.1:1"}, provider=SipTrunkProvider)
    server.configure()
    yield server
    assert PASSWORD not in server.close()


def test_a_password_in_clear_is_a_secret_in_the_state(trunks: DynamicServer) -> None:
    done, saved = up(trunks, None, FRONT)
    assert (done, saved.inputs["password"], saved.outs["password"]) == ("create", Secret(PASSWORD), Secret(PASSWORD))
    changed = trunks.update(saved, {**saved.inputs, "password": Secret("another-password")})
    refreshed = trunks.refresh(changed)
    assert refreshed is not None
    assert refreshed.outs["password"] == Secret("another-password")
    for resource in (saved, changed, refreshed):
        assert PASSWORD not in resource.in_clear
        assert "another-password" not in resource.in_clear


@pytest.mark.parametrize(
    "again",
    [{}, {"uri": "sip:%61@SIP.example.com;TRANSPORT=tls"}, {"headers": {}}, {"verify": False}],
    ids=str,
)
def test_another_way_to_write_the_same_is_quiet(trunks: DynamicServer, again: dict[str, Any]) -> None:
    first = {**FRONT, **({name: value for name, value in again.items() if name != "uri"})}
    saved = declare(trunks, **first)
    assert up(trunks, saved, {**first, **again})[0] == "same"
    refreshed = trunks.refresh(saved)
    assert up(trunks, refreshed, {**first, **again})[0] == "same"


def test_what_is_not_known_yet_is_not_judged(trunks: DynamicServer) -> None:
    for name in ("uri", "password", "username", "headers", "require_encryption", "secure", "enabled", "verify"):
        _, failures = trunks.check({**FRONT, "headers": {"X-A": "1"}, name: UNKNOWN})
        assert failures == {}, name
    saved = declare(trunks, **FRONT)
    assert trunks.diff(saved, {**saved.inputs, "uri": UNKNOWN}) == Difference(None, ())


def test_there_is_nothing_to_look_up(trunks: DynamicServer) -> None:
    with pytest.raises(OperationFailed, match="sip_trunk 0123 cannot be looked up: OpenTok keeps none"):
        trunks.read("0123", None, {"uri": URI})


def test_what_is_shown_in_a_failure_is_never_the_password(trunks: DynamicServer) -> None:
    saved = declare(trunks, **FRONT)
    wrong = {"uri": f"sip:a:{PASSWORD}@h"}
    with pytest.raises(OperationFailed) as failed:
        trunks.update(Saved(saved.id, saved.inputs, {**saved.outs, **wrong}), {**plain(saved.inputs), **wrong})
    assert PASSWORD not in str(failed.value)
