# SPDX-License-Identifier: Apache-2.0
"""Callbacks over the protocol: drift, adoption, duplicates, a suspended project, another account's credentials."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.callback import CallbackProvider
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.callbacks import Callbacks
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import by_account, by_project_pair, declare, up
from tests.protocol.test_requests import operations
from tests.protocol.test_state_format import GOLDEN
from tests.protocol.wire import UNKNOWN
from tests.things.callback import GOOD_CALLBACKS, JOINED, OTHER_URL, URL
from tests.things.sessions import ACME, ACME_SECRET

OTHER_ACCOUNT = ("20000002", "0ther5ecret" * 4)


@pytest.fixture
def opentok_emulator() -> Any:
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:
        yield emulator


@pytest.fixture
def hooks(start_server: StartServer, opentok_emulator: Emulator) -> DynamicServer:
    """A server with the account pair alone."""
    return start_server(env=by_account(opentok_emulator), provider=CallbackProvider)


@pytest.fixture
def there(opentok_emulator: Emulator) -> Callbacks:
    """The project's callbacks, as an application of its own sees them."""
    return OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok_emulator.url).callbacks


def test_what_is_right_passes(judge: DynamicServer) -> None:
    for inputs in GOOD_CALLBACKS:
        assert judge.of(CallbackProvider).check({**JOINED, **inputs})[1] == {}, inputs


def test_its_life(hooks: DynamicServer, there: Callbacks, opentok_emulator: Emulator) -> None:
    saved = declare(hooks, **JOINED)
    assert saved.id == f"{ACME}/{saved.outs['callback_id']}"
    assert operations(opentok_emulator) == {"project.get": 1, "callback.list": 2, "callback.register": 1}
    opentok_emulator.clear_journal()
    assert up(hooks, saved, JOINED)[0] == "same"
    assert operations(opentok_emulator) == {}
    assert hooks.refresh(saved) == saved
    assert operations(opentok_emulator) == {"callback.list": 1}
    done, moved = up(hooks, saved, {**JOINED, "url": OTHER_URL})
    assert (done, [one.url for one in there.list()]) == ("replace", [OTHER_URL])
    there.delete(moved.outs["callback_id"])
    assert hooks.refresh(moved) is None, "removed elsewhere"
    again = declare(hooks, **{**JOINED, "url": OTHER_URL})
    hooks.delete(again)
    hooks.delete(again)
    assert there.list() == []


def test_one_of_the_first_release_that_is_gone(hooks: DynamicServer) -> None:
    saved = GOLDEN["callback"].first_release
    assert hooks.refresh(saved) is None
    hooks.delete(saved)


def test_another_way_to_write_the_url_is_the_same_callback(hooks: DynamicServer, there: Callbacks) -> None:
    saved = declare(hooks, **JOINED)
    other = {**JOINED, "url": "HTTPS://HOOKS.example.com:443/a"}
    done, written = up(hooks, saved, other)
    assert (done, written.id, written.outs["url"]) == ("update", saved.id, other["url"])
    assert hooks.diff(written, other) == Difference(False, ())
    assert hooks.refresh(written) == written
    assert [one.url for one in there.list()] == [URL]


def test_it_is_replaced_without_a_gap(hooks: DynamicServer) -> None:
    saved = declare(hooks, **JOINED)
    assert not hooks.diff(saved, {**JOINED, "url": OTHER_URL}).delete_before_replace


def test_what_is_registered_already_is_taken_over(hooks: DynamicServer, there: Callbacks) -> None:
    first = there.register("connection", "created", URL)
    second = there.register("connection", "created", URL)
    saved = declare(hooks, **JOINED)
    kept, removed = (first, second) if saved.outs["callback_id"] == first.id else (second, first)
    assert ([one.id for one in there.list()], saved.outs["duplicates"]) == ([kept.id], [])
    assert removed.id not in str(saved.outs)
    with pytest.raises(OperationFailed, match=rf"callback {ACME}/{kept.id} is not taken over: resource .* of this program already manages it"):
        declare(hooks.named("another"), **JOINED)


def test_an_end_that_removes_more_than_itself_says_so(hooks: DynamicServer, there: Callbacks, engine_log: EngineLog) -> None:
    saved = declare(hooks, **JOINED)
    extra = there.register("connection", "created", URL)
    engine_log.clear()
    hooks.delete(saved)
    assert there.list() == []
    assert [text.partition(":")[0] for text in engine_log.texts("info")] == [f"remove callback {extra.id} of project {ACME}"]


def test_a_duplicate_is_drift_that_the_next_up_removes(hooks: DynamicServer, there: Callbacks, engine_log: EngineLog) -> None:
    saved = declare(hooks, **JOINED)
    extra = there.register("connection", "created", URL)
    seen = hooks.refresh(saved)
    assert seen is not None
    assert seen.outs["duplicates"] == [extra.id]
    engine_log.clear()
    done, settled = up(hooks, seen, JOINED)
    assert (done, settled.outs, [one.id for one in there.list()]) == ("update", saved.outs, [saved.outs["callback_id"]])
    assert any(f"to do: remove callback {extra.id}" in text for text in engine_log.texts("info"))


