# SPDX-License-Identifier: Apache-2.0
"""A Pulumi program that declares what is there, and the file for ``pulumi import --file``.

Each project is protected, as ``pulumi import`` protects it: what leaves the program, or would be replaced, is an error until somebody says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from ...core import VERSION
from . import quoting
from .imported import Imported

IMPORT_FILE = "import.json"
TYPE = "opentok:index:Project"
BY = "written by `opentok-projects import`"

Files = dict[str, str]


def files(language: str, account_key: str, projects: Sequence[Imported]) -> Files:
    """Name -> text of the files of a program in ``language``, one of :data:`LANGUAGES`."""
    return {**LANGUAGES[language](account_key, projects), IMPORT_FILE: _import_file(projects)}


def _import_file(projects: Sequence[Imported]) -> str:
    return json.dumps({"resources": [{"type": TYPE, "name": one.key, "id": one.id} for one in projects]}, indent=2) + "\n"


def _project_file(account_key: str, runtime: str) -> list[str]:
    return [f"name: {_name(account_key)}", f"description: {_description(account_key)}", f"runtime: {runtime}"]


def _name(account_key: str) -> str:
    return f"opentok-{account_key}"


def _description(account_key: str) -> str:
    return f"The OpenTok projects of account {account_key}"


def _yaml(account_key: str, projects: Sequence[Imported]) -> Files:
    lines = [f"# {_description(account_key)}, {BY}", *_project_file(account_key, "yaml"), "resources:"]
    for one in projects:
        lines += [f"  {one.key}:", f"    type: {TYPE}", "    properties:"]
        lines += [f"      {name}: {text}" for name, text in _arguments(one, quoting.of_pulumi_yaml, CAMEL).items()]
        lines += ["    options:", "      protect: true"]
    return {"Pulumi.yaml": _text(lines)}


def _python(account_key: str, projects: Sequence[Imported]) -> Files:
    program = [f'"""{_description(account_key)}, {BY}."""', "", "import pulumi", ""]
    program += ["from pulumi_opentok import native as opentok", "", "projects = {"]
    for one in projects:
        arguments = ", ".join(f"{name}={text}" for name, text in _arguments(one, quoting.literal, {}).items())
        program.append(f'    "{one.key}": opentok.Project("{one.key}", {arguments}, opts=pulumi.ResourceOptions(protect=True)),')
    return {
        "Pulumi.yaml": _text(_project_file(account_key, "python")),
        "__main__.py": _text([*program, "}"]),
        "requirements.txt": f"pulumi-opentok>={VERSION}\n",
    }


def _typescript(account_key: str, projects: Sequence[Imported]) -> Files:
    program = [f"// {_description(account_key)}, {BY}", f'import * as opentok from "{PACKAGE}";', ""]
    program.append("const projects: Record<string, opentok.Project> = {")
    for one in projects:
        arguments = ", ".join(f"{name}: {text}" for name, text in _arguments(one, quoting.of_typescript, CAMEL).items())
        program.append(f'    "{one.key}": new opentok.Project("{one.key}", {{ {arguments} }}, {{ protect: true }}),')
    package = {
        "name": _name(account_key),
        "private": True,
        "main": "index.ts",
        "dependencies": {"@pulumi/pulumi": "^3.142.0", PACKAGE: f"^{VERSION}"},
        "devDependencies": {"@types/node": "^20", "typescript": "^5"},
    }
    return {
        "Pulumi.yaml": _text(_project_file(account_key, "nodejs")),
        "index.ts": _text([*program, "};"]),
        "package.json": json.dumps(package, indent=2) + "\n",
    }


CAMEL = {"existing_id": "existingId"}
"""What the inputs are called outside Python."""

PACKAGE = "@pulumi-opentok.example/opentok"

LANGUAGES: Mapping[str, Callable[[str, Sequence[Imported]], Files]] = {"python": _python, "yaml": _yaml, "typescript": _typescript}


def _arguments(one: Imported, quoted: Callable[[str], str], names: Mapping[str, str]) -> dict[str, str]:
    return {names.get(name, name): quoted(value) for name, value in one.inputs.items()}


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
