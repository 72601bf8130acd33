# SPDX-License-Identifier: Apache-2.0
"""Rotation by real playbooks: what check mode says is what the run does, the second run is quiet, and no secret is in any output."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_opentok.core import fingerprint
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.things.windows import closed_window, open_window

if TYPE_CHECKING:
    from pulumi_opentok.core import Project
    from pulumi_opentok.emulator import Emulator

LONG_AGO = "2020-01-01T00:00:00Z"
ROTATION = ["project.list", "project.refresh_secret", "archive.list"]


def task(title: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": title, "opentok.cloud.project": options, **keywords}


def story(title: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    return [task(f"{title}: check", options, check_mode=True), task(f"{title}: run", options), task(f"{title}: again", options)]


def assert_story(played: Played, title: str, reason: str) -> None:
    check, run, again = (played.of(f"{title}: {step}") for step in ("check", "run", "again"))
    assert reason in run.result["actions"][0]
    assert "every client token signed with the old secret stops working" in run.result["actions"][0]
    assert (check.requests, run.requests, again.requests) == (["project.list"], ROTATION, ["project.list"]), title
    for part in ("changed", "actions", "before", "after", "diff"):
        assert check.result[part] == run.result[part], (title, part)
    assert (run.result["changed"], again.result["changed"], again.result["actions"]) == (True, False, []), title
    assert check.result["project"]["secret_fingerprint"] is None
    assert run.result["project"]["secret_fingerprint"] != run.result["before"]["secret_fingerprint"]
    assert again.result["project"] == run.result["project"]


class Ledger:
    """A ledger as a test writes one: what was remembered of projects long ago."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def remember(self, opentok: Emulator, *projects: Project, triggers: dict[str, str] | None = None) -> None:
        fingerprints = {name: fingerprint(value) for name, value in (triggers or {}).items()}
        entries = {
            f"project/{project.id}": {
                "account_key": opentok.account_key,
                "secret_fingerprint": project.secret_fingerprint,
                "secret_version": 1,
                "secret_rotated_at": LONG_AGO,
                "private": {"secret_triggers": fingerprints},
            }
            for project in projects
        }
        self.path.write_text(json.dumps({"format": "opentok-ledger", "version": 1, "entries": entries}), encoding="utf-8")

    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


@pytest.mark.long
def test_trigger_age_retired_and_window(tmp_path: Path, opentok_emulator: Emulator) -> None:
    projects = {name: projects_of(opentok_emulator).create(name) for name in ("trigger", "age", "retired", "fingerprint", "window", "lost")}
    ledger = Ledger(tmp_path / "ledger.json")
    ledger.remember(opentok_emulator, *(projects[name] for name in ("trigger", "age", "window", "lost")), triggers={"left": "alice-5ecret"})
    record = {"ledger": str(ledger.path)}
    due = {"secret_max_age": "90d", **record}
    changed = {"secret_triggers": {"left": "bob-5ecret", "team": 7}, **record}
    lost = {"opentok_control": [["POST", "faults", {"operation": "project.refresh_secret", "kind": "drop_after"}]]}
    waiting = {"name": "window", **due, "rotation_window": closed_window()}
    digits = projects["fingerprint"].secret_fingerprint.removeprefix("sha256:")
    tasks = [
        *story("trigger", {"name": "trigger", **changed}),
        *story("age", {"name": "age", **due}),
        *story("retired", {"name": "retired", "retired_secrets": [f"{projects['retired'].secret}\n"]}),
        *story("fingerprint", {"name": "fingerprint", "retired_secrets": [f"{digits}  -\n"]}),
        *(task(f"closed: {step}", waiting) for step in ("once", "twice")),
        *story("window", {**waiting, "rotation_window": {**open_window(), "timezone": "UTC"}}),
        task("lost", {"name": "lost", **changed}, vars=lost),
        task("lost: again", {"name": "lost", **changed}),
    ]
    secrets = {project.secret for project in projects.values()}
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "--diff", "-vvv").succeeded()
    assert digits in played.output, "the fingerprint in the diff is no secret"

    assert_story(played, "trigger", "secret_triggers 'left' changed")
    assert_story(played, "age", "it is older than secret_max_age 90d: due since 2020-03-31")
    assert_story(played, "retired", "the live secret is one of retired_secrets")
    assert_story(played, "fingerprint", "the live secret is one of retired_secrets")
    assert_story(played, "window", "it is older than secret_max_age 90d")
    for step in ("once", "twice"):
        waited = played.of(f"closed: {step}").result
        assert (waited["changed"], "waits for the rotation_window" in waited["warnings"][0]) == (False, True)
    (warning,) = played.of("lost").result["warnings"]
    assert "was lost" in warning
    assert "reading it back shows that it was rotated" in warning
    assert played.of("lost").requests.count("project.refresh_secret") == 1
    assert played.of("lost: again").result["changed"] is False

    secrets |= {project.secret for project in projects_of(opentok_emulator).list()} | {opentok_emulator.account_secret}
    assert len(secrets) == 2 * len(projects) + 1
    assert [secret for secret in secrets if secret in played.output or secret in ledger.text()] == []
    assert "5ecret" not in ledger.text()


