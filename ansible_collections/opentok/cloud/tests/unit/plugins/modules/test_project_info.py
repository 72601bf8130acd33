# SPDX-License-Identifier: Apache-2.0
"""The module's real main() against an account on 127.0.0.1."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.project_info import main

from .account_server import AccountServer
from .conftest import Run


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, ["46000001", "46000002", "46000003"]),
        ({"name": "Twin"}, ["46000001", "46000002"]),
        ({"id": "46000003"}, ["46000003"]),
        ({"name": "Nobody"}, []),
        ({"id": "46999999"}, []),
    ],
    ids=str,
)
def test_what_was_asked_for_in_one_request(account: AccountServer, run: Run, options: dict[str, Any], ids: list[str]) -> None:
    for name in ("Twin", "Twin", "Other"):
        account.add(name)
    result = run(main, **options)
    assert [project["id"] for project in result["projects"]] == ids
    assert [project["api_secret"] for project in result["projects"]] == [None] * len(ids)
    assert result["changed"] is False
    assert account.requests == ["GET"]


def test_secrets_only_on_request(account: AccountServer, run: Run) -> None:
    secret = account.add("There")["secret"]
    assert run(main, return_secret=True)["projects"][0]["api_secret"] == secret
