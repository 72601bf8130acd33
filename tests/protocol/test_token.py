# SPDX-License-Identifier: Apache-2.0
"""Tokens over the protocol: when a new one is issued, what is not known yet, whose credentials, and that it is a secret."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest

from pulumi_opentok.core import fingerprint
from pulumi_opentok.core.desired.token import TOKEN
from pulumi_opentok.emulator import Emulator
from pulumi_opentok.session import SessionProvider
from pulumi_opentok.token import TokenProvider
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import by_account, by_project_pair, declare, up
from tests.protocol.test_requests import operations
from tests.protocol.test_session import OTHER_ACCOUNT
from tests.protocol.wire import UNKNOWN, Secret
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, GLOBEX_SECRET, OTHER_ROOM, PROJECTS, ROOM, session_id

NEW_SECRET = "e15e" * 10
AGENT: dict[str, Any] = {"session": ROOM, "role": "moderator", "expires_in": "7d", "renew_before": "1d", "data": "agent 7"}


@pytest.fixture
def opentok_emulator() -> Any:
    with Emulator(projects=PROJECTS) as emulator:
        yield emulator


@pytest.fixture
def tokens(start_server: StartServer, opentok_emulator: Emulator) -> DynamicServer:
    """A server with the account pair alone."""
    return start_server(env=by_account(opentok_emulator), provider=TokenProvider)


def claims(saved: Saved, secret: str = ACME_SECRET) -> dict[str, Any]:
    return jwt.decode(saved.outs["token"].value, secret, algorithms=["HS256"])


def test_it_stays_the_same_and_nothing_is_sent(start_server: StartServer, tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(tokens, **AGENT)
    said = {name: claims(saved)[name] for name in ("iss", "session_id", "role", "connection_data")}
    assert said == {"iss": ACME, "session_id": ROOM, "role": "moderator", "connection_data": "agent 7"}
    assert operations(opentok_emulator) == {"project.get": 1}, "its secret, and no operation for a token"
    opentok_emulator.clear_journal()
    next_run = start_server(env=by_account(opentok_emulator), provider=TokenProvider)
    assert up(next_run, saved, AGENT) == ("same", Saved(saved.id, saved.inputs, saved.outs))
    assert operations(opentok_emulator) == {}
    assert next_run.refresh(saved) == saved
    assert operations(opentok_emulator) == {"project.get": 1}


def test_no_diff_sends_anything(tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(tokens, **AGENT)
    opentok_emulator.clear_journal()
    for change in ({}, {"role": "publisher"}, {"session": OTHER_ROOM}, {"expires_in": UNKNOWN}, {"signed_with": fingerprint("x")}):
        tokens.check({**AGENT, **change}, saved.inputs)
        tokens.diff(saved, {**AGENT, **change})
    assert opentok_emulator.journal() == []


def test_a_change_issues_a_new_one_in_place(tokens: DynamicServer) -> None:
    saved = declare(tokens, **AGENT)
    for change in ({"role": "subscriber"}, {"data": "agent 8"}, {"session": OTHER_ROOM}, {"expires_in": "2d"}, {"token_format": "t1"}):
        done, new = up(tokens, saved, {**AGENT, **change})
        assert (done, new.id) == ("update", saved.id)
        assert new.outs["token"] != saved.outs["token"]
    done, later = up(tokens, saved, {**AGENT, "renew_before": "2d"})
    assert (done, later.outs["token"]) == ("update", saved.outs["token"]), "when to renew is nothing that it says"


def test_near_its_end_a_new_one_is_issued(tokens: DynamicServer) -> None:
    saved = declare(tokens, **AGENT)
    for ends in ("2020-01-01T00:00:00Z", soon(saved)):
        old = Saved(saved.id, saved.inputs, {**saved.outs, "expires_at": ends})
        assert tokens.diff(old, AGENT) == Difference(True, ())
        done, new = up(tokens, old, AGENT)
        assert (done, new.outs["token"] != saved.outs["token"]) == ("update", True)
        assert up(tokens, new, AGENT)[0] == "same"


def soon(saved: Saved) -> str:
    """A moment from now on, nearer than `renew_before`: a token of 7 days that was issued some 6 days and 12 hours ago."""
    ends = jwt.api_jwt.datetime.fromtimestamp(claims(saved)["exp"] - (6 * 24 + 12) * 3600, jwt.api_jwt.timezone.utc)
    return str(ends.strftime("%Y-%m-%dT%H:%M:%SZ"))


def test_a_rotation_elsewhere_is_seen_by_a_refresh(start_server: StartServer, tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(tokens, **AGENT)
    opentok_emulator.edit_project(ACME, secret=NEW_SECRET)
    later = start_server(env=by_account(opentok_emulator), provider=TokenProvider)
    assert up(later, saved, AGENT)[0] == "same"
    seen = later.refresh(saved)
    assert seen is not None
    assert (seen.outs["valid"], seen.inputs) == (False, saved.inputs)
    assert later.diff(seen, AGENT) == Difference(True, ())
    done, new = up(later, seen, AGENT)
    assert (done, new.outs["valid"], claims(new, NEW_SECRET)["session_id"]) == ("update", True, ROOM)
    assert up(later, new, AGENT)[0] == "same"


def test_the_fingerprint_of_another_secret_issues_one_once(start_server: StartServer, tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    signed = {**AGENT, "signed_with": fingerprint(ACME_SECRET)}
    saved = declare(tokens, **signed)
    opentok_emulator.edit_project(ACME, secret=NEW_SECRET)
    later = start_server(env=by_account(opentok_emulator), provider=TokenProvider)
    news = {**AGENT, "signed_with": fingerprint(NEW_SECRET)}
    done, new = up(later, saved, news)
    assert (done, claims(new, NEW_SECRET)["role"]) == ("update", "moderator")
    assert up(later, new, news)[0] == "same"


def test_a_project_that_is_gone_takes_its_tokens_with_it(start_server: StartServer, tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(tokens, **AGENT)
    opentok_emulator.delete_project(ACME)
    later = start_server(env=by_account(opentok_emulator), provider=TokenProvider)
    seen = later.refresh(saved)
    assert seen is not None
    assert seen.outs["valid"] is False
    with pytest.raises(OperationFailed, match=f"there is no project {ACME}"):
        up(later, seen, AGENT)
    later.delete(seen)


def test_another_account_never_looks_like_a_rotation(start_server: StartServer, tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(tokens, **AGENT)
    opentok_emulator.add_account(*OTHER_ACCOUNT)
    opentok_emulator.clear_journal()
    stranger = start_server(env=by_account(opentok_emulator, OTHER_ACCOUNT), provider=TokenProvider)
    assert stranger.refresh(saved) == saved
    assert up(stranger, saved, AGENT)[0] == "same"
    stranger.delete(saved)
    assert opentok_emulator.journal() == []
    with pytest.raises(OperationFailed, match=f"there is no project {ACME} in account {OTHER_ACCOUNT[0]}"):
        up(stranger, saved, {**AGENT, "role": "publisher"})


def test_a_destroyed_token_asks_nothing(tokens: DynamicServer, start_server: StartServer, opentok_emulator: Emulator) -> None:
    saved = declare(tokens, **AGENT)
    opentok_emulator.clear_journal()
    for env in (by_account(opentok_emulator), {"OPENTOK_API_URL": opentok_emulator.url}):
        start_server(env=env, provider=TokenProvider).delete(saved)
    assert opentok_emulator.journal() == []


def test_by_the_project_pair_nothing_is_sent(start_server: StartServer, opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    tokens = start_server(env=by_project_pair(opentok_emulator), provider=TokenProvider)
    saved = declare(tokens, **AGENT)
    assert tokens.refresh(saved) == saved
    renewed = start_server(env=by_project_pair(opentok_emulator, secret=NEW_SECRET), provider=TokenProvider)
    assert renewed.diff(saved, AGENT) == Difference(True, ()), "a preview, without a refresh: the token is dead"
    assert any("issue a new moderator token" in text and "rotated" in text for text in engine_log.texts("info"))
    done, again = up(renewed, saved, AGENT)
    assert (done, claims(again, NEW_SECRET)["role"], up(renewed, again, AGENT)[0]) == ("update", "moderator", "same")
    other = start_server(env=by_project_pair(opentok_emulator, GLOBEX, GLOBEX_SECRET), provider=TokenProvider)
    assert other.diff(saved, AGENT) == Difference(False, ()), "the pair of another project says nothing of it"
    seen = renewed.refresh(saved)
    assert seen is not None
    assert (seen.outs["valid"], "__private" in saved.outs) == (False, False)
    assert opentok_emulator.journal() == []


def test_whose_pair_it_is_not_and_none_are_errors(start_server: StartServer, opentok_emulator: Emulator) -> None:
    other = start_server(env=by_project_pair(opentok_emulator, GLOBEX, GLOBEX_SECRET), provider=TokenProvider)
    with pytest.raises(OperationFailed, match=rf"'{ACME}'.* api_key is '{GLOBEX}'"):
        declare(other, **AGENT)
    nobody = start_server(env={"OPENTOK_API_URL": opentok_emulator.url}, provider=TokenProvider)
    with pytest.raises(OperationFailed, match=r"credentials are missing: give the account pair .* or the project's own"):
        nobody.check(AGENT)
    assert opentok_emulator.journal() == []


def test_twenty_at_once_and_their_sessions_read_the_secret_once(tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    rooms = tokens.of(SessionProvider)

    def both(_: int) -> str:
        return str(declare(tokens, session=declare(rooms, project=ACME).id).outs["api_key"])

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(both, range(20))) == [ACME] * 20
    assert operations(opentok_emulator) == {"project.get": 1, "session.create": 20}


# What is compared.


def test_a_default_that_is_said_issues_no_new_one(tokens: DynamicServer) -> None:
    saved = declare(tokens, session=ROOM)
    said = {"role": "publisher", "expires_in": "24h", "layout_classes": [], "token_format": "jwt"}
    for now in ({"session": ROOM, **said}, {"session": ROOM}, {"session": ROOM, "expires_in": "P1D"}):
        assert tokens.diff(saved, now).replaces == ()
        done, again = up(tokens, saved, now)
        assert (done, again.outs["token"]) == ("update" if now != saved.inputs else "same", saved.outs["token"])
        assert up(tokens, again, now)[0] == "same"


def test_what_is_not_known_yet_previews_as_an_update(tokens: DynamicServer, engine_log: EngineLog) -> None:
    saved = declare(tokens, **AGENT)
    for name in TOKEN.inputs:
        news = {**AGENT, name: UNKNOWN}
        assert tokens.check(news, saved.inputs) == (news, {})
        assert tokens.diff(saved, news) == Difference(None, ())
    assert engine_log.said == []
    signed = declare(tokens, **AGENT, signed_with=fingerprint(ACME_SECRET))
    assert tokens.diff(signed, {**AGENT, "signed_with": UNKNOWN}) == Difference(None, ())
    assert engine_log.said == [("info", "to do: issue a new token, if this run rotates the project's secret: the old one dies with the old secret")]


# The token is a secret.


def test_it_is_marked_in_every_answer(tokens: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(tokens, **AGENT)
    assert isinstance(saved.outs["token"], Secret)
    unmarked = {**saved.outs, "token": saved.outs["token"].value}
    assert tokens.read(saved.id, unmarked).outs["token"] == saved.outs["token"]
    changed = tokens.update(Saved(saved.id, saved.inputs, unmarked), {**AGENT, "role": "publisher"})
    assert isinstance(changed.outs["token"], Secret)
    for resource in (saved, changed):
        assert "eyJ" not in resource.in_clear
        assert ACME_SECRET not in resource.in_clear
    printed = tokens.close()
    assert [text for text in (saved.outs["token"].value, changed.outs["token"].value, ACME_SECRET) if text in printed] == []


def test_there_is_nothing_to_look_up(tokens: DynamicServer) -> None:
    with pytest.raises(OperationFailed, match="token 0123 cannot be looked up: OpenTok keeps none"):
        tokens.read("0123", None, {"session": ROOM})


def test_a_session_of_another_project_needs_that_project(tokens: DynamicServer) -> None:
    saved = declare(tokens, session=session_id(GLOBEX))
    assert (saved.outs["api_key"], claims(saved, GLOBEX_SECRET)["iss"]) == (GLOBEX, GLOBEX)
