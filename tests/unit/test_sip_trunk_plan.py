# SPDX-License-Identifier: Apache-2.0
"""The plans of a SIP trunk as a table: what is declared, what is published, what was declared before, and what follows."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from pulumi_opentok.core import Connection, InvalidInput, PlanError
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.plan import Plan
from pulumi_opentok.core.desired.sip_trunk.document import DOCUMENT_KEYS, parse_trunk
from pulumi_opentok.core.desired.sip_trunk.kind import SIP_TRUNK, SipTrunkSpec, SipTrunkState

NOW = datetime.datetime(2026, 11, 25, tzinfo=datetime.timezone.utc)
SCOPE = Scope(Connection.resolve(environ={}))
FIRST, SECOND = "hunter2-the-first", "hunter2-the-second"
FRONT: dict[str, Any] = {"name": "Front", "uri": "sip:a@sip.example.com;transport=tls", "username": "u", "password": FIRST}
UNSEEN = (
    "password changed, but password_version is still 1: who reads the published trunk cannot see that; declare password_version: 2",
)


def published(**inputs: Any) -> SipTrunkState:
    return SipTrunkState(id="0123", document=parse_trunk({**FRONT, **inputs}).document)


def planned(declared: dict[str, Any], before: dict[str, Any] | None = None) -> Plan:
    """The plan of a layer that remembers what it declared ``before``."""
    spec = SIP_TRUNK.parse({**FRONT, **declared})
    if before is None:
        return SIP_TRUNK.plan(spec, SipTrunkState(), None, NOW)
    trunk = {name: value for name, value in {**FRONT, **before}.items() if name != "verify"}
    return SIP_TRUNK.plan(spec, SipTrunkState(id="0123", document=parse_trunk(trunk).document), SIP_TRUNK.parse({**FRONT, **before}), NOW)


CHANGED: list[tuple[dict[str, Any], dict[str, Any], tuple[str, ...], tuple[str, ...]]] = [
    # declared before, declared now, what has changed, warnings
    ({}, {}, (), ()),
    ({}, {"uri": "sip:%61@SIP.example.com;transport=TLS"}, (), ()),
    ({}, {"password_version": 1}, (), ()),
    ({}, {"enabled": True, "secure": False}, (), ()),
    ({}, {"name": None}, ("name",), ()),
    ({}, {"uri": "sip:b@sip.example.com;transport=tls"}, ("uri",), ()),
    ({}, {"sender": "+15551234567@h.example"}, ("sender",), ()),
    ({}, {"headers": {"X-A": "1"}}, ("headers",), ()),
    ({"headers": {"X-A": "1"}}, {"headers": {"X-A": "2"}}, ("headers",), ()),
    ({"headers": {"X-A": "1"}}, {}, ("headers",), ()),
    ({}, {"username": "v"}, ("username",), ()),
    ({}, {"secure": True}, ("secure",), ()),
    ({}, {"require_encryption": True}, ("secure", "require_encryption"), ()),
    ({}, {"video": True, "observe_force_mute": True}, ("video", "observe_force_mute"), ()),
    ({}, {"enabled": False}, ("enabled",), ()),
    ({}, {"password_version": 2}, ("password_version",), ()),
    ({}, {"password": SECOND}, ("password",), UNSEEN),
    ({}, {"password": SECOND, "password_version": 2}, ("password_version", "password"), ()),
    ({}, {"password": SECOND, "enabled": False}, ("enabled", "password"), UNSEEN),
    ({}, {"username": None, "password": None}, ("username", "password_version", "password"), ()),
]


@pytest.mark.parametrize(("before", "declared", "changed", "warnings"), CHANGED, ids=str)
def test_what_changes(before: dict[str, Any], declared: dict[str, Any], changed: tuple[str, ...], warnings: tuple[str, ...]) -> None:
    plan = planned(declared, before)
    in_words = " and ".join(filter(None, (", ".join(changed[:-1]), *changed[-1:])))
    called = "'Front'" if declared.get("name", "") is not None else "'sip:a@sip.example.com;transport=tls'"
    assert plan.texts == ((f"change SIP trunk {called}: {in_words}",) if changed else ())
    assert plan.reasons == ((f"{in_words} changed",) if changed else ())
    assert plan.warnings == warnings
    assert (plan.changes, plan.changes_api, plan.replaces) == (bool(changed), False, ())
    assert plan.before is not None
    assert plan.after is not None
    differing = {name for name in plan.after if plan.before[name] != plan.after[name]}
    assert differing == set(changed) - {"password"} | ({"fingerprint"} if set(changed) - {"password"} else set())
    assert FIRST not in str(plan)
    assert SECOND not in str(plan)


def test_create() -> None:
    plan = planned({"require_encryption": True})
    assert plan.texts == ("create SIP trunk 'Front'",)
    assert (plan.before, plan.changes, plan.changes_api) == (None, True, False)
    assert plan.after is not None
    assert set(plan.after) == {"id", "fingerprint", *DOCUMENT_KEYS} - {"format"}
    assert plan.after["secure"] is True
    assert FIRST not in str(plan)


def test_soft_warnings_are_said_with_every_plan() -> None:
    odd = {"uri": "sip:a@sip.example.com", "secure": True, "sender": "nobody@h.example"}
    for plan in (planned(odd), planned(odd, odd), planned(odd, {})):
        assert [text.partition(":")[0] for text in plan.warnings] == ["sender", "secure"]


def test_verify_that_is_asked_for_later_is_done_once() -> None:
    assert planned({"verify": True}, {}).texts == ("verify the gateway of SIP trunk 'Front'",)
    assert planned({"verify": True}, {"verify": True}).texts == ()
    assert planned({}, {"verify": True}).texts == ()


def test_the_id_outlives_changes() -> None:
    created = SIP_TRUNK.apply(SCOPE, planned({}), SipTrunkState()).state
    plan = SIP_TRUNK.plan(SIP_TRUNK.parse({**FRONT, "video": True}), created, SIP_TRUNK.parse(FRONT), NOW)
    changed = SIP_TRUNK.apply(SCOPE, plan, created).state
    assert (changed.id, changed.document != created.document) == (created.id, True)


def test_what_is_saved_is_restored() -> None:
    spec = SIP_TRUNK.parse({**FRONT, "headers": {"X-A": "1"}, "password_version": 3})
    state = SIP_TRUNK.apply(SCOPE, SIP_TRUNK.plan(spec, SipTrunkState(), None, NOW), SipTrunkState()).state
    saved = {**SIP_TRUNK.show(state, spec), "password_version": 3.0}
    again, record = SIP_TRUNK.restore(str(state.id), saved)
    assert again == state
    assert record.trunk is not None
    assert (record.trunk.password, record.trunk.document) == (FIRST, state.document)
    assert SIP_TRUNK.plan(spec, again, record, NOW).changes is False
    assert FIRST not in repr(record) + repr(again) + repr(spec)


def test_the_document_follows_from_what_is_shown() -> None:
    spec = SIP_TRUNK.parse(FRONT)
    state = SIP_TRUNK.apply(SCOPE, SIP_TRUNK.plan(spec, SipTrunkState(), None, NOW), SipTrunkState()).state
    assert SIP_TRUNK.derived(SIP_TRUNK.show(state, spec)) == {"document": state.document}


def test_its_end() -> None:
    plan = SIP_TRUNK.plan_absent(SIP_TRUNK.parse(FRONT), published())
    assert (plan.changes_api, plan.after) == (False, None)
    assert plan.texts[0].startswith("forget SIP trunk 'Front': calls under way go on, and whoever has its document and password can still call")
    assert SIP_TRUNK.plan_absent(SipTrunkSpec(dest="/nowhere"), SipTrunkState()).texts == ()


def test_present_needs_a_uri_and_absent_does_not() -> None:
    spec = SIP_TRUNK.parse({"dest": "/tmp/trunk.json"})
    assert spec == SipTrunkSpec(dest="/tmp/trunk.json")
    with pytest.raises(InvalidInput, match="uri: missing"):
        SIP_TRUNK.plan(spec, SipTrunkState(), None, NOW)
    with pytest.raises(InvalidInput, match="uri: missing"):
        SIP_TRUNK.parse({"name": "Front"})


def test_nothing_can_be_looked_up() -> None:
    with pytest.raises(PlanError, match="cannot be looked up: OpenTok keeps none"):
        SIP_TRUNK.read(SCOPE, "0123")
    state = published()
    assert SIP_TRUNK.refresh(SCOPE, state) is state


def test_neither_plan_nor_action_holds_the_password() -> None:
    for plan in (planned({}), planned({"password": SECOND}, {})):
        texts = str([dataclasses.asdict(action) for action in plan.actions]) + repr(plan)
        assert FIRST not in texts
        assert SECOND not in texts
