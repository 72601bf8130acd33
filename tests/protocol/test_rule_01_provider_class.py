# SPDX-License-Identifier: Apache-2.0
"""Rule 1: the provider class is stored as its dotted path and nothing else."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pulumi_opentok
from pulumi_opentok.project import ProjectProvider
from tests.engine.environment import REPO, whole_environment
from tests.protocol.dynamic_server import PROVIDER

PRINT = (
    "from pulumi.dynamic.dynamic import serialize_provider\n"
    "from pulumi_opentok.project import ProjectProvider\n"
    "print(serialize_provider(ProjectProvider()))"
)


def test_it_is_small() -> None:
    assert len(PROVIDER) < 100


def test_it_has_no_attributes_and_needs_no_encryption() -> None:
    assert vars(ProjectProvider()) == {}
    assert ProjectProvider.serialize_as_secret_always is False


def test_it_is_the_same_everywhere_and_holds_nothing_of_its_surroundings(tmp_path: Path) -> None:
    secret = "5ecre7" * 6
    env = {"PYTHONPATH": str(REPO), "PYTHONHASHSEED": "7", "OPENTOK_ACCOUNT_KEY": "10000001", "OPENTOK_ACCOUNT_SECRET": secret}
    ran = subprocess.run([sys.executable, "-c", PRINT], cwd=tmp_path, env=whole_environment(env), capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == PROVIDER
    pickled = base64.b64decode(PROVIDER)
    assert secret.encode() not in pickled
    assert str(Path(pulumi_opentok.__file__).parent).encode() not in pickled
