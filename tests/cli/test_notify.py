# SPDX-License-Identifier: Apache-2.0
"""Hooks after a publication: once for each change, again after a failure or a kill, and none of them sees the secret."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Command
from tests.cli.test_interrupted import interrupted
from tests.emulator.receiver import Receiver

LEDGER = ("--ledger", "ledger.json")
APART = {"PYTHONUNBUFFERED": "1"}
"""With it a run is a process that nothing shares, which can be killed."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def acme(command: Command) -> Command:
    """One tenant, whose credentials go to a file."""
    command.file("projects: [{key: acme, name: Acme, publish: [file:acme.json]}]")
    return command


def apply(*more: str) -> tuple[str, ...]:
    return ("apply", "-f", "tenants.yaml", *more)


def program(command: Command, lines: str, name: str = "program") -> Path:
    path = command.folder / name
    path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def rotated_elsewhere(command: Command) -> str:
    (project,) = command.emulator.all_projects()
    secret = hashlib.sha256(project["secret"].encode()).hexdigest()[:40]
    command.emulator.edit_project(project["id"], secret=secret)
    return secret


def due(command: Command) -> list[str]:
    """What the ledger says is due."""
    entries = json.loads((command.folder / "ledger.json").read_text())["entries"]
    (found,) = [entry["private"].get("notify_due", []) for entry in entries.values()]
    return list(found)


def test_once_for_each_change(acme: Command, receiver: Receiver) -> None:
    hook = f"webhook:{receiver.url}/hooks/opentok?token=t0ken"
    for version, changes in ((1, True), (1, False), (2, True), (2, False)):
        secret = rotated_elsewhere(acme) if (version, changes) == (2, True) else None
        done = acme(*apply(*LEDGER, "--notify", hook)).ok()
        assert (f"notify webhook {receiver.url} of the credentials of project" in done.out) is changes
        assert "t0ken" not in done.out
        messages = receiver.rest()
        assert len(messages) == changes
        for message in messages:
            published = json.loads((acme.folder / "acme.json").read_text())
            assert message.path == "/hooks/opentok?token=t0ken"
            assert "X-OpenTok-Signature" not in message.headers
            assert secret in (None, published["api_secret"])
            assert message.body == {
                "platform": "opentok",
                "api_key": published["api_key"],
                "secret_fingerprint": "sha256:" + hashlib.sha256(published["api_secret"].encode()).hexdigest(),
                "version": version,
                "rotated_at": published["rotated_at"],
                "targets": [f"file '{acme.folder}/acme.json'"],
            }
        assert due(acme) == []


def test_a_signature(acme: Command, receiver: Receiver) -> None:
    acme(*apply("--notify", f"webhook:{receiver.url}"), OPENTOK_WEBHOOK_SECRET="wh-5ecret").ok()
    message = receiver.next()
    assert message.headers["X-OpenTok-Signature"] == f"sha256={hmac.new(b'wh-5ecret', message.raw, hashlib.sha256).hexdigest()}"


def test_a_hook_that_fails_is_made_up_for_by_the_next_run(acme: Command, receiver: Receiver) -> None:
    """And only that one: the other has run."""
    runs = acme.folder / "runs"
    hooks = ("--notify", f"exec:{program(acme, f'echo run >>{runs}')}", "--notify", f"webhook:{receiver.url}/x?token=t0ken")
    receiver.answers = [400, 400]
    failed = acme(*apply(*LEDGER, *hooks)).failed(3, "HTTP 400: check what answers there", "The credentials are published, and the next run notifies")
    assert "notify command" in failed.out
    assert "0 changed" in acme(*apply(*LEDGER, *hooks)).failed(3, "HTTP 400: check what answers there").out, "it is as unfinished as before"
    assert "t0ken" not in failed.err + (acme.folder / "ledger.json").read_text()
    assert len(due(acme)) == 1
    receiver.rest()

    # A run without hooks, and one that records something else, leave that.
    acme(*apply(*LEDGER)).ok()
    text = f"notify webhook {receiver.url} of the credentials of project"
    for _again in range(2):
        planned = acme("plan", *apply(*LEDGER, *hooks, "--expect-no-changes")[1:]).ok(7)
        assert planned.out.count("notify") == planned.out.count(text) == 1
    assert receiver.rest() == []

    done = acme(*apply(*LEDGER, *hooks)).ok()
    assert done.out.count("notify") == done.out.count(text) == 1
    assert "publish" not in done.out
    assert len(receiver.rest()) == 1
    assert acme(*apply(*LEDGER, *hooks)).ok().out.count("notify") == 0
    assert (receiver.rest(), runs.read_text(), due(acme)) == ([], "run\n", [])


