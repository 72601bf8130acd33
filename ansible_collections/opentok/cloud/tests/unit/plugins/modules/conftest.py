# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS

from .account_server import AccountServer
from .live_server import KEY, LiveServer

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core 2.18

    @contextmanager
    def patch_module_args(args: dict[str, Any]) -> Iterator[None]:
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
        yield


INVOCATION = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
"""Since 2.21 a module leaves its options out of what it returns, and no search for secrets would see them."""

API_SECRET = "s3cretOfTheProject" + "0" * 22

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def account() -> Iterator[AccountServer]:
    server = AccountServer()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(account: AccountServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a module's main() with these options and returns what it printed."""
    for name in ("ACCOUNT_KEY", "ACCOUNT_SECRET", "API_KEY", "API_SECRET", "API_URL", "TIMEOUT"):
        monkeypatch.delenv(f"OPENTOK_{name}", raising=False)
    connection = {"api_url": account.url, "account_key": "100001", "account_secret": "s3cretOfTheAccount" + "0" * 22}

    def run_module(main: Callable[[], None], *, check: bool = False, **options: Any) -> dict[str, Any]:
        arguments = {**connection, **options, "_ansible_check_mode": check, **INVOCATION}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            main()
        printed: dict[str, Any] = json.loads(capsys.readouterr().out)
        return printed

    return run_module


@pytest.fixture
def live() -> Iterator[LiveServer]:
    server = LiveServer()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def act(run: Run, live: LiveServer) -> Run:
    """Runs main() with a project pair and no account pair."""

    def run_module(main: Callable[[], None], **options: Any) -> dict[str, Any]:
        pair = {"account_key": "", "account_secret": "", "api_key": KEY, "api_secret": API_SECRET}
        return run(main, **{"api_url": live.url, **pair, **options})

    return run_module