def test_an_answer_that_was_lost(hooks: DynamicServer, there: Callbacks, opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    opentok_emulator.fault("callback.register", "drop_after")
    saved = declare(hooks, **JOINED)
    assert [one.id for one in there.list()] == [saved.outs["callback_id"]]
    assert operations(opentok_emulator)["callback.register"] == 1
    assert any("shows that it was registered" in text for text in engine_log.texts("warning"))


@pytest.mark.parametrize("name", CALLBACK.inputs)
def test_what_is_not_known_yet_is_not_judged(hooks: DynamicServer, name: str, opentok_emulator: Emulator) -> None:
    saved = declare(hooks, **JOINED)
    opentok_emulator.clear_journal()
    unknown = {**JOINED, name: UNKNOWN}
    assert hooks.check(unknown, saved.inputs)[1] == {}
    assert hooks.diff(saved, unknown).replaces == (name,)
    assert opentok_emulator.journal() == []


def test_http_to_a_public_host_is_warned_of_when_it_is_registered(hooks: DynamicServer, engine_log: EngineLog) -> None:
    public = {**JOINED, "url": "http://hooks.example.com/a"}
    saved = declare(hooks, **public)
    assert [text for text in engine_log.texts("warning") if "http:// posts each event unencrypted across the internet" in text] != []
    engine_log.clear()
    assert up(hooks, saved, public)[0] == "same"
    assert engine_log.said == []


def test_a_secret_url_is_in_no_text(hooks: DynamicServer, there: Callbacks, opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    secret = {**JOINED, "url": "http://path-Secret-1.example.com/a", "__secret": ["url"]}
    saved = declare(hooks, **secret)
    there.register("connection", "created", secret["url"])
    seen = hooks.refresh(saved)
    up(hooks, seen, secret)
    opentok_emulator.fault("callback.register", "drop_after")
    _, moved = up(hooks, saved, {**secret, "url": f"{secret['url']}/b"})
    opentok_emulator.fault("callback.register", "drop_before")
    with pytest.raises(OperationFailed, match=r"connection/created to '\*\*\*' in project 46000001 is not seen") as failed:
        up(hooks, moved, {**secret, "url": f"{secret['url']}/c"})
    texts = [str(failed.value), *engine_log.texts("info"), *engine_log.texts("warning")]
    assert len(texts) > 5
    assert [text for text in texts if "secret-1" in text.lower()] == []


def test_a_suspended_project_is_known_as_it_was(hooks: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(hooks, **JOINED)
    opentok_emulator.edit_project(ACME, status="SUSPENDED")
    assert hooks.refresh(saved) == saved
    with pytest.raises(OperationFailed, match="46000001 is suspended: activate the project"):
        hooks.delete(saved)


def test_with_its_project_a_callback_is_gone(hooks: DynamicServer, start_server: StartServer, opentok_emulator: Emulator) -> None:
    saved = declare(hooks, **JOINED)
    opentok_emulator.delete_project(ACME)
    later = start_server(env=by_account(opentok_emulator), provider=CallbackProvider)
    assert later.refresh(saved) is None
    later.delete(saved)


def test_another_account_never_looks_like_gone(hooks: DynamicServer, start_server: StartServer, there: Callbacks, opentok_emulator: Emulator) -> None:
    saved = declare(hooks, **JOINED)
    opentok_emulator.add_account(*OTHER_ACCOUNT)
    stranger = start_server(env=by_account(opentok_emulator, OTHER_ACCOUNT), provider=CallbackProvider)
    for ask in (stranger.refresh, stranger.delete):
        with pytest.raises(OperationFailed, match=f"belongs to account {opentok_emulator.account_key}, but the credentials are of account"):
            ask(saved)
    assert len(there.list()) == 1


def test_by_the_project_pair_nothing_else_is_read(start_server: StartServer, opentok_emulator: Emulator) -> None:
    hooks = start_server(env=by_project_pair(opentok_emulator), provider=CallbackProvider)
    inputs = {name: value for name, value in JOINED.items() if name != "project"}
    saved = declare(hooks, **inputs)
    assert (saved.outs["project"], saved.inputs, "account_key" in saved.outs) == (ACME, inputs, False)
    assert operations(opentok_emulator) == {"callback.list": 2, "callback.register": 1}
    start_server(env=by_account(opentok_emulator), provider=CallbackProvider).delete(saved)
    assert operations(opentok_emulator)["callback.delete"] == 1


@pytest.mark.dynamic_only
def test_get_reads_one_that_is_managed_elsewhere(hooks: DynamicServer, there: Callbacks) -> None:
    made = there.register("archive", "status", URL)
    seen = hooks.read(f"{ACME}/{made.id}", {"group": None})
    assert (seen.outs["group"], seen.outs["url"], seen.inputs) == ("archive", URL, None)
    with pytest.raises(OperationFailed, match=f"there is no callback {ACME}/none in account"):
        hooks.read(f"{ACME}/none", {"group": None})
    with pytest.raises(OperationFailed, match="must be the id of its project, a slash and its own id"):
        hooks.read(made.id, {"group": None})


def test_a_program_names_its_project_by_resource_or_id() -> None:
    recorder = Recorder()

    def program() -> None:
        acme = opentok.Project("acme", name="Acme")
        for name, project in (("by-resource", acme), ("by-id", ACME), ("by-output", acme.id)):
            opentok.Callback(name, project=project, group="archive", event="status", url=URL)
        opentok.Callback.get("looked-up", f"{ACME}/1")
        pulumi.export("nothing", None)

    run_program(program, recorder)
    made = {row.name: row.inputs.get("project") for row in recorder.resources}
    assert made["by-id"] == ACME
    assert made["by-resource"] == made["by-output"] is not None
