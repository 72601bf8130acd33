# SPDX-License-Identifier: Apache-2.0
"""The plans of a token as a table: what is declared, what was issued, what was declared then, what time it is, and why a new one is issued."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core import Connection, Credentials, CredentialsError, PlanError, fingerprint
from pulumi_opentok.core.api.tokens import FORMATS, ROLES
from pulumi_opentok.core.desired import NOT_YET_KNOWN, Scope
from pulumi_opentok.core.desired.plan import Plan
from pulumi_opentok.core.desired.token import IMMUTABLE, TOKEN, TokenSpec, TokenState, issue
from tests.things.sessions import ACME, GLOBEX, OTHER_ROOM, ROOM, session_id, token
from tests.unit.things import ACCOUNT, ELSEWHERE, NEW_SECRET, NOW, OTHER_ACCOUNT, SECRET

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
PAIR = Credentials(key=ACME, secret=SECRET, kind="project")
OURS, NEW = fingerprint(SECRET), fingerprint(NEW_SECRET)
ROTATED = "the project's secret was rotated, and the token died with the old one"


def issued(spec: TokenSpec | None = None, **fields: Any) -> TokenState:
    """The token that was issued at NOW; ``fields`` are seen otherwise since."""
    return dataclasses.replace(issue(PAIR, spec or token(), "0123", NOW), **fields)


def planned(before: dict[str, Any], declared: dict[str, Any], now: datetime.datetime = NOW, **seen: Any) -> Plan:
    record = token(**before)
    return TOKEN.plan(token(**declared), issued(record, **seen), record, now)


REISSUED: list[tuple[str, dict[str, Any], dict[str, Any], datetime.timedelta, dict[str, Any], tuple[str, ...]]] = [
    # what, declared before, declared now, time since it was issued, what was seen since, why a new one
    ("nothing", {}, {}, HOUR, {}, ()),
    ("a default said", {}, {"role": "publisher", "expires_in": "1d", "token_format": "jwt", "layout_classes": []}, HOUR, {}, ()),
    ("the same in other words", {"expires_in": "48h"}, {"expires_in": "P2D"}, HOUR, {}, ()),
    ("renewed earlier, not due yet", {}, {"renew_before": "2h"}, HOUR, {}, ()),
    ("session", {}, {"session": OTHER_ROOM}, HOUR, {}, ("session changed",)),
    ("role", {}, {"role": "moderator"}, HOUR, {}, ("role changed",)),
    ("shorter", {}, {"expires_in": "12h"}, HOUR, {}, ("expires_in changed",)),
    ("data", {"data": "a"}, {"data": "b"}, HOUR, {}, ("data changed",)),
    ("data gone", {"data": "a"}, {}, HOUR, {}, ("data changed",)),
    ("classes", {"layout_classes": ["a", "b"]}, {"layout_classes": ["b", "a"]}, HOUR, {}, ("layout_classes changed",)),
    ("format", {}, {"token_format": "t1"}, HOUR, {}, ("token_format changed",)),
    ("several", {}, {"role": "moderator", "data": "a"}, HOUR, {}, ("role and data changed",)),
    ("just before its end", {}, {}, DAY - HOUR, {}, ()),
    ("at its end", {}, {}, DAY, {}, ("it has expired (2026-03-02T12:00:00Z)",)),
    ("long after its end", {}, {}, 9 * DAY, {}, ("it has expired (2026-03-02T12:00:00Z)",)),
    ("near its end", {"renew_before": "2h"}, {"renew_before": "2h"}, DAY - 2 * HOUR, {}, ("it is nearer to its end than 2h (2026-03-02T12:00:00Z)",)),
    ("not that near", {"renew_before": "2h"}, {"renew_before": "2h"}, DAY - 3 * HOUR, {}, ()),
    ("renewed earlier, and due", {}, {"renew_before": "23h"}, 2 * HOUR, {}, ("it is nearer to its end than 23h (2026-03-02T12:00:00Z)",)),
    ("seen to be dead", {}, {}, HOUR, {"valid": False}, (ROTATED,)),
    ("signed with the same", {"signed_with": OURS}, {"signed_with": OURS}, HOUR, {}, ()),
    ("said first", {}, {"signed_with": OURS}, HOUR, {}, ()),
    ("said first, and another", {}, {"signed_with": NEW}, HOUR, {}, (ROTATED,)),
    ("rotated in the same run", {"signed_with": OURS}, {"signed_with": NEW}, HOUR, {}, (ROTATED,)),
    ("no longer said", {"signed_with": OURS}, {}, HOUR, {}, ()),
    ("said late: it is what signed it", {"signed_with": OURS}, {"signed_with": NEW}, HOUR, {"secret_fingerprint": NEW}, ()),
    ("said wrong once, issued, still said", {"signed_with": ELSEWHERE}, {"signed_with": ELSEWHERE}, HOUR, {}, ()),
    ("rotated and changed", {}, {"role": "moderator"}, 2 * DAY, {"valid": False}, ("role changed", ROTATED, "it has expired (2026-03-02T12:00:00Z)")),
]


@pytest.mark.parametrize(("before", "declared", "since", "seen", "reasons"), [row[1:] for row in REISSUED], ids=[row[0] for row in REISSUED])
def test_when_a_new_one_is_issued(
    before: dict[str, Any], declared: dict[str, Any], since: datetime.timedelta, seen: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    plan = planned(before, declared, NOW + since, **seen)
    assert plan.reasons == reasons
    assert (plan.changes, plan.changes_api, plan.replaces, plan.warnings) == (bool(reasons), False, (), ())
    assert plan.before is not None
    assert plan.after is not None
    wanted = token(**declared)
    if not reasons:
        assert plan.texts == ()
        assert plan.after["expires_at"] == plan.before["expires_at"]
        return
    (action,) = plan.actions
    assert action.text == f"issue a new {wanted.role} token for session {wanted.session}: {'; '.join(reasons)}"
    assert (action.do, action.issues_secret, action.disrupts) == ("issue", True, False)
    assert (plan.after["id"], plan.after["expires_at"], plan.after["secret_fingerprint"]) == ("0123", NOT_YET_KNOWN, NOT_YET_KNOWN)
    assert plan.after["valid"] is True


def test_create() -> None:
    plan = TOKEN.plan(token(role="moderator"), TokenState(), None, NOW)
    assert plan.texts == (f"issue a moderator token for session {ROOM}",)
    assert (plan.before, plan.changes, plan.changes_api) == (None, True, False)
    assert plan.after is not None
    assert plan.after["secret_fingerprint"] == NOT_YET_KNOWN


def test_its_end() -> None:
    plan = TOKEN.plan_absent(token(), issued())
    expected = "forget the token: whoever has it can connect with it until 2026-03-02T12:00:00Z, or until the secret is rotated"
    assert plan.texts == (expected,)
    assert (plan.changes_api, plan.after) == (False, None)
    assert TOKEN.plan_absent(token(), TokenState()).texts == ()


specs = st.builds(
    lambda **inputs: token(**inputs),
    role=st.sampled_from(ROLES),
    expires_in=st.sampled_from(["1h", "90m", "7d", "P30D"]),
    data=st.none() | st.text("aé🎥\n\"", min_size=1, max_size=99).filter(str.strip),
    layout_classes=st.lists(st.sampled_from(["focus", "min"]), max_size=3),
    token_format=st.sampled_from(FORMATS),
    renew_before=st.none() | st.just("30m"),
    signed_with=st.none() | st.just(OURS),
)


@given(specs, st.sampled_from([None, ACCOUNT]), st.booleans())
def test_a_round_trip_through_the_state_file(spec: TokenSpec, account: str | None, valid: bool) -> None:
    spec = dataclasses.replace(spec, account_key=account)
    state = issued(spec, account_key=account, valid=valid)
    shown = TOKEN.show(state, spec)
    saved = json.loads(json.dumps({**shown, "signed_with": spec.signed_with, "declared": {}, "private": TOKEN.private_state(spec, {})}))
    assert TOKEN.restore("0123", saved) == (state, spec)
    assert set(shown) == set(TOKEN.outputs)


def test_a_state_without_the_account_is_understood() -> None:
    state = issued()
    assert TOKEN.restore("0123", TOKEN.show(state, token())) == (state, token())


@pytest.mark.parametrize("token_format", FORMATS)
def test_only_the_secret_output_shows_the_token(token_format: str) -> None:
    spec = token(token_format=token_format)
    state = issued(spec)
    shown = TOKEN.show(state, spec)
    assert state.token is not None
    assert [name for name, value in shown.items() if state.token in str(value)] == ["token"] == list(TOKEN.secret_outputs)
    plan = TOKEN.plan(token(role="moderator"), state, spec, NOW)
    for text in (repr(state), repr(spec), repr(plan), repr(TOKEN.plan_absent(spec, state)), json.dumps([plan.before, plan.after])):
        assert state.token not in text
        assert SECRET not in text


def test_it_says_what_is_declared() -> None:
    spec = token(role="moderator", data="agent 7", layout_classes=["a", "b"], expires_in="2h")
    state = issued(spec)
    claims = jwt.decode(str(state.token), SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
    said = {name: claims[name] for name in ("iss", "session_id", "role", "connection_data", "initial_layout_class_list")}
    assert said == {"iss": ACME, "session_id": ROOM, "role": "moderator", "connection_data": "agent 7", "initial_layout_class_list": "a b"}
    assert (claims["iat"], claims["exp"]) == (NOW.timestamp(), (NOW + 2 * HOUR).timestamp())
    assert (state.expires_at, state.secret_fingerprint, state.api_key) == (NOW + 2 * HOUR, OURS, ACME)


def scope(**settings: str) -> Scope:
    return Scope(Connection.resolve({"api_url": "http://127.0.0.1:1", **settings}, environ={}))


def test_a_project_pair_issues_without_any_request() -> None:
    ours = scope(api_key=ACME, api_secret=SECRET)
    plan = TOKEN.plan(token(), TokenState(), None, NOW)
    state = TOKEN.apply(ours, plan, TokenState()).state
    assert (state.api_key, state.secret_fingerprint, state.account_key) == (ACME, OURS, None)
    again = TOKEN.apply(ours, planned({}, {"role": "moderator"}), state).state
    assert (again.id, again.token == state.token) == (state.id, False)
    assert TOKEN.refresh(ours, state) == state
    rotated = TOKEN.refresh(scope(api_key=ACME, api_secret=NEW_SECRET), state)
    assert rotated == dataclasses.replace(state, valid=False)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "credentials are missing: give the account pair .* or the project's own"),
        ({"api_key": GLOBEX, "api_secret": SECRET}, f"'{ACME}' .* but api_key is '{GLOBEX}': give that project's own pair"),
    ],
)
def test_who_cannot_issue(settings: dict[str, str], says: str) -> None:
    with pytest.raises(CredentialsError, match=says) as caught:
        TOKEN.apply(scope(**settings), TOKEN.plan(token(), TokenState(), None, NOW), TokenState())
    assert SECRET not in str(caught.value)


def test_another_account_says_nothing_of_it() -> None:
    """Its answer would be "no such project", which would look like a token that is dead."""
    state = issued(account_key=ACCOUNT)
    stranger = scope(account_key=OTHER_ACCOUNT, account_secret=SECRET)
    assert TOKEN.refresh(stranger, state) == state


def test_there_is_nothing_to_look_up() -> None:
    with pytest.raises(PlanError, match="token 0123 cannot be looked up: OpenTok keeps none"):
        TOKEN.read(scope(), "0123")


def test_a_token_belongs_to_the_project_of_its_session() -> None:
    plan = TOKEN.plan(token(session=session_id(GLOBEX)), TokenState(), None, NOW)
    with pytest.raises(CredentialsError, match=f"'{GLOBEX}'"):
        TOKEN.apply(scope(api_key=ACME, api_secret=SECRET), plan, TokenState())


def test_every_property_asks_for_a_new_one_or_says_why_not() -> None:
    changed = {name for _, before, now, _, _, reasons in REISSUED for name in {*before, *now} if any(name in reason for reason in reasons)}
    assert changed >= set(IMMUTABLE)
