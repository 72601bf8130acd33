# SPDX-License-Identifier: Apache-2.0
"""One full run through all layers, faults included; then every text that came out of it is searched for every secret there ever was."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Account, Connection, Credentials, OpenTokError
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.emulator import Emulator
from tests.engine.stack import EngineStack
from tests.playbooks.ansible_run import AnsibleRun

WRONG = "d34db33f" * 5
FAULTS = ("drop_after", "garble", "html", "truncate", "status")


class Texts:
    """Every text that someone could read, and every secret that was ever live."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.texts: dict[str, str] = {}
        self.secrets = {emulator.account_secret, WRONG}

    def add(self, source: str, text: object) -> None:
        """Keeps a text; the secrets that are live by now are looked for as well."""
        self.texts[f"{len(self.texts)}: {source}"] = str(text)
        self.secrets |= {project["secret"] for project in self._emulator.all_projects()}

    @contextmanager
    def failing(self, source: str) -> Iterator[None]:
        """Keeps the traceback of an error of the core."""
        try:
            yield
        except OpenTokError as error:
            self.add(source, "".join(traceback.format_exception(error)) + repr(error))
            self.add(source, repr(vars(error)))

    def leaks(self) -> list[str]:
        """Where a secret stands, with the words around it but not the secret."""
        found = []
        for source, text in self.texts.items():
            found += [f"{source}: {self._around(text, secret)}" for secret in self.secrets if secret in text]
        return found

    def _around(self, text: str, secret: str) -> str:
        at = text.index(secret)
        words = text[max(0, at - 80) : at + len(secret) + 20]
        for other in self.secrets:
            words = words.replace(other, "<a secret>")
        return words


@pytest.mark.long
def test_no_secret_in_any_text(
    new_stack: Callable[..., EngineStack], opentok_emulator: Emulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = Texts(opentok_emulator)
    caplog.set_level(logging.DEBUG)
    pulumi_life(new_stack, opentok_emulator, texts)
    playbook_life(opentok_emulator, tmp_path, texts)
    core_life(opentok_emulator, texts)
    texts.add("journal", opentok_emulator.journal())
    texts.add("log", caplog.text)
    assert len(texts.secrets) > 6
    assert texts.leaks() == []


def test_the_scan_finds_what_it_looks_for(opentok_emulator: Emulator) -> None:
    texts = Texts(opentok_emulator)
    texts.add("planted", f"the secret is {opentok_emulator.account_secret}.")
    assert texts.leaks() == ["0: planted: the secret is <a secret>."]


def pulumi_life(new_stack: Callable[..., EngineStack], emulator: Emulator, texts: Texts) -> None:
    wanted = {"status": "active", "version": "1", "name": "Acme"}

    def program() -> None:
        project = opentok.Project("acme", name=wanted["name"], status=wanted["status"], secret_triggers={"v": wanted["version"]})
        pulumi.export("secret", project.api_secret)
        pulumi.export("text", pulumi.Output.concat("the secret is ", project.api_secret))

    config = {"opentok:accountKey": emulator.account_key}
    stack = new_stack(program, env={"OPENTOK_API_URL": emulator.url, "OPENTOK_DEBUG": "1"}, config=config)
    stack.set_config("opentok:accountSecret", emulator.account_secret, secret=True)
    for change in ({}, {"version": "2"}, {"status": "suspended"}, {"status": "paused"}, {"status": "active", "name": "Acme 2"}):
        wanted.update(change)
        # Not with -v=9: there the engine itself logs the whole configuration of every plugin.
        texts.add(f"pulumi up {change}", stack.up(debug=True, log_to_std_err=True).text)
    emulator.fault("project.refresh_secret", "drop_after")
    wanted["version"] = "3"
    texts.add("pulumi up, lost answer", stack.up().text)
    emulator.edit_project(emulator.all_projects()[0]["id"], secret="0" * 39 + "1")
    texts.add("pulumi refresh", stack.refresh().text)
    stack.set_config("opentok:accountSecret", WRONG, secret=True)
    texts.add("pulumi up, wrong secret", stack.refresh().text)
    stack.set_config("opentok:accountSecret", emulator.account_secret, secret=True)
    texts.add("pulumi destroy", stack.destroy().text)
    texts.add("everything that Pulumi wrote", stack.everything_on_disk())


def playbook_life(emulator: Emulator, folder: Path, texts: Texts) -> None:
    ansible = AnsibleRun(folder, emulator, {**emulator.env, "WRONG": WRONG}, forked=False)
    # Ansible shows the lines of the playbook that failed, so none stands there in clear.
    right, wrong = (f"{{{{ lookup('ansible.builtin.env', '{name}') }}}}" for name in ("OPENTOK_ACCOUNT_SECRET", "WRONG"))
    tasks = [
        {"name": "create", "opentok.cloud.project": {"name": "Globex", "status": "active"}},
        {"name": "suspend", "opentok.cloud.project": {"name": "Globex", "status": "suspended"}},
        {"name": "info", "opentok.cloud.project_info": {}},
        {"name": "options", "opentok.cloud.project_info": {"account_key": emulator.account_key, "account_secret": right}},
        {"name": "wrong", "opentok.cloud.project_info": {"account_secret": wrong}, "ignore_errors": True},
        {"name": "absent", "opentok.cloud.project": {"name": "Globex", "state": "absent"}},
    ]
    texts.add("ansible-playbook --check", ansible.play(tasks, "--check", "--diff", "-vvv").output)
    played = ansible.play(tasks[:-1], "--diff", "-vvv").output
    assert '"account_secret": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"' in played, "options are there to be searched"
    texts.add("ansible-playbook", played)
    texts.add("ansible-playbook, absent", ansible.play(tasks[-1:], "--diff", "-vvv").output)


def core_life(emulator: Emulator, texts: Texts) -> None:
    connection = Connection.resolve({"account_key": emulator.account_key, "account_secret": emulator.account_secret, "api_url": emulator.url})
    scope = Scope(connection, warn=lambda text: texts.add("warning", text))
    account = scope.account
    project = account.projects.create("Initech")
    client = OpenTok(project.credentials, api_url=emulator.url)
    spec = PROJECT.parse({"name": "Initech", "take_by_name": True, "status": "suspended"}, account_key=scope.account_key)
    state = PROJECT.find(scope, spec)
    for thing in (connection, scope.transport, account, account.projects, project, project.credentials, client, client.tokens, state, spec):
        texts.add(f"repr of {type(thing).__name__}", f"{thing!r} {thing!s}")
    for kind in FAULTS:
        with texts.failing(f"create with {kind}"):
            emulator.fault("project.create", kind)
            account.projects.create("Umbrella")
    with texts.failing("wrong account secret"):
        Account(Credentials(key=emulator.account_key, secret=WRONG, kind="account"), api_url=emulator.url).projects.list()
    with texts.failing("dead secret"):
        account.projects.refresh_secret(project.id)
        client.sessions.create()
    with texts.failing("half a pair"):
        Connection.resolve({"account_secret": WRONG}, environ={})
    with texts.failing("a URL with a password"):
        Connection.resolve({"api_url": f"https://user:{WRONG}@example.com"}, environ={})
