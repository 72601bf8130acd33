# SPDX-License-Identifier: Apache-2.0
"""A run over many projects that is killed, loses its account half-way or meets another one: the next run does the rest, and nothing twice."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time

import pytest

from tests.cli.running import PROGRAM, Command
from tests.postgresql_server import PostgresqlServer

MANY = 24
APPLY = ("apply", "-f", "tenants.yaml", "--ledger", "ledger.json", "--yes", "--parallel", "4")


@pytest.fixture
def fleet(command: Command) -> Command:
    """A file of many projects with a rotation to come, and credentials to publish."""
    rows = "".join(f"  t{number:02}: {{secret_max_age: 90d, publish: ['file:{{key}}.json']}}\n" for number in range(MANY))
    command.file(f"projects:\n{rows}")
    return command


def begun(command: Command, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=command.folder,
        env=command.environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_half_way_the_second_run_finishes(fleet: Command) -> None:
    """SIGKILL: nothing can be finished, said or cleaned up."""
    fleet.emulator.fault("project.create", "delay", times=None, seconds=0.1)
    process = begun(fleet, *APPLY)
    while len(fleet.names()) < MANY // 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    half = len(fleet.names())
    assert MANY // 3 <= half < MANY
    fleet.emulator.clear_faults()
    done = fleet(*APPLY, "--json").ok().json
    assert len(fleet.names()) == MANY == len(set(fleet.names())), "none is missing, and none is there twice"
    assert sum("create project" in text for one in done["projects"] for text in one["actions"]) == MANY - half
    entries = json.loads((fleet.folder / "ledger.json").read_text())["entries"]
    assert len(entries) == MANY, "what the killed run did is known as well"
    assert all((fleet.folder / f"t{number:02}.json").exists() for number in range(MANY))
    assert fleet("plan", "-f", "tenants.yaml", "--ledger", "ledger.json", "--expect-no-changes").code == 0


def test_two_at_once_with_one_ledger(fleet: Command) -> None:
    """The second waits for the first, looks, and has nothing left to do."""
    fleet.emulator.fault("project.create", "delay", times=None, seconds=0.1)
    runs = [begun(fleet, *APPLY, "--json") for _ in range(2)]
    ended = [(*run.communicate(), run.returncode) for run in runs]
    assert [code for _out, _err, code in ended] == [0, 0]
    (said,) = [err for _out, err, _code in ended if err]
    waiting = r"ledger '.*ledger\.json' is held by another run( \(process .*\))?: waiting for its end, 60 s at most"
    assert re.fullmatch(rf"opentok-projects: {waiting}\n", said)
    assert sorted(json.loads(out)["summary"]["changed"] for out, _err, _code in ended) == [0, MANY]
    assert len(fleet.names()) == MANY


def test_an_account_that_cannot_be_reached_any_more(fleet: Command) -> None:
    """Half-way no answer comes any more: each project says whether it is done, not known or not sent."""
    fleet.emulator.fault("project.create", "drop_after", times=None, after=8)
    fleet.emulator.fault("project.list", "status", times=None, after=1, status=503, retry_after=0)
    done = fleet(*APPLY, "--json", "--stop-on-error")
    assert done.code == 3
    there, outcomes = set(fleet.names()), {one["key"]: one for one in done.json["projects"]}
    made = {key for key, one in outcomes.items() if "create project" in str(one["actions"])}
    unknown = {key for key, one in outcomes.items() if "cannot be listed" in str(one["error"]) and key not in made}
    not_begun = {key for key, one in outcomes.items() if str(one["error"]).startswith("not begun: ")}
    assert made | unknown | not_begun == set(outcomes)
    assert made <= there <= made | unknown
    assert (len(made), 0 < len(unknown) <= 4) == (8, True)
    fleet.emulator.clear_faults()
    fleet(*APPLY).ok()
    assert len(fleet.names()) == MANY == len(set(fleet.names()))


def test_what_has_one_cause_is_said_once(fleet: Command, postgresql_server: PostgresqlServer) -> None:
    """A ledger that is lost in the middle stops all that is left. `--json` has it for each."""
    database = postgresql_server.database()
    fleet.emulator.fault("project.create", "delay", times=None, seconds=0.1)
    process = begun(fleet, "apply", "-f", "tenants.yaml", "--ledger", postgresql_server.url(database), "--yes", "--parallel", "4", "--json")
    while len(fleet.names()) < MANY // 4:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    postgresql_server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opentok-ledger'", database=database)
    out, err = process.communicate()
    assert process.returncode == 3, err
    errors = [one["error"] for one in json.loads(out)["projects"] if one["error"]]
    same = max(errors, key=errors.count)
    assert errors.count(same) > 6, errors
    assert err.count(same) == 1
    (others,) = re.findall(r"^opentok-projects: and (\d+) more for the same reason: (?:t\d\d, ){4}t\d\d and \d+ others$", err, re.MULTILINE)
    assert int(others) == errors.count(same) - 1
