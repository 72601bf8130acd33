# SPDX-License-Identifier: Apache-2.0
"""One of every public object: none shows a secret when it is printed, logged or formatted."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import pulumi_opentok.core as core
from pulumi_opentok.core import Account, Connection, Credentials, OpenTokError, Problem
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.sessions import Session
from pulumi_opentok.core.desired import Applied, Scope
from pulumi_opentok.core.desired.creation import Creation
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectState
from pulumi_opentok.core.desired.token import TOKEN, issue
from pulumi_opentok.core.http.auth import Signer
from pulumi_opentok.core.http.transport import Transport
from tests.things.sessions import session, there, token
from tests.unit.things import ACCOUNT, ID, NOW, SECRET, project, record, spec

ACCOUNT_PAIR = Credentials(key=ACCOUNT, secret=SECRET, kind="account")
CONNECTION = Connection(account_key=ACCOUNT, account_secret=SECRET, api_key=ID, api_secret=SECRET, api_url="http://127.0.0.1:1")


def everything() -> dict[str, Any]:
    """One of every object that can hold a secret, or hold one that does, by its class."""
    scope = Scope(CONNECTION)
    account = Account(ACCOUNT_PAIR, api_url=CONNECTION.api_url)
    client = OpenTok(project().credentials, api_url=CONNECTION.api_url)
    signer = Signer(ACCOUNT_PAIR)
    signer.token()
    state = ProjectState(project=project(), namesakes=(project(),))
    issued = issue(project().credentials, token(), "0123", NOW)
    things = [
        ACCOUNT_PAIR,
        CONNECTION,
        CONNECTION.account_credentials(),
        project(),
        account,
        account.projects,
        client,
        client.sessions,
        client.tokens,
        signer,
        scope,
        scope.account,
        scope.creation,
        Creation(account.projects),
        Transport("http://127.0.0.1:1", timeout=1),
        Session(session_id="1_x", api_key=ID),
        state,
        spec(),
        record(),
        Applied(state=state),
        PROJECT,
        PROJECT.plan(spec(status="suspended"), state, record(), NOW),
        session(),
        there(),
        token(),
        issued,
        Applied(state=issued),
        TOKEN.plan(token(role="moderator"), issued, token(), NOW),
        TOKEN.plan_absent(token(), issued),
    ]
    return {f"{type(thing).__name__} {number}": thing for number, thing in enumerate(things)}


@pytest.mark.parametrize("name", list(everything()))
def test_no_repr_shows_it(name: str) -> None:
    thing = everything()[name]
    for text in (repr(thing), str(thing), f"{thing}", f"{[thing]}", f"{ {'k': thing} }"):
        assert SECRET not in text
        assert "eyJ" not in text


def test_every_public_class_that_is_no_error_was_looked_at() -> None:
    public = [getattr(core, name) for name in core.__all__]
    classes = {one for one in public if isinstance(one, type) and not issubclass(one, OpenTokError)} - {Problem}
    assert classes <= {type(thing) for thing in everything().values()}


def test_a_field_named_secret_is_never_in_a_repr() -> None:
    for thing in everything().values():
        if dataclasses.is_dataclass(thing):
            shown = [field.name for field in dataclasses.fields(thing) if field.repr and field.name.endswith("secret")]
            assert shown == []
