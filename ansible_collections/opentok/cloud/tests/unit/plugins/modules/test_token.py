# SPDX-License-Identifier: Apache-2.0
"""The module's real main() against an account on 127.0.0.1."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from ansible_collections.opentok.cloud.plugins.modules.token import main

from .account_server import AccountServer, session_id
from .conftest import Run

ROOM = session_id("46000001", 1)


@pytest.mark.parametrize("check", [False, True])
def test_a_token_on_request_and_one_read(account: AccountServer, run: Run, check: bool) -> None:
    secret = account.add("There")["secret"]
    result = run(main, check=check, session_id=ROOM, role="moderator", expires_in="12h", return_secret=True)
    claims = jwt.decode(result["token"]["token"], secret, algorithms=["HS256"])
    assert (claims["session_id"], claims["role"], claims["exp"] - claims["iat"]) == (ROOM, "moderator", 12 * 3600)
    assert (result["changed"], account.requests) == (False, ["GET"])


def test_no_token_without_a_request(account: AccountServer, run: Run) -> None:
    account.add("There")
    result = run(main, session_id=ROOM)
    assert (result["token"]["token"], result["token"]["role"], result["token"]["expires_in"]) == (None, "publisher", "1d")
    assert "eyJ" not in str(result)


def test_the_project_pair_is_enough(account: AccountServer, run: Run) -> None:
    pair = {"account_key": None, "account_secret": None, "api_key": "46000001", "api_secret": "s3cret" * 6}
    token = run(main, session_id=ROOM, token_format="t1", return_secret=True, **pair)["token"]["token"]
    assert token.startswith("T1==")
    assert account.requests == []


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"session_id": ROOM[:40]}, "session"),
        ({"session_id": "29f760f8-7ce1-46c9-ade3-f2dedee4fed2"}, "session"),
        ({"session_id": session_id("29f760f8-7ce1-46c9-ade3-f2dedee4fed2", 1)}, "session"),
        ({"expires_in": "31d"}, "expires_in"),
        ({"expires_in": "0h"}, "expires_in"),
        ({"expires_in": "soon"}, "expires_in"),
        ({"data": "x" * 1001}, "data"),
        ({"layout_classes": ["c" * 600, "d" * 600]}, "layout_classes"),
    ],
    ids=str,
)
def test_bad_input_names_its_field(account: AccountServer, run: Run, options: dict[str, Any], field: str) -> None:
    result = run(main, **{"session_id": ROOM, **options})
    assert [problem["field"] for problem in result["failure"]["problems"]] == [field]
    assert "\n" not in result["msg"]
    assert account.requests == []
