# SPDX-License-Identifier: Apache-2.0
"""The service around a rulebook: its unit says what ansible-rulebook and systemd take. The rulebook itself runs in tests/eda/test_rulebooks.py."""

from __future__ import annotations

import configparser
import shlex
import subprocess
import sys
from pathlib import Path

import yaml
from ansible_rulebook.cli import get_parser  # type: ignore[import-untyped]

from tests.eda.rulebook import INVENTORY, ROOT
from tests.gitops.awx import environment

FOLDER = ROOT / "examples" / "gitops" / "event-driven"
RULEBOOKS = ROOT / "ansible_collections/opentok/cloud/extensions/eda/rulebooks"


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    setattr(parser, "optionxform", str)  # noqa: B010  (mypy takes it for a method; systemd's names have capitals)
    parser.read_string((FOLDER / "opentok-rulebook.service").read_text(encoding="utf-8"))
    return parser


def test_the_unit_runs_the_rulebook_of_the_collection_with_files_that_are_here() -> None:
    service = unit()["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    options = get_parser().parse_args(arguments)
    assert program.startswith(dict(pair.split("=", 1) for pair in shlex.split(service["Environment"]))["PATH"].split(":")[0])
    name = options.rulebook.removeprefix("opentok.cloud.")
    (ruleset,) = yaml.safe_load((RULEBOOKS / f"{name}.yml").read_text(encoding="utf-8"))
    text = str(ruleset["sources"])
    assert all(variable in text for variable in [*options.env_vars.split(","), *yaml.safe_load((FOLDER / options.vars).read_text(encoding="utf-8"))])
    assert (FOLDER / options.inventory).read_text(encoding="utf-8") == INVENTORY
    # Each secret comes from the one file that only root reads; none stands on a command line.
    secrets = Path(service["EnvironmentFile"]).name
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"install -m 0600 /dev/null /etc/opentok-rulebook/{secrets}" in page
    assert all(f"`{variable}=…`" in page for variable in ("OPENTOK_ACCOUNT_KEY", "OPENTOK_ACCOUNT_SECRET", options.env_vars))
    assert (service["DynamicUser"], service["NoNewPrivileges"], service["ProtectSystem"], service["Restart"]) == ("true", "true", "strict", "always")


def test_the_container_of_it_can_be_described(tmp_path: Path) -> None:
    command = [str(Path(sys.prefix, "bin", "ansible-builder")), "create", "--file", "decision-environment.yml"]
    command += ["--context", str(tmp_path / "context"), "--output-filename", "Containerfile"]
    done = subprocess.run(command, cwd=FOLDER, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "java-17" in (tmp_path / "context" / "_build" / "bindep.txt").read_text(encoding="utf-8")
    assert "ansible-rulebook" in (tmp_path / "context" / "_build" / "requirements.txt").read_text(encoding="utf-8")
