# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a team's repository, at a forge and beside an OpenTok of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.conftest import engine
from tests.engine.environment import REPO, stack_environment
from tests.gitops.act import Team
from tests.gitops.forge import forge
from tools.language_host import install
from tools.programs import NoProgram, ensure

__all__ = ["engine"]

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def act() -> Path:
    """The program. Where it cannot be had, the test is skipped with the reason."""
    try:
        return ensure("act")
    except NoProgram as error:
        pytest.skip(str(error))


@pytest.fixture
def opentok() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def pulumi_team(act: Path, engine: Path, opentok: Emulator, tmp_path: Path) -> Iterator[Team]:
    """A team that copied the example with Pulumi, and set its secrets and variables."""
    for name in ("bin", "backend", "team"):
        (tmp_path / name).mkdir()
    install(tmp_path / "bin")
    own = stack_environment(engine, tmp_path)
    env = {name: value for name, value in own.items() if name not in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE")}
    env["PATH"] = f"{tmp_path / 'bin'}:{env['PATH']}"
    with forge("acme/opentok") as there:
        yield Team(
            tmp_path / "team",
            REPO / "examples" / "gitops" / "github" / "pulumi",
            there,
            secrets={"OPENTOK_ACCOUNT_SECRET": opentok.account_secret, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE},
            variables={
                "OPENTOK_ACCOUNT_KEY": opentok.account_key,
                "OPENTOK_API_URL": opentok.url,
                "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
            },
            env=env,
        )


@pytest.fixture
def no_leak(opentok: Emulator) -> Callable[[Team], None]:
    """Looks for secrets in all that people can read."""

    def look(team: Team) -> None:
        known = {*team.secrets.values(), *(project["secret"] for project in opentok.all_projects())}
        read = [*team.printed, *team.forge.everything()]
        assert [secret for secret in known for text in read if secret in text] == []

    return look


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Gives the executable of a name: `program("act")`. Where it cannot be had, the test is skipped with the reason."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def find(name: str) -> Path:
        try:
            with capture.global_and_fixture_disabled():
                return ensure(name)
        except NoProgram as error:
            pytest.skip(str(error))

    return find
