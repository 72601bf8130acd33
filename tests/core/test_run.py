# SPDX-License-Identifier: Apache-2.0
"""Declarations run with a ledger: each story twice, the second run quiet; what a killed or failing run leaves is understood by the next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Forbidden, InvalidInput, PlanError, Project, ServerError, fingerprint
from pulumi_opentok.core.desired.ledger.local import FileBook, FileLedger, LedgerError
from pulumi_opentok.core.desired.project import rotation
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.publish import PublishError
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from tests.core.service import Service
from tests.things.windows import closed_window, open_window

TRIGGER = "s3cret-of-a-trigger-"
LONG_AGO = "2020-01-01T00:00:00Z"


class Store:
    """A place that keeps what is written to it; ``fails`` at a step."""

    where = "the store"

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.document: Mapping[str, Any] | None = None
        self.preflights = 0

    def preflight(self) -> None:
        self.preflights += 1
        if self.fails == "preflight":
            raise PublishError("the store is closed")

    def read(self) -> Mapping[str, Any] | None:
        return self.document

    def write(self, document: Mapping[str, Any]) -> None:
        if self.fails == "write":
            raise PublishError("the store is full")
        self.document = document


class Declared:
    """A project of an emulator, declared by its name with a ledger."""

    def __init__(self, service: Service, path: Path, stores: list[Store] | None = None) -> None:
        self.service = service
        self.path = path
        self.stores = stores or []
        self.project: Project = service.account().projects.create("acme")
        service.clear()

    def run(self, *, ledger: bool = True, check: bool = False, **inputs: Any) -> Report:
        book = FileLedger(str(self.path), patience=20) if ledger else None
        run = Run(PROJECT, self.service.scope(), ledger=book, publishers=self.stores, check=check)
        return run.present({"name": "acme", "take_by_name": True, **inputs})

    def live(self) -> str:
        project = self.service.emulator.project(self.project.id)
        assert project is not None
        return str(project["secret"])

    @property
    def key(self) -> str:
        return f"project/{self.project.id}"

    def entry(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text("utf-8"))["entries"][self.key])

    def edit(self, **fields: Any) -> None:
        content = json.loads(self.path.read_text("utf-8"))
        content["entries"][self.key].update(fields)
        self.path.write_text(json.dumps(content), encoding="utf-8")

    def refreshes(self) -> int:
        return self.service.asked()["project.refresh_secret"]

    def twice(self, reason: str, **inputs: Any) -> Report:
        """A check that says it, a run that does it, and a second one that is quiet. Returns the first run's report."""
        before, old = self.path.read_bytes() if self.path.exists() else b"", self.live()
        check = self.run(check=True, **inputs)
        assert (self.live(), self.path.read_bytes() if self.path.exists() else b"") == (old, before)
        assert check.shown is not None
        assert (check.shown["secret_fingerprint"], check.shown["secret_version"], check.shown["secret_rotated_at"]) == (None, None, None)
        self.service.clear()
        first = self.run(**inputs)
        assert self.service.asked() == {"project.list": 1, "project.refresh_secret": 1, "archive.list": 1}
        assert (first.actions, first.unfinished) == (check.actions, None)
        assert reason in first.actions[0]
        assert first.shown is not None
        assert first.shown["api_secret"] == self.live() != old
        self.service.clear()
        self.is_quiet(**inputs)
        return first

    def is_quiet(self, **inputs: Any) -> Report:
        before = self.path.read_bytes()
        again = self.run(**inputs)
        assert (again.actions, again.changed, self.refreshes(), self.path.read_bytes()) == ((), False, 0, before)
        assert self.service.asked() == {"project.list": 1}
        return again


@pytest.fixture
def acme(service: Service, tmp_path: Path) -> Declared:
    return Declared(service, tmp_path / "ledger.json")


def triggers(version: int) -> dict[str, str]:
    return {"v": f"{TRIGGER}{version}"}


