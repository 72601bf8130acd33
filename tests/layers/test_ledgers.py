# SPDX-License-Identifier: Apache-2.0
"""The text that names a ledger means the same in a module and in the command; what is wrong with it is one line, and nothing is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator
from tests.cli.running import Command
from tests.playbooks.ansible_run import AnsibleRun

NO_PSYCOPG = 'raise ImportError("hidden by a test")\n'

WRONG = {
    "postgresql://h": "names no database",
    "postgresql://u:hunter2@h/d": "must have no password in it",
    "postgresql://127.0.0.1:1/opentok": "cannot be reached",
    "vault:nowhere": "",
}


@pytest.mark.long
def test_the_same_is_refused_in_the_same_words(opentok_emulator: Emulator, tmp_path: Path) -> None:
    command = Command(opentok_emulator, tmp_path)
    file = command.file("projects: [{name: Acme}]")
    tasks = [
        {"name": place, "opentok.cloud.project": {"name": "Acme", "ledger": place}, "ignore_errors": True, "register": f"result_{number}"}
        for number, place in enumerate(WRONG)
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded()
    for place, says in WRONG.items():
        (result,) = [found for found in played.results if found.task == place]
        said = str(result.result["msg"])
        assert says in said
        done = command("apply", "-f", file, "--ledger", place)
        called = said.replace("ledger: ", "--ledger (or OPENTOK_LEDGER): ", 1) if said.startswith("ledger: ") else said
        assert (done.code, done.err) == (1 if "reached" in said else 2, f"opentok-projects: {called}\n")
        assert "hunter2" not in said
    assert opentok_emulator.journal() == []


@pytest.mark.parametrize(("place", "library"), [("postgresql://h/d", "psycopg"), ("s3://acme-ops/ledger", "boto3")])
def test_a_library_that_is_missing_is_asked_for(opentok_emulator: Emulator, tmp_path: Path, place: str, library: str) -> None:
    hidden = tmp_path / "hidden" / library
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text(NO_PSYCOPG, encoding="utf-8")
    command = Command(opentok_emulator, tmp_path)
    path = f"{hidden.parent}:{command.environment({})['PYTHONPATH']}"
    file = command.file("projects: [{name: Acme}]")
    command("apply", "-f", file, "--ledger", place, PYTHONPATH=path).failed(
        1, f"needs the Python library {library}", "which is missing: install it with"
    )
    task = {"name": "it", "opentok.cloud.project": {"name": "Acme", "ledger": place}, "ignore_errors": True}
    played = AnsibleRun(tmp_path, opentok_emulator, {"PYTHONPATH": path}).play([task]).succeeded()
    (result,) = [found for found in played.results if found.task == "it"]
    assert "Failed to import the required Python library" in result.result["msg"]
    assert library in result.result["msg"]
    assert opentok_emulator.journal() == []