def test_without_a_ledger_it_is_said_that_nothing_is_repeated(acme: Command, receiver: Receiver) -> None:
    receiver.answers = [400]
    hook = ("--notify", f"webhook:{receiver.url}")
    failed = acme(*apply(*hook)).failed(3, "no run notifies again (there is no ledger that could remember it): do by hand what the hook does")
    assert "run again" not in failed.err
    receiver.rest()
    acme(*apply(*hook)).ok()
    assert receiver.rest() == []


def test_after_a_rotation_that_would_be_repeated_it_is_said_which_run_notifies(acme: Command, receiver: Receiver) -> None:
    acme(*apply(*LEDGER)).ok()
    receiver.answers = [410]
    rotate = ("rotate", "Acme", "--reason", "leaked", "--yes", *LEDGER, "--publish", "file:acme.json", "--notify", f"webhook:{receiver.url}")
    acme(*rotate).failed(3, "the next run notifies again: put that right and publish it by a run that does not rotate")
    acme(*apply(*LEDGER, "--notify", f"webhook:{receiver.url}")).ok()
    assert len(receiver.rest()) == 2


def test_nothing_is_notified_where_no_target_took_it_and_once_where_one_did(command: Command, receiver: Receiver) -> None:
    broken = program(command, 'case $1 in write) echo "no room" >&2; exit 1;; compare) exit 10;; esac', "broken")
    hook = ("--notify", f"webhook:{receiver.url}", *LEDGER)
    command.file(f"projects: [{{name: Acme, publish: ['exec:{broken}']}}]")
    command(*apply(*hook)).failed(3, "write failed (exit status 1): no room")
    assert (receiver.rest(), due(command)) == ([], [])
    command.file(f"projects: [{{name: Acme, publish: ['exec:{broken}', file:acme.json]}}]")
    command(*apply(*hook)).failed(3, "no room")
    assert receiver.next().body["targets"] == [f"file '{command.folder}/acme.json'"]
    assert (receiver.rest(), due(command)) == ([], [])


def test_killed_between_publication_and_hook(command: Command, receiver: Receiver) -> None:
    """The program that publishes kills who runs it, once it is done."""
    publish = program(command, f"""exec {Path(__file__).parents[1] / "stores" / "put-secret"} acme.json $1""", "publish")
    deadly = program(command, f"{publish} $1; status=$?; [ $1 != write ] || kill -9 $PPID; exit $status", "deadly")
    hook = ("--notify", f"webhook:{receiver.url}", *LEDGER)
    command.file(f"projects: [{{name: Acme, publish: ['exec:{deadly}']}}]")
    assert command(*apply(*hook), **APART).code == -signal.SIGKILL
    assert (receiver.rest(), len(due_in_lines(command))) == ([], 1)
    command.file(f"projects: [{{name: Acme, publish: ['exec:{publish}']}}]")
    done = command(*apply(*hook)).ok()
    assert "notify webhook" in done.out
    assert "publish" not in done.out
    assert len(receiver.rest()) == 1
    command(*apply(*hook)).ok()
    assert (receiver.rest(), due(command)) == ([], [])


def due_in_lines(command: Command) -> list[str]:
    """What the last line says is due that a killed run has added to the ledger."""
    *_rest, last = (command.folder / "ledger.json").read_text().splitlines()
    (entry,) = json.loads(last).values()
    return list(entry["private"]["notify_due"])


def test_killed_while_the_hook_runs_it_is_run_again(acme: Command) -> None:
    runs = acme.folder / "runs"
    hook = program(acme, f"echo run >>{runs}; [ -e {acme.folder}/spare ] || kill -9 $PPID")
    assert acme(*apply(*LEDGER, "--notify", f"exec:{hook}"), **APART).code == -signal.SIGKILL
    (acme.folder / "spare").touch()
    for _run in range(3):
        acme(*apply(*LEDGER, "--notify", f"exec:{hook}")).ok()
    assert runs.read_text() == "run\n" * 2