def test_a_trigger(acme: Declared) -> None:
    assert acme.run(secret_triggers=triggers(1)).actions == ()
    report = acme.twice("secret_triggers 'v' changed", secret_triggers=triggers(2))
    assert report.shown is not None
    assert (report.shown["secret_version"], acme.entry()["secret_version"]) == (2, 2)
    acme.twice("secret_triggers 'v' changed", secret_triggers=triggers(3))
    assert TRIGGER not in acme.path.read_text("utf-8")
    assert [secret for secret in (*acme.service.secrets(), acme.project.secret) if secret in acme.path.read_text("utf-8")] == []


def test_an_age(acme: Declared) -> None:
    first = acme.run(secret_max_age="90d")
    assert first.actions == ()
    assert first.shown is not None
    assert first.shown["secret_rotation_due_at"] is not None
    acme.edit(secret_rotated_at=LONG_AGO)
    acme.twice("it is older than secret_max_age 90d: due since 2020-03-31", secret_max_age="90d")


def test_a_secret_that_someone_else_has_rotated_is_young(acme: Declared) -> None:
    acme.run(secret_max_age="90d")
    acme.edit(secret_rotated_at=LONG_AGO)
    acme.service.emulator.edit_project(acme.project.id, secret="elsewhere" * 4)
    for check in (True, False):
        shown = acme.run(check=check, secret_max_age="90d").shown
        assert shown is not None
        assert (shown["secret_version"], shown["secret_rotated_at"] > LONG_AGO, acme.refreshes()) == (2, True, 0)


def test_a_retired_secret_with_and_without_a_ledger(acme: Declared) -> None:
    leaked = acme.project.secret
    acme.twice("the live secret is one of retired_secrets", retired_secrets=[leaked])
    assert acme.run(ledger=False, retired_secrets=[fingerprint(leaked)]).actions == ()
    acme.run(ledger=False, retired_secrets=[acme.live()])
    assert acme.refreshes() == 1


def test_a_window(acme: Declared) -> None:
    acme.run(secret_max_age="90d", secret_triggers=triggers(1))
    acme.edit(secret_rotated_at=LONG_AGO)
    waiting = {"secret_max_age": "90d", "secret_triggers": triggers(2), "rotation_window": {**closed_window(), "applies_to": "all"}}
    acme.service.clear()
    for check in (True, False, False):
        report = acme.run(check=check, **waiting)
        assert (report.actions, acme.refreshes()) == ((), 0)
        assert any("waits for the rotation_window" in warning for warning in report.warnings)
    acme.twice("it is older than", **{**waiting, "rotation_window": open_window()})


def test_rotate_always_is_not_idempotent(acme: Declared) -> None:
    acme.run(rotate="always")
    acme.run(ledger=False, rotate="always")
    assert acme.refreshes() == 2


def test_without_a_ledger_what_needs_one_is_refused(acme: Declared) -> None:
    with pytest.raises(InvalidInput) as caught:
        acme.run(ledger=False, secret_triggers={"v": 1}, secret_max_age="1d")
    assert [problem.field for problem in caught.value.problems] == ["secret_triggers", "secret_max_age"]
    assert "give a ledger (a file or a URL), or declare retired_secrets, which needs none" in str(caught.value)
    assert acme.service.asked() == {}


class Killed(BaseException):
    """Stands for ``kill -9``: nothing of the run comes after it."""


@pytest.mark.parametrize("why", ["trigger", "retired", "age", "first run"])
@pytest.mark.parametrize(("done", "refreshes"), [(True, 0), (False, 1)], ids=["after the refresh", "before the refresh"])
def test_a_run_that_is_killed(acme: Declared, monkeypatch: pytest.MonkeyPatch, why: str, done: bool, refreshes: int) -> None:
    if why != "first run":
        acme.run(secret_triggers=triggers(1), secret_max_age="90d")
    if why == "age":
        acme.edit(secret_rotated_at=LONG_AGO)
    inputs = {"secret_triggers": triggers(2 if why == "trigger" else 1), "secret_max_age": "90d"}
    if why in ("retired", "first run"):
        inputs["retired_secrets"] = [acme.project.secret]
    real = rotation.rotate

    def killed(*arguments: Any, **more: Any) -> Project:
        if done:
            real(*arguments, **more)
        raise Killed

    monkeypatch.setattr(rotation, "rotate", killed)
    with pytest.raises(Killed):
        acme.run(**inputs)
    assert acme.entry()["private"]["secret_pending"] == acme.project.secret_fingerprint
    monkeypatch.undo()
    acme.service.clear()
    report = acme.run(**inputs)
    assert (acme.refreshes(), report.unfinished) == (refreshes, None)
    assert acme.live() != acme.project.secret
    entry = acme.entry()
    assert (entry["secret_version"], entry["secret_fingerprint"]) == (2, fingerprint(acme.live()))
    assert "secret_pending" not in entry["private"]
    acme.service.clear()
    acme.is_quiet(**inputs)


def test_a_refusal_leaves_the_ledger_as_it_was(acme: Declared) -> None:
    acme.run(secret_triggers=triggers(1))
    acme.service.emulator.edit_project(acme.project.id, secret="elsewhere" * 4)
    before = acme.path.read_bytes()
    acme.service.emulator.fault("project.refresh_secret", "status", status=403, times=2)
    with pytest.raises(Forbidden):
        acme.run(secret_triggers=triggers(2))
    assert acme.path.read_bytes() == before
    acme.path.unlink()
    with pytest.raises(Forbidden):
        acme.run(retired_secrets=[acme.live()])
    assert json.loads(acme.path.read_text("utf-8"))["entries"] == {}


def test_two_at_the_same_moment_with_one_ledger_rotate_once(acme: Declared) -> None:
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: acme.run(retired_secrets=[acme.project.secret]), range(4)))
    assert acme.refreshes() == 1
    assert sorted(len(report.actions) for report in reports) == [0, 0, 0, 1]
    assert {(report.shown or {})["api_secret"] for report in reports} == {acme.live()}


