# SPDX-License-Identifier: Apache-2.0
"""`import`: files that declare an account as it is, each language read by its own rules, and nothing asked, replaced or shown that must not be."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_opentok._package import package
from pulumi_opentok.cli import main
from pulumi_opentok.cli.importing import pulumi_files
from pulumi_opentok.cli.importing.imported import imported
from pulumi_opentok.emulator import Emulator
from tests.cli.running import Command
from tests.gateway import Answer, gateway
from tests.things.odd_account import DECLARED_BY_ID, DECLARED_BY_NAME, IDS, LEAKED, NAMES, SUSPENDED, odd_account

Declared = dict[str, dict[str, Any]]
"""Key of a project -> its arguments, in camelCase, and `protect`."""

KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FILES = {
    "python": ["Pulumi.yaml", "__main__.py", "requirements.txt", "import.json"],
    "yaml": ["Pulumi.yaml", "import.json"],
    "typescript": ["Pulumi.yaml", "index.ts", "package.json", "import.json"],
}
PLAINLY = {
    "Straße 7": "strasse-7",
    "🚀 Rocket School": "rocket-school",
    "Project": "project",
    "ACME-GmbH 46000001": f"acme-gmbh-46000001-{IDS[3]}",
    "1.10": "project-1-10",
    "yes": "project-yes",
    "46000003": f"project-{IDS[NAMES.index('46000003')]}",
    "עברית": f"project-{IDS[NAMES.index('עברית')]}",
}
"""Name -> key."""

WRONG = {
    "": "one of the arguments --pulumi --ansible is required",
    "--pulumi --ansible": "not allowed with argument",
    "--ansible --language yaml": "--language is about the program of --pulumi",
    "--pulumi --language java": "--language",
    "--pulumi --output - --force": "--output - writes none",
    "--ansible --output file": "must be a folder that can be written to",
    "--ansible --output file/below": "must be a folder that can be written to",
    "--ansible --output full": "tenants.yaml is there already: give another folder, or --force",
    "--pulumi --output full --language yaml --force": "Pulumi.yaml must be replaced, but not all of them are files",
    "--pulumi surplus": "1 unexpected argument",
}


def read_yaml(folder: Path) -> Declared:
    resources = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))["resources"]
    assert {one["type"] for one in resources.values()} == {"opentok:index:Project"}
    # What the engine's own YAML host makes of it, tests/engine/test_import_account.py shows.
    plain = {key: {name: text.replace("$$", "$") for name, text in one["properties"].items()} for key, one in resources.items()}
    return {key: {**arguments, **resources[key]["options"]} for key, arguments in plain.items()}


def read_python(folder: Path) -> Declared:
    made: Declared = {}

    def project(key: str, **arguments: Any) -> None:
        made[key] = {"existingId" if name == "existing_id" else name: value for name, value in arguments.items() if name != "opts"}
        made[key] |= arguments["opts"]

    native = types.SimpleNamespace(Project=project)
    stand_ins = {"pulumi": types.SimpleNamespace(ResourceOptions=dict), "pulumi_opentok": types.SimpleNamespace(native=native)}
    before = {name: sys.modules.get(name) for name in stand_ins}
    try:
        sys.modules.update(stand_ins)  # type: ignore[arg-type]
        exec(compile((folder / "__main__.py").read_text(encoding="utf-8"), "__main__.py", "exec"), {})
    finally:
        sys.modules.update({name: module for name, module in before.items() if module is not None})
    return made


def read_typescript(folder: Path) -> Declared:
    typed = (folder / "index.ts").read_text(encoding="utf-8")
    program, types_left_out = re.subn(r"^import .*$|: Record<string, opentok\.Project>", "", typed, flags=re.MULTILINE)
    assert types_left_out == 2
    stand_in = "const opentok = {Project: function (key, args, opts) { made.push([key, {...args, ...opts}]); }}; const made = [];"
    script = f"{stand_in}\n{program}\nconsole.log(JSON.stringify(made));"
    done = subprocess.run(["node", "-"], input=script, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


READERS: dict[str, Callable[[Path], Declared]] = {"python": read_python, "yaml": read_yaml, "typescript": read_typescript}


@pytest.fixture(scope="module")
def odd() -> Iterator[Emulator]:
    with odd_account() as opentok:
        yield opentok


@pytest.mark.parametrize("language", FILES)
def test_a_program_declares_each_project_as_it_is(odd: Emulator, tmp_path: Path, language: str) -> None:
    command = Command(odd, tmp_path)
    command.asked()
    done = command("import", "--pulumi", "--language", language, "--output", "new/stack").ok()
    assert command.asked() == {"project.list": 1}
    assert done.out.splitlines()[0] == f"{len(NAMES)} projects: {', '.join(FILES[language])} written to 'new/stack'; next:"
    assert done.out.splitlines()[-2:] == ["  pulumi import --file import.json --generate-code=false --yes", "  pulumi preview --expect-no-changes"]
    folder = tmp_path / "new" / "stack"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES[language])
    rows = json.loads((folder / "import.json").read_text())["resources"]
    assert [row["id"] for row in rows] == list(IDS)
    assert {row["type"] for row in rows} == {"opentok:index:Project"}
    declared = READERS[language](folder)
    assert list(declared) == [row["name"] for row in rows]
    for key, id_, name in zip(declared, IDS, NAMES, strict=True):
        how = {"existingId": id_} if name in DECLARED_BY_ID else {"name": name}
        assert declared[key] == {**how, "status": "suspended" if id_ in SUSPENDED else "active", "protect": True}
    hold_no_secret(command, folder)


def test_tenants_yaml_is_what_the_account_has(odd: Emulator, tmp_path: Path) -> None:
    command = Command(odd, tmp_path)
    command("import", "--ansible", "--output", "my play").ok()
    file = "my play/tenants.yaml"
    assert f"0 would change, {len(NAMES)} as declared" in command("plan", "-f", file, "--undeclared", "report", "--expect-no-changes").ok().out
    tenants = yaml.safe_load((tmp_path / file).read_text(encoding="utf-8"))["tenants"]
    assert [one["id"] for one in tenants] == list(IDS)
    assert [one["name"] for one in tenants if "name" in one] == list(DECLARED_BY_NAME)
    hold_no_secret(command, tmp_path / "my play")


def hold_no_secret(command: Command, folder: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert not [secret for secret in [*command.secrets(), LEAKED] if secret in text]


def test_the_names_of_the_package() -> None:
    schema = package()
    assert (pulumi_files.PACKAGE, pulumi_files.TYPE in schema["resources"]) == (schema["language"]["nodejs"]["packageName"], True)


def test_keys_are_distinct_and_the_same_in_any_order() -> None:
    found = [(id_, {"name": name} if name in DECLARED_BY_NAME else {"existing_id": id_}) for id_, name in zip(IDS, NAMES, strict=True)]
    keys = {one.id: one.key for one in imported(found)}
    assert len({*keys.values()}) == len(NAMES)
    assert [key for key in keys.values() if not KEY.fullmatch(key) or key in ("yes", "no", "on", "y", "true", "null", "pulumi")] == []
    assert {one.id: one.key for one in imported(found[::-1])} == keys
    named = dict(zip(NAMES, keys.values(), strict=True))
    assert {name: named[name] for name in PLAINLY} == PLAINLY


def test_what_is_refused_before_anything_is_asked(command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In this process: they are many."""
    command.file("", "file")
    (command.folder / "full" / "Pulumi.yaml").mkdir(parents=True)
    command.file("mine", "full/tenants.yaml")
    monkeypatch.chdir(command.folder)
    monkeypatch.setattr("gc.set_threshold", lambda *_: None)  # it would hold for the tests after this one
    for name, value in command.emulator.env.items():
        monkeypatch.setenv(name, value)
    for arguments, says in WRONG.items():
        try:
            status: Any = main(["import", *arguments.split()])
        except SystemExit as ended:
            status = ended.code
        said = capsys.readouterr()
        assert (status, said.out, said.err.count("\n"), says in said.err) == (2, "", 1, True), (arguments, said)
    assert not command.asked()
    assert sorted(path.name for path in command.folder.rglob("*")) == ["Pulumi.yaml", "file", "full", "tenants.yaml"]
    assert main(["import", "--ansible", "--output", "new"]) == 1
    assert "has no project that can be imported: nothing was written" in capsys.readouterr().err
    assert not (command.folder / "new").exists()
    command.projects.create("Acme")
    assert main(["import", "--ansible", "--output", "full", "--force"]) == 0
    assert "Acme" in (command.folder / "full" / "tenants.yaml").read_text()


