# SPDX-License-Identifier: Apache-2.0
"""The provider class is stored as its dotted path and nothing else."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

import pulumi_opentok
from pulumi_opentok.project import ProjectProvider
from tests.engine.environment import REPO, whole_environment
from tests.protocol.dynamic_server import PROVIDER

PRINT = """
import pulumi_opentok as opentok
from tests.protocol.mocks import Recorder, run_program
recorder = Recorder()
run_program(lambda: opentok.Project("t", name="T"), recorder)
print(recorder.inputs_of("t")["__provider"])
"""
PRINT_THE_SDK_S_OWN = """
from pulumi.dynamic.dynamic import serialize_provider
from pulumi_opentok.project import ProjectProvider
print(serialize_provider(ProjectProvider()))
"""


def printed(code: str, folder: Path, **more: str) -> str:
    """By a process of its own, elsewhere."""
    env = whole_environment({"PYTHONPATH": str(REPO), "PYTHONHASHSEED": "7", **more})
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, check=True).stdout.strip()


def test_it_is_small() -> None:
    assert len(PROVIDER) < 100


def test_it_has_no_attributes_and_needs_no_encryption() -> None:
    assert vars(ProjectProvider()) == {}
    assert ProjectProvider.serialize_as_secret_always is False


def test_it_is_the_same_everywhere_and_holds_nothing_of_its_surroundings(tmp_path: Path) -> None:
    secret = "5ecre7" * 6
    assert printed(PRINT, tmp_path, OPENTOK_ACCOUNT_KEY="10000001", OPENTOK_ACCOUNT_SECRET=secret) == PROVIDER
    pickled = base64.b64decode(PROVIDER)
    assert secret.encode() not in pickled
    assert str(Path(pulumi_opentok.__file__).parent).encode() not in pickled


@pytest.mark.parametrize("default", [4, 5], ids=["Python 3.13", "Python 3.14"])
def test_it_is_the_same_whatever_this_python_pickles_by_default(tmp_path: Path, default: int) -> None:
    """Python 3.14 pickles by protocol 5: the state of a stack that two Pythons take turns at would show `~ __provider`."""
    ours, theirs = printed(f"import pickle\npickle.DEFAULT_PROTOCOL = {default}\n{PRINT}{PRINT_THE_SDK_S_OWN}", tmp_path).splitlines()
    assert ours == PROVIDER
    assert base64.b64decode(theirs)[:2] == bytes([0x80, default]), "the SDK's own, so that this test goes on meaning something"
