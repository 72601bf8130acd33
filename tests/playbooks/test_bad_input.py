# SPDX-License-Identifier: Apache-2.0
"""What is wrong, by real playbooks: one clear line each, no request where none is needed, and nothing changed."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.core.raw_server import answer, raw_server
from tests.playbooks.ansible_run import AnsibleRun, Played

UNSET = object()

INPUTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "unknown status": ({"status": "deleted"}, ["status", "active, suspended"]),
    "unknown on_delete": ({"on_delete": "archive"}, ["on_delete", "delete, suspend, retain"]),
    "unknown option": ({"colour": "red"}, ["colour"]),
    "empty name": ({"name": ""}, ["name: must not be empty"]),
    "blank name": ({"name": "  "}, ["name: must not be empty"]),
    "a number as name": ({"name": 1984}, ["name: must be a string", "1984"]),
    "a truth value as name": ({"name": True}, ["name: must be a string"]),
    "a list as name": ({"name": ["Acme"]}, ["name: must be a string"]),
    "a line break in a name": ({"name": "Acme\nGmbH"}, ["name: must not contain control characters"]),
    "neither name nor id": ({"name": UNSET}, ["name: missing"]),
    "no id": ({"id": "Acme GmbH"}, ["id: must be a project id", "Acme GmbH"]),
    "timeout below zero": ({"timeout": -1}, ["timeout: must be a number of seconds", "-1"]),
    "http over a network": ({"api_url": "http://opentok.example.com"}, ["api_url: ", "unencrypted", "allow_http"]),
    "timeout in words": ({"timeout": "soon"}, ["timeout: must be a number of seconds", "soon"]),
    "URL without scheme": ({"api_url": "api.opentok.com"}, ["api_url", "https://"]),
    "half an account pair": ({"account_secret": UNSET}, ["account_secret: missing"]),
    "the other half": ({"account_key": UNSET}, ["account_key: missing"]),
    "half a project pair": ({"api_key": "46000001"}, ["api_secret: missing"]),
    "no pair": ({"account_key": UNSET, "account_secret": UNSET}, ["account pair is missing", "account_key and account_secret"]),
    "only a project pair": (
        {"account_key": UNSET, "account_secret": UNSET, "api_key": "46000001", "api_secret": "s3cretOfAProject"},
        ["account pair is missing", "project pair"],
    ),
    "a key of another platform": ({"account_key": "8a8d7a8e-4b3f-4d9b-9f0e-0a4b3f4d9b9f"}, ["account_key", "UUID"]),
    "a secret with a line break": ({"account_secret": "s3cretOfAnAccount\n"}, ["account_secret", "line break"]),
}


def task(title: str, options: dict[str, Any], base: dict[str, Any], *control: Any) -> dict[str, Any]:
    merged = {name: value for name, value in {**base, "name": "Acme", **options}.items() if value is not UNSET}
    return {"name": title, "opentok.cloud.project": merged, "ignore_errors": True, "vars": {"opentok_control": list(control)}}


def connection(opentok: Emulator) -> dict[str, str]:
    return {"api_url": opentok.url, "account_key": opentok.account_key, "account_secret": opentok.account_secret}


def message(played: Played, title: str) -> str:
    failed = played.of(title)
    assert failed.outcome == "failed", title
    said = str(failed.result["msg"])
    assert len(said.splitlines()) == 1, (title, said)
    return said


@pytest.mark.long
def test_bad_input_is_refused_before_any_request(tmp_path: Path, opentok_emulator: Emulator) -> None:
    base = connection(opentok_emulator)
    tasks = [task(title, options, base) for title, (options, _) in INPUTS.items()]
    played = AnsibleRun(tmp_path, opentok_emulator, {}).play(tasks, "--diff", "-vvv").succeeded()

    for title, (_, parts) in INPUTS.items():
        said = message(played, title)
        assert [part for part in parts if part not in said] == [], (title, said)
    assert opentok_emulator.journal() == []
    assert "Traceback" not in played.output
    assert [secret for secret in ("s3cretOf", opentok_emulator.account_secret) if secret in played.output] == []


def test_the_failure_comes_in_parts_too(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """Every wrong option at once, each with its own text."""
    tasks = [task("two", {"name": 5, "id": "no id"}, connection(opentok_emulator))]
    failure = AnsibleRun(tmp_path, opentok_emulator, {}).play(tasks).of("two").result["failure"]
    assert [problem["field"] for problem in failure["problems"]] == ["name", "existing_id"]
    assert {key: failure[key] for key in ("type", "operation", "status", "code", "outcome_unknown")} == {
        "type": "InvalidInput",
        "operation": None,
        "status": None,
        "code": None,
        "outcome_unknown": False,
    }


@contextmanager
def refusing_address() -> Iterator[str]:
    """An address that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def fault(operation: str, kind: str, **fields: Any) -> list[Any]:
    return ["POST", "faults", {"operation": operation, "kind": kind, "times": 50, **fields}]


