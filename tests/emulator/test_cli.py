# SPDX-License-Identifier: Apache-2.0
"""The command: what it prints, how it ends, and what survives a kill."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Control, Emulator, EmulatorError, cli
from tests.emulator.command import ROOT, Start, command_line, described, failing, failing_process, processes
from tests.emulator.raw import Raw

SECRET = "0123456789abcdef0123456789abcdef01234567"


def client_of(description: dict[str, Any]) -> Raw:
    return Raw(description["url"], description["account_key"], description["account_secret"])


def test_json_is_one_line(command: Start) -> None:
    process = command(
        "--port", "0", "--json", "--account", f"5:{SECRET}", "--account", "6:x", "--project", "123456:s:a:b", "--project", "7:t"
    )
    told = described(process)
    assert told == {
        "url": told["url"],
        "account_key": "5",
        "account_secret": SECRET,
        "projects": [{"id": "123456", "secret": "s", "name": "a:b"}, {"id": "7", "secret": "t", "name": ""}],
    }
    assert client_of(told).names() == ["a:b", ""]
    assert Control(told["url"]).all_accounts() == [("5", SECRET), ("6", "x")]
    process.send_signal(signal.SIGTERM)
    assert process.communicate() == ("", "")
    assert process.returncode == 0


def test_text_is_for_a_shell(command: Start) -> None:
    process = command("--port", "0", "--project", "123456:it's:a name")
    assert process.stdout is not None
    lines = [process.stdout.readline().rstrip("\n") for _ in range(10)]
    url = lines[0].removeprefix("OpenTok emulator listening on ")
    assert lines.pop(1) == f"dashboard {url}/_emulator/"
    assert lines[1].startswith("account 10000001 secret ")
    assert lines[2] == 'project 123456 secret it\'s name "a name"'
    shell = subprocess.run(["sh"], input="\n".join(lines[3:]) + "\nenv", capture_output=True, text=True, check=True, env={})
    assert {line for line in shell.stdout.splitlines() if line.startswith("OPENTOK_")} == {
        f"OPENTOK_API_URL={url}",
        "OPENTOK_ACCOUNT_KEY=10000001",
        f"OPENTOK_ACCOUNT_SECRET={lines[1].split()[-1]}",
        "OPENTOK_API_KEY=123456",
        "OPENTOK_API_SECRET=it's",
    }
    assert Control(url).health()["status"] == "ok"
    process.send_signal(signal.SIGINT)
    assert process.communicate() == ("", "")
    assert process.returncode == 0


HERE = "127.0.0.1,localhost"


@pytest.fixture(scope="module")
def printed() -> Iterator[str]:
    """The lines for a shell that an emulator has printed, which runs."""
    with processes() as start:
        process = start("--port", "0")
        assert process.stdout is not None
        yield "".join([process.stdout.readline() for _ in range(7)][3:])


@pytest.mark.parametrize(
    ("environ", "upper", "lower"),
    [
        ({}, f"localhost,{HERE}", f"localhost,{HERE}"),
        ({"NO_PROXY": "a.example,.b"}, f"a.example,.b,{HERE}", f"a.example,.b,{HERE}"),
        ({"no_proxy": "a"}, f"a,{HERE}", f"a,{HERE}"),
        ({"NO_PROXY": "a", "no_proxy": "b"}, f"a,{HERE}", f"b,{HERE}"),
    ],
)
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_lines_lead_past_a_proxy(printed: str, tmp_path: Path, shell: str, environ: dict[str, str], upper: str, lower: str) -> None:
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    ask = f"set -eu\n{printed}env\n{sys.executable} -m pulumi_opentok.cli list"
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), **proxies, **environ}
    done = subprocess.run([shell], input=ask, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {f"NO_PROXY={upper}", f"no_proxy={lower}"} <= set(done.stdout.splitlines())


def test_the_lines_name_the_address_that_was_asked_for(command: Start) -> None:
    process = command("--host", "127.0.0.2", "--port", "0")
    assert process.stdout is not None
    (line,) = [line for line in (process.stdout.readline() for _ in range(7)) if "PROXY" in line]
    assert line.count(f'}},{HERE},127.0.0.2"') == 2


def test_a_kill_loses_nothing_that_was_answered(command: Start, tmp_path: Path) -> None:
    data = str(tmp_path / "state.db")
    process = command("--port", "0", "--json", "--data", data, "--account", f"5:{SECRET}", "--project", "123456:first:given")
    told = described(process)
    raw, control = client_of(told), Control(told["url"])
    made = [raw.create(f"p{number}") for number in range(50)]
    refreshed = raw.send("POST", "/v2/project/123456/refreshSecret").json()
    gone = made.pop()
    raw.send("DELETE", f"/v2/project/{gone['id']}")
    session = raw.of(made[0]).send("POST", "/session/create", headers={"Accept": "application/json"}).json()[0]["session_id"]
    stream = control.publish(session, name="s")
    control.add_account("6", "x")
    control.advance(1000)
    process.kill()
    process.communicate()

    process = command("--port", "0", "--json", "--data", data, "--project", "123456:first:given")
    told = described(process)
    control = Control(told["url"])
    assert (told["account_key"], told["account_secret"]) == ("5", SECRET)
    assert told["projects"] == [{"id": "123456", "secret": refreshed["secret"], "name": "given"}]
    assert [{**each, "account": "5"} for each in (refreshed, *made)] == control.all_projects()
    assert (control.session(session) or {})["streams"][0]["streamId"] == stream["streamId"]
    assert control.all_accounts() == [("5", SECRET), ("6", "x")]
    assert control.now() - time.time() > 900
    control.set_clock(time.time())
    assert client_of(told).create()["id"] > gone["id"]


def test_a_reset_forgets_what_the_file_holds_but_not_what_was_given(command: Start, tmp_path: Path) -> None:
    data = str(tmp_path / "state.db")
    with Emulator(data=data, account=("5", "x"), projects=[("7", "s")]) as emulator:
        Raw(emulator.url, "5", "x").create("a")
        emulator.add_account("6", "y")
    with Emulator(data=data) as emulator:
        assert [each["name"] for each in emulator.all_projects()] == ["", "a"]
        emulator.reset()
        assert (emulator.all_projects(), emulator.all_accounts()) == ([], [("5", "x")])


def test_a_seed_never_deals_a_secret_twice_from_one_file(tmp_path: Path) -> None:
    secrets = []
    for _ in range(2):
        with Emulator(data=tmp_path / "state.db", seed=3) as emulator:
            secrets.append(Raw(emulator.url, *emulator.accounts[0]).create()["secret"])
    assert secrets[0] != secrets[1]


@pytest.mark.parametrize(("host", "warns"), [("0.0.0.0", True), ("", True), ("localhost", False)])
def test_an_emulator_that_others_can_reach_warns(command: Start, host: str, warns: bool) -> None:
    process = command("--port", "0", "--json", "--host", host, "--allow-host", "opentok")
    url = described(process)["url"]
    assert requests.get(url + "/_emulator/health", headers={"Host": "opentok"}, timeout=60).status_code == 200
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate()
    assert (errors.count("\n"), "127.0.0.1 only" in errors) == ((1, True) if warns else (0, False))


def test_one_process_per_file(tmp_path: Path) -> None:
    data = str(tmp_path / "state.db")
    with Emulator(data=data):
        assert "in use" in failing_process("--port", "0", "--data", data)
    with Emulator(data=data):
        pass


def test_a_busy_port() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        assert "Address already in use" in failing("--port", str(busy.getsockname()[1]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--account", "5"], "KEY:SECRET"),
        (["--account", "key:secret"], "digits"),
        (["--account", "5:"], "secret"),
        (["--project", "5"], "KEY:SECRET:NAME"),
        (["--project", "5:a", "--project", "5:b"], "twice"),
        (["--project", "10000001:a"], "10000001"),
        (["--port", "65536"], "65535"),
        (["--port", "x"], "65535"),
        (["--seed", "x"], "--seed"),
        (["--data", "/nonexistent/state.db"], "/nonexistent/state.db"),
        (["--data", "."], "cannot open"),
        (["--allow-host", "http://opentok"], "without scheme and port"),
        (["--header-timeout", "0"], "header_timeout"),
        (["--what"], "--what"),
    ],
)
def test_errors_are_one_line(arguments: list[str], words: str) -> None:
    assert words in failing(*arguments)


def test_an_error_ends_the_process() -> None:
    assert failing_process("--data", ".", "--what") == failing("--data", ".", "--what")
    assert failing_process("--data", ".") == failing("--data", ".")


def test_files_of_something_else(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("hello\n" * 100)
    assert "not a data file" in failing("--data", str(text))
    assert text.read_text() == "hello\n" * 100
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t (x)")
    other.chmod(0o644)
    assert "another program" in failing("--data", str(other))
    assert other.stat().st_mode & 0o777 == 0o644


def test_secrets_are_not_in_errors() -> None:
    assert "top secret" not in failing("--account", "5:top secret")
    assert SECRET not in failing("--account", f"{SECRET}:5")


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    options = "host", "allow-host", "header-timeout", "list-count", "port", "data", "account", "project", "seed", "strict-exp", "json"
    for option in (f"--{name}" for name in options):
        assert option in text


@pytest.mark.parametrize("missing", ["starlette", "jinja2"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, missing: str) -> None:
    (tmp_path / f"{missing}.py").write_text(f"raise ModuleNotFoundError(\"No module named '{missing}'\", name={missing!r})\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run(command_line("--port", "0"), cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "opentok-emulator: the emulator needs starlette, uvicorn and jinja2: pip install 'pulumi-opentok[emulator]'\n"


def test_python_says_the_same(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="cannot open"):
        Emulator(data=tmp_path).start()
