# SPDX-License-Identifier: Apache-2.0
"""Sessions over the protocol: who may make one, what is not known yet, and what is sent."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core.api.session_ids import decode_session_id
from pulumi_opentok.core.desired.session import SESSION
from pulumi_opentok.emulator import Emulator
from pulumi_opentok.session import SessionProvider
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, serialized
from tests.protocol.engine_log import EngineLog
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account, by_project_pair, declare, up
from tests.protocol.test_requests import operations
from tests.protocol.wire import UNKNOWN
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, GLOBEX_SECRET, PLACED, PROJECTS, RELAYED, ROOM, ROUTED, UNIFIED, session_id

OTHER_ACCOUNT = ("20000002", "0ther5ecret" * 4)


@pytest.fixture
def opentok_emulator() -> Any:
    with Emulator(projects=PROJECTS) as emulator:
        yield emulator


@pytest.fixture
def rooms(start_server: StartServer, opentok_emulator: Emulator) -> DynamicServer:
    """A server with the account pair alone."""
    return start_server(env=by_account(opentok_emulator), provider=SessionProvider)


def test_by_the_account_pair_the_secret_is_read_once(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    for _ in range(3):
        declare(rooms, **ROUTED)
    assert operations(opentok_emulator) == {"project.get": 1, "session.create": 3}


def test_twenty_at_once_read_the_secret_once(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    with ThreadPoolExecutor(20) as pool:
        made = {saved.id for saved in pool.map(lambda _: declare(rooms, **ROUTED), range(20))}
    assert len(made) == 20
    assert operations(opentok_emulator) == {"project.get": 1, "session.create": 20}


def test_twenty_at_once_of_two_projects_read_each_once(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda number: declare(rooms, project=(ACME, GLOBEX)[number % 2]), range(20)))
    assert {decode_session_id(saved.id).api_key for saved in made} == {ACME, GLOBEX}
    assert operations(opentok_emulator) == {"project.get": 2, "session.create": 20}


def test_a_secret_that_was_rotated_meanwhile_is_read_again(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    declare(rooms, **ROUTED)
    opentok_emulator.edit_project(ACME, secret="e15e" * 10)
    opentok_emulator.clear_journal()
    assert declare(rooms, **ROUTED).outs["api_key"] == ACME
    declare(rooms, **ROUTED)
    assert operations(opentok_emulator) == {"session.create": 3, "project.get": 1}
    assert [row["status"] for row in opentok_emulator.journal() if row["operation"] == "session.create"] == [403, 200, 200]


def test_a_suspended_project_is_refused_once(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.edit_project(ACME, status="SUSPENDED")
    with pytest.raises(OperationFailed, match=r"session\.create of a session of project 46000001: HTTP 403") as failed:
        declare(rooms, **ROUTED)
    assert ACME_SECRET not in str(failed.value)
    assert operations(opentok_emulator) == {"project.get": 2, "session.create": 1}


def test_by_the_project_pair_nothing_is_read(start_server: StartServer, opentok_emulator: Emulator) -> None:
    rooms = start_server(env=by_project_pair(opentok_emulator), provider=SessionProvider)
    saved = declare(rooms, media_mode="routed")
    assert (saved.outs["project"], saved.inputs) == (ACME, {"media_mode": "routed"})
    assert up(rooms, saved, {"media_mode": "routed"})[0] == "same"
    named, again = up(rooms, saved, ROUTED)
    assert (named, again.id) == ("update", saved.id), "to name the project of the pair is no other session"
    assert operations(opentok_emulator) == {"session.create": 1}


def test_a_stale_project_pair_is_an_error(start_server: StartServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.edit_project(ACME, secret="e15e" * 10)
    rooms = start_server(env=by_project_pair(opentok_emulator), provider=SessionProvider)
    with pytest.raises(OperationFailed, match="HTTP 403") as failed:
        declare(rooms, **ROUTED)
    assert ACME_SECRET not in str(failed.value)
    assert operations(opentok_emulator) == {"session.create": 1}


def test_the_pair_of_another_project_is_an_error_that_names_both(start_server: StartServer, opentok_emulator: Emulator) -> None:
    rooms = start_server(env=by_project_pair(opentok_emulator, GLOBEX, GLOBEX_SECRET), provider=SessionProvider)
    with pytest.raises(OperationFailed, match=rf"project '{ACME}' is declared, but api_key is '{GLOBEX}'.*account_key"):
        declare(rooms, **ROUTED)
    assert opentok_emulator.journal() == []


def test_without_credentials_both_ways_are_named(start_server: StartServer, opentok_emulator: Emulator) -> None:
    rooms = start_server(env={"OPENTOK_API_URL": opentok_emulator.url}, provider=SessionProvider)
    with pytest.raises(OperationFailed, match="credentials are missing") as failed:
        rooms.check(ROUTED)
    for way in ("opentok:accountKey", "OPENTOK_ACCOUNT_SECRET", "opentok:apiKey", "OPENTOK_API_SECRET", "account_key of the Provider"):
        assert way in str(failed.value)
    assert "\n" not in str(failed.value)
    assert opentok_emulator.journal() == []


def test_a_project_of_another_account_is_an_error_that_names_both(start_server: StartServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*OTHER_ACCOUNT)
    rooms = stranger(start_server, opentok_emulator)
    with pytest.raises(OperationFailed, match=f"there is no project {ACME} in account {OTHER_ACCOUNT[0]}"):
        declare(rooms, **ROUTED)
    assert operations(opentok_emulator) == {"project.get": 1}


def stranger(start_server: StartServer, emulator: Emulator) -> DynamicServer:
    return start_server(env=by_account(emulator, OTHER_ACCOUNT), provider=SessionProvider)


def test_all_but_a_create_sends_nothing_whoever_asks(start_server: StartServer, rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(rooms, **ROUTED)
    opentok_emulator.clear_journal()
    nobody = start_server(env={"OPENTOK_API_URL": opentok_emulator.url}, provider=SessionProvider)
    for server in (rooms, stranger(start_server, opentok_emulator), nobody):
        assert server.diff(saved, saved.inputs) == Difference(False, ())
        assert server.refresh(saved) == saved, "another account never looks like gone"
        server.delete(saved)
    assert opentok_emulator.journal() == []


@pytest.mark.parametrize("other", ["account pair", "nothing"])
def test_the_project_of_a_pair_need_not_be_known_to_forget_its_session(
    start_server: StartServer, opentok_emulator: Emulator, other: str
) -> None:
    """It was made by a project pair and names no project; whoever destroys the stack has the account pair, or none."""
    saved = declare(start_server(env=by_project_pair(opentok_emulator), provider=SessionProvider), media_mode="routed")
    env = by_account(opentok_emulator) if other == "account pair" else {"OPENTOK_API_URL": opentok_emulator.url}
    start_server(env=env, provider=SessionProvider).delete(saved)


# What is compared.


def test_a_default_that_is_said_is_no_other_session(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(rooms, project=ACME)
    opentok_emulator.clear_journal()
    for explicit in ({"archive_mode": "manual"}, {"e2ee": False}, {"media_mode": "relayed"}, {"existing_id": saved.id}):
        for now in ({"project": ACME, **explicit}, {"project": ACME}):
            done, saved = up(rooms, saved, now)
            assert (done, saved.id) == ("update", saved.outs["session_id"]), "what was declared is kept, and nothing else happens"
            assert up(rooms, saved, now)[0] == "same"
    assert opentok_emulator.journal() == []


def test_a_number_as_project_is_its_id(rooms: DynamicServer) -> None:
    saved = declare(rooms, project=int(ACME), media_mode="routed")
    assert (saved.inputs["project"], saved.outs["project"]) == (ACME, ACME)
    assert up(rooms, saved, {"project": int(ACME), "media_mode": "routed"})[0] == "same"
    assert up(rooms, saved, ROUTED)[0] == "same"


def test_what_is_not_known_yet_previews_as_a_replacement(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(rooms, **ROUTED, archive_mode="always", archive_name="a", archive_resolution="640x480")
    opentok_emulator.clear_journal()
    for name in SESSION.inputs:
        news = {**saved.inputs, name: UNKNOWN}
        assert rooms.check(news, saved.inputs) == (news, {})
        assert rooms.diff(saved, news) == Difference(None, (name,))
        assert rooms.check({"project": ACME, name: UNKNOWN})[1] == {}
    assert opentok_emulator.journal() == []


def test_a_change_replaces_and_says_that_the_old_one_lives_on(rooms: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    saved = declare(rooms, **ROUTED)
    engine_log.clear()
    done, new = up(rooms, saved, {**ROUTED, "e2ee": True})
    assert done == "replace"
    assert new.id != saved.id
    said = engine_log.texts("warning")
    assert f"session {saved.id} is replaced by another one with another id; it lives on for whoever has its id and a client token" in said
    assert any("the API cannot delete one" in text for text in engine_log.texts("info"))
    assert opentok_emulator.session(saved.id) is not None


def test_the_same_session_under_another_name_lives_on(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(rooms, **ROUTED, existing_id=ROOM)
    other = declare(rooms, **ROUTED, existing_id=ROOM)
    opentok_emulator.clear_journal()
    rooms.delete(saved)
    assert up(rooms, other, {**ROUTED, "existing_id": ROOM}) == ("same", other)
    assert opentok_emulator.journal() == [], "there is nothing to delete at OpenTok"


# Looking up.


@pytest.mark.dynamic_only
def test_a_look_up_says_what_the_id_says(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    for identity, shown in (
        (ROOM, {"media_mode": "routed"}),
        (RELAYED, {"media_mode": "relayed"}),
        (PLACED, {"media_mode": "routed", "location": "198.51.100.7"}),
    ):
        for state, inputs in (({"e2ee": None}, None), (None, {"e2ee": None})):
            found = rooms.read(identity, state, inputs)
            assert found.outs == {"session_id": identity, "api_key": ACME, "project": ACME, "created_at": "2026-01-02T03:04:05Z", **shown}
            assert (found.id, found.inputs) == (identity, None)
    assert opentok_emulator.journal() == []


def test_a_look_up_of_what_is_no_session_is_an_error(rooms: DynamicServer, opentok_emulator: Emulator) -> None:
    for identity, says in (
        (ROOM[:-8], "was it cut off"),
        (session_id(UNIFIED), "unified Vonage platform"),
        (ACME, "must be a session id"),
        (f"{ROOM[:30]}?", "does not decode"),
    ):
        with pytest.raises(OperationFailed, match=says) as failed:
            rooms.read(identity, {"e2ee": None})
        assert "\n" not in str(failed.value)
    assert opentok_emulator.journal() == []


def test_get_asks_for_the_id_and_declares_nothing() -> None:
    recorder = Recorder()
    run_program(lambda: opentok.Session.get("g", ROOM), recorder)
    (row,) = recorder.resources
    assert (row.resource_id, row.inputs) == (ROOM, {"__provider": serialized(SessionProvider)})


# In the program.


def test_a_project_is_taken_as_it_is_or_by_its_id() -> None:
    recorder = Recorder({"acme": {"secret_fingerprint": "sha256:" + hashlib.sha256(b"a").hexdigest()}})

    def program() -> None:
        acme = opentok.Project("acme", name="Acme")
        opentok.Session("room", project=acme).token("agent", role="moderator")
        opentok.Session("lobby", project=acme.api_key)
        opentok.Session("hall", project=ACME).token("agent")

    run_program(program, recorder)
    assert [recorder.inputs_of(name).get("project") for name in ("room", "hall")] == ["id-of-acme", ACME]
    agent = recorder.inputs_of("room-agent")
    assert (agent["session"], agent["role"], agent["signed_with"]) == ("id-of-room", "moderator", "sha256:" + hashlib.sha256(b"a").hexdigest())
    assert "signed_with" not in recorder.inputs_of("hall-agent")


def test_a_token_of_a_session_goes_to_the_session_s_provider() -> None:
    recorder = Recorder({"room-agent": {"token": "eyJ"}})

    def program() -> Any:
        eu = opentok.Provider("eu", account_key="1", account_secret="5ecret")
        return opentok.Session("room", project=ACME, opts=pulumi.ResourceOptions(provider=eu)).token("agent")

    assert run_program(program, recorder)[0] == "eyJ"
    assert ["::eu::" in str(row.provider) for row in recorder.resources if row.name in ("room", "room-agent")] == [True, True]
