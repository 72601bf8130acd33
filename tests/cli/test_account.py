# SPDX-License-Identifier: Apache-2.0
"""`list`, `show`, `rotate`: one request to look, three to rotate."""

from __future__ import annotations

import json
import os
import stat

import pytest

from tests.cli.running import Command
from tests.core.raw_server import answer, raw_server, trickle
from tests.things.project import OUTPUTS

OUTCOME = {"key", "id", "name", "changed", "actions", "reasons", "warnings", "error", "due", "project"}


def test_list_of_nobody(command: Command) -> None:
    assert command("list").ok().out == "ID  STATUS  CREATED  NAME\n0 projects\n"
    assert command("list", "--json").ok().json == {"account_key": command.emulator.account_key, "projects": []}


def test_list_is_one_request_and_aligned(command: Command) -> None:
    for name in ("acme", "東京ビデオ相談室", "x" * 300):
        command.projects.create(name)
    command.projects.set_status("46000003", "suspended")
    command.asked()
    lines = command("list").ok().out.splitlines()
    assert command.asked() == {"project.list": 1}
    assert lines[0].split() == ["ID", "STATUS", "CREATED", "NAME"]
    assert [line[lines[0].index("NAME") :] for line in lines[1:4]] == ["acme", "東京ビデオ相談室", "x" * 300]
    assert lines[-1] == "3 projects"
    assert "suspended" in lines[3]


