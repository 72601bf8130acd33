# SPDX-License-Identifier: Apache-2.0
"""Archives over the protocol: an end elsewhere, adoption, restart, changes in place, what has to end before another begins, other credentials."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.archive import ArchiveProvider
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired.archive.kind import ARCHIVE
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account, by_project_pair, declare, up
from tests.protocol.test_requests import operations
from tests.protocol.test_state_format import GOLDEN
from tests.protocol.wire import UNKNOWN
from tests.things.archives import GOOD_ARCHIVES, RECORDED
from tests.things.sessions import ACME, ACME_SECRET

OTHER_ACCOUNT = ("20000002", "0ther5ecret" * 4)


class Room:
    """A session of Acme in which somebody publishes."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self.session = self.client.sessions.create(media_mode="routed").session_id
        self.stream = emulator.publish(self.session)["streamId"]
        emulator.clear_journal()

    def running(self) -> list[str]:
        return [one.id for one in self.client.archives.list().items if one.status in ARCHIVE.runs]


@pytest.fixture
def room() -> Iterator[Room]:
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield Room(emulator)


@pytest.fixture
def server(start_server: StartServer, room: Room) -> DynamicServer:
    """A server with the account pair alone."""
    return start_server(env=by_account(room.emulator), provider=ArchiveProvider)


def seen(server: DynamicServer, saved: Saved) -> Saved:
    found = server.refresh(saved)
    assert found is not None
    return found


def test_what_is_right_passes(judge: DynamicServer) -> None:
    for inputs in GOOD_ARCHIVES:
        assert judge.of(ArchiveProvider).check({**RECORDED, **inputs})[1] == {}, inputs


def test_its_life(server: DynamicServer, room: Room) -> None:
    inputs = {"session": room.session}
    saved = declare(server, **inputs)
    assert operations(room.emulator) == {"project.get": 1, "archive.list": 2, "archive.start": 1}
    assert (saved.id, [saved.outs["archive_id"]]) == (room.session, room.running())
    room.emulator.clear_journal()
    assert up(server, saved, inputs)[0] == "same"
    assert operations(room.emulator) == {}
    assert server.refresh(saved) == saved
    assert operations(room.emulator) == {"archive.get": 1}
    done, wider = up(server, saved, {**inputs, "resolution": "1280x720"})
    assert (done, wider.id, wider.outs["resolution"], room.running()) == ("update", saved.id, "1280x720", [wider.outs["archive_id"]])
    assert wider.outs["archive_id"] != saved.outs["archive_id"]
    assert server.diff(wider, {**inputs, "resolution": "1280x720"}) == Difference(False, ())
    done, stopped = up(server, wider, {**inputs, "resolution": "1280x720", "state": "stopped"})
    assert (done, stopped.outs["status"], room.running()) == ("update", "stopped", [])
    done, again = up(server, stopped, inputs)
    assert (done, [again.outs["archive_id"]]) == ("update", room.running())
    server.delete(again)
    server.delete(again)
    assert room.running() == []


def test_one_that_never_was_is_left_so(server: DynamicServer, room: Room) -> None:
    saved = declare(server, session=room.session, state="stopped")
    assert (saved.id, "archive_id" in saved.outs, server.refresh(saved) == saved) == (room.session, False, True)
    server.delete(saved)
    assert "archive.start" not in operations(room.emulator)


