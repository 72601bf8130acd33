# SPDX-License-Identifier: Apache-2.0
"""Two runners on two machines, of which one has ``opentok-projects`` and the other Ansible, with one PostgreSQL and one OpenTok on a third."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_opentok.core import fingerprint
from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.emulator import Control
from tests.engine.environment import REPO
from tests.faults.opentok import executed, project_id
from tests.ledgers.apart import Machine, network
from tests.postgresql_server import PostgresqlServer, started
from tools.postgresql import ensure_postgresql

TENANTS = [f"tenant {number:02}" for number in range(10)]
PROGRAMS = Path(sys.prefix, "bin")


@dataclass
class Site:
    """Three machines. ``ledger`` is the URL that both runners are given."""

    machines: Mapping[str, Machine]
    opentok: Control
    env: Mapping[str, str]
    server: PostgresqlServer
    ledger: str

    def start_command(self, projects: list[dict[str, Any]]) -> subprocess.Popen[str]:
        machine = self.machines["runner-1"]
        (machine.folder / "tenants.yaml").write_text(yaml.safe_dump({"projects": projects}))
        command = [str(PROGRAMS / "opentok-projects"), "apply", "-f", "tenants.yaml", "--ledger", self.ledger, "--yes", "--parallel", "2"]
        return machine.start(command, self.env)

    def start_ansible(self, projects: list[dict[str, Any]]) -> subprocess.Popen[str]:
        machine = self.machines["runner-2"]
        task = {"name": "Tenants", "opentok.cloud.projects": {"projects": projects, "ledger": self.ledger, "max_parallel": 2}}
        (machine.folder / "play.yml").write_text(yaml.safe_dump([{"name": "Test", "hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
        env = {**self.env, "ANSIBLE_COLLECTIONS_PATH": str(REPO), "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "1"}
        path = {"PATH": f"{PROGRAMS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        return machine.start([str(PROGRAMS / "ansible-playbook"), "-i", "localhost,", "-c", "local", "play.yml"], {**env, **path})

    def executed(self, operation: str) -> list[dict[str, Any]]:
        return executed(self.opentok.journal(), operation)

    def settled(self) -> None:
        """Each tenant has one project, and the ledger has its live secret."""
        rows = self.opentok.all_projects()
        assert sorted(row["name"] for row in rows) == TENANTS
        with ledger_at(self.ledger).read_only() as book:
            entries = book.of("project")
        assert {id_: entry["secret_fingerprint"] for id_, entry in entries.items()} == {row["id"]: fingerprint(row["secret"]) for row in rows}


@pytest.fixture
def site() -> Iterator[Site]:
    with network("server", "runner-1", "runner-2") as machines:
        hub = machines["server"]
        given = ["--port", "8765", "--host", hub.address, "--json"]
        opentok = subprocess.Popen(
            [*hub.inside, sys.executable, "-m", "pulumi_opentok.emulator", *given],
            cwd=REPO,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            with started(ensure_postgresql(), host=hub.address, inside=hub.inside, trusted="198.18.0.0/16") as server:
                assert opentok.stdout is not None
                said = json.loads(opentok.stdout.readline())
                env = {
                    "OPENTOK_API_URL": said["url"],
                    "OPENTOK_ACCOUNT_KEY": said["account_key"],
                    "OPENTOK_ACCOUNT_SECRET": said["account_secret"],
                    "OPENTOK_ALLOW_HTTP": "true",
                }
                yield Site(machines, Control(said["url"]), env, server, server.url(server.database()))
        finally:
            opentok.kill()
            opentok.communicate()


@pytest.mark.long
def test_each_thing_is_done_once_and_one_that_is_cut_off_holds_nobody_up_for_ever(site: Site) -> None:
    declared = [{"name": name, "secret_triggers": {"v": "1"}} for name in TENANTS]
    site.opentok.fault("project.create", "delay", seconds=0.1, times=None)
    runs = [site.start_command(declared), site.start_ansible(declared)]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert len(site.executed("project.create")) == len(TENANTS)
    site.settled()

    rotated = [{"name": name, "secret_triggers": {"v": "2"}} for name in TENANTS]
    site.opentok.clear_faults()
    site.opentok.clear_journal()
    site.opentok.fault("project.refresh_secret", "delay", seconds=0.5, times=None)
    command = site.start_command(rotated)
    while len(site.executed("project.refresh_secret")) < 2:
        assert command.poll() is None, command.communicate()
    ansible = site.start_ansible(rotated)
    site.machines["runner-1"].cut()
    command.kill()
    command.communicate()
    output = ansible.communicate()[0]
    assert ansible.returncode == 0, output
    counts = Counter(project_id(entry) for entry in site.executed("project.refresh_secret"))
    assert sorted(counts.values()) == [1] * len(TENANTS)
    site.settled()
