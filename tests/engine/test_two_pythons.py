# SPDX-License-Identifier: Apache-2.0
"""A stack that one Python made and another continues: the provider in the state is the same text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import requires
from pathlib import Path

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.environment import whole_environment
from tests.engine.stack import EngineStack
from tests.packaging.matrix import TOOLS, requirements, with_dependencies
from tools.interpreters import SUPPORTED, found

CONTINUES = """\
import json, pickle, sys
import dill
from pulumi import automation
import pulumi_opentok as opentok

# 3.14's default, on every Python: the newest here may be an older one.
dill.settings["protocol"], dumps = 5, pickle.dumps
pickle.dumps = lambda value, protocol=5, **more: dumps(value, protocol, **more)

stack = automation.select_stack(
    "dev", project_name="proof", program=lambda: opentok.Project("acme", name="ACME", status="suspended") and None,
    opts=automation.LocalWorkspaceOptions(work_dir=sys.argv[1]),
)
events = []
shown = stack.up(diff=True, color="never", on_event=events.append).stdout
steps = [event.resource_pre_event.metadata for event in events if event.resource_pre_event]
diffs = {step.urn.rsplit("::", 1)[-1]: sorted(step.detailed_diff or {}) for step in steps}
print(json.dumps({"python": "%d.%d" % sys.version_info[:2], "diff": diffs["acme"], "shown": shown}))
"""


def another_python() -> tuple[str, Path]:
    """The newest of this machine that is not the running one."""
    running = "{}.{}".format(*sys.version_info)
    others = [(version, python) for version, python in found().items() if version != running]
    if not others:
        pytest.skip(f"only Python {running} is here: put another one of {', '.join(SUPPORTED)} (with venv) on PATH")
    return others[-1]


@pytest.mark.long
def test_the_next_change_on_another_python_is_that_change_alone(new_stack: Callable[..., EngineStack], opentok_emulator: Emulator) -> None:
    version, python = another_python()
    stack = new_stack(lambda: opentok.Project("acme", name="ACME", status="active") and None, env=opentok_emulator.env)
    stack.up().ok()
    other = with_dependencies(python, version, [*requirements(requires("pulumi-opentok") or [], "emulator"), *TOOLS])
    env = {**whole_environment(stack.env), "PULUMI_PYTHON_CMD": str(other)}
    command = [str(other), "-c", CONTINUES, str(stack.work_dir)]
    done = subprocess.run(command, cwd=stack.work_dir, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["python"], said["diff"]) == (version, ["status"])
    assert "__provider" not in said["shown"]