def test_who_rotated_first_at_the_same_moment_learns_of_the_second(acme: Declared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a ledger nothing prevents it; the first must not go on with a dead secret."""
    real = rotation.verify_new_secret

    def rotated_elsewhere_meanwhile(*arguments: Any, **more: Any) -> Project:
        acme.service.account().projects.refresh_secret(acme.project.id)
        return real(*arguments, **more)

    acme.stores = [Store()]
    monkeypatch.setattr(rotation, "verify_new_secret", rotated_elsewhere_meanwhile)
    report = acme.run(ledger=False, retired_secrets=[acme.project.secret])
    assert report.shown is not None
    assert acme.stores[0].document is not None
    assert report.shown["api_secret"] == acme.stores[0].document["api_secret"] == acme.live()
    assert [warning for warning in report.warnings if "was rotated again while this run rotated it" in warning] != []


DAMAGED: list[dict[str, Any]] = [
    {"secret_version": "many"},
    {"secret_version": [1]},
    {"secret_rotated_at": "yesterday"},
    {"secret_rotated_at": 5},
    {"secret_fingerprint": 5},
    {"secret_max_age": "90x"},
    {"account_key": {}},
    {"declared": "acme"},
    {"private": "nothing"},
    {"private": {"secret_pending": 1}},
    {"private": {"secret_triggers": ["v"]}},
    {"private": {"secret_triggers": {"v": None}}},
]


@pytest.mark.parametrize("fields", DAMAGED, ids=str)
def test_an_entry_of_the_wrong_shape(acme: Declared, fields: dict[str, Any]) -> None:
    acme.run(secret_triggers=triggers(1))
    acme.edit(**fields)
    before = acme.path.read_bytes()
    for check in (True, False):
        with pytest.raises(LedgerError, match=f"is damaged: entry '{acme.key}' cannot be understood; restore it, or remove that entry"):
            acme.run(check=check, secret_triggers=triggers(2))
    assert (acme.refreshes(), acme.path.read_bytes()) == (0, before)


def test_an_entry_of_another_account(acme: Declared) -> None:
    acme.run()
    acme.edit(account_key="200")
    with pytest.raises(PlanError, match=r"belongs to account 200, .*Declare the project as it is"):
        acme.run(secret_triggers=triggers(1))


@pytest.mark.parametrize("fields", [{"secret_fingerprint": None}, {"secret_fingerprint": ""}, None])
def test_an_entry_that_was_emptied_by_hand_is_told_and_not_taken_for_a_record(acme: Declared, fields: dict[str, Any] | None) -> None:
    acme.run(secret_triggers=triggers(1))
    content = json.loads(acme.path.read_text("utf-8"))
    content["entries"][acme.key] = {} if fields is None else {**content["entries"][acme.key], **fields}
    acme.path.write_text(json.dumps(content), encoding="utf-8")
    for check in (True, False):
        with pytest.raises(LedgerError, match=f"is damaged: entry '{acme.key}' cannot be understood; restore it, or remove that entry"):
            acme.run(check=check, secret_triggers=triggers(2))


def test_a_time_that_has_not_come_yet_is_told_and_counts_from_now(acme: Declared) -> None:
    acme.run(secret_max_age="30d")
    acme.edit(secret_rotated_at="2999-01-01T00:00:00Z")
    for check in (True, False):
        (warning,) = acme.run(check=check, secret_max_age="30d").warnings
        assert warning.startswith("the secret is recorded as issued at 2999-01-01T00:00+00:00, which has not come yet: a clock was wrong")
    assert acme.run(secret_max_age="30d").warnings == ()
    assert acme.entry()["secret_rotated_at"] < "2999"


def test_a_time_without_an_offset_is_utc(acme: Declared) -> None:
    acme.run(secret_max_age="90d")
    acme.edit(secret_rotated_at=LONG_AGO.rstrip("Z"))
    acme.twice("it is older than", secret_max_age="90d")


@pytest.mark.parametrize("between", [{}, {"secret_triggers": {"theirs": "1"}}, {"secret_max_age": "30d"}])
def test_another_party_that_does_not_declare_a_trigger_disarms_nobody(acme: Declared, between: dict[str, Any]) -> None:
    acme.run(secret_triggers=triggers(1))
    acme.run(**between)
    acme.service.clear()
    acme.is_quiet(**between)
    acme.run(secret_triggers=triggers(1))
    assert acme.refreshes() == 0
    acme.run(**between)
    acme.twice("changed", secret_triggers=triggers(2))
    acme.run(**between)
    acme.run(secret_triggers=triggers(2))
    assert acme.refreshes() == 0


def test_a_ledger_that_fails_after_the_refresh_hides_nothing(acme: Declared, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.run(secret_triggers=triggers(1))
    acme.stores = [Store()]
    real, entered = FileBook.set, []

    def full_disk(self: FileBook, key: str, entry: Mapping[str, Any]) -> None:
        entered.append(key)
        if len(entered) > 1:
            raise LedgerError("the disk is full")
        real(self, key, entry)

    monkeypatch.setattr(FileBook, "set", full_disk)
    report = acme.run(secret_triggers=triggers(2))
    assert isinstance(report.unfinished, LedgerError)
    assert [text.split()[0] for text in report.actions] == ["rotate", "publish"]
    assert acme.stores[0].document is not None
    assert acme.stores[0].document["api_secret"] == acme.live()
    monkeypatch.undo()
    assert acme.run(secret_triggers=triggers(2)).actions == ()
    assert (acme.refreshes(), acme.entry()["secret_version"]) == (1, 2)


def test_every_place_is_tried_before_anything_is_done(acme: Declared) -> None:
    acme.run(secret_triggers=triggers(1))
    acme.stores = [Store("preflight")]
    before = acme.path.read_bytes()
    with pytest.raises(PublishError, match="the store is closed"):
        acme.run(secret_triggers=triggers(2))
    assert (acme.refreshes(), acme.path.read_bytes()) == (0, before)


def test_publishing_that_failed_is_repaired_by_the_next_run(acme: Declared) -> None:
    acme.run(secret_triggers=triggers(1))
    acme.stores = [Store("write"), Store()]
    report = acme.run(secret_triggers=triggers(2))
    assert isinstance(report.unfinished, PublishError)
    assert [text.split()[0] for text in report.actions] == ["rotate", "publish"]
    acme.stores[0].fails = ""
    report = acme.run(secret_triggers=triggers(2))
    assert ([text.split()[0] for text in report.actions], report.unfinished) == (["publish"], None)
    expected = {"platform": "opentok", "api_key": acme.project.id, "api_secret": acme.live(), "version": 2}
    for store in acme.stores:
        assert store.document == {**expected, "rotated_at": acme.entry()["secret_rotated_at"]}
    assert (acme.refreshes(), acme.run(secret_triggers=triggers(2)).actions) == (1, ())


def test_a_live_secret_is_published_also_when_a_later_step_failed(acme: Declared) -> None:
    acme.stores = [Store()]
    acme.service.emulator.fault("project.set_status", "status", status=500, times=None)
    report = acme.run(retired_secrets=[acme.project.secret], status="suspended")
    assert isinstance(report.unfinished, ServerError)
    assert acme.stores[0].document is not None
    assert acme.stores[0].document["api_secret"] == acme.live() != acme.project.secret


def test_nothing_is_published_when_it_is_unknown_what_is_live(acme: Declared) -> None:
    acme.run()
    acme.stores = [Store()]
    acme.service.emulator.fault("project.refresh_secret", "drop_after")
    acme.service.emulator.fault("project.get", "status", status=500, times=4)
    report = acme.run(rotate="always")
    assert isinstance(report.unfinished, PlanError)
    assert (report.actions, acme.stores[0].document) == ((), None)
    assert acme.entry()["private"]["secret_pending"] == acme.project.secret_fingerprint
    acme.run()
    assert (acme.refreshes(), acme.entry()["secret_version"]) == (1, 2)


def test_a_run_that_gets_the_ledger_again_looks_again(acme: Declared) -> None:
    """Between two runs of one process another one has had the ledger, and has created what the second run declares."""
    mine, theirs = acme.service.scope(), acme.service.scope()
    declared = {"name": "beta", "take_by_name": True}
    Run(PROJECT, mine, ledger=FileLedger(str(acme.path))).present({"name": "first", "take_by_name": True})
    made = Run(PROJECT, theirs, ledger=FileLedger(str(acme.path))).present(declared)
    again = Run(PROJECT, mine, ledger=FileLedger(str(acme.path))).present(declared)
    assert (again.changed, again.unfinished, again.shown and again.shown["id"]) == (False, None, made.shown and made.shown["id"])
    assert sorted(row["name"] for row in acme.service.emulator.all_projects()) == ["acme", "beta", "first"]


@pytest.mark.parametrize("on_delete", ["delete", "suspend", "retain"])
def test_the_end_of_its_life_is_the_end_of_its_entry(acme: Declared, on_delete: str) -> None:
    acme.run()
    inputs = {"name": "acme", "take_by_name": True, "on_delete": on_delete}
    before = acme.path.read_bytes()
    ledger = FileLedger(str(acme.path))
    runs = [Run(PROJECT, acme.service.scope(), ledger=ledger, publishers=[Store()], check=check) for check in (True, False, False)]
    check, first = runs[0].absent(inputs), None
    assert acme.path.read_bytes() == before
    first = runs[1].absent(inputs)
    assert (check.actions, check.shown is None) == (first.actions, first.shown is None)
    assert json.loads(acme.path.read_text("utf-8"))["entries"] == {}
    assert runs[2].absent(inputs).actions == ()