def test_an_end_elsewhere_is_shown_and_started_again_only_if_declared(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    saved = declare(server, session=room.session)
    room.client.archives.stop(saved.outs["archive_id"])
    ended = seen(server, saved)
    assert (ended.outs["status"], ended.outs["reason"]) == ("stopped", "user initiated")
    engine_log.clear()
    done, same = up(server, ended, {"session": room.session})
    assert (done, room.running()) == ("same", [])
    assert [text for text in engine_log.texts("warning") if "nothing is started again, unless restart is true" in text] != []
    done, again = up(server, same, {"session": room.session, "restart": True})
    assert (done, [again.outs["archive_id"]]) == ("update", room.running())
    room.client.archives.stop(again.outs["archive_id"])
    assert up(server, seen(server, again), {"session": room.session, "restart": True})[0] == "update"
    assert len(room.running()) == 1


def test_one_whose_file_was_deleted_is_not_gone(server: DynamicServer, room: Room) -> None:
    """Else the next up would record again."""
    saved = declare(server, session=room.session)
    room.client.archives.stop(saved.outs["archive_id"])
    room.emulator.advance(5)
    room.client.archives.delete(saved.outs["archive_id"])
    assert seen(server, saved).outs["status"] == "deleted"
    assert up(server, seen(server, saved), {"session": room.session})[0] == "same"
    assert room.running() == []


def test_one_of_the_first_release_that_is_gone(server: DynamicServer) -> None:
    saved = GOLDEN["archive"].first_release
    assert seen(server, saved).outs["status"] == "deleted"
    server.delete(saved)


def test_what_records_already_is_taken_over(server: DynamicServer, room: Room) -> None:
    first = room.client.archives.start(room.session, ArchiveOptions(name="meeting")).id
    saved = declare(server, session=room.session, name="meeting", layout={"type": "pip"})
    assert (saved.outs["archive_id"], room.running()) == (first, [first])
    assert operations(room.emulator)["archive.set_layout"] == 1, "nobody knows which it had"
    with pytest.raises(OperationFailed, match=r"archive .* is not taken over: resource .* of this program already manages it"):
        server.named("another").create({"session": room.session, "name": "meeting"})
    said = server.named("another").check({"session": room.session, "multi_archive_tag": "meeting"})[1]
    assert said == {"": f"archive {saved.id} is declared by two resources of this program, 't' and 'another': remove one of them"}
    assert server.named("another").check({"session": room.session, "multi_archive_tag": UNKNOWN})[1] == {}
    with pytest.raises(OperationFailed, match=r"and is not as declared: its resolution is '640x480', declared is '1280x720'"):
        server.named("another").create({"session": room.session, "name": "meeting", "resolution": "1280x720"})
    with pytest.raises(OperationFailed, match=r"records session .* already, and OpenTok makes a second one only with a multi_archive_tag"):
        declare(server.named("another"), session=room.session)


HD, SD = "1280x720", "640x480"
OTHERS = [(HD, SD, "declared is '640x480'"), (SD, HD, "declared is '1280x720'"), (HD, HD, None), (SD, SD, None)]


@pytest.mark.parametrize("refreshed", [True, False])
@pytest.mark.parametrize(("theirs", "declared", "says"), OTHERS)
def test_what_records_in_place_of_ours(
    server: DynamicServer, room: Room, engine_log: EngineLog, theirs: str, declared: str, says: str | None, refreshed: bool
) -> None:
    """Somebody else's, or what an `up` that was killed has started: the preview says what is done, and nothing is stopped."""
    saved = declare(server, session=room.session, resolution=SD)
    room.client.archives.stop(saved.outs["archive_id"])
    other = room.client.archives.start(room.session, ArchiveOptions(resolution=theirs)).id
    if refreshed:
        ended = seen(server, saved)
        assert (ended.outs["archive_id"], ended.outs["status"]) == (saved.outs["archive_id"], "stopped")
        saved = ended
    inputs = {"session": room.session, "resolution": declared}
    if not refreshed and declared == SD:
        assert up(server, saved, inputs) == ("same", saved), "nothing is looked at where nothing is declared anew"
    elif says:
        with pytest.raises(OperationFailed, match=f"archive {other} runs in session .* and is not as declared: .*{says}.* or have it stopped by"):
            up(server, saved, inputs)
    else:
        engine_log.clear()
        done, taken = up(server, saved, inputs)
        assert (done, taken.outs["archive_id"], server.diff(taken, inputs)) == ("update", other, Difference(False, ()))
        ended_so = f"archive {saved.outs['archive_id']} has ended (status stopped), 'user initiated'"
        told = f"{ended_so}; archive {other} runs in its place, so that is taken over"
        assert {text.partition("not recorded: ")[2] for text in engine_log.texts("warning")} == {told}
    assert room.running() == [other]


def test_on_removal_what_is_not_ours_is_left_and_said(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    saved = declare(server, session=room.session)
    room.client.archives.stop(saved.outs["archive_id"])
    other = room.client.archives.start(room.session).id
    server.delete(saved)
    assert room.running() == [other]
    assert [text for text in engine_log.texts("warning") if f"archive {other} runs" in text and "it is left running" in text] != []


def test_an_earlier_recording_is_not_taken_for_this_one(server: DynamicServer, room: Room) -> None:
    room.client.archives.stop(room.client.archives.start(room.session).id)
    saved = declare(server, session=room.session)
    assert [saved.outs["archive_id"]] == room.running()


def test_layout_and_streams_are_changed_in_place(server: DynamicServer, room: Room) -> None:
    manual = {"session": room.session, "stream_mode": "manual", "streams": [{"stream_id": room.stream}]}
    saved = declare(server, **manual)
    assert saved.outs["streams"] == [{"stream_id": room.stream, "has_audio": True, "has_video": True}]
    assert server.refresh(saved) == saved
    done, moved = up(server, saved, {**manual, "layout": {"type": "pip"}})
    assert (done, moved.outs["layout"], room.running()) == ("update", {"type": "pip"}, [saved.outs["archive_id"]])
    room.client.archives.remove_stream(saved.outs["archive_id"], room.stream)
    drifted = seen(server, moved)
    assert (drifted.outs["streams"], drifted.inputs["streams"]) == ([], [])
    done, put_right = up(server, drifted, {**manual, "layout": {"type": "pip"}})
    assert (done, put_right.outs["streams"]) == ("update", moved.outs["streams"])
    room.client.archives.stop(saved.outs["archive_id"])
    assert seen(server, put_right).inputs == put_right.inputs, "what has ended has not changed its streams"


def test_another_name_waits_for_the_end_of_the_old_one(server: DynamicServer, room: Room) -> None:
    saved = declare(server, session=room.session, name="a")
    assert server.diff(saved, {"session": room.session, "name": "b"}) == Difference(None, ("name",), True)


def test_what_fails_on_its_way_is_finished_by_the_next_up(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    saved = declare(server, session=room.session)
    wider = {"session": room.session, "resolution": "1280x720"}
    room.emulator.fault("archive.start", "status", status=400)
    _, half = up(server, saved, wider)
    assert (room.running(), half.outs["status"]) == ([], "stopped")
    assert any("not finished, the next `pulumi up` goes on: record session" in text for text in engine_log.texts("error"))
    done, whole = up(server, seen(server, half), wider)
    assert (done, [whole.outs["archive_id"]], "__private" in whole.outs) == ("update", room.running(), False)


def test_nobody_has_connected_yet(server: DynamicServer, room: Room) -> None:
    empty = room.client.sessions.create(media_mode="routed").session_id
    with pytest.raises(OperationFailed, match=f"nobody is connected to session {empty}, and OpenTok records a session only with a client"):
        declare(server, session=empty)


def test_an_answer_that_was_lost(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    room.emulator.fault("archive.start", "drop_after")
    saved = declare(server, session=room.session)
    assert (room.running(), operations(room.emulator)["archive.start"]) == ([saved.outs["archive_id"]], 1)
    assert any("the list shows that it runs" in text for text in engine_log.texts("warning"))


def test_on_delete(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    kept = declare(server, session=room.session, on_delete="keep")
    server.delete(kept)
    assert room.running() == [kept.outs["archive_id"]]
    taken = declare(server, session=room.session, on_delete="delete")
    engine_log.clear()
    server.delete(taken)
    archive = kept.outs["archive_id"]
    assert room.client.archives.get(archive).status == "deleted"
    assert engine_log.texts("warning") == [
        f"stop archive {archive}: session {room.session} is recorded no longer",
        f"delete archive {archive}: its file is deleted too, unless it was uploaded to a storage of your own",
    ], "the engine says `deleted` of the resource, which says nothing of a file"


def test_on_delete_of_one_that_has_ended(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    saved = declare(server, session=room.session, on_delete="delete")
    room.client.archives.stop(saved.outs["archive_id"])
    engine_log.clear()
    server.delete(saved)
    assert [text.partition(":")[0] for text in engine_log.texts("warning")] == [f"delete archive {saved.outs['archive_id']}"]


def test_a_secret_name_is_in_no_text_and_not_in_the_id(server: DynamicServer, room: Room, engine_log: EngineLog) -> None:
    secret = {"session": room.session, "name": "the-merger", "__secret": ["name"]}
    saved = declare(server, **secret)
    room.client.archives.stop(saved.outs["archive_id"])
    up(server, seen(server, saved), {**secret, "restart": True})
    room.emulator.fault("archive.start", "drop_before")
    with pytest.raises(OperationFailed, match=r"as '\*\*\*'") as failed:
        declare(server.named("b"), session=room.session, name="the-merger-2", multi_archive_tag="2", __secret=["name"])
    texts = [saved.id, str(failed.value), *engine_log.texts("info"), *engine_log.texts("warning")]
    assert [text for text in texts if "merger" in text] == []


@pytest.mark.parametrize("name", ARCHIVE.inputs)
def test_what_is_not_known_yet_is_not_judged(server: DynamicServer, name: str, room: Room) -> None:
    saved = declare(server, session=room.session, state="stopped")
    room.emulator.clear_journal()
    unknown = {"session": room.session, name: UNKNOWN}
    assert server.check(unknown, saved.inputs)[1] == {}
    assert server.diff(saved, unknown).replaces == ((name,) if name in ARCHIVE.force_new else ())
    assert room.emulator.journal() == []


def test_a_suspended_project_is_known_as_it_was(server: DynamicServer, room: Room) -> None:
    saved = declare(server, session=room.session)
    room.emulator.edit_project(ACME, status="SUSPENDED")
    assert server.refresh(saved) == saved
    with pytest.raises(OperationFailed, match="46000001 is suspended: activate the project"):
        server.delete(saved)


def test_with_its_project_an_archive_is_gone(server: DynamicServer, start_server: StartServer, room: Room) -> None:
    saved = declare(server, session=room.session)
    room.emulator.delete_project(ACME)
    later = start_server(env=by_account(room.emulator), provider=ArchiveProvider)
    assert later.refresh(saved) is None
    later.delete(saved)


def test_another_account_never_looks_like_gone(server: DynamicServer, start_server: StartServer, room: Room) -> None:
    saved = declare(server, session=room.session)
    room.emulator.add_account(*OTHER_ACCOUNT)
    stranger = start_server(env=by_account(room.emulator, OTHER_ACCOUNT), provider=ArchiveProvider)
    for ask in (stranger.refresh, stranger.delete):
        with pytest.raises(OperationFailed, match=f"belongs to account {room.emulator.account_key}, but the credentials are of account"):
            ask(saved)
    assert len(room.running()) == 1


def test_by_the_project_pair_nothing_else_is_read(start_server: StartServer, room: Room) -> None:
    server = start_server(env=by_project_pair(room.emulator), provider=ArchiveProvider)
    saved = declare(server, session=room.session)
    assert (saved.outs["project"], "account_key" in saved.outs) == (ACME, False)
    assert operations(room.emulator) == {"archive.list": 2, "archive.start": 1}
    server.delete(saved)


@pytest.mark.dynamic_only
def test_get_reads_what_is_managed_elsewhere(server: DynamicServer, room: Room) -> None:
    with pytest.raises(OperationFailed, match=f"there is no archive {room.session} in account"):
        server.read(room.session, {"session": None})
    room.client.archives.start(room.session)
    found = server.read(room.session, {"session": None})
    assert (found.outs["archive_id"], found.outs["status"], found.inputs) == (room.running()[0], "started", None)
    with pytest.raises(OperationFailed, match="must begin with the id of its session"):
        server.read("nothing", {"session": None})


def test_a_program_names_its_session_by_resource_or_id() -> None:
    recorder = Recorder()

    def program() -> None:
        room = opentok.Session("room", project=ACME, media_mode="routed")
        for name, session in (("by-resource", room), ("by-id", RECORDED["session"]), ("by-output", room.id)):
            opentok.Archive(name, session=session)
        opentok.Archive.get("looked-up", RECORDED["session"])

    run_program(program, recorder)
    made = {row.name: row.inputs.get("session") for row in recorder.resources}
    assert made["by-id"] == RECORDED["session"]
    assert made["by-resource"] == made["by-output"] is not None
