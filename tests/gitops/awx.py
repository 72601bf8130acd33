# SPDX-License-Identifier: Apache-2.0
"""A stand-in for AWX: runs jobs by ansible-runner as AWX does, and its collection `awx.awx` takes what the real one is documented to take."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.playbooks.ansible_run import ROOT, packed_once

EXAMPLE = ROOT / "examples" / "gitops" / "awx"

MODULE = """\
import json
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=json.loads({spec!r}), supports_check_mode=True)
module.exit_json(changed=False, id=1, asked={{name: value for name, value in module.params.items() if value is not None}})
"""
"""Refuses what the documented options do not allow, and tells what it was asked for."""


class _Loader(yaml.SafeLoader):
    """Knows Ansible's `!unsafe`: a text that is no template."""


_Loader.add_constructor("!unsafe", lambda loader, node: node.value)


def load(name: str) -> Any:
    """A file of the example."""
    return yaml.load((EXAMPLE / name).read_text(encoding="utf-8"), _Loader)


def injected(inputs: Mapping[str, str]) -> dict[str, str]:
    """What a job has in its environment of a credential with these inputs; rendered as AWX does it."""
    injectors: Mapping[str, str] = load("controller/credential_type.yml")["opentok_credential_type"]["injectors"]["env"]
    return {name: ImmutableSandboxedEnvironment().from_string(template).render(**inputs) for name, template in injectors.items()}


def stand_in_collection(folder: Path) -> Path:
    """A collection `awx.awx` in `folder`, of which no module does anything."""
    modules = folder / "ansible_collections" / "awx" / "awx" / "plugins" / "modules"
    modules.mkdir(parents=True)
    table = json.loads(Path(__file__).with_name("awx_options.json").read_text(encoding="utf-8"))
    for name, spec in table["modules"].items():
        (modules / f"{name}.py").write_text(MODULE.format(spec=json.dumps(spec)), encoding="utf-8")
    return folder


def environment(home: Path) -> dict[str, str]:
    """Of a process that runs Ansible apart from the user's own, with no credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OPENTOK_"))}
    path = os.pathsep.join([str(Path(sys.prefix, "bin")), kept.get("PATH", os.defpath)])
    own = {"HOME": str(home), "PATH": path, "LC_ALL": "C.UTF-8", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_COLLECTIONS_PATH": str(ROOT)}
    return {**kept, **own, **packed_once()}


@dataclass(frozen=True)
class Job:
    """One job: its exit code and status as AWX shows them, its folder of artifacts."""

    rc: int
    status: str
    folder: Path

    @functools.cached_property
    def output(self) -> str:
        return (self.folder / "stdout").read_text(encoding="utf-8")

    @property
    def stats(self) -> dict[str, Any]:
        """What `set_stats` has set: AWX shows it as the job's artifacts, and hands it to the next node of a workflow."""
        events = (json.loads(path.read_text(encoding="utf-8")) for path in (self.folder / "job_events").glob("*.json"))
        (data,) = [event["event_data"].get("artifact_data", {}) for event in events if event["event"] == "playbook_on_stats"]
        return dict(data)


class Controller:
    """Runs jobs of the templates of `jobs.yml` in private data directories under `home`, with the environment that the credential injects.

    `ledger` is what `settings.yml` would have.
    """

    def __init__(self, home: Path, env: Mapping[str, str], *, ledger: str = "") -> None:
        self.home, self._env, self._ledger = home, env, ledger
        self.templates = {template["name"].removeprefix("OpenTok: "): template for template in load("controller/jobs.yml")["jobs"]}
        self._count = 0

    def launch(self, name: str, **answers: str) -> Job:
        """The job of the template of this name; `answers` are those to its survey."""
        self._count += 1
        template, private = self.templates[name], self.home / f"job-{self._count}"
        (private / "env").mkdir(parents=True)
        (private / "inventory").mkdir()
        shutil.copytree(EXAMPLE, private / "project", ignore=shutil.ignore_patterns("ansible.cfg"))
        shutil.copy(EXAMPLE / "inventory.yml", private / "inventory" / "hosts.yml")
        (private / "env" / "envvars").write_text(json.dumps(dict(self._env)), encoding="utf-8")
        own = template.get("extra_vars", {})
        given = {name: self._ledger if value == "{{ ledger }}" else value for name, value in own.items()}
        (private / "env" / "extravars").write_text(json.dumps({**given, **answers}), encoding="utf-8")
        check = ["--cmdline=--check --diff"] if template["job_type"] == "check" else ["--cmdline=--diff"]
        command = [str(Path(sys.prefix, "bin", "ansible-runner")), "run", str(private), "--playbook", template["playbook"]]
        command += ["--ident", "1", "--quiet", *check]
        done = subprocess.run(command, env=environment(self.home), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        folder = private / "artifacts" / "1"
        assert folder.is_dir(), done.stderr
        return Job(done.returncode, (folder / "status").read_text(encoding="utf-8"), folder)
