# SPDX-License-Identifier: Apache-2.0
"""Archive storages over the protocol: keys rotated in place, two of one project, an answer that was lost, a project that is gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.archive_storage import ArchiveStorageProvider
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.storage import Storage
from pulumi_opentok.core.desired.archive_storage.kind import ARCHIVE_STORAGE
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account, by_project_pair, declare, up
from tests.protocol.test_requests import operations
from tests.protocol.wire import UNKNOWN, Secret
from tests.things.archive_storage import GOOD_STORAGES, NO_S3, SECRET_KEY, TO_AZURE, TO_S3
from tests.things.sessions import ACME, ACME_SECRET

ROTATED = "anotherSecretOfTheSameUser/0123456789abc"
OTHER_ACCOUNT = ("20000002", "0ther5ecret" * 4)


@pytest.fixture
def opentok_emulator() -> Any:
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield emulator


@pytest.fixture
def archives(start_server: StartServer, opentok_emulator: Emulator) -> DynamicServer:
    """A server with the account pair alone."""
    return start_server(env=by_account(opentok_emulator), provider=ArchiveStorageProvider)


@pytest.fixture
def there(opentok_emulator: Emulator) -> Storage:
    """The project's storage, as an application of its own sees it."""
    return OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok_emulator.url).archive_storage


def test_what_is_right_passes(judge: DynamicServer) -> None:
    for inputs in GOOD_STORAGES:
        declared = {name: value for name, value in {**TO_S3, **inputs}.items() if value is not None}
        assert judge.of(ArchiveStorageProvider).check(declared)[1] == {}, inputs


