# SPDX-License-Identifier: Apache-2.0
"""What a team declares is data: a text in it that looks like a template is never carried out, so it shows no secret and runs no program."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.engine.environment import REPO, whole_environment
from tests.playbooks.ansible_run import packed_once

EXAMPLES = REPO / "examples"
HOSTILE = ("{{ lookup('env','OPENTOK_ACCOUNT_SECRET') | reverse }}", "{{ lookup('pipe', 'touch run-by-a-template') }}")
PLAYBOOKS = {"gitops/github": "site.yml", "gitops/gitlab": "suspend.yml", "gitops/awx": "drift.yml", "ansible/tenants": "suspend.yml"}


@pytest.mark.parametrize("example", PLAYBOOKS)
def test_a_template_in_what_is_declared_is_a_text(example: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / example, tmp_path / "copy"))
    (folder / "ledger.json").unlink(missing_ok=True)
    names = [{"key": f"tenant-{number}", "name": name} for number, name in enumerate(HOSTILE)]
    declared = {"defaults": {"status": "active"}, "tenants": [*names, {"key": HOSTILE[0], "name": "Globex"}]}
    (folder / "tenants.yaml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    with Emulator() as opentok:
        own = {"ANSIBLE_COLLECTIONS_PATH": str(REPO), "HOME": str(tmp_path), "PATH": f"{Path(sys.prefix, 'bin')}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        command = ["ansible-playbook", PLAYBOOKS[example], "--check", "--diff", "--inventory=localhost,", "--connection=local"]
        env = whole_environment({**own, **packed_once(), **opentok.env, "TENANT": "nobody", "OPENTOK_LEDGER": "ledger.json"})
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        kept = "".join(path.read_text(encoding="utf-8") for path in folder.glob("run.json"))
        assert HOSTILE[0].partition("(")[0] in said + kept, said
        assert opentok.account_secret[::-1] not in said + kept
        assert not list(folder.rglob("run-by-a-template"))


def test_no_example_reads_declarations_as_templates() -> None:
    plays = [(path, play) for path in EXAMPLES.rglob("*.yml") for play in _plays(path)]
    read = {(str(path.relative_to(EXAMPLES)), name) for path, play in plays for name in play.get("vars_files", [])}
    assert [one for one in read if Path(one[1]).name in ("tenants.yaml", "projects.yaml")] == []


def _plays(path: Path) -> list[dict[str, object]]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    except yaml.YAMLError:
        return []
    return [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []
