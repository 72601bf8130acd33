# SPDX-License-Identifier: Apache-2.0
"""The role `tenant` by real playbooks: foretold, made, quiet, put right, rotated, its room replaced, taken down; what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.things.archive_storage import SECRET_KEY, TO_S3

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

STORAGE = {**{name: value for name, value in TO_S3.items() if name != "project"}, "secret_key": "{{ lookup('ansible.builtin.env', 'SECRET_KEY') }}"}
HOOK = "https://hooks.example.com/acme"
CALLBACKS = [{"group": "connection", "event": event, "url": HOOK} for event in ("created", "destroyed")]
URI = "sip:+15551234567@sip.example.com;transport=tls"
PASSWORD = "hunter2-hunter2"
OUTPUTS = {"api_key", "secret_fingerprint", "session_id", "trunk", "trunk_fingerprint", "storage", "callbacks", "actions"}
READ = ["project.list"]


class Role:
    """Plays the role with ``wanted``, which a test changes between runs; keeps what was printed and each secret that there ever was."""

    def __init__(self, folder: Path, opentok: Emulator) -> None:
        self.ledger, self.trunk = folder / "ledger.json", folder / "trunk.json"
        self.wanted: dict[str, Any] = {
            "tenant_name": "ACME GmbH",
            "tenant_ledger": str(self.ledger),
            "tenant_trunk_dest": str(self.trunk),
            "tenant_project": {"status": "active", "secret_triggers": {"rotation": "1"}},
            "tenant_session": {"media_mode": "routed"},
            "tenant_sip_trunk": {"uri": URI, "username": "acme", "password": "{{ lookup('ansible.builtin.env', 'SIP_PASSWORD') }}"},
        }
        self.printed = self._last = ""
        self.of_each: dict[str, Any] = {}
        self.secrets = {PASSWORD, SECRET_KEY, opentok.account_secret}
        self._opentok = opentok
        self._ansible = AnsibleRun(folder, opentok, {**opentok.env, "SIP_PASSWORD": PASSWORD, "SECRET_KEY": SECRET_KEY})

    def play(self, *arguments: str) -> dict[str, Any]:
        """One run; the outputs, and beside them what changed and which requests were sent."""
        tasks = [
            {"name": "role", "ansible.builtin.include_role": {"name": "opentok.cloud.tenant"}, "vars": self.wanted},
            {"name": "outputs", "ansible.builtin.debug": {"var": "tenant_outputs"}},
            {"name": "of each", "ansible.builtin.debug": {"var": "tenant_list_outputs"}},
        ]
        played = self._ansible.play(tasks, "-vvv", "--diff", *arguments).succeeded()
        self.printed += played.output
        self.secrets |= {project["secret"] for project in self._opentok.all_projects()}
        self._last = played.output
        self.of_each = played.of("of each").result["tenant_list_outputs"]
        outputs: dict[str, Any] = played.of("outputs").result["tenant_outputs"]
        assert set(outputs) == OUTPUTS
        requests = [name for result in played.results for name in result.requests]
        return {**outputs, "changed": short(played), "requests": requests}

    def lines(self, tenant: str) -> int:
        """How many lines the last run showed of it."""
        return len(re.findall(rf"^(?:ok|changed|skipping): .*=> \(item={tenant}\)", self._last, re.MULTILINE))

    def foretold(self) -> dict[str, Any]:
        """A run, after a check that changed nothing and said the same."""
        before = (self._opentok.all_projects(), self._opentok.all_sessions(), text(self.trunk), text(self.ledger))
        check = self.play("--check")
        assert (self._opentok.all_projects(), self._opentok.all_sessions(), text(self.trunk), text(self.ledger)) == before
        run = self.play()
        assert (check["actions"], check["changed"]) == (run["actions"], run["changed"])
        return run

    def quiet(self, *reads: str) -> bool:
        again = self.play()
        return (again["changed"], again["actions"], again["requests"]) == ([], [], [*READ, *reads])


def short(played: Played) -> list[str]:
    """What changed, by the last word of the task."""
    return [name.split()[-1] for name in played.changed()]


def text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


@pytest.mark.long
def test_the_life_of_a_tenant(tmp_path: Path, opentok_emulator: Emulator) -> None:
    role = Role(tmp_path, opentok_emulator)

    check = role.play("--check")
    assert (check["api_key"], check["session_id"], check["requests"]) == (None, None, READ)
    assert (opentok_emulator.all_projects(), role.trunk.exists(), role.ledger.exists()) == ([], False, False)
    made = role.play()
    publish, create, session = made["actions"]
    assert check["actions"] == [publish, create, "create a session in the new project"]
    assert session == f"create a session 'default' in project {made['api_key']} (routed)"
    assert made["changed"] == ["trunk", "project", "session"]
    (project,) = opentok_emulator.all_projects()
    assert (project["name"], project["id"]) == ("ACME GmbH", made["api_key"])
    assert (opentok_emulator.session(made["session_id"]) or {})["mediaMode"] == "routed"
    assert made["trunk"] == json.loads(role.trunk.read_text(encoding="utf-8"))
    assert made["trunk"]["uri"] == URI
    assert role.quiet()

    opentok_emulator.edit_project(project["id"], status="SUSPENDED")
    role.trunk.write_text(role.trunk.read_text(encoding="utf-8").replace('"enabled": true', '"enabled": false'), encoding="utf-8")
    role.wanted["tenant_project"]["secret_triggers"] = {"rotation": "2"}
    righted = role.foretold()
    assert (righted["changed"], righted["session_id"]) == (["trunk", "project"], made["session_id"])
    assert [text.split()[0] for text in righted["actions"]] == ["change", "rotate", "activate"], "what was changed elsewhere, and the rotation"
    assert righted["secret_fingerprint"] != made["secret_fingerprint"]

    role.wanted["tenant_session"]["e2ee"] = True
    del role.wanted["tenant_sip_trunk"]
    role.wanted.update(tenant_storage=STORAGE, tenant_callbacks=CALLBACKS)
    replaced = role.foretold()
    assert (replaced["changed"], replaced["trunk"], replaced["trunk_fingerprint"]) == (["trunk", "session", "storage", "callbacks"], None, None)
    assert (replaced["session_id"] != made["session_id"], role.trunk.exists()) == (True, False)
    gained = [text.partition(" of ")[0].partition(" in ")[0] for text in replaced["actions"][2:]]
    assert gained == ["set the archive storage", *["register a callback"] * 2]
    assert (replaced["storage"]["bucket"], replaced["storage"]["secret_key"]) == ("acme-archives", None)
    assert [callback["event"] for callback in replaced["callbacks"]] == ["created", "destroyed"]
    assert role.quiet("project.get", *["project.get", "callback.list"] * 2), "of the storage no more than its project can be read"

    role.wanted["tenant_callbacks"] = [{**CALLBACKS[1], "url": f"{HOOK}/left", "prune": "https://hooks.example.com/*"}]
    role.wanted["tenant_project"]["status"] = "suspended"
    asleep = role.foretold()
    gone = f"no more connection/destroyed to '{HOOK}'"
    assert [text.partition(": ")[2] for text in asleep["actions"][:2]] == [f"connection/destroyed to '{HOOK}/left'", gone]
    assert asleep["changed"] == ["callbacks", "project"], "what is declared no longer stays; the pattern has its bound in its own event"
    asleep = role.play()
    assert (asleep["changed"], asleep["storage"], asleep["callbacks"], asleep["requests"]) == ([], None, [], READ), "OpenTok would refuse"

    role.wanted["tenant_state"] = "absent"
    gone = role.foretold()
    assert gone["changed"] == ["declared"]
    assert gone["actions"][0].startswith(f"delete project {made['api_key']}")
    assert (opentok_emulator.all_projects(), gone["session_id"]) == ([], None)
    everything = role.printed + str(text(role.ledger)) + str(opentok_emulator.journal())
    assert [secret for secret in role.secrets if secret in everything] == []


@pytest.mark.long
def test_several_tenants(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """Three lines of each at most, an output for each, and one that is made suspended has its session all the same."""
    role = Role(tmp_path, opentok_emulator)
    trunk = {"uri": URI, "username": "acme", "password": PASSWORD}
    suspended = {"name": "Müller", "project": {"status": "suspended"}}
    called = {"name": "Acme", "session": {"media_mode": "routed"}, "sip_trunk": trunk, "trunk_dest": str(role.trunk)}
    # A callback that is declared shows no password of its tenant's trunk.
    called |= {"callbacks": CALLBACKS[:1], "storage": {**STORAGE, "secret_key": SECRET_KEY}}
    role.wanted = {"tenant_ledger": str(role.ledger), "tenant_list": [suspended, called, {"name": "Old", "state": "absent"}]}
    check = role.play("--check")
    assert (opentok_emulator.all_projects(), check["requests"]) == ([], READ * 3)
    foretold = role.of_each
    assert foretold["Acme"]["actions"][2:] == [
        *("create a session in the new project", "set the archive storage of the new project", "register a callback in the new project"),
    ]
    assert foretold["Müller"]["actions"][1:] == ["create a session in the new project", "suspend the new project"]
    role.play()
    for name, count in (("Müller", 3), ("Acme", 5), ("Old", 0)):
        outputs = role.of_each[name]
        assert set(outputs) == OUTPUTS
        assert [text.split()[0] for text in outputs["actions"]] == [text.split()[0] for text in foretold[name]["actions"]]
        assert (len(outputs["actions"]), outputs["session_id"] is not None) == (count, count > 0)
        assert role.lines(name) <= 4
    assert {project["name"]: project["status"] for project in opentok_emulator.all_projects()} == {"Müller": "SUSPENDED", "Acme": "VALID"}
    assert len(opentok_emulator.all_sessions()) == 2
    assert [secret for secret in role.secrets if secret in role.printed] == []


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"tenant_session": {"mediaMode": "routed"}}, "tenant_session.mediaMode"),
    "unknown_password": ({"tenant_sip_trunk": {"uri": URI, "passwort": PASSWORD}}, "tenant_sip_trunk.passwort"),
    "relayed": ({"tenant_session": {}}, "tenant_session.media_mode: must be 'routed' where there is a tenant_sip_trunk"),
    "no_uri": ({"tenant_sip_trunk": {"username": "acme", "password": PASSWORD}}, "uri: missing"),
    "in_the_uri": ({"tenant_sip_trunk": {"uri": f"sip:a:{PASSWORD}@h"}}, "uri: must not hold a password"),
    "no_ledger": ({"tenant_ledger": None}, "tenant_ledger"),
    "no_place": ({"tenant_storage": {"access_key": "a", "secret_key": PASSWORD}}, "tenant_storage.bucket: missing: declare bucket or"),
    "unknown_key": ({"tenant_storage": {**STORAGE, "secret": PASSWORD}}, "tenant_storage.secret"),
    "no_event": ({"tenant_callbacks": [{"group": "archive", "url": HOOK}]}, "event"),
    "choice": ({"tenant_project": {"status": "gone"}}, "status"),
    "number": ({"tenant_name": 1984}, "tenant_name: must be a string: put it in quotes"),
}


@pytest.mark.long
def test_what_is_refused_before_any_request(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """A host for each mistake, so that one run says all."""
    wanted = Role(tmp_path, opentok_emulator).wanted
    hosts = {}
    for host, (wrong, _) in REFUSED.items():
        given = {**wanted, **wrong}
        hosts[host] = {name: value for name, value in given.items() if value is not None}
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": local}}), encoding="utf-8")
    playbook = tmp_path / "refused.yml"
    play = {"name": "Refused", "hosts": "all", "gather_facts": False, "roles": ["opentok.cloud.tenant"]}
    playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
    environ = {**opentok_emulator.env, "SIP_PASSWORD": PASSWORD}
    played = AnsibleRun(tmp_path, opentok_emulator, environ).playbook(playbook, "-vvv", "-i", inventory.name)
    assert played.status != 0
    said = [result.result["msg"] for result in played.results if result.outcome == "failed"]
    assert len(said) == len(REFUSED), played.output
    for host, (_, right) in REFUSED.items():
        assert [text for text in said if right in text], (host, said)
    assert [name for result in played.results for name in result.requests] == []
    assert PASSWORD not in played.output
    assert not (tmp_path / "trunk.json").exists(), "nor was anything published"
