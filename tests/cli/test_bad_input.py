# SPDX-License-Identifier: Apache-2.0
"""Wrong usage and wrong files: 2, one line for each thing that is wrong, and no request."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.running import Command
from tests.things.project import BAD_PROJECTS
from tests.things.rows import HIDDEN

SECRET = "0123456789abcdef0123456789abcdef01234567"
ENTRY = {
    *("id", "name", "status", "on_delete", "secret_triggers", "secret_max_age"),
    *("retired_secrets", "rotation_window", "on_external_rotation"),
}
"""What may stand in an entry of a file."""
OPTIONS = [
    ([], "COMMAND"),
    (["lst"], "unknown command"),
    (["list", "--what"], "unknown option --what"),
    (["list", "one"], "1 unexpected argument"),
    (["list", "--js"], "unknown option --js"),
    (["list", "--account-key", "a b"], "account_key"),
    (["list", "--account-secret-file", "nowhere"], "file 'nowhere': does not exist"),
    (["list", "--account-secret-file", "."], "cannot be read"),
    (["list", "--api-url", "api.opentok.com"], "api_url"),
    (["list", "--timeout", "0"], "timeout"),
    (["list", "--timeout", "soon"], "timeout"),
    (["list", "--ledger", " "], "ledger"),
    (["list", "--ledger", "gopher://h/d"], "--ledger (or OPENTOK_LEDGER): must be the path of a file, postgresql://HOST/DATABASE"),
    (["list", "--ledger", "postgresql://h"], "--ledger (or OPENTOK_LEDGER): the URL names no database"),
    (["list", "--ledger", "postgresql://u:hunter2@h/d"], "--ledger (or OPENTOK_LEDGER): the URL must have no password in it"),
    (["list", "--ledger", "s3://bucket"], "--ledger (or OPENTOK_LEDGER): must be s3://BUCKET/KEY"),
    (["show"], "ID_OR_NAME"),
    (["plan"], "--file"),
    (["apply"], "--file"),
    (["plan", "-f", "nowhere.yaml"], "file 'nowhere.yaml': does not exist"),
    (["plan", "-f", "."], "cannot be read"),
    (["plan", "-f", "f.yaml", "--parallel", "0"], "1 to 16"),
    (["plan", "-f", "f.yaml", "--parallel", "17"], "1 to 16"),
    (["plan", "-f", "f.yaml", "--purge-at-most", "-1"], "whole number"),
    (["plan", "-f", "f.yaml", "--purge-at-most", "all"], "whole number"),
    (["plan", "-f", "f.yaml", "--undeclared", "delete"], "--undeclared: must be 'ignore' or 'report' or 'purge', not 'delete'"),
    (["plan", "-f", "f.yaml", "--undeclared", "purge"], "--purge-limit: missing: say how many projects may end at most"),
    (["plan", "-f", "f.yaml", "--undeclared", "purge", "--purge-limit", "101%"], "--purge-limit: must be a whole number such as 3, or a part"),
    (["plan", "-f", "f.yaml", "--undeclared", "purge", "--purge-limit", "1", "--purge-pattern", ""], "--purge-pattern: must be a pattern"),
    (["apply", "-f", "f.yaml", "--purge-limit", "3"], "--purge-limit needs --undeclared purge"),
    (["apply", "-f", "f.yaml", "--purge-pattern", "a*"], "--purge-pattern needs --undeclared purge"),
    (["apply", "-f", "f.yaml", "--undeclared", "report", "--purge-at-most", "3"], "--purge-at-most N stands for"),
    (["apply", "-f", "f.yaml", "--plan", "nowhere.json"], "plan 'nowhere.json': does not exist"),
    (["plan", "-f", "f.yaml", "--publish", "file:/x/{nam}.json"], "{nam}"),
    (["plan", "-f", "f.yaml", "--publish", "file:/x.json"], "several projects"),
    (["plan", "-f", "f.yaml", "--publish", "ftp:/x/{key}"], "ftp"),
    (["plan", "-f", "f.yaml", "--publish", "file:/x/{id}"], "no id is declared"),
    (["plan", "-f", "f.yaml", "--expect-no-change"], "unknown option"),
    (["rotate", "acme"], "--reason"),
    (["rotate", "acme", "--reason", " "], "--reason"),
    (["due"], "-f FILE"),
]
FILES = [
    ("", "must be a map"),
    ("[]", "must be a map"),
    ("projects:", "must be a list"),
    ("projects: {a: b}", "a: must be a map"),
    ("projects: 5", "must be a list of maps, or a map by key, not int"),
    ("tenants: []\nprojects: []", "not both"),
    ("defaults: {}", "missing"),
    ("tenant: []", "tenant: is no key"),
    ("projects: [acme]", "entry 1: must be a map"),
    ("projects: [{key: a, name: A}, {key: b, nmae: B}]", "b: nmae: is no key"),
    ("projects: [{key: a, name: A, 5: B}]", "a: 5: is no key"),
    ("projects: [{name: A, adopt: true}]", "A: adopt: is no key"),
    ("projects: [{}]", "entry 1: name: missing"),
    ("projects: [{key: [a], name: A}]", "key: must be a text"),
    ("projects: [{name: A, secret_triggers: {v: '1'}}]", "A: secret_triggers: needs a record"),
    ("projects: [{name: A, secret_max_age: 90d}]", "A: secret_max_age: needs a record"),
    ("projects: [{name: A}, {key: b, name: A}]", "name 'A': is declared 2 times (by A and b)"),
    ("projects: [{name: A, name: B}]", "'name' is given twice"),
    ("projects: []\nprojects: []", "'projects' is given twice"),
    ("defaults: {name: A}\nprojects: []", "defaults: name: is no key"),
    ("defaults: {on_delete: burn}\nprojects: []", "defaults: on_delete"),
    ("defaults: []\nprojects: []", None),
    ("projects: [\n", "not valid YAML (line 2"),
    ("projects: [*x]", "not valid YAML"),
    ("\ufeffprojects: [{name: A, nmae: B}]", "A: nmae: is no key"),
    ("projects: {\u00e9t\u00e9: , e\u0301te\u0301: }", "is declared in 2 Unicode forms (NFC and NFD), which nobody can tell apart"),
    ("projects: {a: {name: N}, b: {name: N}}", "name 'N': is declared 2 times (by a and b)"),
    ("projects: {a: {id: 46000001}, b: {existing_id: '46000001'}}", "id 46000001: is declared 2 times (by a and b)"),
    ("defaults: {publish: ['file:out.json']}\nprojects: {a: , b: }", "out.json' is the place of a and b: each needs one of its own"),
    ("projects: {a: {state: absent, status: active}}", "a: status: contradicts state: absent"),
    (f"projects: [{{name: 'was {SECRET}', retired_secrets: [{SECRET}]}}]", "entry 1: name: holds a secret"),
    ("a: b: c", "not valid YAML"),
    ("? [a, b]\n: c", "a key must be a string"),
    ("projects: !!python/object/apply:os.getpid []", "not valid YAML"),
]


@pytest.mark.parametrize(("arguments", "says"), OPTIONS, ids=[" ".join(row[0]) for row in OPTIONS])
def test_options(command: Command, arguments: list[str], says: str) -> None:
    command.file("projects: [{key: a, name: A}, {key: b, name: B}]", "f.yaml")
    done = command(*arguments).failed(2, says)
    assert done.out == ""
    assert not command.asked()


@pytest.mark.parametrize(("text", "says"), FILES, ids=[row[0] or "empty" for row in FILES])
def test_files(command: Command, text: str, says: str | None) -> None:
    file = command.file(text)
    if says is None:
        command("plan", "-f", file).ok()
        return
    done = command("apply", "-f", file).failed(2, "tenants.yaml: ", says)
    assert (done.out, done.err.count("\n")) == ("", 1)
    assert SECRET not in done.err
    assert not command.asked()
    assert command.names() == []


def test_places_that_are_one(command: Command) -> None:
    """By whatever links and texts they are named; the ledger, which is not there yet, and its lock are no places either."""
    (command.folder / "real").mkdir()
    (command.folder / "link").symlink_to("real")
    there = command.folder
    for row, says in (
        ("{a: {publish: [file:real/x]}, b: {publish: [file:link/x]}}", f"file '{there}/real/x' and file '{there}/link/x' are one place, of a and b"),
        ("{a: {publish: [file:x.json, 'file:./x.json']}}", f"a: publish: has file '{there}/x.json' twice"),
        ("{a: {publish: [file:real/x, 'file:link/x']}}", f"a: publish: has file '{there}/link/x' twice"),
        ("{a: {publish: [file:link/l.json]}}", f"a: publish: file '{there}/link/l.json' is a file of the ledger: name one for the credentials alone"),
        ("{a: {publish: [file:real/l.json.lock]}}", "is a file of the ledger"),
    ):
        for ledger in ("real/l.json", "link/l.json"):
            command("apply", "-f", command.file(f"projects: {row}"), "--ledger", ledger).failed(2, says)
    assert not command.asked()
    assert list((there / "real").iterdir()) == []


def test_the_secret_of_the_account_in_a_name(command: Command) -> None:
    """The command's runs are searched for it."""
    secret = command.emulator.account_secret
    for row in (f"name: x{secret}", f"key: {secret}, name: A", f"name: A, secret_triggers: {{v: {secret}}}", f"{secret}: 5"):
        said = command("apply", "-f", command.file(f"projects: [{{{row}}}]"), "--ledger", "ledger.json").failed(2, "tenants.yaml: entry 1: ").err
        assert "holds a secret" in said or "(not shown: it looks like a secret): is no key" in said
    assert not command.asked()


