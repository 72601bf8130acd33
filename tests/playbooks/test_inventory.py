# SPDX-License-Identifier: Apache-2.0
"""Projects as the hosts of an inventory, by the real ansible-inventory and by a real playbook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pulumi_opentok.core.http.auth import fingerprint
from pulumi_opentok.emulator import Emulator
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

if TYPE_CHECKING:
    from subprocess import CompletedProcess

TEMPLATE = "{{ lookup('ansible.builtin.env', 'HOME') }}"
ODD = {"Acme GmbH": "acme-gmbh", "Müller & Söhne [EU]": "muller-sohne-eu", "株式会社": "project", TEMPLATE: "lookup-ansible.builtin.env-home"}


@pytest.fixture
def ansible(tmp_path: Path, opentok_emulator: Emulator) -> AnsibleRun:
    return AnsibleRun(tmp_path, opentok_emulator)


def source(ansible: AnsibleRun, name: str = "opentok.yml", **options: Any) -> str:
    """A file of the inventory, in which everything may be a template."""
    path = ansible.folder / name
    path.write_text(yaml.safe_dump({"plugin": "opentok.cloud.projects", **options}, allow_unicode=True), encoding="utf-8")
    return str(path)


def listed(done: CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_projects_are_hosts(ansible: AnsibleRun, opentok_emulator: Emulator) -> None:
    projects = projects_of(opentok_emulator)
    made = [projects.create(name) for name in ("Acme GmbH", *ODD, None)]
    projects.set_status(made[1].id, "suspended")
    names = [f"{ODD.get(one.name, 'project')}-{one.id}" for one in made]
    path = source(
        ansible,
        name_groups={"eu": "*[EU]", "both": ["Acme*", "株*"]},
        compose={"tenant": "opentok_name | lower"},
        keyed_groups=[{"key": "opentok_created_at[:2]", "prefix": "since"}],
    )
    opentok_emulator.clear_journal()
    done = ansible.inventory("-i", path, "--list")
    found = listed(done)
    assert [entry["operation"] for entry in opentok_emulator.journal()] == ["project.list"]

    acme = found["_meta"]["hostvars"][names[0]]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", acme.pop("opentok_created_at"))
    # Since 2.19 what is computed is not taken for a template, and says so.
    assert acme.pop("tenant") in ("acme gmbh", {"__ansible_unsafe": "acme gmbh"})
    assert Path(acme.pop("ansible_python_interpreter")).is_absolute()
    assert acme == {
        "ansible_connection": "local",
        "opentok_id": made[0].id,
        "opentok_name": "Acme GmbH",
        "opentok_status": "active",
        "opentok_environment": "standard",
        "opentok_secret_fingerprint": fingerprint(made[0].secret),
        "opentok_account_key": opentok_emulator.account_key,
        "opentok_account": opentok_emulator.account_key,
    }
    hosts = {group: found[group].get("hosts", []) for group in found if group not in ("_meta", "all", "ungrouped")}
    assert hosts == {
        "opentok": names,
        "opentok_status_active": [names[0], *names[2:]],
        "opentok_status_suspended": [names[1]],
        "opentok_environment_standard": names,
        "eu": [names[2]],
        "both": [*names[:2], names[3]],
        "since_20": names,
    }
    assert not [one.id for one in made if one.secret in done.stdout]


def test_accounts_and_a_cache_without_secrets(ansible: AnsibleRun, opentok_emulator: Emulator) -> None:
    """Two accounts that have a project of the same id, whose secrets come from a vault and from the environment."""
    ours = projects_of(opentok_emulator).create("Acme")
    with Emulator(projects=[(ours.id, "b" * 40, "Globex"), ("46999999", "c" * 40, "Initech"), ("46999998", "d" * 40, "c" * 40)]) as elsewhere:
        accounts = [
            {"name": "europe", "account_key": int(opentok_emulator.account_key), "account_secret": "{{ lookup('ansible.builtin.env', 'EUROPE') }}"},
            {"name": "america", "account_key": elsewhere.account_key, "account_secret": "{{ america }}", "api_url": elsewhere.url},
        ]
        cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(ansible.folder / "cache")}
        path = source(ansible, "all.opentok.yaml", accounts=accounts, statuses=["active"], names=["Acme", "G*", "(not shown*"], **cache)
        pasted = "not-shown-it-looks-like-a-secret-46999998"
        secrets = ansible.folder / "secrets.yml"
        secrets.write_text(f"america: {elsewhere.account_secret}\n", encoding="utf-8")
        environ = {"EUROPE": opentok_emulator.account_secret, "OPENTOK_ACCOUNT_SECRET": "", "OPENTOK_ACCOUNT_KEY": ""}

        def run(*more: str) -> tuple[dict[str, Any], int]:
            for opentok in (opentok_emulator, elsewhere):
                opentok.clear_journal()
            found = listed(ansible.inventory("-i", path, "--list", "-e", f"@{secrets}", *more, environ=environ))
            return found, len(opentok_emulator.journal()) + len(elsewhere.journal())

        first, requests = run()
        assert requests == 2
        assert first["opentok"]["hosts"] == [f"acme-{ours.id}-europe", f"globex-{ours.id}-america", pasted]
        assert first["opentok_account_america"]["hosts"] == [f"globex-{ours.id}-america", pasted]
        assert run() == (first, 0)
        kept = "".join(file.read_text(encoding="utf-8") for file in (ansible.folder / "cache").iterdir())
        assert "Initech" in kept
        assert [secret for secret in (ours.secret, "b" * 40, "c" * 40) if secret in kept + json.dumps(first)] == []
        assert elsewhere.account_secret not in kept
        projects_of(opentok_emulator).set_status(ours.id, "suspended")
        anew, requests = run("--flush-cache")
        assert (requests, anew["opentok"]["hosts"]) == (2, [f"globex-{ours.id}-america", pasted])
        # What another account has is not what the cache keeps of this one.
        accounts[1]["api_url"] = opentok_emulator.url
        opentok_emulator.add_account("30000003", elsewhere.account_secret)
        accounts[1]["account_key"] = "30000003"
        source(ansible, "all.opentok.yaml", accounts=accounts, **cache)
        assert run()[1] == 1


def test_a_failure_ends_the_run(ansible: AnsibleRun, opentok_emulator: Emulator) -> None:
    """One line that says which file and which option, and never an inventory without hosts."""
    projects = projects_of(opentok_emulator)
    twins = [projects.create("Twin").id for _ in range(2)]
    secret = "5ecret" * 6
    account = {"account_key": "1234567", "account_secret": secret}
    api = f"project.list of account {opentok_emulator.account_key}:"
    several = {"statusses": ["active"], "name_groups": {"eu": 5}, "account_key": "1234567", "accounts": [account]}
    cases: list[tuple[dict[str, Any], dict[str, str], str]] = [
        ({}, {"OPENTOK_ACCOUNT_SECRET": secret}, f"{api} HTTP 403 'Invalid signature': the secret does not belong to account key"),
        ({}, {"OPENTOK_API_URL": "http://127.0.0.1:9"}, f"{api} no connection to http://127.0.0.1:9"),
        (several, {}, "statusses: no option of this plugin; account_key: contradicts accounts: leave one of them out; name_groups.eu: must be"),
        ({"accounts": [account, {**account, "account_secret": "{{ nix }}"}]}, {}, "accounts[1].account_secret: 'nix' is undefined"),
        ({"accounts": [account, account]}, {}, "accounts[1]: the same account as accounts[0]"),
        ({"hostname": "opentok_name"}, {}, f"hostname: gives project {twins[0]} 'Twin' and project {twins[1]} 'Twin' the same name, 'Twin'"),
    ]
    for options, environ, text in cases:
        path = source(ansible, **options)
        done = ansible.inventory("-i", path, "--list", environ=environ)
        said = " ".join(done.stderr.split())
        assert (done.returncode, done.stdout) == (1, ""), text
        assert f"{path}: {text}" in said, said
        assert secret not in done.stderr


def test_a_play_over_them(ansible: AnsibleRun, opentok_emulator: Emulator) -> None:
    projects = projects_of(opentok_emulator)
    made = [projects.create(name) for name in ("Acme", TEMPLATE, "Globex")]
    for one in made[:2]:
        projects.set_status(one.id, "suspended")
    tasks = [
        {"name": "name", "ansible.builtin.debug": {"var": "opentok_name"}},
        {"name": "activate", "opentok.cloud.project": {"id": "{{ opentok_id }}", "status": "active"}},
    ]
    playbook = ansible.folder / "activate.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "opentok_status_suspended", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    played = ansible.playbook(playbook, "-i", source(ansible)).succeeded()
    assert sorted(one.result["opentok_name"] for one in played.results if one.task == "name") == sorted(["Acme", TEMPLATE])
    assert [one.status for one in projects.list()] == ["active"] * 3
    assert played.changed() == ["activate", "activate"]