def test_to_stdout_and_as_json(command: Command) -> None:
    acme = command.projects.create("Acme")
    printed = command("import", "--ansible", "--output", "-").ok().out
    assert re.findall("^==> (.+) <==$", printed, re.MULTILINE) == ["tenants.yaml", "site.yml"]
    document = command("import", "--pulumi", "--output", "-", "--json").ok().json
    assert set(document) == {"account_key", "output", "files", "projects", "next"}
    assert (document["output"], list(document["files"])) == (None, FILES["python"])
    assert document["projects"] == [{"key": "acme", "id": acme.id, "name": "Acme", "status": "active"}]
    assert list(command.folder.iterdir()) == []
    document = command("import", "--pulumi", "--language", "yaml", "--json").ok().json
    assert document["output"] == "."
    assert {path.name: path.read_text() for path in command.folder.iterdir()} == document["files"]


def test_rows_that_are_not_whole(command: Command) -> None:
    """They are read by their ids, and one without an id is left out, in one line."""
    acme = command.projects.create("Acme")
    with gateway(command.emulator.url) as between:
        rows = [{"id": acme.id, "name": "Acme"}, {"name": "No id"}]
        between.changed = lambda method, path, answer: Answer.of(rows) if path == "/v2/project" else answer
        done = command("import", "--ansible", OPENTOK_API_URL=between.url).failed(1, "not imported: the list of account", "'No id' without an id")
        assert done.out.startswith("1 project: ")
        assert between.asked == ["GET /v2/project", f"GET /v2/project/{acme.id}"]
    assert list(itertools.chain(*yaml.safe_load((command.folder / "tenants.yaml").read_text())["tenants"])) == ["key", "id", "name", "status"]