def test_ten_thousand_entries_and_what_is_wrong_with_some(command: Command) -> None:
    rows = [f"- {{key: t{number}, name: tenant {number // 2 if number < 20 else number}}}\n" for number in range(10_000)]
    rows[5_000] = "- {key: t5000, name: 5000, status: [on]}\n"
    done = command("apply", "-f", command.file("projects:\n" + "".join(rows))).failed(2, "t5000: name: ", "t5000: status: ")
    assert len(done.err.splitlines()) == 2
    rows[5_000] = "- {name: tenant 5000}\n"
    done = command("apply", "-f", command.file("projects:\n" + "".join(rows))).failed(2, "name 'tenant 9': is declared 2 times (by t18 and t19)")
    assert len(done.err.splitlines()) == 10
    assert not command.asked()


@pytest.mark.parametrize(("name", "content", "says"), [
    ("f.json", b"{", "not valid JSON (line 1"),
    ("f.json", b'{"projects": [], "projects": []}', "'projects' is given twice"),
    ("f.json", b"[" * 100_000, "f.json"),
    ("f.yaml", b"[" * 100_000, "f.yaml"),
    ("f.yaml", b"\xfcber", "UTF-8"),
    ("f.yaml", b"\x00", "f.yaml"),
    ("f.yaml", b" " * (17 * 1024 * 1024), "larger than"),
], ids=["cut", "twice", "deep json", "deep yaml", "not utf-8", "nul", "huge"])  # fmt: skip
def test_broken_files(command: Command, name: str, content: bytes, says: str) -> None:
    (command.folder / name).write_bytes(content)
    command("plan", "-f", name).failed(2, says)


