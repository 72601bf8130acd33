# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a team's repository, at a forge and beside an OpenTok of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import boto3
import pytest

from pulumi_opentok.emulator import Emulator
from tests import forking
from tests.engine.environment import REPO, stack_environment
from tests.gitops.github.act import Team
from tests.gitops.github.forge import forge
from tests.moto_server import moto_server
from tests.playbooks.ansible_run import packed_once
from tools.language_host import install

__all__ = ["moto_server"]


@pytest.fixture
def opentok() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def new_team(program: Callable[[str], Path], opentok: Emulator, tmp_path: Path) -> Iterator[Callable[..., Team]]:
    """Makes the repository of a team that copied the example: `new_team(env=..., secrets=..., variables=...)`, beside what every team has."""
    with forge("acme/opentok") as there:

        def make(env: Mapping[str, str], secrets: Mapping[str, str], variables: Mapping[str, str]) -> Team:
            return Team(
                program("act"),
                tmp_path,
                there,
                secrets={"OPENTOK_ACCOUNT_SECRET": opentok.account_secret, **secrets},
                variables={"OPENTOK_ACCOUNT_KEY": opentok.account_key, "OPENTOK_API_URL": opentok.url, **variables},
                env=env,
            )

        yield make


@pytest.fixture
def pulumi_team(new_team: Callable[..., Team], engine: Path, tmp_path: Path) -> Team:
    """One that works with Pulumi, and keeps its state in a folder."""
    (tmp_path / "backend").mkdir()
    (tmp_path / "bin").mkdir()
    install(tmp_path / "bin")
    env = {**stack_environment(engine, tmp_path), "PULUMI_PYTHON_CMD": forking.command("pulumi.dynamic", "tools.language_host")}
    own = {"PULUMI_BACKEND_URL": env.pop("PULUMI_BACKEND_URL")}
    passphrase = {"PULUMI_CONFIG_PASSPHRASE": env.pop("PULUMI_CONFIG_PASSPHRASE")}
    return new_team({**env, "PATH": f"{tmp_path / 'bin'}:{env['PATH']}"}, passphrase, own)


@pytest.fixture
def ansible_team(new_team: Callable[..., Team], moto_server: str) -> Team:
    """One that works with Ansible, and keeps its ledger in a bucket."""
    keys = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    bucket = f"ledgers-{uuid.uuid4().hex[:12]}"
    boto3.session.Session(*keys).client("s3", endpoint_url=moto_server, region_name="us-east-1").create_bucket(Bucket=bucket)
    variables = {"OPENTOK_LEDGER": f"s3://{bucket}/opentok?endpoint={moto_server}", "AWS_ACCESS_KEY_ID": keys[0], "AWS_REGION": "us-east-1"}
    own = {"ANSIBLE_COLLECTIONS_PATH": str(REPO), **packed_once()}
    return new_team(own, {"AWS_SECRET_ACCESS_KEY": keys[1]}, {"OPENTOK_WITH": "ansible", **variables})


@pytest.fixture
def no_leak(opentok: Emulator) -> Callable[[Team], None]:
    """Looks for secrets in all that people can read."""

    def look(team: Team) -> None:
        known = {*team.secrets.values(), *(project["secret"] for project in opentok.all_projects())}
        read = [*team.printed, *team.forge.everything()]
        assert [secret for secret in known for text in read if secret in text] == []

    return look