def test_a_leaked_secret_from_two_machines_is_rotated_once(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """One after the other, with nothing in common but the declaration; then one that always rotates."""
    leaked = projects_of(opentok_emulator).create("Acme").secret
    options = {"name": "Acme", "retired_secrets": [leaked], "return_secret": True}
    played = []
    for machine in ("one", "two"):
        (tmp_path / machine).mkdir()
        played.append(AnsibleRun(tmp_path / machine, opentok_emulator).play([task("leaked", options)]).succeeded().of("leaked"))
    assert [run.result["changed"] for run in played] == [True, False]
    live = projects_of(opentok_emulator).list()[0].secret
    assert {run.result["project"]["api_secret"] for run in played} == {live}

    tasks = [task(title, {"name": "Acme", "rotate": "always"}) for title in ("always", "and again")]
    assert AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded().changed() == ["always", "and again"]


def test_two_playbooks_at_the_same_moment_with_one_ledger(tmp_path: Path, opentok_emulator: Emulator) -> None:
    project = projects_of(opentok_emulator).create("Acme")
    ledger = Ledger(tmp_path / "ledger.json")
    ledger.remember(opentok_emulator, project, triggers={"v": "1"})
    options = {"name": "Acme", "secret_triggers": {"v": "2"}, "retired_secrets": [project.secret], "ledger": str(ledger.path)}
    opentok_emulator.clear_journal()

    def play(machine: str) -> Played:
        (tmp_path / machine).mkdir()
        return AnsibleRun(tmp_path / machine, opentok_emulator).play([task("leaked", options)]).succeeded()

    with ThreadPoolExecutor() as pool:
        played = list(pool.map(play, ("one", "two")))
    assert sorted(run.of("leaked").result["changed"] for run in played) == [False, True]
    assert [entry["operation"] for entry in opentok_emulator.journal()].count("project.refresh_secret") == 1


def kill_once_it_is_done(opentok: Emulator, project: Project, ledger: Ledger) -> None:
    """``kill -9`` of the module run that holds the ledger, when the secret is a new one and the answer is still on its way."""
    end = time.monotonic() + 30
    while projects_of(opentok).get(project.id).secret == project.secret:
        assert time.monotonic() < end
        time.sleep(0.02)
    holder = ledger.path.with_name("ledger.json.lock").read_text(encoding="utf-8")
    os.kill(int(holder.split()[1]), signal.SIGKILL)


def test_killed_in_the_middle_of_a_refresh(tmp_path: Path, opentok_emulator: Emulator) -> None:
    project = projects_of(opentok_emulator).create("Acme")
    ledger = Ledger(tmp_path / "ledger.json")
    ledger.remember(opentok_emulator, project, triggers={"v": "1"})
    ansible = AnsibleRun(tmp_path, opentok_emulator)
    options = {"name": "Acme", "secret_triggers": {"v": "2"}, "ledger": str(ledger.path)}
    opentok_emulator.clear_journal()
    opentok_emulator.fault("project.refresh_secret", "delay", seconds=20)

    with ThreadPoolExecutor() as pool:
        playing = pool.submit(ansible.play, [task("killed", options, ignore_errors=True)])
        kill_once_it_is_done(opentok_emulator, project, ledger)
        assert playing.result(timeout=60).of("killed").outcome == "failed"
    assert "secret_pending" in ledger.text()
    played = ansible.play([task("next", options), task("again", options)]).succeeded()
    assert [entry["operation"] for entry in opentok_emulator.journal()].count("project.refresh_secret") == 1
    live = projects_of(opentok_emulator).list()[0]
    assert live.secret != project.secret
    assert played.of("next").result["project"]["secret_fingerprint"] == live.secret_fingerprint
    assert played.of("next").result["project"]["secret_version"] == 2
    assert played.changed() == []
    assert "secret_pending" not in ledger.text()
