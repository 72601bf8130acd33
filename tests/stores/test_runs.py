# SPDX-License-Identifier: Apache-2.0
"""Whole runs that publish, with every store: the preflight comes before the irreversible call, and what failed after it is mended by a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.publish import Document, Publisher, PublishError
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from tests.core.service import Service
from tests.stores.places import Place
from tests.stores.vault_stand_in import VaultStandIn


class Runs:
    """Runs of one declaration, each with stores and clients of its own; `texts` has all that they said."""

    def __init__(self, service: Service, ledger: Path | None = None) -> None:
        self.service = service
        self.texts: list[str] = []
        self._ledger = None if ledger is None else FileLedger(str(ledger))

    def run(self, *publishers: Publisher, check: bool = False, **declared: Any) -> Report:
        self.service.clear()
        run = Run(PROJECT, self.service.scope(), ledger=self._ledger, publishers=publishers, check=check)
        try:
            report = run.present({"name": "acme", "take_by_name": True, **declared})
        except PublishError as error:
            self.texts.append(str(error))
            raise
        self.texts.extend([*report.actions, *report.warnings, str(report.unfinished), repr(report.plan)])
        return report

    def looked(self, publisher: Publisher) -> Callable[[], Report]:
        """A run that has looked; what it returns does the rest, by what it saw."""
        run = Run(PROJECT, self.service.scope(), publishers=[publisher])
        spec = run.spec({"name": "acme", "take_by_name": True})
        seen = PROJECT.find(self.service.scope(), spec)
        return lambda: run.apply_present(None, spec, seen)

    def live(self) -> dict[str, Any]:
        (project,) = self.service.emulator.all_projects()
        return {"platform": "opentok", "api_key": project["id"], "api_secret": project["secret"]}

    def refreshes(self) -> int:
        return self.service.asked()["project.refresh_secret"]


@pytest.fixture(params=["file", "aws-secretsmanager", "vault", "exec"])
def place(request: pytest.FixtureRequest, place_of: Callable[[str], Place]) -> Place:
    """An empty place of each store, also of one that can only be asked."""
    return place_of(request.param)


@pytest.fixture
def runs(service: Service) -> Iterator[Runs]:
    yield (runs := Runs(service))
    assert [text for text in runs.texts for secret in service.secrets() if secret in text] == []


@pytest.fixture
def recorded(service: Service, tmp_path: Path) -> Runs:
    return Runs(service, tmp_path / "ledger.json")


def credentials(there: Document | None) -> dict[str, Any]:
    return {name: (there or {}).get(name) for name in ("platform", "api_key", "api_secret")}


def test_created_and_published_and_then_quiet(runs: Runs, place: Place) -> None:
    first = runs.run(place.store)
    assert first.actions == ("create project 'acme'", f"publish the credentials of project {runs.live()['api_key']} to {place.store.where}")
    assert credentials(place.look()) == runs.live()
    second = runs.run(place.store)
    assert (second.changed, second.unfinished) == (False, None)


def test_rotated_and_published_once(runs: Runs, place: Place) -> None:
    runs.run(place.store)
    leaked = runs.live()["api_secret"]
    for changes in (True, False):
        report = runs.run(place.store, retired_secrets=[leaked])
        assert (report.changed, report.unfinished) == (changes, None)
        assert credentials(place.look()) == runs.live()
    assert runs.live()["api_secret"] != leaked


def test_the_record_is_in_the_document(recorded: Runs, place: Place) -> None:
    recorded.run(place.store, secret_triggers={"v": "1"})
    first = place.look() or {}
    recorded.run(place.store, secret_triggers={"v": "2"})
    second = place.look() or {}
    assert (first["version"], second["version"]) == (1, 2)
    assert first["rotated_at"] <= second["rotated_at"]


def test_a_check_changes_nothing_anywhere(runs: Runs, place: Place) -> None:
    planned = runs.run(place.store, check=True)
    assert len(planned.actions) == 2
    assert place.look() is None
    runs.run(place.store)
    before = place.look()
    planned = runs.run(place.store, check=True, retired_secrets=[runs.live()["api_secret"]])
    assert len(planned.actions) == 2
    assert place.look() == before


def test_without_a_preflight_nothing_is_rotated(runs: Runs, place: Place) -> None:
    runs.run(place.store)
    live = runs.live()
    place.put({"someone": "else"})
    with pytest.raises(PublishError, match="No secret was issued: put that right and run again"):
        runs.run(place.store, retired_secrets=[live["api_secret"]])
    assert (runs.refreshes(), runs.live()) == (0, live)
    place.remove()
    runs.run(place.store, retired_secrets=[live["api_secret"]])
    assert credentials(place.look()) == runs.live() != live


def test_without_a_preflight_nothing_is_created(runs: Runs, place: Place) -> None:
    place.put({"someone": "else"})
    with pytest.raises(PublishError, match="No secret was issued"):
        runs.run(place.store)
    assert runs.service.emulator.all_projects() == []


def test_a_write_that_fails_after_the_rotation_is_made_up_for_by_the_next_run(runs: Runs, place: Place) -> None:
    runs.run(place.store)
    leaked = runs.live()["api_secret"]
    with failing_writes(place.store) as broken:
        report = runs.run(broken, retired_secrets=[leaked])
    assert runs.refreshes() == 1
    assert runs.live()["api_secret"] != leaked
    assert len(report.actions) == 1
    assert "run again, which publishes it and rotates nothing" in str(report.unfinished)
    assert (place.look() or {})["api_secret"] == leaked

    mended = runs.run(place.store, retired_secrets=[leaked])
    assert runs.refreshes() == 0
    assert mended.actions == (f"publish the credentials of project {runs.live()['api_key']} to {place.store.where}",)
    assert credentials(place.look()) == runs.live()
    assert not runs.run(place.store, retired_secrets=[leaked]).changed


def test_the_same_with_a_trigger_and_a_ledger(recorded: Runs, place: Place) -> None:
    recorded.run(place.store, secret_triggers={"v": "1"})
    with failing_writes(place.store) as broken:
        recorded.run(broken, secret_triggers={"v": "2"})
    assert recorded.refreshes() == 1
    recorded.run(place.store, secret_triggers={"v": "2"})
    assert recorded.refreshes() == 0
    assert credentials(place.look()) == recorded.live()
    assert (place.look() or {})["version"] == 2


def test_a_secret_that_was_rotated_elsewhere_is_published(runs: Runs, place: Place) -> None:
    runs.run(place.store)
    runs.service.emulator.edit_project(runs.live()["api_key"], secret="e" * 40)
    report = runs.run(place.store)
    assert (len(report.actions), runs.refreshes()) == (1, 0)
    assert credentials(place.look()) == runs.live()


def test_a_store_that_dies_between_preflight_and_write(runs: Runs, vault: VaultStandIn) -> None:
    """Not by our hands: Vault is sealed while OpenTok rotates."""
    from tests.stores.places import store, vault_place

    place = vault_place()
    runs.run(place.store)
    leaked = runs.live()["api_secret"]
    tried: list[str] = []

    def instead(method: str, path: str, body: bytes) -> None:
        # The first write is the preflight's.
        vault.sealed = bool(tried)
        if method != "GET" and "/data/" in path:
            tried.append(path)

    vault.instead = instead
    report = runs.run(store(place.target), retired_secrets=[leaked])
    assert "Vault is sealed" in str(report.unfinished)
    assert "rotates nothing" in str(report.unfinished)
    assert runs.refreshes() == 1
    vault.instead = lambda method, path, body: None
    vault.sealed = False
    runs.run(store(place.target), retired_secrets=[leaked])
    assert runs.refreshes() == 0
    assert credentials(place.look()) == runs.live()


def test_a_secret_that_someone_else_published_meanwhile_is_not_replaced_by_a_dead_one(runs: Runs, place: Place) -> None:
    """This run has looked, and what it saw is dead by the time it publishes: a large fleet takes its minutes."""
    runs.run(place.store)
    finish = runs.looked(place.store)
    runs.run(place.store, retired_secrets=[runs.live()["api_secret"]])
    runs.service.clear()
    report = finish()
    assert credentials(place.look()) == runs.live()
    assert (report.changed, report.unfinished, (report.shown or {})["api_secret"]) == (False, None, runs.live()["api_secret"])
    assert runs.service.asked() == {"project.get": 1}


def test_a_rotation_is_published_without_another_look(runs: Runs, place: Place) -> None:
    runs.run(place.store)
    runs.run(place.store, retired_secrets=[runs.live()["api_secret"]])
    # What cannot be read may have a newer one.
    assert runs.service.asked()["project.get"] == (1 if place.target.startswith("exec:") else 0)
    assert credentials(place.look()) == runs.live()


def test_it_is_gone_by_the_time_that_it_is_published(runs: Runs, place: Place) -> None:
    runs.run(place.store)
    finish = runs.looked(place.store)
    runs.run(place.store, retired_secrets=[runs.live()["api_secret"]])
    published = place.look()
    runs.service.account().projects.delete(runs.live()["api_key"])
    report = finish()
    assert "is gone since this run looked: nothing is published" in str(report.unfinished)
    assert place.look() == published


def test_after_a_failed_publication_it_is_not_said_that_always_rotates_nothing(runs: Runs, place: Place) -> None:
    runs.run(place.store)
    with failing_writes(place.store) as broken:
        report = runs.run(broken, rotate="always")
    assert "rotates nothing" not in str(report.unfinished)
    assert str(report.unfinished).endswith(
        "Nothing is lost: OpenTok shows the live secret, so put that right and publish it by a run that does not rotate"
        " (the same declaration with apply, or without rotate: always)"
    )


@contextmanager
def failing_writes(publisher: Publisher) -> Iterator[Publisher]:
    """The store, whose writes fail from now on although the preflight went well."""
    with pytest.MonkeyPatch.context() as patch:

        def write(document: Document) -> None:
            raise PublishError(f"{publisher.where} cannot be written: it went away")

        patch.setattr(publisher, "write", write)
        yield publisher