def test_a_merge_key_of_yaml_is_no_double(command: Command) -> None:
    file = command.file("projects:\n- &a {key: a, name: A, status: active}\n- {<<: *a, key: b, name: B}\n- {<<: *a, key: c, name: C}\n")
    assert command("plan", "-f", file).ok().out.splitlines()[-1] == "3 projects: 3 would change, 0 as declared"


def test_all_that_is_wrong_at_once(command: Command) -> None:
    file = command.file("projects: [{key: a, name: A, status: x}, {key: b, name: B, on_delete: y}]")
    assert command("apply", "-f", file).failed(2, "a: status", "b: on_delete").err.count("\n") == 2


@pytest.mark.parametrize(
    "arguments", [("--account-secret", SECRET), (f"--account-secret={SECRET}",), ("--acount-secret", SECRET), (f"--secret={SECRET}",)]
)
def test_a_secret_is_no_argument_and_not_repeated(command: Command, arguments: tuple[str, ...]) -> None:
    assert SECRET not in command("list", *arguments).failed(2).err


def test_the_whole_table_of_projects_at_once(command: Command) -> None:
    """Each row as an entry of one file: each is named with all its problems, each problem in a line of its own."""
    of_file = {"existing_id": "id", "id": "id"}
    rows = {}
    for number, (inputs, fields, says) in enumerate(BAD_PROJECTS):
        declared = {of_file.get(name, name): value for name, value in {"name": f"N{number}", **inputs}.items()}
        if set(declared) <= ENTRY and "\\ud800" not in repr(inputs):
            rows[f"row-{number}"] = (declared, [of_file.get(field, field) for field in fields], says)
    assert len(rows) > 70
    file = command.file(yaml.safe_dump({"projects": [{"key": key, **declared} for key, (declared, _, _) in rows.items()]}))
    done = command("apply", "-f", file, "--ledger", "ledger.json").failed(2)
    said: dict[str, list[str]] = {}
    for line in done.err.splitlines():
        said.setdefault(line.removeprefix("opentok-projects: tenants.yaml: ").partition(": ")[0], []).append(line)
    for key, (_, fields, says) in rows.items():
        assert sorted(field for field in fields for line in said.get(key, []) if f" {key}: {field}: " in line) == sorted(fields), key
        assert all(says in line for line in said[key]), (key, says, said[key])
    assert (set(said), len(done.err.splitlines())) == (set(rows), sum(len(fields) for _, fields, _ in rows.values()))
    assert HIDDEN not in done.err
    assert not command.asked()
    assert command.names() == []


