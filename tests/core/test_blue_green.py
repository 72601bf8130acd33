# SPDX-License-Identifier: Apache-2.0
"""A blue/green rotation with a ledger: each step, what a kill at each moment leaves, pause, roll back, the end; never a third project."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput, PlanError, Project, fingerprint
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.publish import PublishError
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from tests.core.service import Service

HOUR, DAY = 3600.0, 86400.0


class Killed(BaseException):
    """The process ends here: no ``except Exception`` sees it."""


class Store:
    where = "the store"

    def __init__(self) -> None:
        self.document: Mapping[str, Any] | None = None
        self.fails = False

    def preflight(self) -> None:
        pass

    def read(self) -> Mapping[str, Any] | None:
        return self.document

    def write(self, document: Mapping[str, Any]) -> None:
        if self.fails:
            raise PublishError("the store is full")
        self.document = document


class Blue:
    """A project that exists, declared by its name."""

    def __init__(self, service: Service, path: Path) -> None:
        self.service = service
        self.path = path
        self.store = Store()
        self.passed = datetime.timedelta(0)
        self.first: Project = service.account().projects.create("acme")
        self.declared: dict[str, Any] = {"secret_triggers": {"v": "1"}, "rotation": "blue_green", "token_lifetime": "2h", "soak": "7d"}
        self.run()
        service.clear()

    def scope(self) -> Scope:
        """One whose clock has gone on: the emulator's own cannot be days ahead of this machine's, or its tokens are not believed."""
        scope = self.service.scope()
        scope.now = lambda: datetime.datetime.now(datetime.timezone.utc) + self.passed  # type: ignore[method-assign]
        return scope

    def run(self, *, check: bool = False, **inputs: Any) -> Report:
        run = Run(PROJECT, self.scope(), ledger=FileLedger(str(self.path)), publishers=[self.store], check=check)
        return run.present({"name": "acme", "take_by_name": True, **self.declared, **inputs})

    def end(self, **inputs: Any) -> Report:
        run = Run(PROJECT, self.scope(), ledger=FileLedger(str(self.path)))
        return run.absent({"name": "acme", "take_by_name": True, **inputs})

    def begin(self) -> str:
        """Rotates. The key of the second project."""
        self.declared["secret_triggers"] = {"v": "2"}
        report = self.run()
        assert report.unfinished is None
        assert report.shown is not None
        return str(report.shown["api_key"])

    def statuses(self) -> dict[str, str]:
        return {
            project["id"]: project["status"].replace("ACTIVE", "VALID")
            for project in self.service.emulator.all_projects()
            if project["name"] == "acme"
        }

    def entries(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text("utf-8"))["entries"])

    def pass_time(self, seconds: float) -> None:
        self.passed += datetime.timedelta(seconds=seconds)


@pytest.fixture
def acme(service: Service, tmp_path: Path) -> Blue:
    return Blue(service, tmp_path / "ledger.json")


def test_a_whole_rotation(acme: Blue) -> None:
    old = acme.first.id
    acme.declared["secret_triggers"] = {"v": "2"}
    check = acme.run(check=True)
    assert check.shown is not None
    assert (check.shown["api_key"], check.shown["draining_key"], list(acme.statuses())) == (None, old, [old])
    assert any("stored rooms" in warning and "stays valid until it is suspended" in warning for warning in check.warnings)
    first = acme.run()
    assert first.actions[0] == check.actions[0]
    assert first.actions[0].startswith("create a second project 'acme', to take the place of project")
    assert first.shown is not None
    new = first.shown["active_key"]
    assert new == first.shown["api_key"] == first.shown["id"] != old
    assert (first.shown["draining_key"], acme.service.asked()["project.refresh_secret"]) == (old, 0)
    assert first.shown["drains_until"] is not None
    assert acme.store.document is not None
    assert (acme.store.document["api_key"], acme.store.document["version"]) == (new, 2)
    assert list(acme.entries()) == [f"project/{new}"]
    assert [secret for secret in acme.service.secrets() if secret in acme.path.read_text("utf-8")] == []
    before = acme.path.read_bytes()
    quiet = acme.run()
    assert (quiet.actions, acme.path.read_bytes(), acme.statuses()) == ((), before, {old: "VALID", new: "VALID"})
    assert any("drains, and is suspended by the first run after" in warning for warning in quiet.warnings)
    acme.pass_time(2 * HOUR + 60)
    assert "whoever is still connected" in acme.run(check=True).actions[0]
    suspended = acme.run()
    assert (suspended.disruptive, acme.statuses()) == (suspended.actions, {old: "SUSPENDED", new: "VALID"})
    assert acme.run().actions == ()
    acme.pass_time(6 * DAY)
    assert acme.run().actions == ()
    acme.pass_time(DAY + 60)
    deleted = acme.run()
    assert (len(deleted.actions), acme.statuses()) == (1, {new: "VALID"})
    assert deleted.shown is not None
    assert (deleted.shown["draining_key"], deleted.shown["drains_until"]) == (None, None)
    last = acme.run()
    assert (last.actions, last.warnings) == ((), ())
    acme.declared["secret_triggers"] = {"v": "3"}
    assert acme.run().shown["draining_key"] == new  # type: ignore[index]


@contextlib.contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[list[str]]:
    """The ``number``-th thing that changes anything outside is the last one that is done; 0: nothing is killed. What was done is listed."""
    done: list[str] = []

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **keywords: Any) -> Any:
            made = call(*args, **keywords)
            done.append(name)
            if len(done) == number:
                raise Killed
            return made

        return counting

    from pulumi_opentok.core.api.account import Projects
    from pulumi_opentok.core.desired.ledger.local import FileBook

    with monkeypatch.context() as patched:
        for name in ("create", "set_status", "delete"):
            patched.setattr(Projects, name, counted(name, getattr(Projects, name)))
        for name in ("set", "forget"):
            patched.setattr(FileBook, name, counted(name, getattr(FileBook, name)))
        patched.setattr(Store, "write", counted("write", Store.write))
        yield done


STEPS: dict[str, tuple[float, dict[str, Any]]] = {
    "hand over": (0, {"secret_triggers": {"v": "2"}}),
    "suspend": (2 * HOUR + 60, {}),
    "delete": (7 * DAY + 60, {}),
}
BACK: dict[str, tuple[float, dict[str, Any]]] = {
    "hand over": (0, {"secret_triggers": {"v": "2"}}),
    "suspend": (2 * HOUR + 60, {}),
    "roll back": (60, {"handover": "rollback"}),
    "suspend the new one": (2 * HOUR + 60, {}),
    "delete the new one": (7 * DAY + 60, {}),
}


@pytest.mark.parametrize("steps", [STEPS, BACK], ids=["forward", "back"])
@pytest.mark.parametrize("number", range(1, 8))
def test_a_run_that_is_killed_at_each_moment_of_each_step(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: dict[str, Any], number: int
) -> None:
    """After each kill the next run goes on; there are never more than two, the published one always works, in the end there is one."""
    acme = Blue(service, tmp_path / "ledger.json")
    for name, (seconds, inputs) in steps.items():
        acme.pass_time(seconds)
        acme.declared.update(inputs)
        with contextlib.suppress(Killed), killed_at(monkeypatch, number):
            acme.run()
        assert len(acme.statuses()) <= 2, name
        assert acme.store.document is not None
        assert acme.statuses()[acme.store.document["api_key"]] == "VALID", name
        assert acme.run().unfinished is None
        assert acme.run().actions == (), name
        assert acme.statuses()[acme.store.document["api_key"]] == "VALID", name
    for _again in range(3):
        acme.pass_time(7 * DAY + 60)
        acme.run()
    assert acme.store.document is not None
    assert acme.statuses() == {acme.store.document["api_key"]: "VALID"}
    assert (acme.store.document["api_key"] == acme.first.id) == (steps is BACK)
    assert [key for key, entry in acme.entries().items() if entry["private"].get("handover")] == []


def test_the_kills_reach_every_moment(acme: Blue, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.declared["secret_triggers"] = {"v": "2"}
    with killed_at(monkeypatch, 0) as done:
        acme.run()
    assert done == ["set", "create", "set", "forget", "write", "set"]


def test_what_is_not_published_does_not_drain(acme: Blue) -> None:
    acme.store.fails = True
    acme.declared["secret_triggers"] = {"v": "2"}
    assert isinstance(acme.run().unfinished, PublishError)
    acme.pass_time(3 * HOUR)
    assert isinstance(acme.run().unfinished, PublishError)
    assert set(acme.statuses().values()) == {"VALID"}
    acme.store.fails = False
    published = acme.run()
    assert published.unfinished is None
    assert acme.run().actions == ()
    acme.pass_time(2 * HOUR + 60)
    assert acme.run().actions[0].startswith("suspend project")


def test_a_place_that_holds_the_old_ones_again_begins_the_drain_anew(acme: Blue) -> None:
    old = dict(acme.store.document or {})
    acme.begin()
    acme.store.document = old
    acme.pass_time(2 * HOUR + 60)
    again = acme.run()
    assert [action.split(" ")[0] for action in again.actions] == ["publish"]
    assert set(acme.statuses().values()) == {"VALID"}
    assert acme.run().actions == ()
    acme.pass_time(2 * HOUR + 60)
    assert acme.run().actions[0].startswith("suspend")


def test_pause_holds_each_step(acme: Blue) -> None:
    acme.declared["secret_triggers"] = {"v": "2"}
    waits = acme.run(handover="pause")
    assert (waits.actions, len(acme.statuses())) == ((), 1)
    assert "waits as long as handover is pause" in waits.warnings[0]
    acme.begin()
    acme.pass_time(30 * DAY)
    assert (acme.run(handover="pause").actions, set(acme.statuses().values())) == ((), {"VALID"})
    assert acme.run().actions[0].startswith("suspend")
    acme.pass_time(30 * DAY)
    assert acme.run(handover="pause").actions == ()
    assert acme.run().actions[0].startswith("delete")


def test_a_roll_back_is_done_once(acme: Blue) -> None:
    new = acme.begin()
    back = acme.run(handover="rollback")
    assert back.shown is not None
    assert (back.shown["active_key"], back.shown["draining_key"]) == (acme.first.id, new)
    assert acme.store.document is not None
    assert acme.store.document["api_key"] == acme.first.id
    assert acme.run(handover="rollback").actions == ()
    acme.pass_time(2 * HOUR + 60)
    acme.run(handover="rollback")
    acme.pass_time(7 * DAY + 60)
    acme.run(handover="rollback")
    assert acme.statuses() == {acme.first.id: "VALID"}
    assert acme.run().actions == ()


def test_a_leaked_secret_gets_no_overlap(acme: Blue) -> None:
    leaked = acme.run(retired_secrets=[acme.first.secret])
    assert (acme.service.asked()["project.refresh_secret"], list(acme.statuses())) == (1, [acme.first.id])
    assert any("an overlap would keep the old secret alive" in warning for warning in leaked.warnings)


def test_a_secret_that_leaks_while_it_drains_ends_the_drain_at_once(acme: Blue) -> None:
    new = acme.begin()
    ended = acme.run(retired_secrets=[fingerprint(acme.first.secret)])
    assert "its secret is one of retired_secrets, so its drain ends at once" in ended.actions[0]
    assert acme.statuses() == {acme.first.id: "SUSPENDED", new: "VALID"}
    with pytest.raises(PlanError, match="cannot become the active project again, because its secret is one of retired_secrets"):
        acme.run(retired_secrets=[fingerprint(acme.first.secret)], handover="rollback")


def test_a_second_rotation_waits_for_the_end_of_the_first(acme: Blue) -> None:
    acme.begin()
    acme.declared["secret_triggers"] = {"v": "3"}
    waits = acme.run()
    assert waits.actions == ()
    assert any("but waits until the handover from project" in warning for warning in waits.warnings)
    acme.pass_time(2 * HOUR + 60)
    acme.run()
    acme.pass_time(7 * DAY + 60)
    acme.run()
    assert acme.run().actions[0].startswith("create a second project")


def test_a_third_of_the_name_is_reported(acme: Blue) -> None:
    acme.begin()
    third = acme.service.account().projects.create("acme")
    with pytest.raises(PlanError, match=f"project {third.id} 'acme' of the same name is none of them"):
        acme.run()
    with pytest.raises(PlanError, match="is none of them"):
        acme.end()


@pytest.mark.parametrize("on_delete", ["delete", "suspend", "retain"])
def test_the_end_ends_both(acme: Blue, on_delete: str) -> None:
    new = acme.begin()
    stranger = acme.service.account().projects.create("acme two")
    acme.end(on_delete=on_delete)
    expected = {"delete": {}, "suspend": {acme.first.id: "SUSPENDED", new: "SUSPENDED"}, "retain": {acme.first.id: "VALID", new: "VALID"}}
    assert acme.statuses() == expected[on_delete]
    assert acme.service.emulator.project(stranger.id) is not None
    # Of two that stay nothing but the ledger tells whose they are.
    assert list(acme.entries()) == ([] if on_delete == "delete" else [f"project/{new}"])
    again = acme.end(on_delete=on_delete)
    assert (again.actions, acme.statuses()) == ((), expected[on_delete])
    if on_delete != "delete":
        assert acme.run().unfinished is None
        assert len(acme.statuses()) == 2
        acme.end(on_delete="delete")
    assert (acme.statuses(), acme.entries()) == ({}, {})


def test_the_end_after_a_kill_is_repeatable(acme: Blue, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.declared["secret_triggers"] = {"v": "2"}
    with contextlib.suppress(Killed), killed_at(monkeypatch, 2):
        acme.run()
    for _ in range(2):
        ended = acme.end(on_delete="suspend")
        assert (ended.unfinished, list(acme.statuses().values())) == (None, ["SUSPENDED"] * 2)
    assert ended.actions == ()


def test_the_end_after_a_kill_ends_what_nobody_has_noted(acme: Blue, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.declared["secret_triggers"] = {"v": "2"}
    with contextlib.suppress(Killed), killed_at(monkeypatch, 2):
        acme.run()
    assert len(acme.statuses()) == 2
    acme.end()
    assert acme.statuses() == {}


def test_the_active_one_is_deleted_elsewhere(acme: Blue) -> None:
    new = acme.begin()
    acme.service.account().projects.delete(new)
    left = acme.run()
    assert left.shown is not None
    assert (left.shown["active_key"], left.shown["draining_key"], list(acme.entries())) == (acme.first.id, None, [f"project/{acme.first.id}"])
    assert acme.run().actions == ()


def test_the_draining_one_is_deleted_elsewhere(acme: Blue) -> None:
    new = acme.begin()
    acme.service.account().projects.delete(acme.first.id)
    assert acme.run().shown["draining_key"] is None  # type: ignore[index]
    assert acme.statuses() == {new: "VALID"}


def test_a_draining_one_that_is_suspended_or_activated_elsewhere(acme: Blue) -> None:
    acme.begin()
    acme.service.account().projects.set_status(acme.first.id, "suspended")
    assert acme.run().actions == ()
    acme.service.account().projects.set_status(acme.first.id, "active")
    assert "it was activated elsewhere" in acme.run().actions[0]
    acme.pass_time(7 * DAY + 60)
    assert acme.run().actions[0].startswith("delete")


def test_a_suspended_declaration_suspends_both(acme: Blue) -> None:
    acme.begin()
    acme.run(status="suspended")
    assert set(acme.statuses().values()) == {"SUSPENDED"}


def test_a_suspended_declaration_that_rolls_back_suspends_both(acme: Blue) -> None:
    acme.begin()
    plan = acme.run(check=True, status="suspended", handover="rollback").actions
    done = acme.run(status="suspended", handover="rollback")
    assert done.actions[:3] == plan[:3]
    assert done.shown is not None
    assert (done.shown["active_key"], done.shown["status"], set(acme.statuses().values())) == (acme.first.id, "suspended", {"SUSPENDED"})
    assert acme.run(status="suspended", handover="rollback").actions == ()
    again = acme.run(status="active", handover="rollback")
    assert (again.unfinished, acme.statuses()[acme.first.id]) == (None, "VALID")


def test_a_suspended_declaration_after_a_kill_suspends_both(acme: Blue, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.declared["secret_triggers"] = {"v": "2"}
    with contextlib.suppress(Killed), killed_at(monkeypatch, 2):
        acme.run()
    done = acme.run(status="suspended")
    assert (done.unfinished, list(acme.statuses().values())) == (None, ["SUSPENDED"] * 2)
    assert acme.run(status="suspended").actions == ()


def test_after_a_kill_it_is_looked_for_by_the_declared_name(acme: Blue, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.declared["secret_triggers"] = {"v": "2"}
    with contextlib.suppress(Killed), killed_at(monkeypatch, 2):
        acme.run()
    (new,) = acme.statuses().keys() - {acme.first.id}
    acme.service.emulator.edit_project(acme.first.id, name="Other")
    assert f"take up project {new} 'acme'" in acme.run(check=True).actions[0]
    done = acme.run()
    assert done.shown is not None
    assert (done.shown["active_key"], done.shown["draining_key"], len(acme.service.emulator.all_projects())) == (new, acme.first.id, 2)


def test_the_active_one_is_deleted_elsewhere_while_the_other_soaks(acme: Blue) -> None:
    new = acme.begin()
    acme.pass_time(2 * HOUR + 60)
    acme.run()
    acme.service.account().projects.delete(new)
    plan = acme.run(check=True)
    assert plan.actions[0] == f"activate project {acme.first.id} 'acme': it was suspended while another project had its place, and that is gone"
    assert any("it was deleted elsewhere" in warning for warning in plan.warnings)
    acme.run()
    assert (acme.statuses(), acme.run().actions) == ({acme.first.id: "VALID"}, ())


def test_a_shorter_lifetime_cuts_off_no_token_that_lives(acme: Blue) -> None:
    acme.declared["token_lifetime"] = "5d"
    acme.begin()
    acme.pass_time(DAY + 60)
    for changed in ({"token_lifetime": "2h"}, {"rotation": "in_place", "token_lifetime": None}):
        assert (acme.run(**changed).actions, set(acme.statuses().values())) == ((), {"VALID"})
    acme.pass_time(4 * DAY)
    assert acme.run(token_lifetime="2h").actions[0].startswith("suspend")


def test_a_leaked_secret_does_not_outlive_a_pause(acme: Blue) -> None:
    acme.begin()
    ended = acme.run(handover="pause", retired_secrets=[acme.first.secret])
    assert "its drain ends at once" in ended.actions[0]
    assert acme.statuses()[acme.first.id] == "SUSPENDED"
    acme.pass_time(30 * DAY)
    assert acme.run(handover="pause", retired_secrets=[acme.first.secret]).actions == ()


def test_a_new_key_that_is_refused_is_not_handed_on(acme: Blue) -> None:
    fault = acme.service.emulator.fault("archive.list", "status", status=403, times=None)
    acme.declared["secret_triggers"] = {"v": "2"}
    report = acme.run()
    assert "is not proven to work" in str(report.unfinished)
    assert acme.store.document is not None
    assert (acme.store.document["api_key"], len(acme.statuses())) == (acme.first.id, 2)
    acme.service.emulator.remove_fault(fault["id"])
    again = acme.run()
    assert (again.unfinished, len(acme.statuses()), acme.store.document["api_key"] != acme.first.id) == (None, 2, True)


def test_without_a_ledger_it_is_refused_before_anything_is_sent(acme: Blue) -> None:
    run = Run(PROJECT, acme.service.scope())
    with pytest.raises(InvalidInput, match="rotation: needs a record of the last run: give a ledger"):
        run.present({"name": "acme", "take_by_name": True, "rotation": "blue-green"})
    assert acme.service.asked() == {}
    assert run.present({"name": "acme", "take_by_name": True, "rotation": "in-place"}).actions == ()