def clock(seconds: int) -> list[Any]:
    return ["POST", "clock", {"advance": seconds}]


@pytest.mark.long
def test_what_the_server_refuses_and_how_it_fails(tmp_path: Path) -> None:
    with Emulator(projects=[("46000001", "s3cretOfAProject", "There")]) as opentok, refusing_address() as nowhere:
        base = connection(opentok)
        project_pair = {"account_key": "46000001", "account_secret": "s3cretOfAProject"}
        table: dict[str, tuple[dict[str, Any], list[Any], list[str]]] = {
            "wrong secret": ({"account_secret": "wr0ngSecret"}, [], ["HTTP 403", "secret does not belong", opentok.account_key]),
            "unknown key": ({"account_key": "99999999"}, [], ["HTTP 403", "account key 99999999 is unknown"]),
            "a project pair as account pair": (project_pair, [], ["HTTP 403", "46000001", "project"]),
            "connection refused": ({"api_url": nowhere}, [], ["no connection", nowhere, "OPENTOK_API_URL"]),
            "server error": ({}, [fault("project.list", "status", status=503)], ["HTTP 503", "run again"]),
            "too many requests": ({}, [fault("project.list", "status", status=429)], ["HTTP 429", "run again later"]),
            "a web page": ({}, [fault("project.list", "html")], ["not JSON", "a web page"]),
            "garbled": ({}, [fault("project.list", "garble")], ["project.list", "not JSON"]),
            "cut off": ({}, [fault("project.list", "truncate")], ["project.list", "was cut off"]),
            "too slow": ({"timeout": 0.05}, [fault("project.list", "delay", seconds=5)], ["project.list", "OPENTOK_TIMEOUT"]),
            "create refused": ({"name": "New"}, [fault("project.create", "status", status=400)], ["project.create", "HTTP 400"]),
        }
        tasks = [task(title, {"name": "There", **options}, base, *control) for title, (options, control, _) in table.items()]
        tasks.append(task("wrong clock", {"name": "There"}, base, clock(3600)))
        away = {**base, "api_url": "https://api.opentok.invalid"}
        table["behind a proxy"] = ({}, [], ["nothing was sent", "refused to connect: HTTP 403", "HTTPS_PROXY"])
        table["no CA bundle"] = ({}, [], ["nothing was sent: check REQUESTS_CA_BUNDLE", "the CA bundle /nowhere/ca.pem does not exist"])
        with raw_server(answer("403 Forbidden", b"")) as proxy:
            environments = {
                "behind a proxy": {"https_proxy": f"http://me:pr0xyWord@127.0.0.1:{proxy.port}", "no_proxy": ""},
                "no CA bundle": {"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem", "https_proxy": ""},
            }
            tasks += [{**task(title, {"name": "New"}, away), "environment": given} for title, given in environments.items()]
            played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "--diff", "-vvv").succeeded()
        left = opentok.all_projects()

    for title, (_, _, parts) in table.items():
        said = message(played, title)
        assert [part for part in parts if part not in said] == [], (title, said)
    warnings = played.of("wrong clock").result["warnings"]
    assert [warning for warning in warnings if "clock" in str(warning)] != []
    assert played.of("wrong clock").outcome == "ok"
    assert [(project["id"], project["status"]) for project in left] == [("46000001", "VALID")]
    assert "Traceback" not in played.output
    for title in environments:
        assert played.of(title).result["failure"]["outcome_unknown"] is False
    assert [secret for secret in ("s3cretOf", "wr0ngSecret", opentok.account_secret) if secret in played.output] == []


def test_a_missing_library_is_named(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """The target's Python has no requests: here one that must not look into its site-packages."""
    bare = tmp_path / "bare-python"
    bare.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).resolve()}" -I -S "$@"\n', encoding="utf-8")
    bare.chmod(0o755)
    tasks = [{**task("bare", {}, connection(opentok_emulator)), "vars": {"ansible_python_interpreter": str(bare)}}]
    played = AnsibleRun(tmp_path, opentok_emulator, {}).play(tasks)
    assert "Failed to import the required Python library (requests)" in message(played, "bare")
    assert opentok_emulator.journal() == []
