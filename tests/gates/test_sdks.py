# SPDX-License-Identifier: Apache-2.0
"""The SDKs that are committed are those of the schema; they and the examples of the schema compile."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from pulumi_opentok._package import package
from tools.engine.go_toolchain import find_go, install_go
from tools.engine.places import cache_root
from tools.languages import GO_NEEDED, NoLanguage, go_environment, link_node_modules
from tools.progress import Progress
from tools.sdks import BY_HAND, FOLDER, NoSdk, make

GO_SDK = FOLDER / "go" / "opentok"


def files(folder: Path) -> dict[str, bytes]:
    """Those that git would keep, by name."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if name not in BY_HAND and "node_modules" not in name}


def test_they_are_those_of_the_schema(tmp_path: Path) -> None:
    try:
        make(tmp_path)
    except NoSdk as error:
        pytest.skip(str(error))
    made, there = files(tmp_path), files(FOLDER)
    assert sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name)) == [], "run `make sdks`"


def examples(language: str) -> dict[str, str]:
    """Of each resource, as its description has it."""
    block = re.compile(rf"```{language}\n(.*?)```", re.DOTALL)
    found = {token.rpartition(":")[2]: block.findall(said["description"]) for token, said in package()["resources"].items()}
    return {resource: text for resource, (text,) in found.items()}


def compiled(command: list[str], folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_typescript_compiles(tmp_path: Path) -> None:
    try:
        link_node_modules(tmp_path)
    except NoLanguage as error:
        pytest.skip(str(error))
    for resource, text in examples("typescript").items():
        (tmp_path / f"{resource}.ts").write_text(text, encoding="utf-8")
    options = {"strict": True, "target": "ES2020", "module": "commonjs", "moduleResolution": "node", "noEmit": True}
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}), encoding="utf-8")
    compiled(["node", "node_modules/typescript/bin/tsc"], tmp_path, dict(os.environ))


@pytest.mark.long
def test_go_compiles(tmp_path: Path) -> None:
    root = cache_root(os.environ)
    with Progress("go") as progress:
        go = str(find_go(GO_NEEDED, root, os.environ) or install_go(root, os.environ, progress))
    env = go_environment(root, os.environ)
    for resource, text in examples("go").items():
        (tmp_path / resource).mkdir()
        (tmp_path / resource / "main.go").write_text(text, encoding="utf-8")
    sdk = (GO_SDK / "go.mod").read_text(encoding="utf-8")
    module = sdk.split()[1]
    needs = f"require {module} v0.0.0\nreplace {module} => {GO_SDK}\n"
    (tmp_path / "go.mod").write_text(sdk.replace(f"module {module}", "module examples") + needs, encoding="utf-8")
    (tmp_path / "go.sum").write_bytes((GO_SDK / "go.sum").read_bytes())
    compiled([go, "vet", "./..."], GO_SDK, env)
    compiled([go, "vet", "./..."], tmp_path, env)