def test_interrupted_while_it_publishes_the_hook_still_runs(acme: Command) -> None:
    """The program gets no Ctrl+C, and what was begun is finished."""
    begun, runs = acme.folder / "begun", acme.folder / "runs"
    put = Path(__file__).parents[1] / "stores" / "put-secret"
    slow = program(acme, f"[ $1 != write ] || {{ touch {begun}; sleep 1; }}; exec {put} acme.json $1", "slow")
    acme.file(f"projects: [{{name: Acme, publish: ['exec:{slow}']}}]")
    done = interrupted(acme, begun.exists, signal.SIGINT, arguments=apply("--notify", f"exec:{program(acme, f'echo run >>{runs}')}"))
    assert done.code == 130
    assert "notify command" in done.out
    assert json.loads((acme.folder / "acme.json").read_text())["api_secret"] == acme.secrets()[-1]
    assert runs.read_text() == "run\n"


def test_neither_hook_nor_any_argument_has_the_secret(acme: Command) -> None:
    """The hook itself looks, while all processes of the run are there."""
    look = r"""secret=$(sed -n 's/.*"api_secret": "\([^"]*\)".*/\1/p' acme.json)
[ ${#secret} = 40 ] || exit 3
cat >said; env >>said
tr '\0' '\n' </proc/$PPID/cmdline >>said
for file in /proc/[0-9]*/cmdline; do tr '\0' '\n' <"$file" 2>/dev/null; done >>said
if grep -qF "$secret" said; then echo "it is there" >&2; exit 1; fi
grep -q secret_fingerprint said || exit 4"""
    acme(*apply("--notify", f"exec:{program(acme, look)}")).ok()
    assert acme.emulator.account_secret not in (acme.folder / "said").read_text()
    assert "OPENTOK_API_KEY=" in (acme.folder / "said").read_text()


def test_a_hook_that_shows_what_was_published_is_not_quoted(acme: Command) -> None:
    leaks = program(acme, "tr -d '\\n' <acme.json >&2; exit 1")
    acme(*apply("--notify", f"exec:{leaks}")).failed(3, '"api_secret": "***"')


WRONG: dict[str, tuple[str, str]] = {
    "no scheme": ("https://deploy.example.com/t0ken", "must be exec:COMMAND, webhook:URL or kubernetes-rollout:"),
    "nothing after it": ("webhook:", "names nothing after the colon"),
    "no URL": ("webhook:deploy.example.com/t0ken", "webhook: is not a URL: write it like https://"),
    "no host": ("webhook:https:///t0ken", "webhook: is not a URL"),
    "no such port": ("webhook:https://deploy.example.com:99999/t0ken", "webhook: is not a URL"),
    "not encrypted": ("webhook:http://deploy.example.com/t0ken", "webhook: to 'deploy.example.com' must be https://, or allow_http"),
    "a password": ("webhook:https://user:t0ken@deploy.example.com/", "webhook: must not contain a user name or password"),
    "a fragment": ("webhook:https://deploy.example.com/#t0ken", "webhook: must not have a fragment"),
    "a relative program": ("exec:./reload", "must begin with the absolute path of a program"),
    "an unknown placeholder": ("exec:reload {name}", "unknown placeholder {name}: use {key} or {id}"),
    "no id yet": ("exec:reload {id}", "notify: the hook has {id}, but no id is declared"),
}


