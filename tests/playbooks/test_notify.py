# SPDX-License-Identifier: Apache-2.0
"""Programs that publish, and hooks, by real playbooks: foretold, done once, done again after a failure, and no secret in any output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.receiver import Receiver
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun
from tests.stores.places import PUT_SECRET

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def task(title: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": title, "opentok.cloud.project": options, **keywords}


def words(actions: list[str]) -> list[str]:
    return [action.split()[0] for action in actions]


def test_foretold_done_and_quiet(tmp_path: Path, opentok_emulator: Emulator, receiver: Receiver) -> None:
    """By each way to declare it: a project, a fleet, a tenant; the same hook fails once, and only that run is made up for."""
    runs = tmp_path / "runs"
    hook = tmp_path / "reload"
    hook.write_text(f'#!/bin/sh\necho "$1" >>"{runs}"\n', encoding="utf-8")
    hook.chmod(0o755)
    ledger = {"ledger": str(tmp_path / "ledger.json")}
    notify = [f"exec:{hook} once", f"webhook:{receiver.url}/hooks?token=t0ken"]
    acme = {"name": "Acme", **ledger, "publish": [f"exec:{PUT_SECRET} {tmp_path}/acme.json"], "notify": notify}
    fleet = {
        "projects": {"globex": {}, "initech": {"notify": []}},
        "defaults": {"publish": [f"file:{tmp_path}/{{key}}.json"], "notify": [f"exec:{hook} {{key}}"]},
        **ledger,
    }
    tenant = {"tenant_name": "Hooli", "tenant_ledger": ledger["ledger"], "tenant_publish": [f"file:{tmp_path}/hooli.json"]}
    receiver.answers = [400]
    played = AnsibleRun(tmp_path, opentok_emulator).play(
        [
            task("check", acme, check_mode=True),
            task("run", acme, ignore_errors=True),
            task("check again", acme, check_mode=True),
            task("made up for", acme),
            task("quiet", acme),
            task("quiet check", acme, check_mode=True),
            *({"name": title, "opentok.cloud.projects": fleet} for title in ("fleet", "fleet again")),
            {
                "name": "role",
                "ansible.builtin.include_role": {"name": "opentok.cloud.tenant"},
                "vars": {**tenant, "tenant_notify": [f"exec:{hook} tenant"]},
            },
            {"name": "outputs", "ansible.builtin.debug": {"var": "tenant_outputs"}},
        ],
        "-vvv",
        "--diff",
    )
    played.succeeded()
    assert words(played.of("check").result["actions"]) == ["create", "publish", "notify", "notify"]
    failed = played.of("run").result
    assert words(failed["actions"]) == ["create", "publish", "notify"]
    assert (played.of("run").outcome, failed["changed"], failed["failure"]["type"]) == ("failed", True, "NotifyError")
    assert failed["msg"].startswith(f"webhook {receiver.url}: HTTP 400: check what answers there. The credentials are published, and the next run")
    for title in ("check again", "made up for"):
        (text,) = played.of(title).result["actions"]
        assert text.startswith(f"notify webhook {receiver.url} of the credentials of project ")
    for title in ("quiet", "quiet check", "fleet again"):
        assert played.of(title).result["actions"] == [], title
    assert len(receiver.rest()) == 2
    assert sorted(words(played.of("fleet").result["actions"])) == ["create", "create", "notify", "publish", "publish"]
    assert words(played.of("outputs").result["tenant_outputs"]["actions"])[:3] == ["create", "publish", "notify"]
    assert runs.read_text().split() == ["once", "globex", "tenant"]
    (live,) = [project["secret"] for project in opentok_emulator.all_projects() if project["name"] == "Acme"]
    assert json.loads((tmp_path / "acme.json").read_text())["api_secret"] == live
    secrets = [opentok_emulator.account_secret, *(project["secret"] for project in opentok_emulator.all_projects())]
    assert [secret for secret in secrets if secret in played.output] == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing is published": ({"notify": ["exec:reload"]}, "notify: nothing is published, so nobody would ever be notified"),
    "it is to be absent": ({"state": "absent", "notify": ["exec:reload"]}, "notify: contradicts state: absent"),
    "no such hook": ({"publish": ["file:x.json"], "notify": ["ftp:x"]}, "notify: must be exec:COMMAND, webhook:URL or kubernetes-rollout:"),
    "not encrypted": ({"publish": ["file:x.json"], "notify": ["webhook:http://a.example.com"]}, "must be https://, or allow_http must be true"),
    "no text": ({"publish": ["file:x.json"], "notify": [{"exec": "reload"}]}, "notify: must be a text such as webhook:https://"),
    "twice": ({"publish": ["file:x.json"], "notify": ["exec:reload", "exec:reload"]}, "notify: has command 'reload' twice"),
    "no such program": ({"publish": ["exec:no-such-program"]}, "there is no program 'no-such-program' that can be run: it is not on PATH"),
    "no command": ({"publish": ["exec:./put"]}, "publish: 'exec:./put': must begin with the absolute path of a program"),
}


def test_bad_input_changes_nothing(tmp_path: Path, opentok_emulator: Emulator) -> None:
    projects_of(opentok_emulator).create("Acme")
    before = opentok_emulator.all_projects()
    tasks = [task(title, {"name": "Acme", **options}, ignore_errors=True) for title, (options, _said) in WRONG.items()]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded()
    for title, (_options, said) in WRONG.items():
        assert said in played.of(title).result["msg"], title
    assert opentok_emulator.all_projects() == before