def test_its_life(archives: DynamicServer, opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    # A key in clear, as in the program of someone careless.
    saved = declare(archives, **TO_S3)
    assert (saved.id, saved.outs["secret_key"], SECRET_KEY in saved.in_clear) == (ACME, Secret(SECRET_KEY), False)
    assert operations(opentok_emulator) == {"project.get": 1, "archive_storage.set": 1}
    opentok_emulator.clear_journal()
    assert up(archives, saved, TO_S3)[0] == "same"
    assert archives.refresh(saved) == saved
    assert operations(opentok_emulator) == {}, "there is nothing that could be asked"

    engine_log.clear()
    done, rotated = up(archives, saved, {**TO_S3, "secret_key": ROTATED})
    assert (done, rotated.id, operations(opentok_emulator)) == ("update", ACME, {"archive_storage.set": 1})
    assert f"to do: set the archive storage of project {ACME} again (secret_key changed)" in engine_log.texts("info")
    assert [text for text in engine_log.texts("warning") if "keep the old key valid until it has ended" in text] != []
    done, moved = up(archives, rotated, {**TO_AZURE, "triggers": {"set": "1"}})
    assert (done, moved.outs["azure_container"], "bucket" in moved.outs) == ("update", "archives", False)
    assert [text for text in engine_log.texts("warning") if "Azure account 'acme' instead of bucket 'acme-archives' of Amazon S3" in text] != []
    done, again = up(archives, moved, {**TO_AZURE, "triggers": {"set": "2"}})
    assert done == "update"
    archives.delete(again)
    archives.delete(again)
    assert operations(opentok_emulator)["archive_storage.delete"] == 2


def test_two_resources_of_one_project_are_refused(archives: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(archives, **TO_S3)
    says = rf"archive_storage {ACME} is not taken over: resource .* of this program already manages it"
    with pytest.raises(OperationFailed, match=says):
        archives.named("another").create({**TO_S3, "bucket": "other-bucket"})
    assert operations(opentok_emulator)["archive_storage.set"] == 1
    assert up(archives, saved, TO_S3)[0] == "same"


DECLARED_TWICE = f"archive_storage {ACME} is declared by two resources of this program, {{}} and {{}}: remove one of them"


def test_two_resources_of_one_project_are_refused_in_a_preview(archives: DynamicServer) -> None:
    """Which of a resource that is to be made knows its checked inputs alone."""
    saved = declare(archives, **TO_S3)
    another = archives.named("another")
    assert another.check({**TO_S3, "project": UNKNOWN})[1] == another.check({**TO_S3, "project": "46000002"})[1] == {}
    assert another.check({**TO_S3, "bucket": UNKNOWN})[1] == {"": DECLARED_TWICE.format("'t'", "'another'")}
    last = archives.check(TO_S3, saved.inputs)[1]
    assert last == {"": DECLARED_TWICE.format("'another'", "'t'")}, "also where the one that is there is checked last"


def test_what_is_no_second_resource_is_not_refused_in_a_preview(archives: DynamicServer, start_server: StartServer, engine_log: EngineLog) -> None:
    saved = declare(archives, **TO_S3)
    for olds in (saved.inputs, {}, {}):
        assert archives.check(TO_S3, olds)[1] == {}, "one that is replaced is checked twice"
    run = start_server(provider=ArchiveStorageProvider)
    assert run.named("renamed").check(TO_S3)[1] == {}, "the old entry is declared no more"
    run = start_server(provider=ArchiveStorageProvider)
    assert run.check({**TO_S3, "project": "46000002"}, saved.inputs)[1] == {}
    assert run.named("another").check(TO_S3)[1] == {}, "the first one makes room"
    # Of an earlier run that failed: both are in the state, and one has to go.
    run = start_server(provider=ArchiveStorageProvider)
    assert [run.named(name).check(TO_S3, saved.inputs)[1] for name in ("one", "another")] == [{}, {}]
    assert engine_log.texts("warning") == []


def test_two_resources_that_are_made_at_the_same_moment(archives: DynamicServer, opentok_emulator: Emulator) -> None:
    """Never do both set it."""
    opentok_emulator.fault("archive_storage.set", "delay", seconds=0.5)

    def refused(name: str) -> str:
        try:
            archives.named(name).create(TO_S3)
        except OperationFailed as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(refused, ["one", "another"]))
    assert [text for text in said if text and "already manages it" not in text] == []
    assert any(said)
    assert operations(opentok_emulator)["archive_storage.set"] <= 1


def test_a_renamed_resource_keeps_it_set(
    archives: DynamicServer, start_server: StartServer, there: Storage, opentok_emulator: Emulator, engine_log: EngineLog
) -> None:
    old = declare(archives, **TO_S3)
    # The next run: the program declares it under another name, and the old entry is deleted at the end.
    later = start_server(env=by_account(opentok_emulator), provider=ArchiveStorageProvider)
    declare(later.named("renamed"), **TO_S3)
    later.delete(old)
    there.delete()  # raises NotFound if it was removed
    assert "archive_storage.delete" in operations(opentok_emulator)


def test_a_lost_answer_is_set_again_by_the_next_up(archives: DynamicServer, opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    saved = declare(archives, **TO_S3)
    opentok_emulator.fault("archive_storage.set", "drop_after", times=20)
    _, doubtful = up(archives, saved, {**TO_S3, "bucket": "other-bucket"})
    opentok_emulator.clear_faults()
    (error,) = engine_log.texts("error")
    assert error.startswith("not finished, the next `pulumi up` goes on: set the archive storage")
    engine_log.clear()
    done, settled = up(archives, doubtful, TO_S3)
    assert done == "update"
    assert any("no answer to the last request said whether it is set" in text for text in engine_log.texts("warning"))
    assert up(archives, settled, TO_S3)[0] == "same"
    done, settled = up(archives, doubtful, {**TO_S3, "bucket": "other-bucket"})
    assert done == "update", "also when nothing else has changed"


def test_a_removal_without_an_answer_says_what_its_state_cannot(archives: DynamicServer, opentok_emulator: Emulator) -> None:
    """What a delete knows is not kept, so the entry looks like one that is set."""
    saved = declare(archives, **TO_S3)
    opentok_emulator.fault("archive_storage.delete", "drop_after", times=20)
    with pytest.raises(OperationFailed) as failed:
        archives.delete(saved)
    opentok_emulator.clear_faults()
    assert f"the archive storage of project {ACME} may or may not have been removed: no answer said which" in str(failed.value)
    assert "if you declare it again instead, change its triggers, so that it is set again" in str(failed.value)
    archives.delete(saved)


def test_one_that_is_retained_stays_set(archives: DynamicServer, there: Storage, engine_log: EngineLog) -> None:
    saved = declare(archives, **TO_S3, on_delete="retain")
    archives.delete(saved)
    assert any("which stays set: OpenTok keeps its credentials" in text for text in engine_log.texts("info"))
    there.delete()


def test_a_suspended_project_says_so(archives: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(archives, **TO_S3)
    opentok_emulator.edit_project(ACME, status="SUSPENDED")
    assert archives.refresh(saved) == saved
    with pytest.raises(OperationFailed, match="46000001 is suspended: activate the project"):
        archives.delete(saved)


def test_with_its_project_it_is_gone(archives: DynamicServer, start_server: StartServer, opentok_emulator: Emulator) -> None:
    saved = declare(archives, **TO_S3)
    opentok_emulator.delete_project(ACME)
    start_server(env=by_account(opentok_emulator), provider=ArchiveStorageProvider).delete(saved)
    opentok_emulator.add_account(*OTHER_ACCOUNT)
    stranger = start_server(env=by_account(opentok_emulator, OTHER_ACCOUNT), provider=ArchiveStorageProvider)
    with pytest.raises(OperationFailed, match=f"belongs to account {opentok_emulator.account_key}, but the credentials are of account"):
        stranger.delete(saved)


def test_by_the_project_pair_nothing_else_is_read(start_server: StartServer, opentok_emulator: Emulator) -> None:
    archives = start_server(env=by_project_pair(opentok_emulator), provider=ArchiveStorageProvider)
    inputs = {name: value for name, value in TO_S3.items() if name != "project"}
    saved = declare(archives, **inputs)
    assert (saved.outs["project"], "account_key" in saved.outs) == (ACME, False)
    archives.delete(saved)
    assert operations(opentok_emulator) == {"archive_storage.set": 1, "archive_storage.delete": 1}


def test_a_program_names_its_project_by_resource_or_id() -> None:
    recorder = Recorder()
    to_s3 = {name: value for name, value in TO_S3.items() if name != "project"}

    def program() -> None:
        acme = opentok.Project("acme", name="Acme")
        for name, project in (("by-resource", acme), ("by-id", ACME), ("by-output", acme.id)):
            opentok.ArchiveStorage(name, project=project, **to_s3)
        pulumi.export("nothing", None)

    run_program(program, recorder)
    made = {row.name: row.inputs.get("project") for row in recorder.resources}
    assert made["by-id"] == ACME
    assert made["by-resource"] == made["by-output"] is not None


def test_none_can_be_looked_up() -> None:
    with pytest.raises(pulumi.RunError, match=r"ArchiveStorage\.get\('a'\): OpenTok shows no archive storage, so none can be looked up"):
        opentok.ArchiveStorage.get("a", ACME)


@pytest.mark.parametrize("name", ARCHIVE_STORAGE.inputs)
def test_what_is_not_known_yet_is_not_judged(archives: DynamicServer, name: str, opentok_emulator: Emulator) -> None:
    """A bucket and its keys are often made in the same program."""
    unknown = {**TO_S3, name: UNKNOWN}
    assert archives.check(unknown)[1] == {}
    saved = archives.create(archives.check(TO_S3)[0])
    opentok_emulator.clear_journal()
    assert archives.check(unknown, saved.inputs)[1] == {}
    assert archives.diff(saved, unknown).replaces == (("project",) if name == "project" else ())
    assert opentok_emulator.journal() == []


def test_nothing_of_s3_is_left_in_the_state_of_one_in_azure(archives: DynamicServer) -> None:
    saved = declare(archives, **{name: value for name, value in {**TO_S3, **NO_S3, **TO_AZURE}.items() if value is not None})
    assert {"bucket", "access_key", "secret_key"} & saved.outs.keys() == set()
