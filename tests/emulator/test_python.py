# SPDX-License-Identifier: Apache-2.0
"""The emulator from Python and from pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from pulumi_opentok.emulator import Control, Emulator, EmulatorError
from tests.emulator.raw import Raw

ROOT = Path(__file__).resolve().parents[2]


def test_attributes_and_environment() -> None:
    with Emulator() as emulator:
        assert emulator.accounts == [(emulator.account_key, emulator.account_secret)]
        assert emulator.env == {
            "OPENTOK_API_URL": emulator.url,
            "OPENTOK_ACCOUNT_KEY": emulator.account_key,
            "OPENTOK_ACCOUNT_SECRET": emulator.account_secret,
        }
    with Emulator(accounts=[("5", "x"), ("6", "y")], projects=[("7", "s", "n")]) as emulator:
        assert (emulator.account_key, emulator.account_secret, emulator.accounts[1]) == ("5", "x", ("6", "y"))
        assert emulator.projects == [{"id": "7", "secret": "s", "name": "n"}]
        assert (emulator.env["OPENTOK_API_KEY"], emulator.env["OPENTOK_API_SECRET"]) == ("7", "s")


def test_no_secret_in_repr() -> None:
    with Emulator(account=("5", "hidden1"), projects=[("7", "hidden2")]) as emulator:
        shown = repr(emulator) + repr(emulator._config) + repr(emulator._config.projects)
        assert emulator.url in shown
        assert "hidden" not in shown


def test_two_at_once_and_one_started_twice() -> None:
    with Emulator() as first, Emulator() as second:
        Raw(first.url, *first.accounts[0]).create("a")
        first.start()
        assert (len(first.all_projects()), len(second.all_projects())) == (1, 0)
    first.stop()
    with pytest.raises(requests.ConnectionError):
        Control(first.url).health()


def test_stop_with_a_client_that_keeps_its_connection() -> None:
    with Emulator() as emulator:
        raw = Raw(emulator.url, *emulator.accounts[0])
        assert raw.names() == []


@pytest.mark.parametrize(
    "arguments", [{"account": ("x", "y")}, {"account": ("1", "")}, {"projects": [("1", "a b")]}, {"accounts": [("1", "a")] * 2}]
)
def test_wrong_arguments(arguments: dict[str, object]) -> None:
    with pytest.raises(EmulatorError):
        Emulator(**arguments)  # type: ignore[arg-type]


def test_the_package_and_the_plugin_load_nothing_heavy() -> None:
    code = (
        "import sys; sys.modules['pulumi_opentok'] = type(sys)('pulumi_opentok'); sys.modules['pulumi_opentok'].__path__ = ['pulumi_opentok'];"
        "import pulumi_opentok.emulator.pytest_plugin;"
        "print(sorted({'starlette', 'uvicorn', 'jwt', 'requests', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_fixture_is_fresh_for_every_test(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest, requests, jwt, time\n"
        "@pytest.mark.parametrize('n', range(2))\n"
        "def test_fresh(opentok_emulator, n):\n"
        "    assert opentok_emulator.all_projects() == []\n"
        "    now = int(time.time())\n"
        "    claims = {'iss': opentok_emulator.account_key, 'ist': 'account', 'iat': now, 'exp': now + 60}\n"
        "    token = jwt.encode(claims, opentok_emulator.account_secret, 'HS256')\n"
        "    assert requests.post(opentok_emulator.url + '/v2/project', headers={'X-OPENTOK-AUTH': token}).json()['id'] == '46000001'\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "pulumi_opentok.emulator.pytest_plugin", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