@pytest.mark.parametrize(("hook", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_before_anything_is_sent(acme: Command, hook: str, words: str) -> None:
    assert "t0ken" not in acme(*apply("--notify", hook)).failed(2, words).err
    assert not acme.asked()


def test_entries_of_a_file(command: Command, receiver: Receiver) -> None:
    """Of defaults, of an entry, and with its own names in it; what is published nowhere notifies nobody, which is refused."""
    runs = command.folder / "runs"
    hook = f"exec:{program(command, f'echo $1 >>{runs}')}"
    rows = "[{key: acme, name: Acme}, {key: globex, name: Globex, notify: []}, {key: initech, name: Initech, notify: ['webhook:URL/{key}']}]"
    text = f"defaults: {{publish: ['file:{{key}}.json'], notify: ['{hook} {{key}}']}}\nprojects: {rows}"
    command.file(text.replace("URL", receiver.url))
    command(*apply()).ok()
    assert runs.read_text() == "acme\n"
    assert receiver.next().path == "/initech"
    assert receiver.rest() == []
    command.file("projects: [{key: -rf, name: Acme, notify: ['exec:reload {key}'], publish: [file:x.json]}]")
    command(*apply()).failed(2, "'-rf' cannot be part of a command line: it would be taken for an option")
    for wrong, words in (
        ("projects: [{name: Acme, notify: [exec:reload]}]", "notify: nothing is published, so nobody would ever be notified"),
        ("projects: [{name: Acme, publish: [file:x.json], notify: exec:reload}]", "Acme: notify: must be a list of hooks such as webhook:https://"),
        ("projects: [{name: Acme, state: absent, notify: [exec:reload]}]", "notify: contradicts state: absent"),
        ("projects: [{name: Acme, publish: [file:x.json], notify: [exec:reload, 'exec:reload']}]", "notify: has 'exec:reload' twice"),
    ):
        command.file(wrong)
        command(*apply()).failed(2, words)


def test_a_saved_plan_is_of_its_hooks(acme: Command, receiver: Receiver) -> None:
    hook = ("--notify", f"webhook:{receiver.url}")
    acme("plan", *apply(*hook, "--out", "plan.json")[1:]).ok()
    acme(*apply("--plan", "plan.json")).failed(2, "was made with other options: give the same --notify as then")
    assert receiver.rest() == []
    acme(*apply(*hook, "--plan", "plan.json")).ok()
    assert len(receiver.rest()) == 1


def test_what_a_hook_is_owed_outlives_runs_with_other_hooks(acme: Command, receiver: Receiver) -> None:
    """Also one that publishes: the same credentials to a place that has lost them."""
    one, two = (("--notify", f"webhook:{receiver.url}/{name}") for name in ("one", "two"))
    receiver.answers = [400]
    acme(*apply(*LEDGER, *one)).failed(3)
    owed = due(acme)
    acme(*apply(*LEDGER, *two)).ok()
    (acme.folder / "acme.json").unlink()
    acme(*apply(*LEDGER, *two)).ok()
    assert [message.path for message in receiver.rest()] == ["/one", "/two"]
    assert due(acme) == owed != []
    acme(*apply(*LEDGER, *one)).ok()
    assert [message.path for message in receiver.rest()] == ["/one"]
    assert due(acme) == []


def test_what_a_hook_is_owed_ends_with_the_credentials(acme: Command, receiver: Receiver) -> None:
    """Whoever has not heard of the old ones need not: it is the publication of the new ones that notifies."""
    one, two = (("--notify", f"webhook:{receiver.url}/{name}") for name in ("one", "two"))
    receiver.answers = [400]
    acme(*apply(*LEDGER, *one)).failed(3)
    rotated_elsewhere(acme)
    acme(*apply(*LEDGER, *two)).ok()
    assert due(acme) == []
    acme(*apply(*LEDGER, *one)).ok()
    assert [message.path for message in receiver.rest()] == ["/one", "/two"]


def documents(command: Command) -> dict[str, Any]:
    return {path.name: json.loads(path.read_text()) for path in command.folder.glob("*.json")}


def test_many_at_a_time_each_by_itself(command: Command, receiver: Receiver) -> None:
    rows = ", ".join(f"{{key: t{number}, name: T{number}}}" for number in range(12))
    command.file(f"defaults: {{publish: ['file:{{key}}.json']}}\nprojects: [{rows}]")
    receiver.answers = [400, 400]
    hook = ("--notify", f"webhook:{receiver.url}", *LEDGER)
    command(*apply(*hook)).failed(3)
    first = [message.body["api_key"] for message in receiver.rest()]
    assert sorted(first) == sorted(project["id"] for project in command.emulator.all_projects())
    command(*apply(*hook)).ok()
    assert set(again := [message.body["api_key"] for message in receiver.rest()]) < set(first)
    assert len(again) == 2
    assert os.path.exists(command.folder / "t11.json")