def test_retired_secrets_are_not_quoted(command: Command) -> None:
    for value in (f"{{a: {SECRET}}}", f"[[{SECRET}]]", f"[sha256:{SECRET}]", f"[sha512:{SECRET}]", f"[{SECRET} x]"):
        done = command("plan", "-f", command.file(f"projects: [{{name: A, retired_secrets: {value}}}]")).failed(2, "retired_secrets")
        assert SECRET not in done.err


def test_the_secret_from_a_file(command: Command) -> None:
    command.file(command.emulator.account_secret + "\n", "secret")
    command("list", "--account-secret-file", "secret", OPENTOK_ACCOUNT_SECRET="").ok()
    command("list", "--account-secret-file", "secret", OPENTOK_ACCOUNT_SECRET="w" * 40).ok()
    command.file("\n", "empty")
    command("list", "--account-secret-file", "empty").failed(2, "is empty")
    command.file("two\nlines", "lines")
    command("list", "--account-secret-file", "lines").failed(2, "account_secret")


def test_without_credentials(command: Command) -> None:
    command("list", OPENTOK_ACCOUNT_KEY="", OPENTOK_ACCOUNT_SECRET="").failed(2, "OPENTOK_ACCOUNT_KEY")
    command("list", OPENTOK_ACCOUNT_SECRET="").failed(2, "OPENTOK_ACCOUNT_SECRET")


@pytest.mark.parametrize(("content", "says"), [("", "is empty"), ("{}", "not a ledger"), ("nonsense", "not JSON")])
def test_a_ledger_that_is_none(command: Command, content: str, says: str) -> None:
    file, ledger = command.file("projects: [{name: A}]"), command.file(content, "ledger.json")
    for verb in (("apply", "-f", file), ("plan", "-f", file), ("due",), ("list",)):
        command(*verb, "--ledger", ledger).failed(1, says)
    assert (command.names(), (command.folder / ledger).read_text()) == ([], content)


@pytest.mark.parametrize("key", ["../x", "a/b", ".hidden", "a b"])
def test_a_key_that_would_leave_its_place(command: Command, key: str) -> None:
    file = command.file(f"projects: [{{key: '{key}', name: A}}]")
    command("plan", "-f", file, "--publish", "file:out/{key}.json").failed(2, "publish", "cannot be part of a place")


def test_tracebacks_only_on_request(command: Command) -> None:
    assert "Traceback" in command("show", "none", OPENTOK_DEBUG="1").err


def test_a_fault_of_the_program_is_one_line(command: Command, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(f"import json\ndef dumps(*_, **__): raise KeyError('{SECRET}')\njson.dumps = dumps\n")
    path = os.pathsep.join([str(broken), command.environment({})["PYTHONPATH"]])
    done = command("list", "--json", PYTHONPATH=path)
    assert (done.code, done.out) == (1, "")
    assert done.err == "opentok-projects: unexpected KeyError, a bug in this program: OPENTOK_DEBUG=1 shows where\n"


@pytest.mark.parametrize("verb", ["", "list", "show", "plan", "apply", "rotate", "due"])
def test_help(command: Command, verb: str) -> None:
    out = command(*filter(None, [verb]), "--help", COLUMNS="100").ok().out
    wanted: dict[str, Any] = {"": ["OPENTOK_LEDGER", "examples:", "Exit status"]}
    assert [word for word in wanted.get(verb, ["--json", "--ledger", "--account-secret-file"]) if word not in out] == []