def test_list_as_json(command: Command) -> None:
    command.projects.create("Müller")
    document = command("list", "--json").ok().json
    assert set(document) == {"account_key", "projects"}
    (project,) = document["projects"]
    assert set(project) == OUTPUTS
    assert (project["id"], project["name"], project["api_secret"], project["account_key"]) == (
        "46000001",
        "Müller",
        None,
        command.emulator.account_key,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_json_is_json_in_every_encoding(command: Command, encoding: str) -> None:
    command.projects.create("東京")
    done = command("list", "--json", PYTHONIOENCODING=encoding).ok()
    assert done.json["projects"][0]["name"] == "東京"
    assert ("東京" in done.out) == (encoding == "utf-8")
    assert "46000001" in command("list", PYTHONIOENCODING="ascii").ok().out


@pytest.mark.parametrize("target", ["46000001", "id=46000001", "acme", "name=acme"])
def test_show_is_one_request(command: Command, target: str) -> None:
    project = command.projects.create("acme")
    command.asked()
    out = command("show", target).ok().out
    assert command.asked() == {"project.list": 1}
    assert project.secret_fingerprint in out
    assert "--show-secret" in out


def test_a_secret_is_shown_only_on_request(command: Command) -> None:
    secret = command.projects.create("acme").secret
    document = command("show", "acme", "--json").ok().json
    assert set(document) == {"account_key", "project"}
    assert (set(document["project"]), document["project"]["api_secret"]) == (OUTPUTS, None)
    assert command("show", "acme", "--json", "--show-secret", shows_secrets=True).ok().json["project"]["api_secret"] == secret
    assert command("show", "acme", "--show-secret", shows_secrets=True).ok().out.splitlines()[-1].split() == ["secret", secret]


def test_show_of_none_and_of_two(command: Command) -> None:
    command("show", "acme").failed(1, "no project", "'acme'")
    for _ in range(2):
        command.projects.create("acme")
    command("show", "acme").failed(1, "46000001", "46000002", "id=")


def test_rotate_is_three_requests_and_says_why(command: Command) -> None:
    before = command.projects.create("acme").secret
    command.asked()
    done = command("rotate", "acme", "--reason", "leaked in a chat", "--yes").ok()
    assert command.asked() == {"project.list": 1, "project.refresh_secret": 1, "archive.list": 1}
    assert "leaked in a chat" in done.out
    assert "client token" in done.out
    assert before != command.projects.get("46000001").secret
    document = command("rotate", "46000001", "--reason", "again", "--yes", "--json").ok().json
    assert set(document) == {"account_key", "project"}
    assert set(document["project"]) == OUTCOME
    assert document["project"]["reasons"] == ["again"]
    assert document["project"]["project"]["api_secret"] is None


def test_rotate_publishes_and_counts(command: Command) -> None:
    command.projects.create("acme")
    place = command.folder / "46000001.json"
    arguments = ("rotate", "acme", "--reason", "x", "--yes", "--ledger", "l.json", "--publish", f"file:{command.folder}/{{id}}.json")
    assert "publish the credentials" in command(*arguments).ok().out
    assert json.loads(place.read_text())["api_secret"] == command.projects.get("46000001").secret
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    command(*arguments).ok()
    # The first was the first that this ledger saw of it.
    shown = command("show", "acme", "--ledger", "l.json", "--json").ok().json["project"]
    assert shown["secret_version"] in (2, 3)
    assert shown["secret_rotated_at"] is not None


def test_a_lost_answer_of_a_rotation_is_one_rotation(command: Command) -> None:
    command.projects.create("acme")
    command.emulator.fault("project.refresh_secret", "drop_after")
    command.asked()
    assert "was lost" in command("rotate", "acme", "--reason", "x", "--yes").ok().out
    assert command.asked()["project.refresh_secret"] == 1


def test_rotate_without_anyone_to_ask_does_nothing(command: Command) -> None:
    secret = command.projects.create("acme").secret
    command("rotate", "acme", "--reason", "x").failed(2, "--yes")
    assert command.projects.get("46000001").secret == secret


def test_what_the_server_refuses_is_one_line(command: Command) -> None:
    command("list", OPENTOK_ACCOUNT_SECRET="wrong" * 8).failed(1, "project.list")
    command("list", OPENTOK_API_URL="http://127.0.0.1:1").failed(1, "no connection to http://127.0.0.1:1 (connection refused), nothing was sent")
    away = {"OPENTOK_API_URL": "https://api.opentok.invalid", "https_proxy": "http://127.0.0.1:1", "NO_PROXY": "", "no_proxy": ""}
    command("list", **away).failed(1, "the proxy 127.0.0.1:1 cannot be reached: connection refused")
    command("list", **{**away, "https_proxy": ""}, REQUESTS_CA_BUNDLE="/nowhere/ca.pem").failed(1, "the CA bundle /nowhere/ca.pem does not exist")
    command("list", OPENTOK_API_URL="http://opentok.invalid").failed(2, "api_url", "set --allow-http (or OPENTOK_ALLOW_HTTP) to true")
    command("list", "--allow-http", OPENTOK_API_URL="http://opentok.invalid").failed(1, "no connection to http://opentok.invalid")
    said = answer("403 Forbidden", b'{"code":-1,"message":"Invalid token"}', Date="Thu, 01 Jan 99999 00:00:00 GMT")
    with raw_server(said) as server:
        command("list", OPENTOK_API_URL=server.url).failed(1, "HTTP 403 'Invalid token'")
    endless = trickle(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")
    with raw_server(speak=endless) as server:
        done = command("list", "--ledger", "l.json", "--timeout", "0.3", OPENTOK_API_URL=server.url)
        done.failed(1, "no complete answer within 0.3 s", "--timeout")
    command.projects.create("acme")
    command.emulator.fault("project.refresh_secret", "status", status=403)
    command("rotate", "acme", "--reason", "x", "--yes").failed(1, "project.refresh_secret")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can publish into other users' hands")
def test_a_file_that_someone_had_ready_in_a_shared_folder_gets_no_secret(command: Command) -> None:
    project = command.projects.create("acme")
    shared = command.folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "acme.json").touch(0o600)
    os.chown(shared / "acme.json", 65001, 0)
    rotate = ("rotate", "acme", "--reason", "x", "--yes", "--publish", "file:shared/acme.json")
    command(*rotate).failed(1, "belongs to user 65001, who may have had it ready", "No secret was issued")
    command(*rotate[:-2], "--ledger", "shared/acme.json").failed(1, "belongs to user 65001, who may have had it ready")
    assert command.projects.list() == [project]
    assert (shared / "acme.json").read_text() == ""


def test_not_finished_is_told_apart_from_failed(command: Command) -> None:
    """3: it is not known whether it was done. 1: it surely was not. See docs/opentok-projects.md."""
    command.projects.create("acme")
    command.emulator.fault("project.refresh_secret", "drop_before", times=None)
    command.emulator.fault("project.get", "status", status=403, times=None)
    command("rotate", "acme", "--reason", "x", "--yes").failed(3, "the answer to rotating the secret of project 46000001 'acme' was lost")
    command.emulator.clear_faults()
    command.emulator.fault("project.refresh_secret", "status", status=403)
    command("rotate", "acme", "--reason", "x", "--yes").failed(1, "project.refresh_secret", "HTTP 403")
